"""Reader comments under the articles of the store, on loopback servers that answer as the three outlets' do."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback import Services
from makers import article, keep

from monitor import config as configs
from monitor import people, pipeline
from monitor.crawl.comments import SITES, comments_of, site_of
from monitor.desk import Desk
from monitor.errors import ConfigError, FetchError, ParseError
from monitor.expression import phrase
from monitor.privacy import KEY
from monitor.records import Article, Problem
from monitor.store import Store, search, tags

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
KEYS = tuple(site.key for site in SITES)
VNEXPRESS = article("", url="https://vnexpress.net/luong-huu-tang-4965123.html", outlet="VnExpress", title="Lương hưu tăng")
TUOITRE = article("", url="https://tuoitre.vn/luong-huu-tang-20261119203015123.htm", outlet="Tuổi Trẻ", title="Lương hưu tăng")
DANTRI = article(
    "", url="https://dantri.com.vn/an-sinh/luong-huu-tang-20261119203015123.htm", outlet="Dân Trí", title="Lương hưu tăng"
)


def vnexpress(asked):
    """index/get pages by offset; data is a list where there is nothing; the first replies stand beside what they answer."""

    def item(number: int, text: str, name: str, **more):
        return {
            "comment_id": str(number), "parent_id": str(number), "article_id": 4965123, "content": text, "full_name": name,
            "creation_time": 1795572000 + number, "time": "6h trước", "userlike": 3, "t_r_1": 3, "userid": 1000 + number,
            "type": 1, "like_ismember": False, "rating": {}, "is_pin": 0, "replys": {"total": 0, "items": []}, **more,
        }  # fmt: skip

    if asked.query.get("objectid") != "4965123":
        return {"error": 0, "errorDescription": "", "iscomment": 1, "data": []}
    second = item(12, "Trần Nam 72 nói đúng, gọi tôi 0912.345.678", "Lê Hoa")
    if asked.path == "/index/getreplay":
        third = item(13, "<b>@Lê Hoa</b>: cảm ơn", "Trần Nam 72")
        return {"error": 0, "data": {"total": 2, "items": [second, third]} if asked.query["id"] == "11" else []}
    offset, limit = int(asked.query["offset"]), int(asked.query["limit"])
    first = item(11, "Tăng thế chưa đủ sống.<br/>Mong tăng nữa.", "Trần Nam 72", replys={"total": 2, "items": [second]})
    many = [first, *(item(100 + number, f"Ý kiến {number}", f"Bạn đọc {number}") for number in range(109))]
    return {
        "error": 0,
        "iscomment": 1,
        "data": {"total": 110, "totalitem": 112, "items": many[offset : offset + limit], "items_pin": [], "offset": offset},
    }


def tuoitre(asked):
    """getlist-comment.api: a list as JSON text under Data, replies inside."""
    reply = {
        "id": 502,
        "parent_id": 501,
        "content": "@Minh Anh chuẩn",
        "sender_fullname": "Hùng",
        "published_date": "2026-11-20T09:10:00",
    }
    first = {
        "id": 501, "parent_id": 0, "content": "<p>Người lao động còn khó</p>", "sender_fullname": "Minh Anh", "likes": 2,
        "published_date": "2026-11-20T09:00:00.123", "reactions": {"1": 2}, "child_count": 1, "child_comments": [reply],
    }  # fmt: skip
    found = [first] if asked.query["objId"] == "20261119203015123" and asked.query["pageindex"] == "1" else []
    return {"Success": True, "Message": None, "Data": json.dumps(found, ensure_ascii=False) if found else None}


def dantri(asked):
    """listcomment: items by offset, replies by isReply and the id of what they answer."""
    if asked.query.get("isReply"):
        return {
            "items": [
                {
                    "commentId": 72,
                    "parentId": 71,
                    "commentContent": "Đồng ý",
                    "fullName": "B",
                    "createdDate": "2026-11-20T09:20:00",
                }
            ]
        }
    first = {
        "commentId": 71,
        "parentId": None,
        "commentContent": "Sổ BHXH của tôi đâu?",
        "fullName": "A",
        "createdDate": "2026-11-20T09:15:00",
        "replyCount": 1,
        "reactions": {"total": 4},
    }
    return {"total": 2, "items": [first] if asked.query["offset"] == "0" else []}


@pytest.fixture
def services():
    with Services() as services:
        services.on("usi-saas.vnexpress.net", vnexpress)
        services.on("id.tuoitre.vn", tuoitre)
        services.on("webapi.dantri.com.vn", dantri)
        yield services


def read(services: Services, above: Article) -> tuple[Article, ...]:
    site = site_of(above.url, KEYS)
    assert site
    with services.open() as web:
        return comments_of(web, above, site, now=NOW)


def test_the_comments_of_vnexpress_come_with_their_replies_page_by_page_each_once(services):
    found = read(services, VNEXPRESS)
    said = {one.url.partition("#comment-")[2]: one.text for one in found}
    assert len(found) == len(said) == 112
    assert said["11"] == "Tăng thế chưa đủ sống.\nMong tăng nữa."
    assert said["12"] == "nói đúng, gọi tôi [số điện thoại]"
    assert said["13"] == "cảm ơn"
    assert [asked.query["offset"] for asked in services.asked if asked.path == "/index/get"] == ["0", "100"]


def test_the_comments_of_tuoi_tre_and_dan_tri_come_with_their_replies(services):
    assert [(one.url, one.text, one.published.isoformat()) for one in read(services, TUOITRE)] == [
        (f"{TUOITRE.url}#comment-501", "Người lao động còn khó", "2026-11-20T02:00:00+00:00"),
        (f"{TUOITRE.url}#comment-502", "chuẩn", "2026-11-20T02:10:00+00:00"),
    ]
    assert [(one.url, one.text) for one in read(services, DANTRI)] == [
        (f"{DANTRI.url}#comment-71", "Sổ BHXH của tôi đâu?"),
        (f"{DANTRI.url}#comment-72", "Đồng ý"),
    ]


def test_a_comment_hangs_on_its_article_and_carries_no_name(services, monkeypatch):
    monkeypatch.delenv(KEY, raising=False)
    for above in (VNEXPRESS, TUOITRE, DANTRI):
        for one in read(services, above):
            assert one.url.startswith(f"{above.url}#comment-")
            assert (one.kind, one.context, one.outlet, one.title) == ("comment", above.title, above.outlet, "")
            assert one.speaker == ""
            assert not [name for name in ("Lê Hoa", "Trần Nam", "Minh Anh", "Hùng") if name in repr(one)]


def test_with_a_key_two_comments_of_one_reader_are_known_as_one_voice(services, monkeypatch):
    monkeypatch.setenv(KEY, "bí mật")
    said = {one.url.partition("#comment-")[2]: one for one in read(services, VNEXPRESS)}
    assert said["11"].speaker == said["13"].speaker != said["12"].speaker
    assert "" not in {one.speaker for one in said.values()}


def test_an_article_without_comments_gives_none(services):
    other = article("", url="https://vnexpress.net/khac-4000000.html", outlet="VnExpress")
    assert read(services, other) == ()
    late = article("", url="https://tuoitre.vn/khac-20261101000000000.htm", outlet="Tuổi Trẻ")
    assert read(services, late) == ()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (403, FetchError),
        (500, FetchError),
        ("", FetchError),
        ("<html><body>BLOCK</body></html>", ParseError),
        ({"Success": False}, ParseError),
        ({"Data": "nope"}, ParseError),
    ],
)
def test_a_refusal_and_an_answer_of_another_shape_are_our_errors(services, answer, kind):
    services.on("id.tuoitre.vn", answer)
    with pytest.raises(kind):
        read(services, TUOITRE)


@pytest.mark.parametrize(
    ("host", "above", "answer"),
    [
        ("usi-saas.vnexpress.net", VNEXPRESS, {"error": 0, "result": {"items": []}}),
        ("usi-saas.vnexpress.net", VNEXPRESS, {"data": {"comments": []}}),
        ("usi-saas.vnexpress.net", VNEXPRESS, {"data": {"items": [{"cid": 1, "body": "Tăng"}, {"cid": 2, "body": "Giảm"}]}}),
        ("webapi.dantri.com.vn", DANTRI, {"data": []}),
        ("webapi.dantri.com.vn", DANTRI, [1]),
        ("id.tuoitre.vn", TUOITRE, {"Data": '[{"comment": "Tăng"}]'}),
    ],
)
def test_a_site_that_changed_its_form_is_told_and_never_taken_for_one_without_comments(services, host, above, answer):
    services.on(host, answer)
    with pytest.raises(ParseError, match="report it"):
        read(services, above)


@pytest.mark.parametrize("answer", [{"data": {"items": []}}, {"data": []}, {"data": None}, {"data": {"items": None}}])
def test_an_answer_without_comments_is_none(services, answer):
    services.on("usi-saas.vnexpress.net", answer)
    assert read(services, VNEXPRESS) == ()


@pytest.mark.parametrize(
    ("stated", "meant"),
    [
        (1763603400, datetime(2025, 11, 20, 1, 50, tzinfo=UTC)),
        ("1763603400000", datetime(2025, 11, 20, 1, 50, tzinfo=UTC)),
        (100000000, None),
        (0, None),
        (99999999999, None),
        (-5, None),
        (True, None),
        ("hôm qua", None),
    ],
)
def test_the_moment_of_a_comment_is_never_invented(services, stated, meant):
    said = {"comment_id": 1, "content": "Tăng", "creation_time": stated, "full_name": "A"}
    services.on("usi-saas.vnexpress.net", {"data": {"items": [said]}})
    assert [one.published for one in read(services, VNEXPRESS)] == [meant]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["data", "items", "Data", "id", "comment_id", "content", "replys", "total", "replyCount", "commentId"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@settings(max_examples=40)
@given(JSON)
def test_whatever_json_comes_gives_comments_or_our_error(said):
    with Services() as services:
        for host in ("usi-saas.vnexpress.net", "id.tuoitre.vn", "webapi.dantri.com.vn"):
            services.on(host, lambda _: (200, {"Content-Type": "application/json"}, json.dumps(said).encode()))
        for above in (VNEXPRESS, TUOITRE, DANTRI):
            with suppress(FetchError, ParseError):  # these, and no other error
                assert isinstance(read(services, above), tuple)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (VNEXPRESS.url, "vnexpress"),
        ("https://suckhoe.vnexpress.net/a-4965123.html", "vnexpress"),
        (TUOITRE.url, "tuoitre"),
        (DANTRI.url, "dantri"),
        ("https://vnexpress.net/thoi-su", None),
        ("https://khongphaivnexpress.net/a-4965123.html", None),
        ("https://nhandan.vn/a-post900000.html", None),
    ],
)
def test_an_article_is_known_by_its_address(url, key):
    site = site_of(url, KEYS)
    assert (site.key if site else None) == key
    assert site_of(url, ()) is None


def desk_with(tmp_path, outlets: str) -> Desk:
    file = tmp_path / "monitor.yaml"
    file.write_text(f"store: {{url: 'sqlite:///{tmp_path}/monitor.db'}}\ncomments: {{outlets: [{outlets}]}}\n", encoding="utf-8")
    return Desk(configs.load(file), at=NOW)


def run(desk: Desk, services: Services) -> pipeline.Outcome:
    desk.__dict__["web"] = services.open()
    return pipeline.run(pipeline.load("comments", desk.config, Desk.offers()), desk)


def test_comments_are_off_until_an_outlet_is_named(tmp_path, services):
    with desk_with(tmp_path, "") as desk:
        keep(desk.store, VNEXPRESS)
        outcome = run(desk, services)
        assert [problem.what for problem in outcome.problems] == ["comments"]
        assert services.asked == []
    assert configs.load()["comments.outlets"] == []
    scheduled = [line["recipe"] for line in configs.load()["schedule"]]
    assert "comments" not in scheduled


def test_only_articles_that_concern_us_of_the_outlets_and_days_wanted_are_asked_for(tmp_path, services):
    old = article("", url="https://vnexpress.net/cu-4900000.html", outlet="VnExpress", fetched=NOW - timedelta(days=9))
    aside = article("", url="https://vnexpress.net/khac-4900001.html", outlet="VnExpress", fetched=NOW - timedelta(hours=1))
    with desk_with(tmp_path, "vnexpress") as desk:
        fresh = [
            Article(
                **{**{name: getattr(one, name) for name in Article.__dataclass_fields__}, "fetched": NOW - timedelta(hours=2)}
            )
            for one in (VNEXPRESS, TUOITRE)
        ]
        keep(desk.store, *fresh, old)
        keep(desk.store, aside, relevance="none")
        outcome = run(desk, services)
        assert outcome.counts["new comments"] == 112
        assert {asked.query["objectid"] for asked in services.asked} == {"4965123"}
        assert run(desk, services).counts["new comments"] == 0
        assert search.find(desk.store, phrase("đủ sống"))[1] == 1
        assert len(list(tags.everything(desk.store, None, None))) == 116


def test_an_outlet_that_refuses_costs_only_its_own_articles(tmp_path, services):
    services.on("id.tuoitre.vn", 403)
    with desk_with(tmp_path, "tuoitre, dantri") as desk:
        keep(
            desk.store,
            *[
                Article(url=one.url, outlet=one.outlet, title=one.title, fetched=NOW - timedelta(hours=1))
                for one in (TUOITRE, DANTRI)
            ],
        )
        outcome = run(desk, services)
    assert outcome.counts["new comments"] == 2
    (problem,) = outcome.problems
    assert isinstance(problem, Problem)
    assert (problem.what, "403" in problem.why) == (TUOITRE.url, True)


def test_an_outlet_that_cannot_be_read_is_told_with_those_that_can(tmp_path, services):
    with desk_with(tmp_path, "vnexpres") as desk, pytest.raises(ConfigError, match="did you mean vnexpress"):
        run(desk, services)


def test_forgetting_is_a_step_that_keeps_the_times_of_the_settings(tmp_path):
    with desk_with(tmp_path, "") as desk:
        keep(desk.store, article(1, kind="comment", title="", text="Cũ", fetched=NOW - timedelta(days=181)))
        keep(desk.store, article(2, kind="post", title="Chưa", fetched=NOW - timedelta(days=364)))
        outcome = pipeline.run(pipeline.load("forget-texts", desk.config, Desk.offers()), desk)
        assert outcome.counts["texts forgotten"] == 1
        assert isinstance(desk.store, Store)
        assert people.erasable(desk.store, words="Chưa") == [article(2).url]
