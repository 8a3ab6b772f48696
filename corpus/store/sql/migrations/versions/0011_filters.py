"""The articles of a publisher, or of some days, are found without looking at all."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index("versions_publisher", "versions", ["publisher", "published", "article_id", "content_hash"])
    op.create_index("versions_published", "versions", ["published", "article_id", "content_hash"])
