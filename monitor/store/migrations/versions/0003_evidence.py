"""Evidence: what was kept of an article, how its words changed, and the number by which it is known under a changed address.

Articles that are stored keep their addresses and get their numbers. Addresses with parameters that we have since learnt only track
are brought to today's form, where no other article has it.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store import schema
from monitor.url import article_key, canonical_url

revision = "0003"
down_revision = "0002"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 1_000


def upgrade() -> None:
    """Make the tables, and number what stands there."""
    op.add_column("articles", sa.Column("key", sa.Text(), server_default="", nullable=False))
    _number(op.get_bind())
    op.create_index("articles_key", "articles", ["key"])
    op.create_table(
        "evidence",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("article", KEY, nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("at", schema.Moment(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), server_default="", nullable=False),
        sa.Column("file", sa.Text(), server_default="", nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("evidence_article", "evidence", ["article"])
    op.create_index("evidence_file", "evidence", ["file", "sha256"])
    op.create_table(
        "changes",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("article", KEY, nullable=False),
        sa.Column("field", sa.Text(), server_default="", nullable=False),
        sa.Column("at", schema.Moment(timezone=True), nullable=False),
        sa.Column("before", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("changes_article", "changes", ["article"])


def _number(connection: sa.Connection) -> None:
    articles = sa.table("articles", sa.column("id"), sa.column("url"), sa.column("key"))
    last = 0
    while True:
        query = sa.select(articles.c.id, articles.c.url).where(articles.c.id > last).order_by(articles.c.id).limit(BATCH)
        rows = connection.execute(query).all()
        if not rows:
            return
        last = rows[-1].id
        wanted = {row.id: (canonical_url(row.url) or row.url) if "?" in row.url else row.url for row in rows}
        taken = set(connection.scalars(sa.select(articles.c.url).where(articles.c.url.in_(sorted(set(wanted.values()))))))
        for row in rows:
            url = wanted[row.id] if wanted[row.id] not in taken else row.url
            taken.add(url)
            key = article_key(url)
            if key or url != row.url:
                connection.execute(sa.update(articles).where(articles.c.id == row.id).values(url=url, key=key))
