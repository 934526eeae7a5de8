"""What is known of a source's rhythm and content; robots.txt; pages that are asked for again; inputs that are set aside."""

import sqlalchemy as sa
from alembic import op

from monitor.store import schema

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the columns and the tables."""
    for name in ("url", "skip", "site", "home", "sketch"):
        op.add_column("visits", sa.Column(name, sa.Text(), server_default="", nullable=False))
    for name in ("strikes", "asks"):
        op.add_column("visits", sa.Column(name, sa.Float(), server_default="0", nullable=False))
    op.add_column("visits", sa.Column("gap", sa.Float(), nullable=True))
    op.create_table(
        "pages",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("again_at", schema.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("url"),
    )
    op.create_table(
        "robots",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", schema.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address"),
    )
    op.create_table(
        "aside",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Text(), server_default="", nullable=False),
        sa.Column("at", schema.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
