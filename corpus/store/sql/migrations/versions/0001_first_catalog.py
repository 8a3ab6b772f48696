"""The first catalog: articles and their versions, changes, passages, vectors, generations."""

import sqlalchemy as sa
from alembic import op

from corpus.store.sql.types import Number, PlainText

revision = "0001"
down_revision = None


def upgrade() -> None:
    _create_articles()
    _create_passages()
    _create_vectors()
    _create_generations()


def _create_articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", PlainText, primary_key=True),
        sa.Column("external_id", PlainText, nullable=False),
        sa.Column("origin", PlainText, nullable=False),
        sa.Column("content_hash", PlainText, nullable=False),
        sa.Column("sameness", PlainText, nullable=False),
        sa.Column("split_by", PlainText),
    )
    op.create_index("articles_sameness", "articles", ["sameness"])
    op.create_table(
        "versions",
        sa.Column("article_id", PlainText, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("content_hash", PlainText, primary_key=True),
        sa.Column("seq", Number, nullable=False),
        sa.Column("stored", sa.DateTime, nullable=False),
        sa.Column("title", PlainText, nullable=False),
        sa.Column("url", PlainText),
        sa.Column("publisher", PlainText),
        sa.Column("author", PlainText),
        sa.Column("language", PlainText),
        sa.Column("published", sa.Date),
        sa.Column("date_source", PlainText),
        sa.Column("characters", Number, nullable=False),
        sa.Column("text", PlainText, nullable=False),
    )
    op.create_table(
        "changes",
        sa.Column("seq", Number, primary_key=True),
        sa.Column("article_id", PlainText, nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
    )


def _create_passages() -> None:
    op.create_table(
        "passages",
        sa.Column("position", Number, primary_key=True),
        sa.Column("id", PlainText, nullable=False, unique=True),
        sa.Column("article_id", PlainText, sa.ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
        sa.Column("content_hash", PlainText, nullable=False),
        sa.Column("start", Number, nullable=False),
        sa.Column("end", Number, nullable=False),
        sa.Column("vector_key", PlainText, nullable=False),
    )
    op.create_index("passages_article_id", "passages", ["article_id"])
    op.create_index("passages_vector_key", "passages", ["vector_key"])


def _create_vectors() -> None:
    op.create_table(
        "encoders",
        sa.Column("id", Number, primary_key=True),
        sa.Column("fingerprint", PlainText, nullable=False, unique=True),
    )
    op.create_table(
        "vectors",
        sa.Column("encoder_id", Number, sa.ForeignKey("encoders.id"), primary_key=True),
        sa.Column("key", PlainText, primary_key=True),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("sentences", sa.LargeBinary, nullable=False),
    )


def _create_generations() -> None:
    op.create_table(
        "generations",
        sa.Column("name", PlainText, primary_key=True),
        sa.Column("seq", Number, nullable=False),
        sa.Column("encoder", PlainText, nullable=False),
        sa.Column("live", sa.Boolean, nullable=False),
    )
