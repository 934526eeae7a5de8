"""Stories and events in a store: who is first, what is one voice, what goes on for days; erasing and tagging again keep both."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from click.testing import CliRunner
from makers import NOON, article, tag
from sqlalchemy import func, select

from monitor.cli import main
from monitor.errors import UsageError
from monitor.query import stories as asked
from monitor.records import TaggedArticle
from monitor.report import retold
from monitor.store import Store, articles, events, retention, stories, tags
from monitor.store.schema import articles as table
from monitor.store.schema import bands, event_words
from monitor.text import segment

DISPATCH = (
    "Sáng 20/11, cơ quan bảo hiểm xã hội Cần Thơ làm việc với công ty Hậu Phong Phú và bảy xưởng may còn chậm đóng cho gần ba nghìn "
    "thợ may. Ba chủ xưởng hứa nộp dứt điểm trước Tết, số còn lại xin chia nhiều kỳ vì đơn hàng giảm."
)
OWN = (
    "Gần ba nghìn thợ may Cần Thơ chưa được chốt sổ vì tám xưởng may khất nợ. Chị Út, thợ chuyền ở xưởng ấy, nói sổ của chị "
    "trống năm tháng; công ty Hậu Phong Phú và các chủ xưởng may hẹn trả nợ trước Tết."
)
VISIT = "Thợ may Cần Thơ gặp công đoàn, đòi tám xưởng may trả nợ để chốt sổ trước Tết; công ty Hậu Phong Phú xin thêm một tháng."
CLINIC = "Trạm y tế xã Nậm Lành vừa có thêm máy siêu âm, người bệnh có thẻ khỏi phải đi sáu mươi cây số xuống tuyến dưới."


def told(name: str, hours: float = 0, *, text: str = DISPATCH, title: str = "Tám xưởng may chậm đóng", outlet: str = "", **said):
    """An article of an outlet of its own, unless one is named."""
    outlet = outlet or f"Báo {name}"
    seen = NOON + timedelta(hours=hours)
    return article(
        name, title=title, text=text, published=seen, fetched=seen, outlet=outlet, publisher=outlet, category="local", **said
    )


def keep(store: Store, *found, relevance: str = "core", version: str = "v1", **labels: str) -> None:
    """The articles as they are tagged, with the words of the segmenter."""
    articles.keep_articles(store, found)
    wanted = {one.url for one in found}
    marks = tuple(tag(kind, label) for kind, label in {"relevance": relevance, **labels}.items())
    waiting = [item for item in articles.untagged(store, version) if item.article.url in wanted]
    made = [TaggedArticle(article=one.article, words=segment(one.article.document), tags=marks) for one in waiting]
    tags.keep(store, made, version)


def again(store: Store, version: str) -> None:
    """Everything tagged once more, as after an upgrade, newest first."""
    for item in list(articles.untagged(store, version)):
        tags.keep(store, [replace(item, tags=(tag("relevance", "core"),))], version)


def groups(store: Store, column: str = "story") -> set[frozenset[str]]:
    """The names of the articles of each story, or event."""
    found = defaultdict(set)
    with store.read() as connection:
        for row in connection.execute(select(table.c.url, table.c[column]).where(table.c[column] != "")):
            found[row[1]].add(row.url.rpartition("/")[2])
    return {frozenset(group) for group in found.values()}


def names(store: Store, column: str) -> dict[str, str]:
    with store.read() as connection:
        rows = connection.execute(select(table.c.url, table.c[column]))
        return {row.url.rpartition("/")[2]: row[1] for row in rows}


def url(name: str) -> str:
    return f"https://bao.example/{name}"


@pytest.fixture
def full(store):
    """A dispatch and two copies, a report of one's own and what followed two days later, and something else."""
    keep(
        store,
        told("first"),
        told("copy", 2),
        told("cut", 3, text=DISPATCH.partition(" Ba chủ")[0], title="Cần Thơ: xưởng may chậm đóng"),
    )
    keep(store, told("own", 5, text=OWN, title="Thợ may chờ chốt sổ"), told("visit", 50, text=VISIT, title="Thợ may đòi chốt sổ"))
    keep(store, told("clinic", 6, text=CLINIC, title="Trạm y tế có máy mới"))
    return store


def test_a_dispatch_in_forty_papers_is_one_story_and_one_event_found_by_one_of_them(store):
    keep(store, *(told(f"n{number}", number / 10) for number in range(40)))
    assert len(groups(store)) == len(groups(store, "event")) == 1
    with store.read() as connection:
        assert connection.scalar(select(func.count(event_words.c.article.distinct()))) == 1


def test_own_reports_over_days_are_stories_of_one_event_and_other_news_is_another(full):
    assert groups(full) == {frozenset({"first", "copy", "cut"}), frozenset({"own"}), frozenset({"visit"}), frozenset({"clinic"})}
    assert groups(full, "event") == {frozenset({"first", "copy", "cut", "own", "visit"}), frozenset({"clinic"})}


def test_a_feeds_item_and_the_page_under_it_in_another_paper_are_one_story(store):
    page = DISPATCH + " " + "Đoàn kiểm tra lập biên bản từng nơi, ghi rõ số tháng, số tiền và lý do mà từng chủ xưởng nêu. " * 12
    keep(store, told("item", lead=DISPATCH[:150], text=""))
    keep(store, told("page", 4, text=page))
    assert groups(store) == {frozenset({"item", "page"})}


def test_a_column_with_other_figures_is_a_story_and_an_event_each_week(store):
    column = (
        "Lịch trả lương hưu tháng {} ở phường Cái Răng: tổ 1 nhận từ ngày {}, tổ 2 nhận từ ngày {}, mang theo căn cước công dân."
    )
    for week, days in enumerate(((8, 3, 5), (9, 6, 9))):
        keep(store, told(f"w{week}", 72 * week, text=column.format(*days), title="Lịch trả lương hưu", outlet="Báo Phường"))
    assert groups(store) == groups(store, "event") == {frozenset({"w0"}), frozenset({"w1"})}


def test_a_corrected_figure_under_a_new_address_within_the_hour_is_the_same_story_only_where_both_are_dated(store):
    other = DISPATCH.replace("tám", "chín").replace("20/11", "21/11")
    keep(
        store,
        told("a", outlet="Báo Một", lead="Mới có 8 xưởng"),
        told("b", 0.5, text=other, outlet="Báo Một", lead="Mới có 9 xưởng"),
    )
    assert groups(store) == {frozenset("ab")}
    undated = replace(told("c", 400, outlet="Báo Một", lead="Mới có 8 xưởng"), published=None)
    keep(store, undated, replace(undated, url=url("d"), text=other, lead="Mới có 9 xưởng"))
    assert groups(store) == {frozenset("ab"), frozenset("c"), frozenset("d")}


def test_events_are_the_same_in_whatever_order_stories_come_in(store):
    parts = [
        told("d"),
        told("o", 5, text=OWN, title="Thợ may chờ chốt sổ"),
        told("v", 50, text=VISIT, title="Thợ may đòi chốt sổ"),
    ]
    for number, order in enumerate(permutations(parts)):
        shift = timedelta(days=40 * number)
        for one in order:
            moved = replace(one, url=f"{one.url}{number}", published=one.published + shift, fetched=one.fetched + shift)
            keep(store, moved)
    assert groups(store, "event") == {frozenset(f"{name}{number}" for name in "dov") for number in range(6)}


def test_stories_are_the_same_in_whatever_order_copies_come_in_and_late_ones_are_first_where_they_were(store):
    parts = [told("d"), told("e", 2, title="Cần Thơ: tám xưởng may nợ"), told("c", 3, text=DISPATCH.partition(" Ba chủ")[0])]
    for number, order in enumerate(permutations(parts)):
        shift = timedelta(days=40 * number)
        for one in order:
            moved = replace(one, url=f"{one.url}{number}", published=one.published + shift, fetched=one.fetched + shift)
            keep(store, moved)
        assert asked.story(store, url(f"c{number}")).first.article.url == url(f"d{number}")
    assert groups(store) == {frozenset(f"{name}{number}" for name in "dec") for number in range(6)}


def test_tagging_everything_again_changes_no_name_of_a_story_or_an_event(full):
    before = names(full, "story"), names(full, "event")
    for version in ("v2", "v3"):
        again(full, version)
        assert (names(full, "story"), names(full, "event")) == before
    tags.keep(full, [replace(one, tags=(tag("relevance", "core"),)) for one in articles.untagged(full, "v4")], "v4")
    assert (names(full, "story"), names(full, "event")) == before


def test_what_no_longer_concerns_us_leaves_its_story_and_its_event_and_the_others_keep_theirs(full):
    before = names(full, "story"), names(full, "event")
    first = next(one for one in articles.untagged(full, "v2") if one.article.url == url("first"))
    tags.keep(full, [replace(first, tags=(tag("relevance", "none"),))], "v2")
    after = names(full, "story"), names(full, "event")
    assert (after[0].pop("first"), after[1].pop("first")) == ("", "")
    assert all(after[at][name] == before[at][name] for at in (0, 1) for name in after[at])
    keep(full, told("late", 7))
    assert names(full, "story")["late"] == before[0]["copy"]
    assert names(full, "event")["late"] == before[1]["copy"]


def test_erasing_the_first_article_keeps_the_names_and_what_comes_later_still_finds_them(full):
    story, event = names(full, "story")["copy"], names(full, "event")["copy"]
    retention.erase(full, [url("first")], at=NOON)
    assert names(full, "story")["copy"] == names(full, "story")["cut"] == story
    keep(
        full, told("late", 8), told("more", 60, text=VISIT.replace("xin thêm một tháng", "hứa trả"), title="Xưởng may hứa trả nợ")
    )
    assert names(full, "story")["late"] == story
    assert names(full, "event")["late"] == names(full, "event")["more"] == names(full, "event")["own"] == event
    told_of = asked.story(full, url("cut"))
    assert told_of.first.article.url == url("copy")
    assert [one.item.article.url for one in told_of.echoes] == [url("cut"), url("late")]


def test_erasing_all_of_a_story_leaves_no_trace_that_later_news_could_join(full):
    retention.erase(full, [url(name) for name in ("first", "copy", "cut", "own", "visit")], at=NOON)
    with full.read() as connection:
        left = set(connection.scalars(select(bands.c.article).union(select(event_words.c.article))))
        assert left == set(connection.scalars(select(table.c.id)))
    total, found = events.listed(full, None, None)
    assert (total, [one.title for one in found]) == (1, ["Trạm y tế có máy mới"])


def test_a_first_article_with_other_words_gets_a_name_that_its_old_copies_do_not_have(full):
    before = names(full, "story")["copy"]
    keep(full, told("first", text=CLINIC.replace("siêu âm", "chạy thận"), title="Bài thay mới hoàn toàn"), version="v1")
    after = names(full, "story")
    assert after["copy"] == after["cut"] == before
    assert after["first"] not in ("", before)


def test_comments_stand_in_no_event_and_posts_do(store):
    keep(store, told("post", kind="post", text=OWN), told("paper", 2, text=VISIT, title="Thợ may đòi chốt sổ"))
    keep(store, told("comment", 3, kind="comment", text=VISIT))
    assert groups(store, "event") == {frozenset({"post", "paper"})}


def test_no_more_than_a_crowd_stands_in_a_band_or_under_a_word_and_every_copy_is_still_found(store, monkeypatch):
    monkeypatch.setattr(stories, "CROWD", 5)
    monkeypatch.setattr(events, "CROWD", 3)
    keep(store, *(told(f"n{number}", number / 10) for number in range(30)))
    column = "Trạm y tế phường {} ở Cần Thơ mở cửa ngày {} tháng {}, khám cho {} người có thẻ, phát thuốc cho {} người cao tuổi."
    for number in range(20):
        text = column.format(number, number % 28 + 1, number % 12 + 1, 100 + number, 40 + 3 * number)
        keep(store, told(f"c{number}", number, text=text, title=f"Trạm y tế phường {number}", outlet="Báo Phường"))
    with store.read() as connection:
        for one, most in ((bands.c.band, 5), (event_words.c.word, 3)):
            assert max(connection.scalars(select(func.count()).select_from(one.table).group_by(one))) <= most
    assert frozenset(f"n{number}" for number in range(30)) in groups(store)


def test_events_are_listed_loudest_first_with_three_counts_and_owned_media_apart(full):
    owned = replace(told("trang-nganh", 4), category="owned")
    keep(full, owned, told("copy2", 9, outlet="Báo copy"))
    total, found = asked.events(full, NOON.date(), NOON.date() + timedelta(days=5))
    assert total == 2
    assert [(one.stories, one.articles, one.publishers) for one in found] == [(3, 7, 5), (1, 1, 1)]
    assert found[0].title == "Tám xưởng may chậm đóng"
    assert (found[0].first, found[0].last) == (NOON, NOON + timedelta(hours=50))
    assert asked.events(full, NOON.date() + timedelta(days=1), None)[1][0].articles == 7  # whole, though it began before
    assert asked.events(full, NOON.date() + timedelta(days=9), None) == (0, [])
    assert len(asked.events(full, None, None, limit=1)[1]) == 1


def test_of_two_that_state_the_same_minute_the_one_that_credits_an_agency_was_not_first(store):
    keep(store, told("b", text=DISPATCH + " (Theo TTXVN)"), told("a"))
    found = asked.story(store, url("b"))
    assert (found.first.article.url, found.credit) == (url("a"), "")
    assert [one.credit for one in found.echoes] == ["TTXVN"]
    assert [(one.before, one.after) for one in found.echoes[0].text] == [("", "(Theo TTXVN)")]
    assert found.echoes[0].title == ()


def test_no_copy_comes_before_the_first(store):
    """Of one minute, the agency's copy states the earlier second."""
    keep(store, told("b", text=DISPATCH + " (Theo TTXVN)"), told("a", 1 / 120))
    text = "\n".join(retold.lines(asked.story(store, url("b")), copies=1))
    assert "2. Báo b (ghi theo TTXVN) · 20/11/2026 12:00 · sau chưa đầy 1 phút · giống 100%" in text


def test_what_was_not_tagged_yet_is_said_to_wait_and_not_to_be_of_no_concern(store):
    articles.keep_articles(store, [told("new")])
    with pytest.raises(UsageError, match="not tagged yet; `monitor run tag`"):
        asked.story(store, url("new"))


def test_what_is_in_no_story_is_told_in_one_line(full):
    keep(full, told("none", 9, text="Đội bóng thị xã thắng ba trận liền.", title="Thắng liền ba trận"), relevance="none")
    with pytest.raises(UsageError, match="part of no story"):
        asked.story(full, url("none"))
    with pytest.raises(UsageError, match="no such article"):
        asked.story(full, url("nowhere"))
    with pytest.raises(UsageError, match="not an address"):
        asked.story(full, "xưởng may")
    with pytest.raises(UsageError, match="runs backwards"):
        asked.events(full, NOON.date(), NOON.date() - timedelta(days=1))


@pytest.fixture
def monitor(tmp_path, full):
    (tmp_path / "m.yaml").write_text(json.dumps({"store": {"url": full.engine.url.render_as_string(hide_password=False)}}))
    runner = CliRunner()
    return lambda *said: runner.invoke(main, ["--config", str(tmp_path / "m.yaml"), *said])


def test_an_officer_reads_who_was_first_and_what_the_copies_changed(monitor):
    text = monitor("story", url("cut")).stdout
    assert text.splitlines()[0] == "Tám xưởng may chậm đóng"
    assert "một tin: 3 bài, 3 nguồn độc lập" in text
    assert "sự kiện: Tám xưởng may chậm đóng (20/11/2026 – 22/11/2026; 3 tin, 5 bài, 5 nguồn độc lập)" in text
    assert "1. Báo first · 20/11/2026 12:00 · đăng đầu tiên" in text
    assert "2. Báo copy · 20/11/2026 14:00 · sau 2 giờ · giống 100%\n   https://bao.example/copy\n   nguyên văn" in text
    assert "tít: Cần Thơ: xưởng may chậm đóng" in text
    assert "bỏ: “" in text
    assert "bài nữa; xem tiếp" in monitor("story", url("cut"), "--limit", "1").stdout
    assert "chưa báo nào đăng lại" in monitor("story", url("clinic")).stdout


def test_events_are_a_table_for_people_and_a_document_for_machines(monitor):
    result = monitor("events", "--since", "2026-11-20")
    assert "Tám xưởng may chậm đóng" in result.stdout.splitlines()[2]
    assert result.stderr == "2 trong 2 sự kiện\n"
    assert monitor("events", "--since", "2027-01-01").stderr == "không có sự kiện nào\n"
    found = json.loads(monitor("events", "--json").stdout)
    assert (found["total"], found["events"][0]["stories"], found["events"][0]["publishers"]) == (2, 3, 5)
    story = json.loads(monitor("story", url("copy"), "--json").stdout)
    assert (story["copies"], story["event"]["articles"], len(story["echoes"])) == (2, 5, 2)
    assert monitor("events", "--since", "x").exit_code == 1
