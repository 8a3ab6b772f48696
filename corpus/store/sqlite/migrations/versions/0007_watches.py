"""Standing questions, and what changed in their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("added", sa.DateTime, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("bounds", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text),
        sa.Column("webhook", sa.Text),
        sa.Column("facts", sa.Text),
    )
    op.create_table(
        "watch_changes",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("watch_id", sa.Text, sa.ForeignKey("watches.id", ondelete="CASCADE"), nullable=False),
        sa.Column("noted", sa.DateTime, nullable=False),
        sa.Column("added", sa.Text, nullable=False),
        sa.Column("ended", sa.Text, nullable=False),
        sa.Column("next_try", sa.DateTime),
        sa.Column("sent", sa.DateTime),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("trouble", sa.Text),
    )
    op.create_index("watch_changes_watch_id", "watch_changes", ["watch_id"])
    op.create_index("watch_changes_next_try", "watch_changes", ["next_try"])
