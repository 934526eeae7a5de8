"""Tags are written whole with their evidence; copies of one text are one story."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from makers import NOON, article, gathering, keep, tag

from monitor.errors import StoreError
from monitor.records import Evidence, Source
from monitor.store import articles, counts, tags

NEWS = (
    "Sáng 20/11, cơ quan bảo hiểm xã hội thành phố Cần Thơ làm việc với tám doanh nghiệp may còn chậm đóng cho gần ba nghìn công "
    "nhân. Ba chủ xưởng hứa nộp dứt điểm trước Tết, số còn lại xin chia nhiều kỳ vì đơn hàng giảm. Công nhân mong sổ được chốt sớm "
    "để kịp hưởng chế độ thai sản. Đoàn kiểm tra lập biên bản từng nơi và hẹn quay lại vào tháng sau."
)
OTHER = (
    "Bệnh viện tuyến tỉnh ở Lào Cai vừa lắp thêm bốn máy chạy thận, nhờ vậy người bệnh có thẻ không phải xuống Hà Nội mỗi tuần ba "
    "lần. Bác sĩ trưởng khoa cho biết danh sách chờ đã rút từ sáu tuần còn mười ngày, kinh phí do quỹ chi trả gần trọn."
)


def stories(store) -> set[frozenset[str]]:
    """The URLs of each story that has any."""
    found = defaultdict(set)
    for item in tags.everything(store, None, None):
        if item.article.story:
            found[item.article.story].add(item.article.url.rpartition("/")[2])
    return {frozenset(group) for group in found.values()}


def copy(name: str, hours: float = 0, *, text: str = NEWS, title: str = "Tám xưởng may chậm đóng"):
    return article(name, title=title, text=text, published=NOON + timedelta(hours=hours))


def test_tags_come_back_best_first_with_their_evidence(store):
    articles.keep_articles(store, [article(text=NEWS)])
    waiting = next(articles.untagged(store, "v1"))
    spans = (Evidence(start=0, end=5, text="Sáng\u00a0", weight=0.25), Evidence(start=6, end=9, text="\"'\\", weight=0.75))
    marks = (tag("topic", "evasion", 0.4), tag("relevance", "core", 0.99, evidence=spans), tag("place", "Cần Thơ", 0.7))
    assert tags.keep(store, [replace(waiting, words="Sáng _", tags=marks)], "v1") == 1
    found = next(tags.everything(store, None, None))
    assert found.tags == tuple(sorted(marks, key=lambda one: -one.score))


def test_tagging_again_replaces_what_was_said_before(store):
    keep(store, article(text=NEWS), topic="evasion", version="v1")
    again = next(articles.untagged(store, "v2"))
    assert tags.keep(store, [replace(again, tags=(tag("relevance", "none"),))], "v2") == 1
    found = next(tags.everything(store, None, None))
    assert [one.label for one in found.tags] == ["none"]
    assert found.article.story == ""


def test_the_segmentation_is_kept_for_the_next_tagger(store):
    articles.keep_articles(store, [article()])
    item = next(articles.untagged(store, "v1"))
    tags.keep(store, [replace(item, words="Bảo_hiểm xã_hội")], "v1")
    assert next(articles.untagged(store, "v2")).words == "Bảo_hiểm xã_hội"


def test_tags_are_written_whole_or_not_at_all(store):
    articles.keep_articles(store, [article(1), article(2)])
    one, two = articles.untagged(store, "v1")
    twice = (tag("topic", "pension"), tag("topic", "pension"))
    with pytest.raises(StoreError):
        tags.keep(store, [replace(one, tags=(tag("topic", "fraud"),)), replace(two, tags=twice)], "v1")
    assert len(list(articles.untagged(store, "v1"))) == 2
    assert not any(item.tags for item in tags.everything(store, None, None))
    assert tags.keep(store, [], "v1") == 0


def test_copies_within_ten_days_are_one_story_and_later_ones_news_again(store):
    keep(store, copy("first"), copy("near", 9.9 * 24, text=NEWS + " Theo Thông tấn xã."))
    keep(store, copy("later", 20 * 24))
    assert stories(store) == {frozenset({"first", "near"}), frozenset({"later"})}


def test_a_shortened_copy_under_another_headline_is_the_same_story(store):
    keep(store, copy("first"), copy("cut", 2, title="Công nhân may chờ chốt sổ", text=NEWS[: int(len(NEWS) * 0.85)]))
    assert stories(store) == {frozenset({"first", "cut"})}


def test_different_news_of_one_day_are_different_stories(store):
    keep(store, copy("one"), copy("two", 1, text=OTHER, title="Thêm máy chạy thận"))
    assert stories(store) == {frozenset({"one"}), frozenset({"two"})}


def test_a_weekly_item_that_looks_alike_is_news_each_week(store):
    weekly = (
        "Điểm tin bảo hiểm xã hội tuần {}: {} Bạn đọc gửi câu hỏi về tòa soạn trước thứ năm, giải đáp đăng vào thứ bảy hằng tuần."
    )
    first, second = weekly.format(45, NEWS[:260]), weekly.format(46, OTHER[:260])
    keep(store, copy("w45", text=first, title="Điểm tin tuần"), copy("w46", 7 * 24, text=second, title="Điểm tin tuần"))
    assert stories(store) == {frozenset({"w45"}), frozenset({"w46"})}


def test_copies_are_one_story_in_whatever_order_they_come_in(store):
    copies = [copy("a", 0), copy("b", 5, text=NEWS + " (Theo TTXVN)"), copy("c", 9, title="Chậm đóng ở Cần Thơ")]
    for number, order in enumerate(permutations(copies)):
        shift = timedelta(days=30 * number)
        for one in order:
            keep(store, replace(one, url=f"{one.url}-{number}", published=one.published + shift))
    assert stories(store) == {frozenset(f"{name}-{number}" for name in "abc") for number in range(6)}


def test_tagging_everything_again_keeps_copies_together(store):
    keep(store, copy("a"), copy("b", 3), copy("c", 6, text=OTHER))
    before = stories(store)
    for item in list(articles.untagged(store, "v2")):
        tags.keep(store, [replace(item, tags=(tag("relevance", "core"),))], "v2")
    assert stories(store) == before == {frozenset("ab"), frozenset("c")}


def test_short_texts_comments_and_what_does_not_concern_us_copy_nobody(store):
    keep(store, copy("short1", text="", title="Tin vắn"), copy("short2", text="", title="Tin vắn"))
    keep(store, *(replace(copy(name), kind="comment") for name in ("comment", "answer")))
    keep(store, copy("none", text=OTHER), relevance="none")
    assert stories(store) == {frozenset({name}) for name in ("short1", "short2", "comment", "answer")}


def test_relevant_gives_what_is_core_within_the_window(store):
    keep(store, copy("in"), topic="evasion")
    keep(store, copy("none", text=OTHER), relevance="none")
    keep(store, copy("after", 24, text=OTHER))
    found = tags.relevant(store, NOON, NOON + timedelta(days=1))
    assert [item.article.url.rpartition("/")[2] for item in found] == ["in"]
    assert found[0].labels("topic") == ("evasion",)
    assert tags.models(store, NOON, NOON + timedelta(days=1)) == ("test-1",)
    assert tags.models(store, NOON + timedelta(days=9), NOON + timedelta(days=10)) == ()


def test_what_is_counted_can_be_narrowed_and_unknown_labels_count_nothing(store):
    owned = Source(id="ngành/home", url="https://bao.example/x", outlet="Trang Ngành", category="owned")
    ours = article("own", outlet="Trang Ngành", published=NOON)
    articles.keep_gathering(store, gathering(ours, source=owned))
    keep(store, ours, topic="pension", sentiment="positive")
    keep(store, article("two"), topic="evasion", sentiment="negative", place="Cần Thơ", voice="problem_report")
    window = (NOON - timedelta(days=1), NOON + timedelta(days=1))
    assert [one.category for one in counts.counted(store, *window)] == ["owned", "national"]
    one = counts.counted(store, *window, topic="evasion", place="Cần Thơ")[0]
    assert (one.sentiment, one.voice, one.topics, one.places) == ("negative", "problem_report", ("evasion",), ("Cần Thơ",))
    assert counts.counted(store, *window, topic="không có") == []
    assert [one.outlet for one in counts.counted(store, *window, outlet="Trang Ngành")] == ["Trang Ngành"]
    assert counts.outlets(store) == ["Báo Thử", "Trang Ngành"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_a_label_of_any_letters_is_asked_for_without_harm(store, label):
    with suppress(StoreError):
        assert counts.counted(store, NOON, NOON + timedelta(days=1), place=label) == []
