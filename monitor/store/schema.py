"""The tables. Times are UTC and refuse naive values; the day in Việt Nam is written once, as an indexed date.

Why no ORM: records go in and come out; nothing in the product holds a row open. ``migrations/`` builds what stands here, and a
test holds the two together.

The tables of what the desk did stand in `logbook`, and are known here too: who asks for ``metadata`` gets them all.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Float, ForeignKey, Index, Integer, Table, Text

from monitor.store.columns import Key, metadata, text_column
from monitor.store.columns import Moment as Moment
from monitor.store.logbook import aside as aside
from monitor.store.logbook import locks as locks
from monitor.store.logbook import looks as looks
from monitor.store.logbook import pages as pages
from monitor.store.logbook import robots as robots
from monitor.store.logbook import runs as runs
from monitor.store.logbook import source_days as source_days
from monitor.store.logbook import turns as turns
from monitor.store.logbook import visits as visits

articles = Table(
    "articles",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("url", Text, nullable=False, unique=True),
    text_column("key"),  # outlet and number, where the URL carries one: the same article under a changed address; "" for none
    text_column("source"),
    text_column("outlet"),
    text_column("publisher"),
    text_column("category"),
    text_column("kind"),
    text_column("title"),
    text_column("lead"),
    text_column("text"),
    text_column("context"),
    Column("published", Moment),
    Column("fetched", Moment, nullable=False),
    Column("seen", Moment, nullable=False),  # published where it is known, else fetched: what windows are cut by
    Column("day", Date, nullable=False),  # the day in Việt Nam of ``seen``
    text_column("words"),  # the segmentation: tagging again costs no segmenting
    text_column("story"),
    text_column("event"),  # what its story is about, told for days in words of each outlet's own; "" where it does not concern us
    text_column("version"),  # the tagger that tagged it last; "" for none
    text_column("speaker"),  # the mark of who wrote a comment, the same within one thread only; "" where none is kept
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
    text_column("source"),
    text_column("outlet"),
    text_column("publisher"),
    text_column("category"),
    text_column("story"),
    text_column("sentiment"),
    text_column("voice"),
    text_column("topics"),  # labels, best first, a line each; so are the next three
    text_column("places"),
    text_column("laws"),
    text_column("tones"),
    text_column("kind"),
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
    text_column("by"),
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
    text_column("who"),
    Column("at", Moment, nullable=False),
    Index("corrections_article", "article", "kind"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("article", Key, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    text_column("kind"),  # page or item
    text_column("address"),  # where the bytes came from, after redirects
    Column("at", Moment, nullable=False),
    Column("status", Integer, nullable=False),
    text_column("sha256"),
    text_column("file"),  # a day's file of the archive, and where in it
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
    text_column("field"),  # title, lead or text
    Column("at", Moment, nullable=False),  # when other words were read
    text_column("before"),  # the words that stood there until then
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

alerts = Table(
    "alerts",
    metadata,
    Column("number", Key, primary_key=True, autoincrement=True),
    text_column("topic"),
    text_column("place"),  # a province, a cluster, or "" for everywhere
    Column("crisis", Boolean, nullable=False),
    text_column("state"),
    text_column("gravest"),  # the gravest state that it was ever in
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
