"""What readers ask, counted by day, as far as it is kept; when sources were last visited with success."""

import sqlalchemy as sa
from alembic import op

from corpus.store.sql.types import Number, PlainText

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "asked_questions",
        sa.Column("question_id", PlainText, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("outcome", PlainText, primary_key=True),
        sa.Column("question", PlainText, nullable=False),
        sa.Column("times", Number, nullable=False),
    )
    op.create_index("asked_questions_day", "asked_questions", ["day"])
    op.add_column("sources", sa.Column("succeeded", sa.DateTime))
    sources = sa.table("sources", sa.column("succeeded"), sa.column("finished"), sa.column("failures"))
    op.execute(sources.update().where(sources.c.failures == 0).values(succeeded=sources.c.finished))
