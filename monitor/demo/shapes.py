"""Feeds as different outlets write them: RSS, RDF, Atom, JSON Feed, each with a kind of date that was seen in the wild."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Any

from monitor.clock import parse_moment, vietnam

Outlet = dict[str, Any]
Items = list[dict[str, Any]]
XML = '<?xml version="1.0" encoding="utf-8"?>\n'


def _american(moment: datetime) -> str:
    half = "AM" if moment.hour < 12 else "PM"
    return f"{moment.month}/{moment.day}/{moment.year} {moment.hour % 12 or 12}:{moment:%M:%S}\u202f{half}"


def _weekday(moment: datetime) -> str:
    name = "Chủ nhật" if moment.weekday() == 6 else f"Thứ {moment.weekday() + 2}"
    return f"{name}, {moment:%d/%m/%Y %H:%M:%S} GMT+7"


DATES: dict[str, Callable[[datetime], str]] = {
    "rfc822": lambda moment: f"{moment:%a, %d %b %Y %H:%M:%S} +0700",
    "gmt7": lambda moment: f"{moment:%a, %d %b %Y %H:%M:%S} GMT+7",
    "short_year": lambda moment: f"{moment:%a, %d %b %y %H:%M:%S} +0700",
    "american": _american,
    "weekday": _weekday,
    "slashed": lambda moment: f"{moment:%d/%m/%Y %H:%M}",
    "iso": lambda moment: moment.isoformat(),
}


def rss(outlet: Outlet, root: str, items: Items) -> bytes:
    """RSS 2.0 with the picture, the stray ``</br>`` and the CDATA that Vietnamese papers put into descriptions."""
    rows = []
    for item in items:
        link, title = f"{root}/{item['slug']}.html", escape(item["title"])
        title = escape(title) if outlet.get("twice") else title
        told = f'<![CDATA[<a href="{link}"><img src="{root}/x.jpg"></a></br>{escape(_summary(item))}]]>'
        rows.append(
            f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{_date(outlet, item)}</pubDate>"
            f"<description>{told}</description></item>"
        )
    return f'{XML}<rss version="2.0"><channel>{_head(outlet, root)}{"".join(rows)}</channel></rss>'.encode()


def rdf(outlet: Outlet, root: str, items: Items) -> bytes:
    """RSS 1.0: items beside the channel, dates in Dublin Core."""
    rows = "".join(
        f'<item rdf:about="{root}/{item["slug"]}.html"><title>{escape(item["title"])}</title><link>{root}/{item["slug"]}.html</link>'
        f"<description>{escape(_summary(item))}</description><dc:date>{_date(outlet, item)}</dc:date></item>"
        for item in items
    )
    rdf_space = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    spaces = f'{rdf_space} xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    head = f'<channel rdf:about="{root}">{_head(outlet, root)}</channel>'
    return f"{XML}<rdf:RDF {spaces}>{head}{rows}</rdf:RDF>".encode()


def atom(outlet: Outlet, root: str, items: Items) -> bytes:
    """Atom 1.0."""
    rows = "".join(
        f'<entry><id>{root}/{item["slug"]}.html</id><title>{escape(item["title"])}</title><link href="{item["slug"]}.html"/>'
        f'<updated>{_date(outlet, item)}</updated><summary type="html">{escape(escape(_summary(item)))}</summary></entry>'
        for item in items
    )
    head = f'<title>{escape(outlet["outlet"])}</title><id>{root}</id><link rel="self" href="{root}/feed"/>'
    return f'{XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{root}/">{head}{rows}</feed>'.encode()


def json_feed(outlet: Outlet, root: str, items: Items) -> bytes:
    """JSON Feed 1.1."""
    rows = [
        {
            "id": item["slug"],
            "url": f"{root}/{item['slug']}.html",
            "title": item["title"],
            "content_text": _summary(item),
            "date_published": _date(outlet, item),
        }
        for item in items
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": outlet["outlet"], "home_page_url": root, "items": rows}
    return json.dumps(feed, ensure_ascii=False).encode()


SHAPES: dict[str, Callable[[Outlet, str, Items], bytes]] = {"rss": rss, "rdf": rdf, "atom": atom, "json": json_feed}


def _head(outlet: Outlet, root: str) -> str:
    return f"<title>{escape(outlet['outlet'])}</title><link>{root}</link><description>Tin mới</description>"


def _date(outlet: Outlet, item: dict[str, Any]) -> str:
    return DATES[outlet["dates"]](vietnam(parse_moment(item["at"])))


def _summary(item: dict[str, Any]) -> str:
    """What a feed says of an item: its lead, or how it begins; the whole of a post, as forums do."""
    return item["lead"] or "\n".join(item["body"] if item["kind"] == "post" else item["body"][:1])
