"""Sources: addresses that are visited again and again, and what is known of their pages."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("added", sa.DateTime, nullable=False),
        sa.Column("next_visit", sa.DateTime, nullable=False),
        sa.Column("every_seconds", sa.Float),
        sa.Column("begun", sa.DateTime),
        sa.Column("finished", sa.DateTime),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("problems", sa.Text, nullable=False),
        sa.Column("kind", sa.Text),
        sa.Column("title", sa.Text),
    )
    op.create_index("sources_next_visit", "sources", ["next_visit"])
    op.create_table(
        "source_pages",
        sa.Column("source", sa.Text, sa.ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("fetched", sa.DateTime, nullable=False),
        sa.Column("found_at", sa.Text, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("body_hash", sa.Text),
        sa.Column("changed", sa.Text),
        sa.Column("article_id", sa.Text),
    )
