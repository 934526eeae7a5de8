"""Bluesky accounts, on a loopback server that answers as the public AppView does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import Services

from monitor.crawl.answer import Fetched
from monitor.crawl.bluesky import address, read, recognise
from monitor.crawl.visit import visit
from monitor.errors import Blocked, NotAFeed
from monitor.records import Source

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
DID = "did:plc:abc234"
PAPER = Source(id="bao/bluesky", url="https://bsky.app/profile/bao.example", outlet="Báo Thử", kind="bluesky", category="social")


def post(number: int, text: str, **more):
    """A post as the AppView shows it."""
    record = {"$type": "app.bsky.feed.post", "createdAt": "2026-11-20T02:00:00.000Z", "langs": ["vi"], "text": text}
    embed = more.pop("embed", None)
    shown = {
        "uri": f"at://{DID}/app.bsky.feed.post/3k{number}", "cid": "bafy", "record": record, "indexedAt": "2026-11-20T02:00:03.000Z",
        "author": {"did": DID, "handle": "bao.example", "displayName": "Báo Thử", "labels": more.pop("labels", [])},
        "likeCount": 1, "replyCount": 0, "repostCount": 0, "quoteCount": 0, **({"embed": embed} if embed else {}),
    }  # fmt: skip
    return {"post": shown, **more}


def view(*items):
    def answer(asked):
        if asked.path.endswith("searchPosts"):
            return 403
        if asked.query.get("actor") != "bao.example":
            return (400, {"Content-Type": "application/json"}, b'{"error":"InvalidRequest","message":"Profile not found"}')
        return {"feed": list(items), "cursor": "2026-11-20T02:00:00Z"}

    return answer


CARD = {
    "$type": "app.bsky.embed.external#view",
    "external": {"uri": "https://bao.example/1", "title": "Lương hưu tăng 8%", "description": "d"},
}
REPOST = {
    "$type": "app.bsky.feed.defs#reasonRepost",
    "by": {"did": DID, "handle": "bao.example"},
    "indexedAt": "2026-11-20T02:00:00Z",
}


@pytest.fixture
def services():
    with Services() as services:
        yield services


def see(services, source=PAPER):
    with services.open() as web:
        return visit(web, source, None, now=NOW, backoff=3600)


def test_an_account_gives_its_own_posts_without_reposts_and_replies(services):
    services.on(
        "public.api.bsky.app",
        view(
            post(1, "Tin mới:", embed=CARD),
            post(2, "Của người khác", reason=REPOST),
            post(3, "Trả lời", reply={"root": {}, "parent": {}}),
            post(4, "@hoa.bsky.social hỏi số 0912345678"),
        ),
    )
    reading = see(services)
    assert reading.visit.outcome == "ok"
    assert [entry.title for entry in reading.entries] == ["Tin mới: Lương hưu tăng 8%", "hỏi số [số điện thoại]"]
    assert services.asked[0].query == {"actor": "bao.example", "limit": "50", "filter": "posts_no_replies"}


def test_no_handle_is_kept(services):
    services.on("public.api.bsky.app", view(post(1, "Tin")))
    (entry,) = see(services).entries
    assert entry.link == f"https://bsky.app/profile/{DID}/post/3k1"
    assert "bao.example" not in repr(entry)
    assert entry.published == datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def test_an_account_that_wants_no_strangers_is_left_alone(services):
    services.on("public.api.bsky.app", view(post(1, "Riêng", labels=[{"val": "!no-unauthenticated", "src": DID}])))
    assert see(services).entries == ()


def test_an_unknown_account_is_told(services):
    services.on("public.api.bsky.app", view())
    unknown = Source(id="a/b", url="https://bsky.app/profile/khong.example", outlet="A", kind="bluesky")
    assert see(services, unknown).visit.outcome == "wrong"
    assert see(services).visit.outcome == "empty"


def test_the_search_is_not_asked_and_says_what_to_do(services):
    search = Source(id="a/b", url="https://bsky.app/search?q=bhxh", outlet="A", kind="bluesky")
    found = see(services, search).visit
    assert found.outcome == "blocked"
    assert "name accounts" in found.problem
    assert services.asked == []
    with pytest.raises(Blocked):
        address("https://api.bsky.app/xrpc/app.bsky.feed.searchPosts?q=x")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["feed", "post", "record", "text", "uri", "author", "labels", "reason"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_json_comes_gives_entries_or_is_no_feed(said):
    import json

    found = Fetched(
        url="https://a.example", final="https://a.example", status=200, headers={}, body=json.dumps({"feed": said}).encode()
    )
    try:
        assert isinstance(read(found, PAPER, now=NOW).entries, tuple)
    except NotAFeed:
        assert not isinstance(said, list)


def test_try_knows_a_profile():
    found = Fetched(url="u", final="https://bsky.app/profile/bao.example", status=200, headers={}, body=b"<html>")
    assert [(clue.kind, clue.url) for clue in recognise(found)] == [("bluesky", "https://bsky.app/profile/bao.example")]
    assert recognise(Fetched(url="u", final="https://bao.example/profile/a", status=200, headers={}, body=b"")) == ()
