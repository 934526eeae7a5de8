"""What people wrote: reader comments read where an office asks for it, words forgotten in time, and erased where a person asks.

Annotations are real here (no postponed ones), as in `monitor.steps`. There is no function that follows a person: what can be asked
for is a text, an article or an age.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.config import Config
from monitor.errors import ConfigError, FetchError, ParseError, UsageError
from monitor.pipeline import batches, step
from monitor.records import Article, Problem, Tally
from monitor.registry import nearest

if TYPE_CHECKING:
    from monitor.crawl.fetch import Web
    from monitor.store import Store

SHORTEST = 4  # characters of a text that is looked for to be erased: a shorter one stands in every other article
READABLE = ("html", "json", "md", "txt", "csv")  # files of digests in which an address may stand


@step("commented")
def commented(*, store: "Store", config: Config, now: datetime, days: int) -> Iterator[Article | Problem]:
    """The news of the last days that concerns us, of the outlets in ``comments.outlets``; none where that is empty."""
    from monitor.crawl.comments import site_of
    from monitor.store import tags

    wanted = _sites(config)
    if not wanted:
        yield Problem(what="comments", why="off; name the outlets whose comments are wanted in comments.outlets of the settings")
        return
    for item in tags.relevant(store, now - timedelta(days=days), now, labels=("core", "mention")):
        if item.article.kind == "news" and site_of(item.article.url, wanted):
            yield item.article


@step("read_comments")
def read_comments(found: Iterable[Article], *, web: "Web", config: Config, now: datetime) -> Iterator[Article | Problem | Tally]:
    """The comments under these articles; an article whose comments cannot be read is a problem and costs only itself."""
    from monitor.crawl.comments import comments_of, site_of
    from monitor.crawl.crowd import side_by_side

    def read(article: Article) -> tuple[Article, ...] | Problem:
        site = site_of(article.url, _sites(config))
        try:
            return comments_of(web, article, site, now=now) if site else ()
        except (FetchError, ParseError) as error:
            return Problem(what=article.url, why=str(error))

    jobs = ((article.outlet, partial(read, article)) for article in found)
    for came in side_by_side(jobs, threads=config["web.threads"]):
        if isinstance(came, Problem):
            yield came
            continue
        yield Tally(what="comments read", count=len(came))
        yield from came


@step("keep_comments")
def keep_comments(found: Iterable[Article], *, store: "Store") -> Iterator[Tally]:
    """How many comments were new, and how many stood there with other words."""
    from monitor.store import articles

    for batch in batches(found, 200):
        new, changed = articles.keep_articles(store, batch)
        yield Tally(what="new comments", count=new)
        yield Tally(what="changed comments", count=changed)


@step("forget_texts")
def forget_texts(*, store: "Store", config: Config, now: datetime) -> Iterator[Tally]:
    """How many comments and posts lost their words because their time in ``retention`` is over; what is counted stays."""
    from monitor.store import retention

    spans = {kind: config.span(f"retention.{kind}s") for kind in ("comment", "post")}
    before = {kind: now - timedelta(seconds=seconds) for kind, seconds in spans.items() if seconds}
    yield Tally(what="texts forgotten", count=retention.forget(store, before))


def erasable(store: "Store", *, url: str = "", words: str = "") -> list[str]:
    """The addresses of what would be erased: an article with its comments, or all that holds ``words``.

    None for what was erased before. Raises UsageError for an address that never stood in the store, and for a text that is too short.
    """
    from monitor.store import retention
    from monitor.url import canonical_url

    if bool(url) == bool(words):
        raise UsageError("erase: name an address, or a text with --matching, and not both")
    if words:
        if len(words.strip()) < SHORTEST:
            raise UsageError(f"{words}: too short to be looked for; name at least {SHORTEST} characters")
        return retention.matching(store, words.strip())
    found = retention.under(store, url) or retention.under(store, canonical_url(url))
    if not found and not retention.was_erased(store, url) and not retention.was_erased(store, canonical_url(url)):
        raise UsageError(f"{url[:200]}: no such article in the store; look it up with `monitor ask`, or with --matching")
    return found


def erase(store: "Store", config: Config, urls: Sequence[str], *, now: datetime) -> tuple[int, tuple[Path, ...]]:
    """How many articles were erased, and the files of digests in which one of their addresses still stands."""
    from monitor.store import retention

    count = retention.erase(store, urls, at=now, archive=config.path("evidence"))
    return count, _naming(config.path("digests"), urls)


def _naming(folder: Path, urls: Sequence[str]) -> tuple[Path, ...]:
    files = [path for path in sorted(folder.glob("*")) if path.suffix.removeprefix(".") in READABLE] if folder.is_dir() else []
    forms = [form for url in urls for form in (url, url.replace("&", "&amp;"))]
    return tuple(path for path in files if any(form in path.read_text(encoding="utf-8", errors="replace") for form in forms))


def _sites(config: Config) -> tuple[str, ...]:
    """The sites whose comments an office wants. Raises ConfigError for one that cannot be read."""
    from monitor.crawl.comments import SITES

    known = [site.key for site in SITES]
    for name in config["comments.outlets"]:
        if name not in known:
            raise ConfigError(f"config: comments.outlets: {name[:40]}: no comments can be read there{nearest(name, known)}")
    return tuple(config["comments.outlets"])
