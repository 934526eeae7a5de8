"""What officers corrected: who, when, what stood there before."""

import sqlalchemy as sa
from alembic import op

from monitor.store import schema

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of corrections."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "corrections",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("article", key, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.Column("at", schema.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("corrections_article", "corrections", ["article", "kind"])
