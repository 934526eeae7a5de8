"""What was told of hot spots and crises, and the articles that spoke for it."""

import sqlalchemy as sa
from alembic import op

from monitor.store import schema

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "alerts",
        sa.Column("number", schema.Key, autoincrement=True, nullable=False),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("topic", "place")),
        sa.Column("crisis", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("state", "gravest")),
        sa.Column("since", sa.Date(), nullable=False),
        *(sa.Column(name, schema.Moment(timezone=True), nullable=False) for name in ("at", "updated", "risen")),
        sa.Column("seen", schema.Moment(timezone=True), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("usual", sa.Float(), nullable=True),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("alerts_updated", "alerts", ["updated"])
    op.create_table(
        "alert_articles",
        sa.Column("alert", schema.Key, sa.ForeignKey("alerts.number", ondelete="CASCADE"), nullable=False),
        sa.Column("article", schema.Key, sa.ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
        sa.PrimaryKeyConstraint("alert", "article"),
    )
    op.create_index("alert_articles_article", "alert_articles", ["article"])
