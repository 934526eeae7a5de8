"""Which words and phrases set some articles apart from others: log-likelihood and log ratio over the articles that hold them.

Sources: T. Dunning, "Accurate methods for the statistics of surprise and coincidence" (1993), for G²; A. Hardie, "Log Ratio: an
informal introduction" (2014), for the size of the difference, which G² does not tell. Articles are counted and not sightings, and the
copies of one story once, so that one long text or forty echoes set no word apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import log, log2

from monitor.records import record
from monitor.text import lower

SURE = 15.13  # G² that chance reaches once in ten thousand words (one degree of freedom)
LEAST = 3  # articles that hold a word, below which it is an accident
LONGEST = 3  # words of a phrase
_HOLLOW = frozenset({  # no phrase begins or ends with one, and none is a word of its own here
    "ai", "anh", "bà", "bên", "bạn", "bằng", "bị", "bởi", "cho", "chưa", "chỉ", "các", "cái", "còn", "có", "có_thể", "cùng",
    "cũng", "cả", "của", "do", "em", "giữa", "gì", "hai", "hay", "hoặc", "hơn", "họ", "khi", "khiến", "không", "là", "lên",
    "lúc", "lại", "mà", "mình", "mỗi", "một", "mới", "mức", "nay", "ngay", "ngoài", "ngày", "người", "nhiều", "như",
    "nhưng", "nhất", "những", "nào", "này", "nên", "năm", "nơi", "nếu", "nữa", "phải", "qua", "ra", "rất", "rằng", "rồi",
    "sau", "so", "sẽ", "số", "sự", "theo", "tháng", "thêm", "thì", "thế", "trong", "trên", "trước", "tuy", "tôi", "tại",
    "tới", "từ", "từng", "việc", "và", "vào", "vì", "vẫn", "về", "với", "vừa", "xuống", "ít", "ông", "đang", "đi", "đây",
    "đã", "đó", "được", "đầu", "đến", "đều", "để", "ở",
})  # fmt: skip


@record
class Keyword:
    """A word or phrase: in how many of the articles, in how many of the others; G² and log ratio (2 is four times as usual)."""

    words: str
    held: int
    others: int
    g2: float
    ratio: float


@record
class Keywords:
    """The words and the phrases that set ``articles`` apart from ``others`` (stories, copies counted once), the surest first."""

    words: tuple[Keyword, ...]
    phrases: tuple[Keyword, ...]
    articles: int
    others: int
    more: bool = False


def keywords(found: Sequence[str], rest: Sequence[str], *, limit: int = 30, more: bool = False) -> Keywords:
    """What sets the found texts apart from the rest; both segmented (words joined by ``_``, sentences by newlines)."""
    here, there = (Counter(term for text in texts for term in set(terms(text))) for texts in (found, rest))
    rows = []
    for term, held in here.items():
        if held >= LEAST:
            sizes = {"of": len(found), "others_of": len(rest)}
            told = Keyword(
                words=term.replace("_", " "),
                held=held,
                others=there[term],
                g2=likelihood(held, there[term], **sizes),
                ratio=log_ratio(held, there[term], **sizes),
            )
            rows += [(term, told)] if told.g2 >= SURE and told.ratio > 0 else []
    rows.sort(key=lambda row: (-row[1].g2, row[0]))
    single = [told for term, told in rows if " " not in term][:limit]
    phrases = _unfolded([told for term, told in rows if " " in term])[:limit]
    return Keywords(words=tuple(single), phrases=tuple(phrases), articles=len(found), others=len(rest), more=more)


def terms(text: str) -> Iterator[str]:
    """The words of a segmented text, and its phrases of two and three words that stand side by side in a sentence.

    >>> list(terms("Nợ bảo_hiểm của doanh_nghiệp ."))
    ['nợ', 'nợ bảo_hiểm', 'bảo_hiểm', 'bảo_hiểm của doanh_nghiệp', 'doanh_nghiệp']
    """
    for sentence in text.split("\n"):
        words = [word if any(map(str.isalpha, word)) else "" for word in lower(sentence).split()]
        for at, word in enumerate(words):
            if not word or word in _HOLLOW:
                continue
            yield word
            for end in range(at + 1, min(at + LONGEST, len(words))):
                if not words[end]:
                    break
                if words[end] not in _HOLLOW:
                    yield " ".join(words[at : end + 1])


def likelihood(held: int, others: int, *, of: int, others_of: int) -> float:
    """G² of a word that ``held`` of ``of`` articles and ``others`` of ``others_of`` other ones hold; 0 where they hold it alike.

    >>> round(likelihood(10, 10, of=100, others_of=1000), 1)
    22.9
    """
    table = ((held, others), (of - held, others_of - others))
    total = of + others_of
    g2 = 0.0
    for row in table:
        for seen, size in zip(row, (of, others_of), strict=True):
            expected = sum(row) * size / total if total else 0.0
            g2 += seen * log(seen / expected) if seen else 0.0
    return max(0.0, 2 * g2)


def log_ratio(held: int, others: int, *, of: int, others_of: int) -> float:
    """How many times a word is doubled against the others; nought is taken as half an article, as Hardie does.

    >>> log_ratio(20, 10, of=100, others_of=200)
    2.0
    """
    return log2((max(held, 0.5) / max(of, 1)) / (max(others, 0.5) / max(others_of, 1)))


def _unfolded(phrases: Iterable[Keyword]) -> list[Keyword]:
    """The phrases without those that stand in a surer one in as many articles."""
    kept: list[Keyword] = []
    for one in phrases:
        told = f" {one.words} "
        if not any(told in f" {other.words} " and one.held <= other.held for other in kept):
            kept = [other for other in kept if f" {other.words} " not in told or other.held > one.held]
            kept.append(one)
    return kept
