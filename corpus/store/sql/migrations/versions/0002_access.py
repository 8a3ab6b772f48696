"""What serving others needs: keys and their usage, feedback, a secret to sign links with."""

import secrets

import sqlalchemy as sa
from alembic import op

from corpus.store.sql.types import Number, PlainText

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _create_keys()
    _create_feedback()
    _create_secrets()


def _create_keys() -> None:
    op.create_table(
        "keys",
        sa.Column("id", PlainText, primary_key=True),
        sa.Column("name", PlainText, nullable=False),
        sa.Column("digest", PlainText, nullable=False),
        sa.Column("scopes", PlainText, nullable=False),
        sa.Column("bounds", PlainText, nullable=False),
        sa.Column("publishable", sa.Boolean, nullable=False),
        sa.Column("origins", PlainText, nullable=False),
        sa.Column("requests_per_minute", Number),
        sa.Column("requests_per_day", Number),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("revoked", sa.DateTime),
    )
    op.create_table(
        "key_usage",
        sa.Column("key_id", PlainText, sa.ForeignKey("keys.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("requests", Number, nullable=False),
    )


def _create_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("position", Number, primary_key=True),
        sa.Column("answer_id", PlainText, nullable=False),
        sa.Column("rating", PlainText, nullable=False),
        sa.Column("comment", PlainText),
        sa.Column("question", PlainText),
        sa.Column("answer", PlainText),
        sa.Column("received", sa.DateTime, nullable=False),
        sa.Column("key_id", PlainText),
    )


def _create_secrets() -> None:
    table = op.create_table(
        "secrets",
        sa.Column("name", PlainText, primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )
    # Made here, so that a server never has to write before it can serve.
    op.bulk_insert(table, [{"name": "links", "value": secrets.token_bytes(32)}])
