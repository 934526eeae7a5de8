"""Articles in and out: every line that cannot be taken is told with its number, and nothing else is lost."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import config, exchange, query, tagging
from monitor.desk import Desk
from monitor.records import Article, Problem, Tag, TaggedArticle
from monitor.text import clean, clean_line

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
GOOD = {
    "url": "https://bao.example/1",
    "outlet": "Báo Thử",
    "title": "Trợ cấp thất nghiệp tăng ở Vĩnh Long",
    "lead": "Người mất việc được nhận bảo hiểm thất nghiệp sớm hơn.",
    "text": "Trung tâm dịch vụ việc làm chi trả trong ba ngày.",
    "published": "2026-11-20T08:00:00+07:00",
    "kind": "news",
}


def line(**changes: object) -> str:
    return json.dumps({**GOOD, **changes}, ensure_ascii=False) + "\n"


def read(*lines: str) -> tuple[list[Article], list[Problem]]:
    found = list(exchange.read_articles(lines, now=NOW))
    return [one for one in found if isinstance(one, Article)], [one for one in found if isinstance(one, Problem)]


@pytest.fixture
def desk(tmp_path):
    settings = tmp_path / "monitor.yaml"
    sources = "[{id: nganh/a, url: 'https://nganh.example/rss', outlet: Trang Ngành, class: owned, group: nganh}]"
    settings.write_text(f'store: {{url: "sqlite:///{tmp_path}/m.db"}}\nsources: {sources}\n', encoding="utf-8")
    with Desk(config.load(settings), at=NOW) as opened:
        yield opened


def exported(desk: Desk) -> list[dict[str, object]]:
    return [exchange.as_json(item) for item in query.everything(desk.store, None, None)]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("không phải JSON\n", "not JSON"),
        ('["a"]\n', "not a JSON object"),
        ("null\n", "not a JSON object"),
        ("[" * 100_000 + "\n", "not JSON"),
        (line(url=None), "url is missing"),
        (line(url="javascript:alert(1)"), "url is missing or not http(s)"),
        (line(url="https://" + "a" * 5_000), "url is missing or not http(s)"),
        (line(title="", text=" "), "neither title nor text"),
        (line(text="x" * 2_000_001), "longer than 2,000,000 characters"),
    ],
    ids=lambda value: value[:30].strip(),
)
def test_a_bad_line_is_told_with_its_number_and_its_neighbours_are_taken(bad, why):
    articles, problems = read(line(), bad, line(url="https://bao.example/2"))
    assert [article.url for article in articles] == ["https://bao.example/1", "https://bao.example/2"]
    assert [(problem.what, why in problem.why) for problem in problems] == [("line 2", True)]
    assert problems[0].advice


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"published": "2026-11-22T05:00:00Z"}, "lies in the future"),
        ({"published": "hôm qua"}, "not a time"),
        ({"published": "0001-01-02"}, "not a time"),
        ({"published": ["x"]}, "not a time"),
        ({"kind": "video"}, "is not news, post or comment"),
        ({"kind": ["news"]}, "is not news, post or comment"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_field_costs_only_that_field(changes, told):
    (article,), (problem,) = read(line(**changes))
    assert told in problem.why
    assert problem.what.startswith("line 1 (https://bao.example/1")
    assert article.title == GOOD["title"]
    assert article.kind == "news"
    assert (article.published is None) == ("published" in changes)


def test_a_time_without_a_zone_is_vietnamese():
    (article,), _ = read(line(published="2026-11-20T08:00"))
    assert article.published == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def test_an_article_without_an_outlet_is_one_of_its_host():
    (article,), _ = read(line(outlet=None))
    assert article.outlet == "bao.example"


def test_control_characters_and_half_letters_are_cleaned_away():
    (article,), problems = read(
        '{"url": "https://bao.example/1", "title": "BHXH\\u0000 \\ud800một lần", "text": "a\\u001b[31mb"}\n'
    )
    assert (article.title, article.text, problems) == ("BHXH một lần", "a [31mb", [])


@given(st.text())
def test_any_text_is_read_or_told(text):
    articles, problems = read(text.replace("\n", " ").replace("\r", " "), line())
    assert len(articles) == 1
    assert len(problems) == bool(text.replace("\n", " ").replace("\r", " ").strip())


@given(st.dictionaries(st.sampled_from([*GOOD, "id"]), st.none() | st.text() | st.integers() | st.floats() | st.lists(st.text())))
def test_any_object_is_read_or_told(said):
    articles, problems = read(json.dumps(said))
    assert len(articles) <= 1 <= len(articles) + len(problems)
    assert len(list(exchange.read_documents([json.dumps(said)], now=NOW))) == 1


@given(st.text(), st.text())
def test_a_taken_article_says_what_the_line_said(title, text):
    if clean_line(title) or text.strip():
        (article,), _ = read(line(title=title, text=text))
        assert (article.title, article.text) == (clean_line(title), clean(text))


def test_a_line_without_an_end_does_not_fill_the_memory():
    file = io.StringIO("x" * 9_000_000 + "\n" + line())
    lines = list(exchange.bounded(file))
    assert [len(one) <= exchange.LINE_LIMIT + 2 for one in lines] == [True, True]
    assert lines[1] == line()


def test_importing_twice_changes_nothing_and_a_changed_text_is_tagged_again(desk):
    counts, problems = tagging.take_in(desk, [line(), line(url="https://bao.example/2", title="Giá tiêu giảm", lead="", text="")])
    assert (counts["new articles"], counts["tagged articles"], problems) == (2, 2, [])
    before = exported(desk)
    again, _ = tagging.take_in(desk, [line(), line(url="https://bao.example/2", title="Giá tiêu giảm", lead="", text="")])
    assert {name: count for name, count in again.items() if count} == {"lines": 2}
    assert exported(desk) == before
    changed, _ = tagging.take_in(
        desk, [line(title="Lương hưu tăng từ tháng sau", lead="", text="Người nghỉ hưu được tăng lương hưu.")]
    )
    assert (changed["changed articles"], changed["tagged articles"]) == (1, 1)
    assert {tag["label"] for one in exported(desk) for tag in one["tags"] if tag["kind"] == "topic"} == {"pension"}


def test_what_is_exported_can_be_imported_and_comes_out_the_same(desk, tmp_path):
    tagging.take_in(desk, [line(), line(url="https://bao.example/2", published=None, kind="post", title='Hỏi "sổ", thẻ\tBHYT')])
    lines = [json.dumps(one, ensure_ascii=False) for one in exported(desk)]
    (tmp_path / "other.yaml").write_text(f'store: {{url: "sqlite:///{tmp_path}/other.db"}}\n', encoding="utf-8")
    with Desk(config.load(tmp_path / "other.yaml"), at=NOW) as other:
        _, problems = tagging.take_in(other, lines)
        assert problems == []
        fields = ("url", "outlet", "title", "lead", "text", "published", "kind", "tags")
        assert [[one[name] for name in fields] for one in exported(other)] == [
            [one[name] for name in fields] for one in exported(desk)
        ]


def test_times_go_out_in_utc(desk):
    tagging.take_in(desk, [line()])
    assert exported(desk)[0]["published"] == "2026-11-20T01:00:00+00:00"
    assert exported(desk)[0]["fetched"] == NOW.isoformat()


def test_what_the_agency_publishes_stays_its_own_when_it_is_imported(desk):
    tagging.take_in(desk, [line(outlet="Trang Ngành"), line(url="https://bao.example/2")])
    found = {item.article.outlet: item.article for item in query.everything(desk.store, None, None)}
    assert (found["Trang Ngành"].category, found["Trang Ngành"].publisher) == ("owned", "nganh")
    assert (found["Báo Thử"].category, found["Báo Thử"].publisher) == ("national", "Báo Thử")


@pytest.mark.parametrize("start", ["=HYPERLINK(1)", "+1", "-1", "@x", "\uff1d1", "\tx"])
def test_no_cell_of_a_csv_is_a_formula(start):
    article = Article(url="https://bao.example/1", outlet=start, title=start, text='Dòng "một"\nhai, ba', fetched=NOW)
    tag = Tag(kind="place", label="Cần Thơ", score=1.0, by="x")
    lines = list(exchange.as_csv([TaggedArticle(article=article, words="", tags=(tag,))]))
    heading, row = csv.reader(io.StringIO("".join(lines).removeprefix(exchange.MARK)))
    assert tuple(heading) == exchange.COLUMNS
    cells = dict(zip(heading, row, strict=True))
    assert not [cell for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\uff1d")]
    assert (cells["text"], cells["tags"]) == (article.text, "place=Cần_Thơ")


def test_a_spreadsheet_is_told_that_a_csv_is_utf8_once_and_a_file_saved_with_such_a_mark_is_taken():
    article = Article(url="https://bao.example/1", outlet="Báo", title="Lương hưu", fetched=NOW)
    content = "".join(exchange.as_csv([TaggedArticle(article=article, words="", tags=())] * 2)).encode()
    assert content.startswith(b"\xef\xbb\xbfurl,")
    assert content.count(b"\xef\xbb\xbf") == 1
    assert next(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))["title"] == "Lương hưu"
    assert len(read("\ufeff" + line(), line())[0]) == 2
