"""What serving others needs: keys and their usage, feedback, a secret to sign links with."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _create_keys()
    _create_feedback()
    _create_secrets()


def _create_keys() -> None:
    op.create_table(
        "keys",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("bounds", sa.Text, nullable=False),
        sa.Column("publishable", sa.Boolean, nullable=False),
        sa.Column("origins", sa.Text, nullable=False),
        sa.Column("requests_per_minute", sa.Integer),
        sa.Column("requests_per_day", sa.Integer),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("revoked", sa.DateTime),
    )
    op.create_table(
        "key_usage",
        sa.Column("key_id", sa.Text, sa.ForeignKey("keys.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("requests", sa.Integer, nullable=False),
    )


def _create_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("answer_id", sa.Text, nullable=False),
        sa.Column("rating", sa.Text, nullable=False),
        sa.Column("comment", sa.Text),
        sa.Column("question", sa.Text),
        sa.Column("answer", sa.Text),
        sa.Column("received", sa.DateTime, nullable=False),
        sa.Column("key_id", sa.Text),
    )


def _create_secrets() -> None:
    table = op.create_table(
        "secrets",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )
    # Made here, so that a server never has to write before it can serve.
    op.bulk_insert(table, [{"name": "links", "value": secrets.token_bytes(32)}])
