"""A whole day on a web that lives in memory: crawl, tag, digest; and the same day again changes nothing."""

from datetime import timedelta

import pytest
from fakeweb import FakeWeb, item

from monitor import config, query, runner
from monitor.clock import moment_of, parse_day, parse_moment
from monitor.desk import Desk
from monitor.store import proof

DAY = parse_day("2026-11-20")
WEB = {"báo một": "https://mot.example", "báo hai": "https://hai.example", "trang ngành": "https://nganh.example"}
REPLY = "Cơ quan bảo hiểm xã hội trả lời: chi trả chế độ thai sản chậm do thiếu hồ sơ"
SHORT = ("Trung tâm thanh toán hồ sơ thai sản cho lao động nữ ở Lào Cai đã nhận đủ giấy tờ.", "Hồ sơ được trả trong tuần này.")
HELMETS = ("Những chiếc mũ giá bốn mươi nghìn đồng vỡ ngay khi rơi xuống mặt đường, người mua vẫn chọn vì rẻ và tiện.",)
LONG = (
    "Sáng nay hơn sáu mươi công nhân đến hỏi vì sao tiền thai sản của họ chậm bốn tháng, nhiều người phải vay mượn để nuôi con nhỏ.",
    "Bảo hiểm xã hội cơ sở cho biết công ty còn chậm đóng bảo hiểm xã hội nên chưa thể giải quyết hết hồ sơ cho người lao động.",
)


@pytest.fixture
def fake():
    """Two papers with a copied story, a look-alike and a mention, and the agency's own page with its answer."""
    web = FakeWeb()
    told = {"mot": ("Công nhân Lào Cai mòn mỏi chờ tiền thai sản", LONG, 8), "hai": ("Chờ tiền thai sản ở Lào Cai", LONG, 10)}
    for name, (title, text, hour) in told.items():
        root, at = f"https://{name}.example", moment_of(DAY, f"{hour:02}:00")
        web.article(f"{root}/thai-san", title, text=text, published=at)
        web.feed(f"{root}/rss", item(title, f"{root}/thai-san", summary=text[0], published=at), *others(root))
    at = moment_of(DAY, "12:00")
    web.article("https://nganh.example/tra-loi", REPLY, text=SHORT, published=at)
    web.feed("https://nganh.example/rss", item(REPLY, "https://nganh.example/tra-loi", summary=SHORT[0], published=at))
    web.article("https://mot.example/mu", "Mũ bảo hiểm giả bày bán ven đường", text=HELMETS, published=moment_of(DAY, "09:00"))
    return web


def others(root: str) -> list[str]:
    if "mot" not in root:
        return []
    at = moment_of(DAY, "09:00")
    helmet = item("Mũ bảo hiểm giả bày bán ven đường", f"{root}/mu", summary="Mũ rẻ, vỡ khi rơi.", published=at)
    return [helmet, item("Đội bóng huyện thắng ba trận", f"{root}/bong", summary="Khán giả đội mưa.", published=at)]


@pytest.fixture
def desk(tmp_path, fake, store_url):
    """A desk at the evening of that day, on that web."""
    lines = [
        f'store: {{url: "{store_url}"}}',
        f'folders: {{digests: "{tmp_path}/digests", evidence: "{tmp_path}/evidence"}}',
        "web: {delay: 0s}",
    ]
    lines.append("sources:")
    for outlet, root in WEB.items():
        kind = "owned" if "nganh" in root else "national"
        lines.append(f'  - {{id: {root.split("/")[2]}/rss, url: "{root}/rss", outlet: {outlet}, class: {kind}}}')
    (tmp_path / "monitor.yaml").write_text("\n".join(lines), encoding="utf-8")
    with Desk(config.load(tmp_path / "monitor.yaml"), at=parse_moment("2026-11-20T20:00")) as opened:
        opened.web = fake.open()
        yield opened


def contents(desk: Desk) -> list[object]:
    return list(query.everything(desk.store, None, None))


def test_a_day_is_read_tagged_and_told(desk, tmp_path):
    outcome = runner.run("daily", desk)
    assert outcome.problems == []
    assert (outcome.counts["sources visited"], outcome.counts["new articles"], outcome.counts["tagged articles"]) == (3, 5, 5)
    (digest,) = outcome.results
    assert (digest.total.count.stories, digest.total.count.articles, digest.total.count.publishers) == (1, 2, 2)
    assert list(proof.check(desk.store)) == []
    sections = {one.id: one for one in digest.sections}
    (story,) = digest.total.stories
    assert [one.article.outlet for one in story.members] == ["báo một", "báo hai"]
    assert story.first.labels("topic")[0] == "short_term_benefits"
    assert story.first.labels("place") == ("Lào Cai",)
    assert [one.first.article.outlet for one in sections["owned"].stories] == ["trang ngành"]
    assert "silent" not in sections
    assert sorted(path.name for path in (tmp_path / "digests").iterdir()) == [
        f"2026-11-20.{end}" for end in ("html", "json", "md")
    ]


def test_evidence_stands_where_it_says_in_the_article(desk):
    runner.run("daily", desk)
    found = [(one.article.document, span) for one in contents(desk) for tag in one.tags for span in tag.evidence]
    assert found
    assert all(document[span.start : span.end] == span.text for document, span in found)


def test_the_same_day_again_changes_nothing(desk, fake):
    runner.run("daily", desk)
    before, asked = contents(desk), dict(fake.asked)
    again = runner.run("daily", desk)
    assert (again.counts.get("new articles", 0), again.counts.get("tagged articles", 0)) == (0, 0)
    assert contents(desk) == before
    assert {
        url: number for url, number in fake.asked.items() if number != asked.get(url, 0) and not url.endswith("robots.txt")
    } == {}


def test_an_hour_later_the_feeds_are_asked_whether_they_changed_and_no_page_is_read_twice(desk, fake):
    runner.run("daily", desk)
    before = contents(desk)
    desk.at = desk.now + timedelta(hours=1)
    again = runner.run("daily", desk)
    assert again.counts["sources visited"] == 3
    assert contents(desk) == before
    assert all(number == 1 for url, number in fake.asked.items() if not url.endswith(("/rss", "robots.txt")))
    assert {request.headers.get("If-None-Match") is not None for request in fake.log if str(request.url).endswith("/rss")} == {
        True,
        False,
    }


def test_an_outlet_that_fails_costs_only_itself_and_is_named(desk, fake):
    fake.fail("hai.example", "503")
    outcome = runner.run("daily", desk)
    assert [problem.what for problem in outcome.problems] == ["hai.example/rss"]
    assert {one.article.outlet for one in contents(desk)} == {"báo một", "trang ngành"}
    silent = next(one for one in outcome.results[0].sections if one.id == "silent")
    assert [one.outlet for one in silent.sources] == ["báo hai"]
    fake.fail("hai.example", "")
    desk.at = desk.now + timedelta(hours=3)
    runner.run("daily", desk)
    assert {one.article.outlet for one in contents(desk)} == set(WEB)


def test_sources_are_judged_as_of_the_last_time_they_were_read(desk):
    runner.run("daily", desk)
    later = query.digest(desk.store, desk.config, day=DAY, now=parse_moment("2026-12-24T08:00"))
    assert [one for section in later.sections for one in section.sources] == []
