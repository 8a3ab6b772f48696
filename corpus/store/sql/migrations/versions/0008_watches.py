"""Standing questions, and what changed in their answers."""

import sqlalchemy as sa
from alembic import op

from corpus.store.sql.types import Number, PlainText

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("id", PlainText, primary_key=True),
        sa.Column("question", PlainText, nullable=False),
        sa.Column("added", sa.DateTime, nullable=False),
        sa.Column("seq", Number, nullable=False),
        sa.Column("bounds", PlainText, nullable=False),
        sa.Column("key_id", PlainText),
        sa.Column("webhook", PlainText),
        sa.Column("facts", PlainText),
    )
    op.create_table(
        "watch_changes",
        sa.Column("number", Number, primary_key=True),
        sa.Column("watch_id", PlainText, sa.ForeignKey("watches.id", ondelete="CASCADE"), nullable=False),
        sa.Column("noted", sa.DateTime, nullable=False),
        sa.Column("added", PlainText, nullable=False),
        sa.Column("ended", PlainText, nullable=False),
        sa.Column("next_try", sa.DateTime),
        sa.Column("sent", sa.DateTime),
        sa.Column("failures", Number, nullable=False),
        sa.Column("trouble", PlainText),
    )
    op.create_index("watch_changes_watch_id", "watch_changes", ["watch_id"])
    op.create_index("watch_changes_next_try", "watch_changes", ["next_try"])
