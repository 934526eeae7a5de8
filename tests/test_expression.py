"""The query language: what is read, what is refused with its column, and that a query written back is the same query."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.expression import (
    Days,
    Label,
    Near,
    Not,
    Phrase,
    Tree,
    every,
    leaves,
    near,
    negated,
    phrase,
    some,
    syllables,
    written,
)
from monitor.expression.grammar import LONGEST, parse
from monitor.expression.highlight import marked, piece, spans
from monitor.expression.tokens import LABELS
from monitor.expression.words import words
from monitor.text import fold

READ = {
    "bảo hiểm y tế": '"bảo hiểm y tế"',
    "bao hiem y te": '"bao hiem y te"',
    "bảo hiem": '"bảo" AND "hiem"',
    "thu bảo hiểm": '="thu" AND "bảo hiểm"',
    "BẢO HIỂM": '"bảo hiểm"',
    "hòa OR hoà": '"hoà" OR "hoà"',
    "Ba\u0309o hie\u0302\u0309m": '"bảo hiểm"',
    "=thu": '="thu"',
    '="tham gia"': '="tham gia"',
    "BHXH/BHYT": '"bhxh bhyt"',
    "“lương hưu”": '"lương hưu"',
    "bệnh viện*": '"bệnh viện"*',
    '"bảo hi"*': '"bảo hi"*',
    "nợ OR chậm thuốc": '"nợ" OR ("chậm" AND "thuốc")',
    "nợ -BHXH": '"nợ" AND ="bhxh"',
    "(nợ OR chậm) near/5 thuốc": '("nợ" near/5 "thuốc") OR ("chậm" near/5 "thuốc")',
    '"nợ" near/3 thu near/4 "quỹ"': '("no" near/3 "thu") AND "nợ" AND ("thu" near/4 "quy") AND "quỹ"',
    '"nợ" near/3 BHXH': '"nợ" near/3 ="bhxh"',
    "title:(thuốc OR NOT quỹ)": 'title:"thuốc" OR NOT title:"quỹ"',
    'topic:"BHXH một lần"': 'topic:"BHXH một lần"',
    "topic:(pension OR lump_sum)": 'topic:"pension" OR topic:"lump_sum"',
    "law:158/2025/NĐ-CP": 'law:"158/2025/NĐ-CP"',
    "date:2026-11": "date:2026-11-01..2026-11-30",
    "date:2025-12..": "date:2025-12-01..",
    "date:2025-12.. date:..2026-01": "date:2025-12-01.. AND date:..2026-01-31",
    "date:2025-12.. thuốc": 'date:2025-12-01.. AND "thuốc"',
    "date:..20/11/2026": "date:..2026-11-20",
    "date:2026": "date:2026-01-01..2026-12-31",
    "NOT NOT thuốc": '"thuốc"',
    "NOT (thuốc quỹ)": 'NOT ("thuốc" AND "quỹ")',
    "KHÔNG ĐÓNG": '"không" AND "đóng"',
    "12:30 ngày": '="12 30" AND "ngày"',
    "trạm thu phí BOT": '"trạm" AND ="thu" AND "phí" AND ="bot"',
    "thuế VAT": '"thuế" AND ="vat"',
    "trạm bot": '"trạm" AND "bot"',
    "SỨC KHỎE": '"sức khoẻ"',
    "viện phí ở cần thơ": '"viện phí" AND "ở" AND "cần thơ"',
    "nghị định 158/2025/NĐ-CP": '"nghị định" AND "158 2025 nđ cp"',
    "lúc 10h30, giá 5kg": '"lúc" AND ="10h30" AND "giá" AND ="5kg"',
    "lương hưu,trợ cấp 4,5 triệu": '"lương hưu" AND "trợ cấp" AND ="4 5" AND "triệu"',
    "bảo hiem near/5 =nợ": '("bao hiem" near/5 "no") AND "nợ"',
    "thuốc – quỹ": '"thuốc" AND "quỹ"',
    "": "",
    "\x00 \ud800": "",
}  # fmt: skip
REFUSED = {
    '"bảo hiểm': '"bảo hiểm (column 1): a quote is opened and not closed; close it',
    'thuốc "bảo': '"bảo (column 7): a quote is opened and not closed; close it',
    "(thuốc": "(thuốc (column 1): a parenthesis is opened and not closed; close it",
    "thuốc)": ") (column 6): this parenthesis closes none; take it out, or put one in quotes",
    "AND": "AND (column 1): a word is missing before AND",
    "thuốc OR": "OR (column 7): a word is missing after OR",
    "NOT": "NOT (column 1): a word is missing after NOT",
    "thuốc AND AND quỹ": "AND quỹ (column 11): a word is missing before AND",
    "()": ") (column 2): a word is missing before )",
    "titel:x": "titel:x (column 1): there is no field titel; did you mean title?",
    "thuốc topic:": "topic: (column 7): topic: needs a name here",
    "topic:(pension": "(pension (column 7): a parenthesis is opened and not closed; close it",
    "topic:(pension AND hi_care)": "AND hi_care) (column 16): topic: needs a name here",
    "topic:()": ") (column 8): topic: needs a name here",
    'topic:""': '"" (column 7): topic: the name is empty',
    "title:": "title: (column 1): title: needs a word",
    "date:2026-11-20..2026-11-01": "2026-11-20..2026-11-01 (column 6): the range runs backwards; swap its ends",
    "date:2026-11-01 .. 2026-11-20": "2026-11-01 .. 2026-11-20 (column 6): a range is written without blanks",
    "date:2026-11-01.. 2026-11-20": "2026-11-01.. 2026-11-20 (column 6): a range is written without blanks",
    "date:hôm": "hôm (column 6): not a day; write date:2026-11-20",
    "date:2026-13": "2026-13 (column 6): not a day",
    "date:..": ".. (column 6): not a day",
    "ba*o": "*o (column 3): a wildcard may stand only at the end of a word",
    "*": "* (column 1): a wildcard stands after letters",
    "b*": "b* (column 1): a wildcard stands after 3 letters or more",
    "near/5 thuốc": "near/5 thuốc (column 1): a word is missing before near/5; add it, or put near/5 in quotes",
    "thuốc near/99 quỹ": "near/99 quỹ (column 7): near/ takes a number of syllables from 0 to 50",
    "(nợ thuốc) near/2 c": "near/2 c (column 12): near joins two words or phrases",
    "topic:pension near/2 c": "near/2 c (column 15): near joins two words or phrases",
    "(b OR title:a) near/2 c": "near/2 c (column 16): near joins two words or phrases of the same field",
    "\x1b\ud800" * 1_001: "…: a query may have 2,000 characters; this one has 2,002",
    "title:(topic:x)": "topic:x) (column 8): a field stands within title:(…)",
    '""': '"" (column 1): no word stands between the quotes',
    "?!": "?! (column 1): there is no word in it",
    "(" * 1000: "(" * 30 + " (column 21): parentheses may stand 20 deep",
    "a " * 200: "a query may have 100 words and tags",
    "a" * 1_000_000: "a" * 40 + "…: a query may have 2,000 characters; this one has 1,000,000",
}


@pytest.mark.parametrize("query", READ)
def test_a_query_is_read_as_the_manual_says(query):
    assert written(parse(query)) == READ[query]


@pytest.mark.parametrize("query", REFUSED, ids=lambda query: query[:30].encode("ascii", "replace").decode())
def test_a_query_that_cannot_be_read_is_one_line_that_names_the_column(query):
    if query == "a " * 200:
        query = " OR ".join("a" * 200)
    with pytest.raises(UsageError) as caught:
        parse(query)
    assert REFUSED[query if query in REFUSED else "a " * 200] in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


TYPED = st.lists(
    st.sampled_from(
        [
            "AND",
            "OR",
            "NOT",
            "(",
            ")",
            '"',
            "near/3",
            "title:",
            "date:",
            "topic:",
            "2026-11..",
            "viện*",
            "=",
            "bảo hiểm",
            "bao hiem",
            "*",
            "..",
            "Đà Nẵng",
            ":",
            "\x00",
            "“",
            "\u0301",
            "near/",
            "KHÔNG",
        ]
    )
)


SAID = st.lists(
    st.sampled_from(["bảo hiểm", "viện phí", "sức khỏe", "hòa", "cần thơ", "nợ", "10h30", "158/2025/nđ-cp", "nợ,thu", "lương"]),
    min_size=1,
    max_size=4,
).map(" ".join)


@given(SAID)
def test_a_question_in_capitals_finds_what_it_finds_in_small_letters(text):
    assert parse(text.upper()) == parse(text)


@given(st.one_of(SAID, st.text().map(lambda text: f"đ {text}")))
def test_the_words_of_a_run_are_its_syllables_in_their_order(text):
    assert " ".join(words(text)) == " ".join(syllables(text))


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), TYPED.map(" ".join), TYPED.map("".join)))
@example("\ud800\x00 bảo")
@example("NOT " * 400 + "a")
@example("İ ß ½ ² ﬁ ǅ")
def test_whatever_is_typed_is_read_or_refused_and_what_is_read_is_written_and_read_again(text):
    try:
        tree = parse(text)
    except UsageError:
        return
    if len(written(tree)) <= LONGEST:
        assert parse(written(tree)) == tree


SYLLABLES = ["bảo", "hiểm", "bao", "hiem", "nợ", "thu", "bhxh", "hoà", "viện", "đà", "2026"]
TEXTS = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=3).map(" ".join)
PHRASES = st.builds(phrase, TEXTS, exact=st.booleans(), title=st.booleans()).flatmap(
    lambda one: (
        st.sampled_from([one, Phrase(syllables=one.syllables, exact=one.exact, title=one.title, prefix=True)])
        if len(one.syllables) > 1 or len(one.syllables[0]) > 2
        else st.just(one)
    )
)
NEARS = st.builds(lambda one, other, far: near(one, _like(other, one), far), PHRASES, PHRASES, st.integers(0, 8))
DAYS = st.sampled_from([("2026-11-18", "2026-11-20"), ("2026-11-19", None), (None, "2026-11-19"), ("2026-11-20", "2026-11-20")])
NAMED = st.builds(
    Label, kind=st.sampled_from(LABELS), name=st.sampled_from(["pension", "Cần Thơ", "158/2025/NĐ-CP", "(a)", "x*"])
)


def _like(one: Phrase, other: Phrase) -> Phrase:
    return Phrase(syllables=one.syllables, exact=one.exact, prefix=one.prefix, title=other.title)


def days(ends: tuple[str | None, str | None]) -> Days:
    from monitor.clock import parse_day

    return Days(first=parse_day(ends[0]) if ends[0] else None, last=parse_day(ends[1]) if ends[1] else None)


def trees(leaf: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    """Trees as the grammar makes them: no All in All, no twofold Not."""
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(every),
            st.lists(inner, min_size=2, max_size=3).map(some),
            inner.map(negated),
        ),
        max_leaves=6,
    )


@settings(max_examples=300, deadline=None)
@given(trees(st.one_of(PHRASES, NEARS, DAYS.map(days), NAMED)))
def test_a_tree_that_is_written_is_read_as_the_same_tree(tree):
    assert parse(written(tree)) == tree


def test_what_is_sought_and_what_is_left_out_are_told_apart():
    tree = parse('thuốc NOT quỹ "nợ" near/2 "trốn"')
    assert len(leaves(tree)) == 3
    assert [isinstance(leaf, Near) for leaf in leaves(tree, denied=False)] == [False, True]
    assert not leaves(Not(part=tree), denied=False)


def test_what_was_found_is_marked_as_it_was_typed():
    text = "Đà Nẵng: người dân Khánh Hòa nợ BHXH/BHYT, đà nẵng"
    wanted = {
        "da nang": "**Đà Nẵng**: người dân Khánh Hòa nợ BHXH/BHYT, **đà nẵng**",
        "khánh hoà": "Đà Nẵng: người dân **Khánh Hòa** nợ BHXH/BHYT, đà nẵng",
        "nợ BHXH": "Đà Nẵng: người dân Khánh Hòa **nợ BHXH**/BHYT, đà nẵng",
        "ngư*": "Đà Nẵng: **người** dân Khánh Hòa nợ BHXH/BHYT, đà nẵng",
        "NOT người": text,
        "(đà OR nợ) near/1 nẵng": "**Đà Nẵng**: người dân Khánh Hòa nợ BHXH/BHYT, **đà nẵng**",
        '"nợ" near/0 =nang': text,
        '"nợ" near/2 dan': "Đà Nẵng: người **dân** Khánh Hòa **nợ** BHXH/BHYT, đà nẵng",
        "BHYT near/0 bhxh": "Đà Nẵng: người dân Khánh Hòa nợ **BHXH**/**BHYT**, đà nẵng",
        "khanh* near/1 nợ": "Đà Nẵng: người dân **Khánh** Hòa **nợ** BHXH/BHYT, đà nẵng",
        "title:người": text,
    }
    from monitor.expression import sought

    assert {query: marked(text, spans(sought(parse(query)), text)) for query in wanted} == wanted
    assert spans(sought(parse("title:người")), text, title=True) == ((9, 14),)


@given(
    st.text(max_size=600), st.lists(st.sampled_from(["bao hiem", "a", "1"]), max_size=2).map(lambda told: [*map(phrase, told)])
)
def test_marks_lie_in_the_text_and_what_is_marked_folds_to_what_was_asked(text, phrases):
    found = spans(phrases, text)
    assert all(0 <= start < end <= len(text) for start, end in found)
    shown, marks = piece(text, found)
    assert len(shown) <= 224 + 40
    for start, end in marks:
        assert shown[start:end].strip()


@given(st.lists(st.sampled_from([" ", "a", "nợ", "\n", "x" * 90, ", "]), max_size=60).map("".join))
def test_of_a_text_in_which_something_stands_the_piece_shows_it(text):
    found = spans([phrase("nợ")], text)
    shown, marks = piece(text, found)
    assert bool(marks) == bool(found)
    assert all(shown[start:end].strip() == shown[start:end] for start, end in marks)
    assert len(shown) <= 224


def test_what_was_found_is_marked_in_a_text_without_blanks_too():
    shown, marks = piece("đầu " + "x" * 2_000 + ",nợ," + "y" * 2_000, ((2_005, 2_007),))
    assert [shown[start:end] for start, end in marks] == ["nợ"]


def test_a_piece_shows_where_most_is_marked():
    text = "mở đầu " * 60 + "người dân nợ bảo hiểm " + "đoạn cuối " * 60
    shown, marks = piece(text, spans([phrase("nợ"), phrase("bảo hiểm")], text))
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert [shown[start:end] for start, end in marks] == ["nợ bảo hiểm"]
    assert piece("ngắn", ()) == ("ngắn", ())


@given(st.text(max_size=60))
def test_syllables_fold_one_by_one(text):
    assert all(len(fold(one)) == len(one) for one in syllables(text))
