"""An address as a source of the office: looked at, recognised, visited once, and only then written down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from monitor.config import Config
from monitor.desk import Desk
from monitor.errors import UsageError
from monitor.records import Problem, Source
from monitor.registry import nearest
from monitor.text import clean_line, fold
from monitor.url import canonical_url

CLASS_OF = {"youtube": "social", "mastodon": "social", "bluesky": "social", "telegram": "social", "xenforo": "forum"}
_TAIL = re.compile(r"^(?:rss|feed|feeds|index|default|home|sitemaps?)$|\.\w{2,5}$", re.I)


def tried(desk: Desk, url: str, said: Mapping[str, str], *, taken: Iterable[Source] = ()) -> Source:
    """The source that an address would be, after one look at it; ``said`` is what the officer knows: outlet, group, class, place.

    What is not said is that of a source of the same outlet or site, else what the source states of itself. Raises UsageError for
    an address that gave nothing, and for one that is a source already (of the settings, or of ``taken``).
    """
    from monitor.crawl.discover import look, whole

    url, said = whole(url), placed(said)
    known = [*desk.config.every_source, *((source, False) for source in taken)]
    refuse_twin(url, known)
    found = look(desk.web, url, now=desk.now)
    if found.kind in ("page", "opml"):
        named = ", ".join([*found.feeds[:5], *found.sitemaps[:5]]) or "none"
        raise UsageError(f"{url}: not a source itself; it names these: {named}; add one of them")
    if not found.entries:
        why = "; ".join(problem.why for problem in found.problems) or "it gave no items"
        raise UsageError(f"{url}: gave nothing that could be read, so it was not added ({why})")
    source = _filled(found.url, found.kind, said, known=[source for source, _ in known], title=found.title)
    source = replace(source, options=dict(found.options))
    refuse_twin(source.url, known, source.options)
    return source


def placed(said: Mapping[str, str]) -> Mapping[str, str]:
    """The same, with the province by its own name. Raises UsageError for a place that is none, with the nearest."""
    from monitor.places import now, provinces

    names = {fold(name): name for one in provinces() for name in (now(one), one)}
    if not said.get("place"):
        return said
    if fold(said["place"]) not in names:
        raise UsageError(f"--place {said['place']}: no province{nearest(said['place'], list(names.values()))}")
    return {**said, "place": names[fold(said["place"])]}


def tried_all(desk: Desk, urls: Mapping[str, str]) -> tuple[list[Source], list[Problem]]:
    """The sources that these addresses (with their titles) would be, and why the others would not."""
    good: list[Source] = []
    problems = []
    for url, title in urls.items():
        try:
            good.append(tried(desk, url, {"outlet": title} if title else {}, taken=good))
        except UsageError as error:
            problems.append(Problem(what=url, why=str(error)))
        desk.tick("import", "feeds tried", len(good) + len(problems), of=len(urls))
    return good, problems


def refuse_twin(url: str, known: Iterable[tuple[Source, bool]], options: Mapping[str, str] | None = None) -> None:
    """Nothing; raises UsageError where the address, with these options, is a source already."""
    for source, off in known:
        if canonical_url(source.url) == canonical_url(url) and dict(source.options) == dict(options or {}):
            advice = f"switch it on with {{id: {source.id}, enabled: true}} under more_sources" if off else "nothing to do"
            raise UsageError(f"{url}: is a source already, {source.id}; {advice}")


def _filled(url: str, kind: str, said: Mapping[str, str], *, known: list[Source], title: str) -> Source:
    """A source with an id of its own, and what a source of the same outlet or site says where the officer says nothing."""
    host = _host(url)
    kin = next((one for one in known if one.outlet == said["outlet"]), None) if said.get("outlet") else None
    if not said.get("outlet") and kind in ("feed", "sitemap", "listing"):
        kin = next((one for one in known if _host(one.url) == host), None)
    outlet = said.get("outlet") or (kin.outlet if kin else clean_line(title, 60) or host)
    parts = [part for piece in urlsplit(url).path.split("/") if (part := _TAIL.sub("", piece))]
    name = f"{host.split('.')[0]}/{re.sub(r'[^a-z0-9]+', '-', parts[-1].lower()).strip('-') if parts else kind}"
    taken, number, own = {one.id for one in known}, 1, name
    while own in taken:
        number, own = number + 1, f"{name}-{number + 1}"
    return Source(
        id=own, url=url, outlet=outlet, kind=kind, group=said.get("group") or (kin.group if kin else ""),
        category=said.get("class") or (kin.category if kin else CLASS_OF.get(kind, "national")),
        place=said.get("place") or (kin.place if kin else ""),
    )  # fmt: skip


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def source_named(config: Config, name: str) -> Source:
    """The source of that id, enabled or not. Raises UsageError that names the nearest."""
    found = {source.id: source for source, _ in config.every_source}
    if name not in found:
        raise UsageError(f"{name}: no such source{nearest(name, list(found))}")
    return found[name]
