"""The digest: which stories stand where, that each figure leads to its evidence, and that no text becomes markup anywhere."""

import json
import os
import re
import subprocess
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.clock import parse_moment
from monitor.errors import ConfigError, MonitorError
from monitor.figures import Condition, Coverage, Digest, Section
from monitor.matters import Hotspot, Matter
from monitor.movement import Volume
from monitor.records import Article, Evidence, Tag, TaggedArticle
from monitor.report import formats
from monitor.report.digest import Material, compose, window
from monitor.report.results import shown

DAY = date(2026, 11, 22)
SINCE, UNTIL = parse_moment("2026-11-21T06:30"), parse_moment("2026-11-22T06:30")
HEARD = {DAY - timedelta(days=back): 1.0 for back in range(15)}
TITLES = {"pension": "Lương hưu", "hi_care": "Khám chữa bệnh", "lump_sum": "BHXH một lần"}
CHROMIUM = Path("/usr/bin/chromium")
_NUMBER = count(1)


def article(at: str, title: str = "Tin", **said: object) -> TaggedArticle:
    """An article seen at a Vietnamese time ("21T08:00" is of November 2026) with its labels."""
    number = next(_NUMBER)
    labels = {"sentiment": "neutral", "voice": "other", "topic": ("pension",), "place": ()}
    labels |= {kind: said.pop(kind) for kind in [*labels] if kind in said}
    given = {"url": f"https://bao.example/{number}", "outlet": "Báo Thử", "category": "national", "story": f"s{number}", **said}
    given.setdefault("publisher", given["outlet"])
    moment = parse_moment(at if len(at) > 10 else f"2026-11-{at}")
    made = Article(title=title, published=moment, fetched=moment, id=number, **given)
    tags = [
        Tag(kind=kind, label=label, score=0.9, by="m-1", evidence=(Evidence(start=0, end=len(title), text=title),))
        for kind, found in labels.items()
        for label in ((found,) if isinstance(found, str) else found)
    ]
    return TaggedArticle(article=made, words="", tags=tuple(tags))


def digest(
    articles: Sequence[TaggedArticle], *, health: dict[date, float] = HEARD, until: datetime = UNTIL, **more: object
) -> Digest:
    material = Material(
        articles=articles, health=health, conditions=more.pop("conditions", ()), titles=TITLES, models=("m-1",), **more
    )
    return compose(material, day=DAY, since=SINCE, until=until)


def section(found: Digest, name: str) -> Section:
    return next((one for one in found.sections if one.id == name), Section(id=name, title=""))


def titles(found: Digest, name: str) -> list[str]:
    return [story.first.article.title for story in section(found, name).stories]


def test_what_readers_wrote_is_no_story_of_the_day_and_makes_no_usual():
    under = [article(f"{day:02}T09:00", "Sao lâu thế", kind="comment", sentiment="negative") for day in range(14, 23)]
    told = [article("21T10:00", "Nợ đọng", sentiment="negative"), *(article(f"{day:02}T09:00") for day in range(14, 21))]
    found, plain = digest([*told, *under]), digest(told)
    assert titles(found, "attention") == titles(plain, "attention") == ["Nợ đọng"]
    assert (found.total.usual, found.total.count) == (plain.total.usual, plain.total.count)
    assert found.total.usual == 1.0
    assert [story.first.article.title for story in found.total.stories] == ["Nợ đọng"]


def fortnight(down: set[int]) -> Digest:
    """Four articles a day by two papers, of which one is silent on these days of November."""
    papers, days = ("Báo Một", "Báo Hai"), range(9, 23)
    there = [(paper, day) for day in days for paper in papers if paper == "Báo Một" or day not in down]
    items = [article(f"{day:02}T05:0{at}", outlet=paper, source=paper) for paper, day in there for at in (0, 1)]
    volumes = [
        Volume(source=paper, outlet=paper, publisher=paper, category="national", day=date(2026, 11, day), articles=9 * heard, looks=4,
               good=4 * heard)
        for day in days for paper in papers for heard in [int((paper, day) in there)]
    ]  # fmt: skip
    return digest(items, volumes=volumes, read=(2310, 38))


def test_the_ten_days_do_not_dip_where_a_source_was_silent():
    found = fortnight({17, 18})
    assert [one.articles for one in found.days] == [4, 4, 4, 4, 2, 2, 4, 4, 4, 4]
    assert [one.estimate for one in found.days] == [4.0] * 10
    page = formats.as_html(found)
    assert "16 4 · 17 ≈4 (đọc được 2) · 18 ≈4 (đọc được 2) · 19 4" in formats.as_text(found)
    assert page.count('fill="url(#estimated)" stroke') == 2
    assert "ước cho những nguồn" in page
    assert "đọc thiếu nguồn" not in page


def test_the_figures_on_top_say_of_how_much_that_was_read():
    found = fortnight(set())
    assert "(4 bài, 2 nguồn độc lập) trong 2.310 bài đã đọc của 38 nguồn độc lập" in formats.as_text(found)
    assert "trong 2.310 bài đã đọc" in formats.as_html(found)
    assert "ước cho những nguồn" not in formats.as_html(found)


def test_what_must_be_answered_comes_first_and_broken_sources_last():
    broken = Condition(source="x/y", outlet="Báo Hỏng", state="failed")
    items = [
        article("21T08:00", sentiment="negative"),
        article("21T09:00"),
        article("18T09:00", voice="citizen_voice", topic=("lump_sum",)),
        article("21T10:00", category="owned"),
    ]
    found = digest(items, conditions=(broken, Condition(source="g", outlet="G", state="good")))
    assert [one.id for one in found.sections] == ["attention", "new", "open", "topics", "owned", "silent"]
    assert [one.outlet for one in section(found, "silent").sources] == ["Báo Hỏng"]


def test_only_what_was_seen_in_the_window_is_counted():
    found = digest([article(at) for at in ("21T06:29", "21T06:30", "22T06:29", "22T06:30")])
    assert found.total.count.articles == 2


def test_a_story_in_forty_outlets_is_one_story_and_its_copies_are_counted_beside_it():
    copies = [article("21T09:00", "Một tin", story="a", outlet=f"Báo {number}") for number in range(40)]
    found = digest([*copies, article("21T08:00", "Tin khác")])
    assert (found.total.count.stories, found.total.count.articles, found.total.count.publishers) == (2, 41, 41)
    assert titles(found, "new") == ["Một tin", "Tin khác"]
    assert "Một tin (+39 bài đăng lại)" in formats.as_text(found)


def test_papers_of_one_house_are_one_voice():
    papers = [article("21T09:00", story="a", outlet=outlet, publisher="nhà in") for outlet in ("A", "B", "C")]
    assert digest(papers).total.count.publishers == 1


def test_what_the_agency_says_of_itself_stands_apart_and_is_never_counted():
    found = digest([article("21T08:00", "Của ngành", category="owned", sentiment="negative"), article("21T09:00", "Của báo")])
    assert (found.total.count.articles, found.days[-2].articles) == (1, 1)
    assert (titles(found, "owned"), titles(found, "attention")) == (["Của ngành"], [])
    assert "Của ngành" not in [
        story.first.article.title for figure in section(found, "topics").figures for story in figure.stories
    ]


def test_a_complaint_is_open_until_somebody_official_replies_on_its_topic_and_place():
    about = "kho thuốc chống đông hết hàng"
    asked = article(
        "18T08:00", f"Hỏi: {about}", voice="citizen_voice", topic=("hi_care",), place=("Cần Thơ",), sentiment="negative"
    )
    reply = {"title": f"Trả lời về {about}", "voice": "official_reply", "topic": ("hi_care",), "category": "owned"}
    still = [asked.article.title]
    assert titles(digest([asked]), "open") == still
    assert titles(digest([asked, article("20T08:00", place=("Cần Thơ",), **reply)]), "open") == []
    assert titles(digest([asked, article("20T08:00", place=("Lào Cai",), **reply)]), "open") == still
    assert titles(digest([asked, article("20T08:00", **{**reply, "topic": ("pension",)})]), "open") == still
    assert titles(digest([asked, article("17T08:00", place=("Cần Thơ",), **reply)]), "open") == still
    assert titles(digest([asked, article("20T08:00", **{**reply, "title": "Khai trương phòng đọc sách"})]), "open") == still
    assert titles(digest([article("14T08:00", voice="citizen_voice")]), "open") == []


def test_among_the_open_ones_what_many_papers_carry_comes_first_and_then_what_waits_longest():
    said = {"voice": "problem_report", "sentiment": "negative"}
    loud = [article("20T08:00", "Nhiều báo", story="a", outlet=outlet, **said) for outlet in ("A", "B")]
    items = [article("19T08:00", "Hôm kia", **said), *loud, article("17T08:00", "Lâu nhất", **said)]
    assert titles(digest(items), "open") == ["Nhiều báo", "Lâu nhất", "Hôm kia"]


def test_negative_news_need_attention_until_they_are_answered_and_an_answer_needs_none():
    bad = article("21T08:00", "Sổ của thợ may Thiên Phú Lộc trắng bảy tháng", sentiment="negative")
    reply = article("21T12:00", "Trả lời về sổ của thợ may Thiên Phú Lộc", voice="official_reply", sentiment="negative")
    assert titles(digest([bad]), "attention") == [bad.article.title]
    assert titles(digest([bad, reply]), "attention") == []


def test_what_stands_under_attention_is_not_told_again_as_new():
    found = digest([article("21T08:00", "Xấu", sentiment="negative"), article("21T09:00", "Tốt", sentiment="positive")])
    assert (titles(found, "attention"), titles(found, "new")) == (["Xấu"], ["Tốt"])


def test_a_story_that_began_earlier_is_not_new():
    found = digest([article("20T08:00", "Cũ", story="a"), article("21T08:00", "Cũ", story="a", outlet="B")])
    assert (titles(found, "new"), found.total.count.articles) == ([], 1)


def spot(items: Sequence[TaggedArticle], **said: object) -> Hotspot:
    """A hot spot of these articles, as `monitor.hotspots` finds it."""
    given = {
        "topic": "hi_care",
        "place": "Cần Thơ",
        "state": "growing",
        "since": date(2026, 11, 19),
        "usual": 0.4,
        "chance": 0.01,
    }
    ids = tuple(item.article.id or 0 for item in items)
    stories = frozenset(item.article.story for item in items)
    counts = Coverage(key="", articles=len(items), stories=len(stories), publishers=2, negative=1)
    return Hotspot(**{**given, "count": counts, "articles": ids, "stories": stories, **said})


def test_a_hot_spot_is_named_with_its_place_state_counts_and_since_when():
    items = [article(f"2{day}T10:00", f"Tin ngày {day}", place=("Cần Thơ",)) for day in (0, 1)]
    matter = Matter(lead=spot(items), also=(spot(items, place=""),))
    found = digest(items, hot=[matter])
    (row,) = section(found, "hot").figures
    assert (row.title, row.usual) == ("Khám chữa bệnh · Cần Thơ", 0.4)
    assert [story.first.article.title for story in row.stories] == ["Tin ngày 1", "Tin ngày 0"]
    told = "đang tăng, từ 19/11; cùng lúc: Khám chữa bệnh; 2 tin (2 bài, 2 nguồn độc lập)"
    assert all(told in shape(found) for shape in (formats.as_text, formats.as_html))
    assert "thường lệ 0,4 tin" in formats.as_text(found)


def test_without_history_nothing_is_usual_and_nothing_is_hot():
    items = [article(f"21T1{at}:00") for at in range(10)]
    found = digest(items, health={DAY: 1.0, DAY - timedelta(days=1): 1.0})
    assert found.total.usual is None
    assert "thường lệ" not in formats.headline(found.total)
    assert all("lệ" not in formats.headline(one) for one in section(found, "topics").figures)


def test_usual_is_the_mean_of_the_same_hours_of_the_days_that_were_heard():
    earlier = [article(f"{day}T10:00") for day in range(14, 21)] + [article("20T11:00") for _ in range(7)]
    assert digest([*earlier, article("21T10:00")]).total.usual == 2.0
    deaf = {**HEARD, date(2026, 11, 20): 0.1}
    assert digest([*earlier, article("21T10:00")], health=deaf).total.usual == 1.0


def test_a_day_that_is_not_over_reads_up_to_now_and_one_that_has_not_begun_is_empty():
    assert window(DAY, UNTIL, "06:30") == (SINCE, UNTIL)
    assert window(DAY, UNTIL + timedelta(days=3), "06:30") == (SINCE, parse_moment("2026-11-23T00:00"))
    assert window(DAY, SINCE - timedelta(days=9), "06:30") == (SINCE, SINCE)
    assert "đến 06:30" in formats.as_html(digest([article("21T08:00")]))


def test_every_figure_leads_to_all_of_its_stories():
    found = digest([article("21T08:00", f"Tin số {number}", sentiment="negative") for number in range(30)])
    page = formats.as_html(found)
    assert len(section(found, "topics").figures[0].stories) == found.total.count.stories == 30
    for name in ("topics", "all"):
        part = page[page.index(f'<section id="{name}"') :].split("</section>")[0]
        assert all(f"Tin số {number}</a>" in part for number in range(30)), name
    assert 'href="#all-negative"' in page
    assert 'id="all-negative"' in page
    assert "… và 25 tin nữa" in formats.as_text(found)
    assert "… và 25 tin nữa" in formats.as_markdown(found)


def test_each_story_shows_the_phrases_that_spoke_for_its_labels():
    page = formats.as_html(digest([article("21T08:00", "Chậm trả lương hưu", sentiment="negative", place=("Cà Mau",))]))
    for label in ("Lương hưu", "tiêu cực", "Cà Mau"):
        assert f"<li>{label}: <mark>Chậm trả lương hưu</mark></li>" in page


def test_a_digest_of_nothing_says_so():
    found = digest([])
    assert "Không có tin nào về bảo hiểm xã hội trong khung giờ này." in formats.as_html(found)
    assert "0 tin (0 bài, 0 nguồn độc lập)" in formats.as_text(found)


PAYLOADS = [
    "<script>document.title='hacked'</script>",
    "<img src=x onerror=\"document.title='hacked'\">",
    "\"><svg onload=document.title='hacked'>",
    "</title><script>document.title='hacked'</script>",
    "</style><script>document.title='hacked'</script>",
    "' autofocus onfocus=document.title='hacked' x='",
    "{{ 7 * 191 }}{% raw %}<b>&amp;lt;",
    "<iframe srcdoc=\"<script>top.document.title='hacked'</script>\">",
]


def hostile() -> Digest:
    """A digest whose every text is a payload."""
    items = []
    for text in PAYLOADS:
        said = {"lead": text, "outlet": text, "place": (text,), "sentiment": "negative", "story": text}
        urls = ("javascript:document.title='hacked'", f"https://bao.example/?{text}", f"data:text/html,{text}")
        items += [article("21T08:00", text, url=url, category="national", **said) for url in urls]
        items += [article("18T08:00", text, voice="citizen_voice", topic=("lump_sum",), place=(text,))]
    conditions = tuple(Condition(source=text, outlet=text, state="failed", problem=text, advice=text) for text in PAYLOADS)
    return digest(items, conditions=conditions)


class Page(HTMLParser):
    """The tags, links and attributes of a page."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def test_a_page_is_one_file_without_script_and_without_anything_from_elsewhere():
    for found in (digest([article("21T08:00")]), hostile(), digest([])):
        page = Page(formats.as_html(found))
        assert not page.tags & {"script", "iframe", "object", "embed", "img", "link", "base", "form", "b69"}
        assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "srcdoc", "style", "action")]
        links = [value for name, value in page.attributes if name == "href"]
        assert all(link.startswith(("http://", "https://", "#")) for link in links)
        assert "url(" not in re.sub(r"url\(#unheard\)", "", formats.as_html(found).split("</style>")[0])


def test_the_template_does_not_read_what_articles_say():
    page = formats.as_html(hostile())
    assert "1337" not in page
    assert "{{ 7 * 191 }}" in page


@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_no_payload_runs_in_a_real_browser(tmp_path):
    (tmp_path / "hostile.html").write_text(formats.as_html(hostile()), encoding="utf-8")
    run = "<!doctype html><title>x</title><img src=x onerror=\"document.title='hacked'\">"
    (tmp_path / "control.html").write_text(run, encoding="utf-8")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=2000", "--dump-dom"]
    shown = {}
    for name in ("control", "hostile"):
        ran = subprocess.run(
            [*command, f"file://{tmp_path / name}.html"], capture_output=True, text=True, timeout=60, check=False
        )
        if not ran.stdout:
            pytest.skip(f"Chromium does not start here: {ran.stderr[-200:]}")
        shown[name] = re.findall(r"<title>(.*?)</title>", ran.stdout, re.S)[0]
    assert shown == {"control": "hacked", "hostile": "Điểm báo bảo hiểm xã hội ngày 22/11/2026"}


def test_markdown_is_not_markup_of_what_articles_say():
    text = formats.as_markdown(digest([article("21T08:00", "[a](javascript:x) *b* `c` <i>d</i> # e", url="javascript:x")]))
    assert r"\[a\]\(javascript:x\) \*b\* \`c\` \<i\>d\</i\> \# e" in text
    assert "](<#>)" in text
    assert not re.search(r"(?<!\\)<i>", text)


def test_a_link_in_markdown_cannot_be_left_by_its_address():
    text = formats.as_markdown(digest([article("21T08:00", "x", url="https://bao.example/a>)[b](<https://c.example/")]))
    assert ">)[b](<" not in text


@settings(max_examples=30)
@given(st.text(), st.text(), st.text())
def test_any_text_comes_out_of_every_format(title, outlet, url):
    found = digest([article("21T08:00", title, outlet=outlet, lead=title, url=url, place=(outlet,))])
    for name in ("text", "md", "html", "json"):
        assert formats.FORMATS[name](found).encode("utf-8", "surrogatepass")
    assert json.loads(formats.as_json(found))["total"]["stories"][0]["first"]["article"]["title"] == title


def test_json_gives_times_in_utc_and_what_the_records_hold():
    found = json.loads(formats.as_json(digest([article("21T08:00", sentiment="negative")])))
    assert (found["since"], found["day"]) == ("2026-11-20T23:30:00+00:00", "2026-11-22")
    assert found["total"]["count"]["tone"] == -1.0
    assert found["sections"][0]["stories"][0]["first"]["article"]["published"] == "2026-11-21T01:00:00+00:00"
    assert shown(digest([]), "json")["sections"] == []
    assert shown(digest([]), "text") == formats.as_text(digest([]))


def test_an_unknown_format_names_the_known_ones(tmp_path):
    with pytest.raises(ConfigError, match="known: html, json, md, text"):
        formats.write(digest([]), "pdf", tmp_path / "x")


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "digest.html"
    target.write_text("yesterday", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MonitorError, match="cannot be written \\(No space left on device\\)"):
        formats.write(digest([]), "html", target)
    assert [path.name for path in tmp_path.iterdir()] == ["digest.html"]
    assert target.read_text(encoding="utf-8") == "yesterday"
    monkeypatch.undo()
    assert formats.write(digest([]), "html", target) == target
    assert target.read_text(encoding="utf-8").endswith("</html>\n") or target.read_text(encoding="utf-8").endswith("</html>")
    assert target.stat().st_mode & 0o777 == 0o644


def test_what_readers_write_is_heard_as_questions_and_is_no_story_of_the_press():
    said = {"kind": "comment", "voice": "citizen_voice", "sentiment": "negative"}
    printed = [article(f"{day}T0{hour}:00") for day in range(15, 23) for hour in (2, 4)]
    under = [article(f"{day}T03:0{n}", "Bao giờ có lương hưu?", **said) for day in range(15, 23) for n in range(5)]
    found = digest([*printed, *under])
    (row,) = section(found, "topics").figures
    assert (row.count.stories, row.usual, len(row.stories)) == (2, 2.0, 2)
    assert (found.total.count.stories, found.total.usual, len(found.total.stories)) == (2, 2.0, 2)
    assert titles(found, "attention") == []
    assert set(titles(found, "open")) == {"Bao giờ có lương hưu?"}
