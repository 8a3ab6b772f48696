"""Keys that expire, keys and the secret of links rotated, and a name of the store that no rotation changes."""

import sqlalchemy as sa
from alembic import op

from corpus.store.sql.types import PlainText

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("keys", sa.Column("expires", sa.DateTime))
    op.add_column("keys", sa.Column("rotated", sa.DateTime))
    op.add_column("keys", sa.Column("former_digest", PlainText))
    op.add_column("keys", sa.Column("former_until", sa.DateTime))
    op.add_column("secrets", sa.Column("rotated", sa.DateTime))
    op.add_column("secrets", sa.Column("former", sa.LargeBinary))
    op.add_column("secrets", sa.Column("former_until", sa.DateTime))
    # So far the store was told from others by the secret of links.
    op.execute("INSERT INTO secrets (name, value) SELECT 'store', value FROM secrets WHERE name = 'links'")
