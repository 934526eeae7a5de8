"""Questions and complaints: what counts as one, what answers it and why, how long it waited, and what still waits."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import makers
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from makers import NOON, article, tag

from monitor import cli, config, query
from monitor.clock import moment_of
from monitor.errors import UsageError
from monitor.figures import Story
from monitor.heard import Rules
from monitor.query import replies as asked
from monitor.records import TaggedArticle
from monitor.replies import ENOUGH, Answers, Question, dialogue, dialogues
from monitor.store import articles, tags

RULES = query.rules(config.load("config.yaml"))
QUESTION = {"voice": "citizen_voice", "sentiment": "neutral", "topic": "hi_care"}
REPLY = {**QUESTION, "voice": "official_reply"}
ABOUT = "chụp cộng hưởng từ phải chờ ba tuần"


def item(number: int, title: str, *, day: float = 0, labels: dict[str, str], **said: object) -> TaggedArticle:
    """An article so many days after noon of 20/11/2026."""
    made = article(number, title=title, published=NOON + timedelta(days=day), id=number, story=f"a{number}", **said)
    return TaggedArticle(article=made, words="", tags=tuple(tag(kind, label) for kind, label in labels.items() if label))


def answers(*found: TaggedArticle, rules: Rules = RULES) -> list[Question]:
    return Answers([Story(first=one) for one in found], rules).questions()


def only(*found: TaggedArticle, rules: Rules = RULES) -> Question:
    (one,) = answers(*found, rules=rules)
    return one


def test_a_later_official_reply_that_shares_topic_and_words_answers_and_says_why():
    question = only(item(1, f"Vì sao {ABOUT}?", labels=QUESTION), item(2, f"Sở Y tế trả lời việc {ABOUT}", day=2.5, labels=REPLY))
    assert question.reply.item.article.id == 2
    assert question.waits(NOON + timedelta(days=30)) == timedelta(days=2.5)
    assert question.reply.score >= ENOUGH
    assert "topic" in question.reply.why
    assert "cộng hưởng" in question.reply.why["words"]


@pytest.mark.parametrize(
    ("why", "reply"),
    [
        ("it came before", item(2, f"Trả lời việc {ABOUT}", day=-1, labels=REPLY)),
        ("it came too late", item(2, f"Trả lời việc {ABOUT}", day=61, labels=REPLY)),
        ("it is on another topic", item(2, f"Trả lời việc {ABOUT}", day=1, labels={**REPLY, "topic": "pension"})),
        ("it shares the topic alone", item(2, "Trả lời về giá giường bệnh", day=1, labels=REPLY)),
        ("nobody official speaks", item(2, f"Bạn đọc bàn chuyện {ABOUT}", day=1, labels={**REPLY, "voice": "explainer"})),
        ("it is another citizen", item(2, f"BHXH trả lời: {ABOUT}", day=1, labels={**QUESTION, "sentiment": "positive"})),
    ],
)
def test_what_is_no_answer_leaves_a_question_open(why, reply):
    assert only(item(1, f"Vì sao {ABOUT}?", labels=QUESTION), reply).reply is None, why


def test_a_reply_from_another_province_is_none_and_merged_provinces_are_one():
    here = {**QUESTION, "place": "Bình Dương"}
    other = item(2, f"Trả lời việc {ABOUT}", day=1, labels={**REPLY, "place": "Lào Cai"})
    merged = item(2, f"Trả lời việc {ABOUT}", day=1, labels={**REPLY, "place": "TP. Hồ Chí Minh"})
    assert only(item(1, f"Vì sao {ABOUT}?", labels=here), other).reply is None
    assert only(item(1, f"Vì sao {ABOUT}?", labels=here), merged).reply


def test_a_proper_name_joins_a_complaint_to_what_was_done_under_another_topic():
    bad = {"voice": "problem_report", "sentiment": "negative", "topic": "short_term_benefits"}
    done = {"voice": "sector_activity", "sentiment": "neutral", "topic": "evasion"}
    complaint = item(1, "Tiền thai sản của thợ Thiên Phú Lộc vẫn là lời hứa", labels=bad)
    deed = item(2, "BHXH tỉnh thông báo: thợ Thiên Phú Lộc đã nhận tiền thai sản", day=9, labels=done)
    found = only(complaint, deed, *(item(9 + n, f"Chuyện khác số {n}", labels=done) for n in range(20)))
    assert found.reply.why["name"] == ["Phú Lộc", "Thiên Phú"]


def test_a_legal_instrument_in_common_makes_an_answer_of_what_few_words_join():
    law = "Nghị định 158/2025/NĐ-CP"
    asking = item(1, "Chủ quán cà phê kê khai thuế có thuộc diện bắt buộc, theo nghị định nào?", labels={**QUESTION, "law": law})
    said = "Giải đáp người đứng tên hộ buôn bán kê khai thuế"
    assert only(asking, item(2, said, day=1, labels=REPLY)).reply is None
    reply = only(asking, item(2, said, day=1, labels={**REPLY, "law": law})).reply
    assert reply.why["law"] == [law]


def test_one_answer_may_close_several_questions():
    found = answers(
        item(1, f"Vì sao {ABOUT}?", labels=QUESTION),
        item(2, f"Mẹ tôi {ABOUT}", day=1, labels=QUESTION),
        item(3, f"Bộ Y tế nói rõ vì sao {ABOUT}", day=3, labels=REPLY),
    )
    assert [one.reply.item.article.id for one in found] == [3, 3]


def test_the_first_answer_counts_not_the_best():
    found = only(
        item(1, f"Vì sao {ABOUT}?", labels=QUESTION),
        item(3, f"Trả lời: vì sao {ABOUT}?", day=9, labels=REPLY),
        item(2, f"Trả lời việc {ABOUT}", day=2, labels=REPLY),
    )
    assert found.reply.item.article.id == 2


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("Theo BHXH Việt Nam, cơ quan này cho biết hồ sơ đã đủ.", True),
        ("Ông A, Giám đốc BHXH tỉnh, xác nhận sổ đã trả.", True),
        ("Công an đã khởi tố giám đốc phòng khám.", True),
        ("Theo một cán bộ bảo hiểm xã hội, thẻ đã in xong.", True),
        ("Làm theo quy định của Bộ Y tế mà vẫn phải chờ.", False),
        ("BHXH huyện chưa trả lời đơn của tôi.", False),
        ("Tôi đề nghị Bộ Y tế trả lời dứt khoát.", False),
        ("Kẻ gian giả danh BHXH thông báo khóa thẻ.", False),
        ("Vì sao BHXH không trả lời?", False),
        ("Bộ Y tế nói gì, BHXH trả lời ra sao?", False),
        ("Người dân cho biết BHXH rất đông.", False),
        ("", False),
    ],
)
def test_an_agencys_word_in_the_same_article_answers_and_its_silence_does_not(text, inside):
    found = only(item(1, "Sổ bảo hiểm nằm đâu", labels=QUESTION, text=text))
    assert (found.reply is not None and found.reply.inside) == inside
    assert not inside or (found.reply.why["said"] == [text] and found.waits(NOON + timedelta(days=9)) == timedelta(0))


def test_a_comment_asks_only_where_it_asks_and_all_under_one_headline_are_one_question():
    under = {"kind": "comment", "context": "Bỏ thẻ giấy từ tháng sau"}
    found = answers(
        item(1, "", labels=QUESTION, text="Vậy người già không có máy thì làm sao?", **under),
        item(2, "", day=0.1, labels=QUESTION, text="Mẹ tôi hỏi đi khám cầm gì", **under),
        item(3, "", day=0.2, labels=QUESTION, text="Hay quá, ủng hộ", **under),
        item(4, "Bài báo không có dấu hỏi", day=0.3, labels=QUESTION),
    )
    assert [(one.story.first.article.id, one.voices) for one in found] == [(1, 2), (4, 1)]


def test_praise_and_the_agencys_own_words_ask_nothing():
    praise = item(1, "Cảm ơn cô ở quầy số 4?", labels={**QUESTION, "sentiment": "positive"})
    assert answers(praise, item(2, "Hỏi đáp trên trang của ngành?", labels=QUESTION, category="owned")) == []


def test_the_agencys_own_channel_answers_though_it_is_no_publicity():
    own = item(2, f"Giải đáp: {ABOUT}", day=1, labels={**REPLY, "voice": "explainer"}, category="owned")
    assert only(item(1, f"Vì sao {ABOUT}?", labels=QUESTION), own).reply.item.article.category == "owned"


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=12))
def test_every_question_is_answered_or_open_and_no_answer_comes_before_its_question(told):
    found = [item(n, f"Hỏi chuyện {ABOUT}", day=day, labels=REPLY if reply else QUESTION) for n, (day, reply) in enumerate(told)]
    questions = answers(*found)
    row = dialogue("", questions, now=NOON + timedelta(days=90), window=RULES.window)
    assert row.asked == sum(not reply for _, reply in told)
    assert row.answered + row.open == row.asked
    assert row.days is None or 0 <= row.days <= 60
    for one in questions:
        assert one.reply is None or one.asked < one.reply.item.article.seen <= one.asked + RULES.window


def test_rows_are_by_topic_or_place_with_the_most_open_ones_first():
    found = answers(
        item(1, "Một việc?", labels={**QUESTION, "topic": "pension", "place": "Cà Mau"}),
        item(2, "Hai việc?", labels={**QUESTION, "place": "Bình Dương"}),
        item(3, "Ba việc?", labels={**QUESTION, "place": ""}),
    )
    rows = {by: dialogues(found, by=by, now=NOON, window=RULES.window, clusters={"ĐBSCL": ["Cà Mau"]}) for by in
            ("topic", "place", "province", "cluster")}  # fmt: skip
    assert [(row.key, row.open) for row in rows["topic"]] == [("hi_care", 2), ("pension", 1)]
    assert {row.key for row in rows["place"]} == {"", "Cà Mau", "Bình Dương"}
    assert {row.key for row in rows["province"]} == {"", "Cà Mau", "TP. Hồ Chí Minh"}
    assert [row.key for row in rows["cluster"]] == ["ĐBSCL"]
    with pytest.raises(UsageError, match="did you mean topic"):
        dialogues(found, by="topik", now=NOON, window=RULES.window)


def keep(store, number: int, title: str, day: float, **labels: str) -> None:
    told = article(number, title=title, published=NOON + timedelta(days=day), outlet=f"Báo {number}")
    makers.keep(store, told, **labels)


@pytest.fixture
def asking(store):
    """A store with three questions of which one is answered, after the days that are asked for."""
    keep(store, 1, f"Vì sao {ABOUT}?", 0, **QUESTION, place="Cà Mau")
    keep(store, 2, "Sổ của mẹ tôi nằm đâu?", 0.5, **{**QUESTION, "topic": "pension"})
    keep(store, 3, "Chuyện tháng trước thế nào rồi?", -20, **QUESTION)
    keep(store, 4, f"Sở Y tế trả lời việc {ABOUT}", 4, **REPLY)
    return store


def test_questions_of_some_days_are_found_with_answers_that_came_after_them(asking):
    now, days = NOON + timedelta(days=10), {"since": date(2026, 11, 20), "until": date(2026, 11, 21)}
    found = asked.questions(asking, config.load("config.yaml"), now=now, **days)
    assert [(one.story.first.article.title[:3], one.reply is None) for one in found] == [("Vì ", False), ("Sổ ", True)]
    (one,) = asked.questions(asking, config.load("config.yaml"), now=now, topic="pension", **days)
    assert one.waits(now) == timedelta(days=9.5)
    assert asked.questions(asking, config.load("config.yaml"), now=now, place="ĐBSCL", **days)[0].reply
    early = asked.questions(asking, config.load("config.yaml"), now=NOON + timedelta(days=3), **days)
    assert [one.reply for one in early] == [None, None]
    with pytest.raises(UsageError, match="runs backwards"):
        asked.questions(asking, config.load("config.yaml"), now=now, since=date(2026, 11, 21), until=date(2026, 11, 20))


@pytest.fixture
def monitor(asking, store_url, tmp_path, monkeypatch):
    """A function that runs one command line on that store."""
    (tmp_path / "office.yaml").write_text("web: {delay: 0s}\n", encoding="utf-8")
    monkeypatch.setenv("MONITOR_STORE", store_url)
    return lambda *words: CliRunner().invoke(cli.main, [*words, "--config", str(tmp_path / "office.yaml")])


def test_the_verb_counts_lists_what_waits_longest_first_and_shows_why_an_answer_is_one(monitor):
    days = ["--since", "2026-10-30", "--until", "2026-11-30"]
    counted = monitor("replies", *days).stdout
    assert "Khám chữa bệnh BHYT" in counted
    assert counted.splitlines()[-1].startswith("tất cả")
    assert "33%" not in counted, "a share of three says nothing; its interval does"
    assert "6%–79%" in counted
    waiting = monitor("replies", *days, "--open").stdout
    assert waiting.index("Chuyện tháng trước") < waiting.index("Sổ của mẹ tôi")
    assert "đã chờ" in waiting
    assert "https://bao.example/3" in waiting
    told = monitor("replies", *days, "--answered").stdout
    assert "trả lời sau 4 ngày · " in told
    assert "→ Sở Y tế trả lời" in told
    assert "cùng chủ đề: Khám chữa bệnh BHYT" in told


def test_the_verb_says_the_same_in_json(monitor):
    days = ["--since", "2026-10-30", "--until", "2026-11-30", "--json"]
    rows = json.loads(monitor("replies", *days).stdout)
    assert (rows["total"]["asked"], rows["total"]["answered"], rows["total"]["open"]) == (3, 1, 2)
    (one,) = json.loads(monitor("replies", *days, "--answered").stdout)["questions"]
    assert (one["days"], one["publishers"], one["reply"]["inside"]) == (4.0, 1, False)
    assert monitor("replies", "--since", "2020-01-01", "--until", "2020-01-02").exit_code == 0
    refused = monitor("replies", "--topic", "hi_car")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "did you mean hi_care" in refused.stderr


def test_copies_carry_a_question_further_and_a_copy_with_the_agencys_word_answers_it(store):
    body = " ".join(f"chữ{number}" for number in range(60))
    for number, text in ((1, body), (2, f"{body}\nBHXH tỉnh cho biết đã nhận hồ sơ.")):
        one = article(number, title="Hồ sơ nằm đâu", text=text, publisher=f"B{number}", published=NOON + timedelta(hours=number))
        articles.keep_articles(store, [one])
    waiting = list(articles.untagged(store, "v1"))
    marks = tuple(tag(kind, label) for kind, label in {**QUESTION, "relevance": "core"}.items())
    tags.keep(store, [TaggedArticle(article=one.article, words="", tags=marks) for one in waiting], "v1")
    (one,) = asked.questions(
        store, config.load("config.yaml"), since=date(2026, 11, 20), until=date(2026, 11, 20), now=moment_of(date(2026, 11, 25))
    )
    assert (len(one.story.members), one.reply.inside) == (2, True)


def test_a_question_is_answered_or_open_whichever_days_are_asked_for(store):
    """A name that a whole day speaks of tells its affair from those of the weeks before."""
    for number in range(48):
        keep(store, number, f"Chuyện thứ {number} ở nơi khác", -49 + number, **QUESTION)
    keep(store, 50, "Thợ may Hưng Phát Thành hỏi sổ trắng bảy tháng", 0, **{**QUESTION, "topic": "evasion"})
    for number in range(60, 73):
        keep(store, number, f"Việc {number} ở Hưng Phát Thành", 0.1, voice="other", sentiment="neutral", topic="evasion")
    keep(store, 90, "Sở trả lời thợ may Hưng Phát Thành chuyện sổ", 0.3, **{**REPLY, "topic": "compulsory_si"})
    now, last = NOON + timedelta(days=2), date(2026, 11, 21)
    one_day, weeks = (
        {one.story.first.article.url: one.reply and one.reply.item.article.url for one in found}
        for found in (asked.questions(store, config.load("config.yaml"), since=since, until=last, now=now)
                      for since in (date(2026, 11, 20), date(2026, 10, 1)))
    )  # fmt: skip
    assert weeks["https://bao.example/50"] == "https://bao.example/90"
    assert one_day.items() <= weeks.items()


def test_a_day_that_is_yet_to_come_is_judged_as_of_its_end():
    assert query.as_of(NOON, date(2026, 11, 20)) == NOON
    assert query.as_of(NOON, date(2026, 11, 22)) == datetime.fromisoformat("2026-11-23T00:00:00+07:00")
