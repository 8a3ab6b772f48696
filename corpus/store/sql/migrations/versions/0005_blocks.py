"""Blocks: the structure of a version's text, the reader that made it, and the sources that were posted."""

import sqlalchemy as sa
from alembic import op

from corpus.store.sql.types import PlainText

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("versions", sa.Column("read_by", PlainText))
    op.add_column("versions", sa.Column("blocks", PlainText, nullable=False, server_default="[]"))
    op.create_table(
        "posted_sources",
        sa.Column("article_id", PlainText, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", PlainText, nullable=False),
        sa.Column("format", PlainText, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
