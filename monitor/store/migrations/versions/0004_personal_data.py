"""Personal data: whose voice a comment is, as a mark, and the marks of what was erased."""

import sqlalchemy as sa
from alembic import op

from monitor.store import schema

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the mark of a speaker to articles, and the table of what was erased."""
    op.add_column("articles", sa.Column("speaker", sa.Text(), server_default="", nullable=False))
    op.create_index("articles_kept", "articles", ["kind", "fetched"])
    op.create_table(
        "erased",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("at", schema.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark"),
    )
