"""Jobs: what was posted, kept until it is dealt with, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("accepted", sa.DateTime, nullable=False),
        sa.Column("started", sa.DateTime),
        sa.Column("finished", sa.DateTime),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("deaths", sa.Integer, nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("repeat_key", sa.Text),
        sa.Column("content_hash", sa.Text, nullable=False),
    )
    op.create_index("jobs_status", "jobs", ["status"])
    op.create_index("jobs_repeat_key", "jobs", ["repeat_key"])
    op.create_table(
        "job_sources",
        sa.Column("job", sa.Integer, sa.ForeignKey("jobs.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("fate", sa.Text),
        sa.Column("article_id", sa.Text),
        sa.Column("other", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("warnings", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary),
    )
