"""Quarantine: sources that no process survived are set aside, and kept."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("job_sources", sa.Column("quarantined", sa.DateTime))
    op.create_index("job_sources_quarantined", "job_sources", ["quarantined"])
