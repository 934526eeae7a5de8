"""The tables. Times are UTC and refuse naive values; the day in Việt Nam is written once, as an indexed date.

Why no ORM: records go in and come out; nothing in the product holds a row open. ``migrations/`` builds what stands here, and a
test holds the two together.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value}: a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment, aware, in UTC."""
        return value if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite: the rowid itself, so that newest-first is a walk backwards
metadata = MetaData()


def _text(name: str, **more: Any) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="", **more)


articles = Table(
    "articles",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("url", Text, nullable=False, unique=True),
    _text("key"),  # outlet and number, where the URL carries one: the same article under a changed address; "" for none
    _text("source"),
    _text("outlet"),
    _text("publisher"),
    _text("category"),
    _text("kind"),
    _text("title"),
    _text("lead"),
    _text("text"),
    _text("context"),
    Column("published", Moment),
    Column("fetched", Moment, nullable=False),
    Column("seen", Moment, nullable=False),  # published where it is known, else fetched: what windows are cut by
    Column("day", Date, nullable=False),  # the day in Việt Nam of ``seen``
    _text("words"),  # the segmentation: tagging again costs no segmenting
    _text("story"),
    _text("event"),  # what its story is about, told for days in words of each outlet's own; "" where it does not concern us
    _text("version"),  # the tagger that tagged it last; "" for none
    _text("speaker"),  # the mark of who wrote a comment, the same within one thread only; "" where none is kept
    Index("articles_key", "key"),
    Index("articles_seen", "seen"),
    Index("articles_day", "day"),
    Index("articles_story", "story"),
    Index("articles_event", "event"),
    Index("articles_version", "version"),
    Index("articles_kept", "kind", "fetched"),
)

counted = Table(  # one lean row an article about social security; no foreign key, since its day is counted anew after it went
    "counted",
    metadata,
    Column("article", Key, primary_key=True, autoincrement=False),
    Column("seen", Moment, nullable=False),
    Column("day", Date, nullable=False),
    _text("source"),
    _text("outlet"),
    _text("publisher"),
    _text("category"),
    _text("story"),
    _text("sentiment"),
    _text("voice"),
    _text("topics"),  # labels, best first, a line each; so are the next three
    _text("places"),
    _text("laws"),
    _text("tones"),
    Index("counted_seen", "seen"),
    Index("counted_day", "day"),
)

daily = Table(
    "daily",
    metadata,
    Column("kind", Text, primary_key=True),  # topic, outlet or place; "" for all
    Column("owned", Integer, primary_key=True, autoincrement=False),  # 1 for what the agency's own media published, else 0
    Column("label", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("articles", Integer, nullable=False),
    Column("stories", Integer, nullable=False),
    Column("publishers", Integer, nullable=False),
    Column("positive", Integer, nullable=False),
    Column("negative", Integer, nullable=False),
    Index("daily_day", "day"),
    sqlite_with_rowid=False,
)

published = Table(
    "published",
    metadata,
    Column("day", Date, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("outlet", Text, primary_key=True),
    Column("publisher", Text, primary_key=True),
    Column("category", Text, primary_key=True),
    Column("articles", Integer, nullable=False),
    sqlite_with_rowid=False,
)

erased = Table(
    "erased",
    metadata,
    Column("mark", Text, primary_key=True),  # the hash of an address that is not to come back
    Column("at", Moment, nullable=False),
)

tags = Table(
    "tags",
    metadata,
    Column("article", Key, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("label", Text, primary_key=True),
    Column("score", Float, nullable=False),
    _text("by"),
    Column("evidence", JSON, nullable=False),
    Index("tags_label", "kind", "label", "article"),
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("article", Key, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("labels", JSON, nullable=False),  # what the officer says holds; [] for none
    Column("before", JSON, nullable=False),  # what stood there
    _text("who"),
    Column("at", Moment, nullable=False),
    Index("corrections_article", "article", "kind"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("article", Key, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    _text("kind"),  # page or item
    _text("address"),  # where the bytes came from, after redirects
    Column("at", Moment, nullable=False),
    Column("status", Integer, nullable=False),
    _text("sha256"),
    _text("file"),  # a day's file of the archive, and where in it
    Column("start", BigInteger, nullable=False),
    Column("length", Integer, nullable=False),
    Index("evidence_article", "article"),
    Index("evidence_file", "file", "sha256"),
)

changes = Table(
    "changes",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("article", Key, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    _text("field"),  # title, lead or text
    Column("at", Moment, nullable=False),  # when other words were read
    _text("before"),  # the words that stood there until then
    Index("changes_article", "article"),
)

bands = Table(
    "bands",
    metadata,
    Column("band", BigInteger, primary_key=True),
    Column("article", Key, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Index("bands_article", "article"),
)

event_words = Table(
    "event_words",
    metadata,
    Column("word", BigInteger, primary_key=True),  # a hash of a word and of the ten days in which it was written
    Column("article", Key, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Index("event_words_article", "article"),
)

visits = Table(
    "visits",
    metadata,
    Column("source", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    _text("outcome"),
    Column("status", Integer),
    _text("etag"),
    _text("modified"),
    _text("body_hash"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("again_at", Moment),
    Column("good_at", Moment),
    Column("newest", Moment),
    Column("items", Integer, nullable=False, server_default="0"),
    _text("problem"),
    _text("url"),
    Column("strikes", Float, nullable=False, server_default="0"),
    Column("gap", Float),
    Column("asks", Float, nullable=False, server_default="0"),
    _text("skip"),
    _text("site"),
    _text("home"),
    _text("sketch"),
)

pages = Table(
    "pages",
    metadata,
    Column("url", Text, primary_key=True),  # of an article whose page gave nothing, and is asked for again
    Column("tries", Integer, nullable=False),
    Column("again_at", Moment, nullable=False),
)

looks = Table(
    "looks",
    metadata,
    Column("article", Key, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("times", Integer, nullable=False),  # its page was asked for again to see whether its words had changed
)

turns = Table(
    "turns",
    metadata,
    Column("slot", Integer, primary_key=True, autoincrement=False),  # of a host, by hash
    Column("free_at", Float, nullable=False),  # seconds of the server's clock from which on the host may be asked
    Column("closed", Float, nullable=False),  # and until which it has asked to be left alone
    Column("taken", Float, nullable=False),  # and until which it is asked by somebody
)

robots = Table(
    "robots",
    metadata,
    Column("address", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
)

aside = Table(
    "aside",
    metadata,
    Column("digest", Text, primary_key=True),  # of an input that crashed or hung its reader twice
    _text("url"),
    _text("source"),
    _text("reason"),
    _text("version"),  # of monitor: the next one tries again
    Column("at", Moment, nullable=False),
)

source_days = Table(
    "source_days",
    metadata,
    Column("source", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("visits", Integer, nullable=False),
    Column("good", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),  # good visits answered by 304 or by the same bytes
    Column("articles", Integer, nullable=False),
    Index("source_days_heard", "day", "source", "good", "visits"),  # holds all that the health of a range of days is made of
)

runs = Table(
    "runs",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("recipe", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("started", Moment, nullable=False),
    Column("ended", Moment),
    Column("counts", JSON, nullable=False),
    Column("problems", JSON, nullable=False),
    Index("runs_recipe", "recipe", "started"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("number", Key, primary_key=True, autoincrement=True),
    _text("topic"),
    _text("place"),  # a province, a cluster, or "" for everywhere
    Column("crisis", Boolean, nullable=False),
    _text("state"),
    _text("gravest"),  # the gravest state that it was ever in
    Column("since", Date, nullable=False),
    Column("at", Moment, nullable=False),  # when it was told
    Column("updated", Moment, nullable=False),  # when it was last found hot
    Column("risen", Moment, nullable=False),  # when it was last new or graver than ever
    Column("seen", Moment),  # when an officer acknowledged it
    Column("counts", JSON, nullable=False),  # articles, stories, publishers, positive, negative of the window
    Column("usual", Float),
    Column("chance", Float, nullable=False),
    Index("alerts_updated", "updated"),
)

alert_articles = Table(
    "alert_articles",
    metadata,
    Column("alert", Key, ForeignKey("alerts.number", ondelete="CASCADE"), primary_key=True),
    Column("article", Key, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Index("alert_articles_article", "article"),
)

locks = Table(
    "locks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("beat", Moment, nullable=False),
)
