"""Jobs: what was posted, kept until it is dealt with, and what became of it."""

import sqlalchemy as sa
from alembic import op

from corpus.store.sql.types import Number, PlainText

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("number", Number, primary_key=True),
        sa.Column("id", PlainText, nullable=False, unique=True),
        sa.Column("kind", PlainText, nullable=False),
        sa.Column("status", PlainText, nullable=False),
        sa.Column("accepted", sa.DateTime, nullable=False),
        sa.Column("started", sa.DateTime),
        sa.Column("finished", sa.DateTime),
        sa.Column("total", Number, nullable=False),
        sa.Column("done", Number, nullable=False),
        sa.Column("deaths", Number, nullable=False),
        sa.Column("failure", PlainText),
        sa.Column("bytes", Number, nullable=False),
        sa.Column("repeat_key", PlainText),
        sa.Column("content_hash", PlainText, nullable=False),
    )
    op.create_index("jobs_status", "jobs", ["status"])
    op.create_index("jobs_repeat_key", "jobs", ["repeat_key"])
    op.create_table(
        "job_sources",
        sa.Column("job", Number, sa.ForeignKey("jobs.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", Number, primary_key=True),
        sa.Column("name", PlainText, nullable=False),
        sa.Column("kind", PlainText, nullable=False),
        sa.Column("fate", PlainText),
        sa.Column("article_id", PlainText),
        sa.Column("other", PlainText),
        sa.Column("reason", PlainText),
        sa.Column("warnings", PlainText, nullable=False),
        sa.Column("body", sa.LargeBinary),
    )
