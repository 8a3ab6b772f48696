"""Blocks: the structure of a version's text, and the reader that made it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("versions", sa.Column("read_by", sa.Text))
    op.add_column("versions", sa.Column("blocks", sa.Text, nullable=False, server_default="[]"))
