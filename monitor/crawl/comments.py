"""Reader comments of VnExpress, Tuổi Trẻ and Dân Trí: what stands under articles that the store holds. Off unless asked for.

A comment hangs on its article: its address is the article's with ``#comment-ID``, its context the article's headline. The name of
who wrote it is used while the thread is read, to take it off the beginning of replies, and is gone with it; where MONITOR_KEY is
set a mark remains by which two comments under one article are known to be one voice (see `monitor.privacy.voice`).

These are not published interfaces: addresses and names of fields are those that public code uses. An answer that is none of them
is a problem of that article; a refusal, as Tuổi Trẻ gives machines in data centres, is reported and never worked around.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from monitor.crawl.dates import AHEAD, FIRST_YEAR, parse_date
from monitor.crawl.fetch import Web
from monitor.crawl.posts import field, json_of, words
from monitor.errors import BadStatus, NotAFeed
from monitor.privacy import spoken, unlisted, voice
from monitor.records import Article, record
from monitor.text import clean_line, plain

PAGE, PAGES = 100, 5  # comments a question, and questions an article: 500 comments of an article say what there is to say
LIMIT = 10_000  # characters of a comment; the sites allow 1,000 to 3,000
CATEGORY = "social"


@record
class Said:
    """A comment as its site states it; ``name`` lives as long as its thread is read."""

    id: str
    text: str
    at: str
    name: str = ""


@record
class Site:
    """A site whose comments can be read: its key in the config, its host, the number of an article in its address, its reader."""

    key: str
    host: str
    number: re.Pattern[str]
    read: Callable[[Web, str], Iterator[Said]]


def site_of(url: str, wanted: tuple[str, ...]) -> Site | None:
    """The site, one of those ``wanted`` by key, whose comments can be read for an article, or None."""
    host = urlsplit(url).hostname or ""
    for site in SITES:
        if site.key in wanted and (host == site.host or host.endswith(f".{site.host}")) and site.number.search(url):
            return site
    return None


def comments_of(web: Web, article: Article, site: Site, *, now: datetime) -> tuple[Article, ...]:
    """The comments under an article, each once, as articles of kind comment. Raises FetchError and ParseError."""
    number = site.number.search(article.url)
    came = list(site.read(web, number[1])) if number else []
    said = {one.id: one for one in came if one.id and one.text}
    if came and not said:
        raise NotAFeed(
            f"{article.url}: its {len(came)} comments state neither number nor words under the names known here; report it"
        )
    names = {one.name for one in came}
    found = (_comment(article, one, names=names, now=now) for one in said.values())
    return tuple(comment for comment in found if comment.text)


def _comment(article: Article, said: Said, *, names: set[str], now: datetime) -> Article:
    text = spoken(plain(said.text, LIMIT), names)
    return Article(
        url=f"{article.url}#comment-{said.id}", outlet=article.outlet, title="", fetched=now, source=article.source,
        publisher=article.publisher, category=CATEGORY, kind="comment", text=unlisted(text, article.document),
        context=article.title, published=_moment(said.at, now), speaker=voice(said.name, thread=article.url),
    )  # fmt: skip


def _moment(stated: str, now: datetime) -> datetime | None:
    """The moment of seconds or milliseconds since 1970, or of a date in words; a time without a zone is Vietnamese."""
    if found := re.fullmatch(r"(\d{9,10})(\d{3})?", stated):
        moment = datetime.fromtimestamp(int(found[1]), UTC)
        return moment if moment.year >= FIRST_YEAR and moment <= now + AHEAD else None
    return parse_date(stated, fetched=now)


def _vnexpress(web: Web, number: str) -> Iterator[Said]:
    """The comments of VnExpress: pages by offset, replies beside what they answer, the rest of them asked for by its id."""
    base = f"https://usi-saas.vnexpress.net/index/{{}}?objectid={number}&objecttype=1&siteid=1000000&sort=like&limit={PAGE}"
    for page in range(PAGES):
        url = f"{base.format('get')}&offset={page * PAGE}"
        items = _listed(_within(_asked(web, url), "data", url=url, name="items"))
        for item in items:
            yield _said(item, id="comment_id", text="content", at="creation_time", name="full_name")
            replies = _listed(field(item, "replys", "items"))
            if _number(field(item, "replys", "total")) > len(replies):
                more = f"{base.format('getreplay')}&offset=0&id={_key(item, 'comment_id')}"
                replies += _listed(field(_asked(web, more), "data", "items"))
            yield from (_said(one, id="comment_id", text="content", at="creation_time", name="full_name") for one in replies)
        if len(items) < PAGE:
            return


def _tuoitre(web: Web, number: str) -> Iterator[Said]:
    """The comments of Tuổi Trẻ: pages by number; what they hold is JSON inside JSON, replies inside what they answer."""
    for page in range(1, PAGES + 1):
        url = f"https://id.tuoitre.vn/api/getlist-comment.api?pageindex={page}&pagesize={PAGE}&objId={number}&objType=1&sort=2"
        inside = _within(_asked(web, url), url=url, name="Data")
        items = _listed(
            json_of(inside.encode(), name=url, what="a list of comments") if isinstance(inside, str) and inside else inside
        )
        for item in items:
            replies = _listed(field(item, "child_comments") or field(item, "childs"))
            for one in (item, *replies):
                at = words(one, "published_date") or words(one, "created_date")
                yield Said(id=_key(one, "id"), text=words(one, "content"), at=at, name=words(one, "sender_fullname"))
        if len(items) < PAGE:
            return


def _dantri(web: Web, number: str) -> Iterator[Said]:
    """The comments of Dân Trí: pages by offset, replies asked for by the id of what they answer."""
    base = f"https://webapi.dantri.com.vn/listcomment?objectType=1&limit={PAGE}&orderBy=popular"
    for page in range(PAGES):
        url = f"{base}&objectId={number}&offset={page * PAGE}"
        items = _listed(_within(_asked(web, url), url=url, name="items"))
        for item in items:
            replies = []
            if _number(field(item, "replyCount")):
                more = f"{base}&objectId={_key(item, 'commentId')}&offset=0&isReply=True"
                replies = _listed(field(_asked(web, more), "items"))
            for one in (item, *replies):
                at = next((words(one, key) for key in ("createdDate", "publishedDate", "createdAt") if words(one, key)), "")
                name = next((words(one, key) for key in ("fullName", "userName", "displayName") if words(one, key)), "")
                yield Said(id=_key(one, "commentId"), text=words(one, "commentContent"), at=at, name=name)
        if len(items) < PAGE:
            return


def _asked(web: Web, url: str) -> Any:
    """What a question is answered, as JSON. Raises FetchError and NotAFeed."""
    found = web.get(url, limit=web.settings.feed_size, seconds=web.settings.feed_time)
    if not found.body.strip():
        raise BadStatus(url, "an empty answer; the site may refuse machines", status=found.status)
    return json_of(found.body, name=url, what="comments in JSON")


def _within(said: Any, *path: str, url: str, name: str) -> Any:
    """What stands under a name in an answer. Raises NotAFeed where there is no such name: silence would be taken for no comments."""
    holder = field(said, *path) if path else said
    if holder in ([], None) and path and isinstance(said, dict) and path[0] in said:
        return None  # an article without comments
    if not isinstance(holder, dict) or name not in holder:
        raise NotAFeed(f"{url}: comments in a form that is not known here; report it with the address")
    return holder[name]


def _said(item: Any, *, id: str, text: str, at: str, name: str) -> Said:
    return Said(id=_key(item, id), text=words(item, text), at=_key(item, at), name=words(item, name))


def _key(item: Any, name: str) -> str:
    """An id or a number of seconds, which sites write as text or as a number; at most 40 letters, digits and hyphens."""
    return re.sub(r"[^\w-]", "", clean_line(str(field(item, name) or "")))[:40]


def _number(said: Any) -> int:
    return said if isinstance(said, int) else int(said) if isinstance(said, str) and said.isascii() and said.isdigit() else 0


def _listed(said: Any) -> list[Any]:
    return [item for item in said if isinstance(item, dict)] if isinstance(said, list) else []


SITES = (
    Site(key="vnexpress", host="vnexpress.net", number=re.compile(r"-(\d{6,8})\.html"), read=_vnexpress),
    Site(key="tuoitre", host="tuoitre.vn", number=re.compile(r"-(\d{8,20})\.htm"), read=_tuoitre),
    Site(key="dantri", host="dantri.com.vn", number=re.compile(r"-(\d{8,20})\.htm"), read=_dantri),
)
