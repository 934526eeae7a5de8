"""What a question found, as officers read it: the matched words marked in headline and text, on a terminal and in HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from monitor.expression.highlight import Span, marked
from monitor.figures import Answer, Hit
from monitor.report.formats import article_text, decimal

LIT = ("\x02", "\x03")  # before and after what is marked: `show.lit` makes them colour or **


def hit_text(hit: Hit, *, titles: Mapping[str, str] | None = None) -> list[str]:
    """An article as `formats.article_text` gives it, with the matched words marked, and the piece of text that holds them."""
    head, *rest = article_text(hit.item, titles=titles)
    if hit.title_marks:
        head = f"• {marked(hit.item.article.title, hit.title_marks, LIT)}"
    *about, address = rest
    return [head, *about, *([f"  {marked(hit.snippet, hit.marks, LIT)}"] if hit.marks else []), address]


def total_text(answer: Answer) -> str:
    """How many are shown of how many.

    >>> total_text(Answer(hits=(), total=0, bare=145)), total_text(Answer(hits=(), total=10_000, more=True))
    ('không có bài nào; gõ không dấu thì có 145 bài', '0 trong hơn 10.000 bài')
    """
    if not answer.total:
        return "không có bài nào" + f"; gõ không dấu thì có {decimal(answer.bare, 0)} bài" * bool(answer.bare)
    return f"{decimal(len(answer.hits), 0)} trong {'hơn ' * answer.more}{decimal(answer.total, 0)} bài"


def html_marked(text: str, marks: Iterable[Span]) -> str:
    """The text as HTML, escaped, with <mark> around what is marked.

    >>> html_marked("nợ <BHXH>", ((0, 2),))
    '<mark>nợ</mark> &lt;BHXH&gt;'
    """
    return escape(marked(text, marks, LIT)).replace(LIT[0], "<mark>").replace(LIT[1], "</mark>")
