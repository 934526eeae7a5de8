"""The tables of what the desk did and has to do: looks at sources, pages to be read again, turns of hosts, runs, locks."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, Float, ForeignKey, Index, Integer, LargeBinary, Table, Text

from monitor.store.columns import Key, Moment, metadata, text_column

visits = Table(
    "visits",
    metadata,
    Column("source", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    text_column("outcome"),
    Column("status", Integer),
    text_column("etag"),
    text_column("modified"),
    text_column("body_hash"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("again_at", Moment),
    Column("good_at", Moment),
    Column("newest", Moment),
    Column("items", Integer, nullable=False, server_default="0"),
    text_column("problem"),
    text_column("url"),
    Column("strikes", Float, nullable=False, server_default="0"),
    Column("gap", Float),
    Column("asks", Float, nullable=False, server_default="0"),
    text_column("skip"),
    text_column("site"),
    text_column("home"),
    text_column("sketch"),
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
    text_column("url"),
    text_column("source"),
    text_column("reason"),
    text_column("version"),  # of monitor: the next one tries again
    Column("at", Moment, nullable=False),
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

locks = Table(
    "locks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("beat", Moment, nullable=False),
)
