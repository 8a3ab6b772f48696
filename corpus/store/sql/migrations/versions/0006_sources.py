"""Sources: addresses that are visited again and again, and what is known of their pages."""

import sqlalchemy as sa
from alembic import op

from corpus.store.sql.types import Number, PlainText

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("id", PlainText, primary_key=True),
        sa.Column("url", PlainText, nullable=False),
        sa.Column("added", sa.DateTime, nullable=False),
        sa.Column("next_visit", sa.DateTime, nullable=False),
        sa.Column("every_seconds", sa.Float),
        sa.Column("begun", sa.DateTime),
        sa.Column("finished", sa.DateTime),
        sa.Column("outcome", PlainText, nullable=False),
        sa.Column("failures", Number, nullable=False),
        sa.Column("problems", PlainText, nullable=False),
        sa.Column("kind", PlainText),
        sa.Column("title", PlainText),
    )
    op.create_index("sources_next_visit", "sources", ["next_visit"])
    op.create_table(
        "source_pages",
        sa.Column("source", PlainText, sa.ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("url", PlainText, primary_key=True),
        sa.Column("fetched", sa.DateTime, nullable=False),
        sa.Column("found_at", PlainText, nullable=False),
        sa.Column("etag", PlainText),
        sa.Column("last_modified", PlainText),
        sa.Column("body_hash", PlainText),
        sa.Column("changed", PlainText),
        sa.Column("article_id", PlainText),
    )
