"""Counts that are kept: what is about social security in lean rows, the counts of each day, and how much each source brought.

The tables are filled when the store is opened, by the code that keeps them.
"""

import sqlalchemy as sa
from alembic import op

from monitor.store import schema

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    words = (
        "source",
        "outlet",
        "publisher",
        "category",
        "story",
        "sentiment",
        "voice",
        "topics",
        "places",
        "laws",
        "tones",
        "kind",
    )
    op.create_table(
        "counted",
        sa.Column("article", schema.Key, nullable=False, autoincrement=False),
        sa.Column("seen", schema.Moment(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in words),
        sa.PrimaryKeyConstraint("article"),
    )
    op.create_index("counted_seen", "counted", ["seen"])
    op.create_index("counted_day", "counted", ["day"])
    op.create_table(
        "daily",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owned", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("articles", "stories", "publishers", "positive", "negative")
        ),
        sa.PrimaryKeyConstraint("kind", "owned", "label", "day"),
        sqlite_with_rowid=False,
    )
    op.create_index("daily_day", "daily", ["day"])
    op.create_index("source_days_heard", "source_days", ["day", "source", "good", "visits"])
    op.create_table(
        "published",
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("source", "outlet", "publisher", "category")),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "source", "outlet", "publisher", "category"),
        sqlite_with_rowid=False,
    )
