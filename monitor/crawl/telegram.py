"""Telegram: the public page of a channel (t.me/s/NAME), its twenty newest messages. Groups and private channels have none.

What is left out: service messages (pinned, photo changed), messages without words, the message that a reply quotes, the name of
whom a message was forwarded from, and the name that signs it. An album is one message. An edited message keeps its first date.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from monitor.crawl.answer import Fetched
from monitor.crawl.dates import parse_date
from monitor.crawl.encoding import decode
from monitor.crawl.feeds import FeedDocument
from monitor.crawl.kinds import RECOGNISERS, Clue, kind
from monitor.crawl.posts import LIMIT, post
from monitor.errors import NotAFeed
from monitor.records import FeedEntry, Source
from monitor.text import clean_line, plain

_HOSTS = ("t.me", "telegram.me", "telegram.dog")
_CHANNEL = re.compile(r"^/(?:s/)?([A-Za-z]\w{3,31})(?:/\d+)?/?$")
_NOT_CHANNELS = ("joinchat", "addstickers", "share", "proxy", "iv", "login")


def address(url: str) -> str:
    """The public page of a channel.

    >>> address("https://t.me/kenhthu")
    'https://t.me/s/kenhthu'
    """
    parts = urlsplit(url)
    named = _CHANNEL.match(parts.path)
    return f"{parts.scheme}://{parts.netloc}/s/{named[1]}" if named else url


@kind("telegram", address=lambda source: address(source.url))
def read(found: Fetched, source: Source, *, now: datetime) -> FeedDocument:
    """The messages on a channel's page, newest first. Raises NotAFeed for a page that shows no channel."""
    tree = _tree(found)
    messages = tree.xpath(f"//*[{_has('tgme_widget_message')} and @data-post]") if tree is not None else []
    if not messages and (tree is None or not tree.xpath(f"//*[{_has('tgme_channel_history')}]")):
        raise NotAFeed(
            f"{source.id}: no public channel here; groups, private channels and those without a preview cannot be read"
        )
    told = [message for message in messages if not _is_service(message)]
    entries = [entry for message in reversed(told) if (entry := _entry(message, source, now))]
    title = clean_line(" ".join(tree.xpath(f"(//*[{_has('tgme_channel_info_header_title')}])[1]//text()")))
    return FeedDocument(title=title, entries=tuple(entries))


@RECOGNISERS.register("telegram")
def recognise(found: Fetched) -> tuple[Clue, ...]:
    """The channel at an address of t.me."""
    parts = urlsplit(found.final)
    named = _CHANNEL.match(parts.path)
    if parts.hostname not in _HOSTS or not named or named[1] in _NOT_CHANNELS:
        return ()
    return (Clue(kind="telegram", url=address(found.final)),)


def _tree(found: Fetched) -> Any:
    from lxml import etree, html

    try:
        return html.document_fromstring(decode(found.body, found.content_type).encode(), html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return None


def _entry(message: Any, source: Source, now: datetime) -> FeedEntry | None:
    """The post that a message is, or None where it has no words."""
    dates = message.xpath(".//time[@datetime]/@datetime")
    text = "\n".join(filter(None, (_text(message), _preview(message))))
    link = f"https://t.me/{message.get('data-post')}"
    return post(source, link=link, text=text, published=parse_date(dates[-1], fetched=now) if dates else None)


def _text(message: Any) -> str:
    """The message's own words, or what its poll asks; the quoted beginning of another message is not its own."""
    from lxml import html

    inside = f"ancestor::*[{_has('js-message_text')}]"
    for mark, but in (("js-message_text", inside), ("tgme_widget_message_poll_question", "false()")):
        quoted = f"ancestor-or-self::*[{_has('tgme_widget_message_reply')}]"
        own = message.xpath(f".//*[{_has(mark)}][not({but})][not({quoted})]")
        if own:
            return plain(html.tostring(own[0], encoding="unicode", with_tail=False), LIMIT)
    return ""


def _preview(message: Any) -> str:
    return clean_line(" ".join(message.xpath(f"(.//*[{_has('link_preview_title')}])[1]//text()")))


def _is_service(message: Any) -> bool:
    return bool({"service_message", "tgme_widget_message_service"} & set(message.get("class", "").split()))


def _has(name: str) -> str:
    """An XPath condition: the element carries this class."""
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"
