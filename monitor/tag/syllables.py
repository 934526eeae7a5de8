"""How taggers read: a text as syllables with their places, so that every feature can be pointed at in the document.

Why syllables and not segmented words: in cross-validation n-grams of syllables did as well as n-grams of segmented words for every
task, cost a fortieth of the time, and do not break when marks are missing. What is written in several ways (bảo hiểm xã hội and
BHXH, hoà and hòa, tỉ and tỷ) is read in one.
"""

from __future__ import annotations

import re

from monitor.records import Article, record
from monitor.text import fold, lower

READ = (
    1_600  # characters of a document that are read: what an article is about stands in its opening, and the labels were given so
)

_TOKEN = re.compile(r"\d+(?:[.,:/-]\d+)*|[^\W\d_]+|[?!…%\"“]")
_PLAIN, _STRANGE = re.compile(r"[A-Za-z]+"), re.compile(r"[^\x00-\x7f]+")
_SAME = {
    "bhxh": ["bảo hiểm xã hội", "bh xã hội"],
    "bhyt": ["bảo hiểm y tế", "bh y tế"],
    "bhtn": ["bảo hiểm thất nghiệp", "bh thất nghiệp"],
    "bhnt": ["bảo hiểm nhân thọ"],
    "kcb": ["khám chữa bệnh", "khám bệnh chữa bệnh", "khám và chữa bệnh", "khám bệnh và chữa bệnh"],
    "nlđ": ["người lao động"],
    "dn": ["doanh nghiệp"],
    "bv": ["bệnh viện"],
    "hcm": ["tp hcm", "tp hồ chí minh", "thành phố hồ chí minh", "tphcm"],
    "hssv": ["học sinh sinh viên"],
    "lđtbxh": ["lao động thương binh và xã hội", "lđ tbxh", "lđ tb xh", "lđtb xh", "lao động tbxh"],
    "tnlđ": ["tai nạn lao động"],
    "tỷ": ["tỉ"],
    "hgđ": ["hộ gia đình"],
    "ubnd": ["ủy ban nhân dân"],
    "cntt": ["công nghệ thông tin"],
    "tthc": ["thủ tục hành chính"],
    "cbcc": ["cán bộ công chức"],
    "gđ": ["giám đốc"],
    "vn": ["việt nam"],
}


@record
class Reading:
    """A document as taggers see it: ``tokens`` with their spans, of which the first ``title`` are the title's.

    Tokens are lower case, tone marks in one place, abbreviations joined; ``marked`` is False for text written without marks,
    whose tokens are folded. ``context`` holds the tokens of the headline that a comment stands under.
    """

    kind: str
    tokens: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    title: int = 0
    marked: bool = True
    context: tuple[str, ...] = ()


def tokens_of(text: str, *, marked: bool = True) -> tuple[list[str], list[tuple[int, int]]]:
    """The tokens of a text and their spans; folded where ``marked`` is False."""
    found = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(lower(text))]
    words = [word if marked else fold(word) for word, _, _ in found]
    return _joined(words, [(start, end) for _, start, end in found], _TABLES[marked])


def read(article: Article) -> Reading:
    """The article as taggers read it: its title and the first READ characters after it.

    A comment without context takes its title for one: crawlers that know the headline above put it there.
    """
    document = article.document[: len(article.title) + READ]
    own = article.kind == "comment" and not article.context and bool(article.lead or article.text)
    context = article.title if own else article.context
    marked = has_marks(document)
    tokens, spans = tokens_of(document, marked=marked)
    title = sum(1 for _, end in spans if end <= len(article.title))
    return Reading(
        kind=article.kind,
        tokens=tuple(tokens),
        spans=tuple(spans),
        title=title,
        marked=marked,
        context=tuple(tokens_of(context[:500], marked=marked)[0]),
    )


def has_marks(text: str) -> bool:
    """Whether a text is written with Vietnamese marks: at least one letter in forty carries one (usually one in four does)."""
    carrying = sum(map(str.isalpha, "".join(_STRANGE.findall(text))))
    letters = carrying + sum(map(len, _PLAIN.findall(text)))
    return not letters or carrying * 40 >= letters


def _joined(words: list[str], spans: list[tuple[int, int]], table: _Table) -> tuple[list[str], list[tuple[int, int]]]:
    """Words with every known spelling of one thing as one token; the same token twice in a row, as in a gloss, once."""
    starts = [at for at, word in enumerate(words) if word in table or word in _SAME]
    if not starts:
        return words, spans
    out: list[str] = []
    places: list[tuple[int, int]] = []
    done = 0
    for at in starts:
        if at < done:
            continue
        out += words[done:at]
        places += spans[done:at]
        word, length = _spelling(words, at, table)
        span = (spans[at][0], spans[at + length - 1][1])
        if out and word == out[-1] and word in _SAME:
            places[-1] = (places[-1][0], span[1])
        else:
            out.append(word)
            places.append(span)
        done = at + length
    return out + words[done:], places + spans[done:]


def _spelling(words: list[str], at: int, table: _Table) -> tuple[str, int]:
    """The one spelling of what stands at a place, and how many words it takes; the longest known, else the word itself."""
    for size, spellings in table.get(words[at], {}).items():
        found = spellings.get(tuple(words[at : at + size]))
        if found:
            return found, size
    return words[at], 1


_Table = dict[str, dict[int, dict[tuple[str, ...], str]]]


def _table(*, marked: bool) -> _Table:
    table: _Table = {}
    for name, spellings in _SAME.items():
        for spelling in spellings:
            words = [lower(word) if marked else fold(word) for word in spelling.split()]
            sizes = table.setdefault(words[0], {})
            sizes.setdefault(len(words), {})[tuple(words)] = name if marked else fold(name)
    return {first: dict(sorted(sizes.items(), reverse=True)) for first, sizes in table.items()}


_TABLES = {True: _table(marked=True), False: _table(marked=False)}
