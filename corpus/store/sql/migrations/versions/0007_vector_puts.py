"""How often vectors of an encoder were stored, so that readers notice it at once in either database."""

import sqlalchemy as sa
from alembic import op

from corpus.store.sql.types import Number

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("encoders", sa.Column("puts", Number, nullable=False, server_default="0"))
