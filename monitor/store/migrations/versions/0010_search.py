"""Headlines and labels in the full-text index: it is made anew, from the articles as they stand."""

from alembic import op

from monitor.store import index

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the index anew."""
    op.execute("DROP TABLE search")
    for statement in index.MADE[op.get_bind().dialect.name]:
        op.execute(statement)
    index.fill(op.get_bind())
