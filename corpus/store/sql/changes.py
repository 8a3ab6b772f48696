"""The numbered changes that readers and indexes follow."""

from __future__ import annotations

from sqlalchemy import func, select

from corpus.article import Change
from corpus.store.protocols import ChangeMark
from corpus.store.sql.database import Database
from corpus.store.sql.schema import change_table, encoder_table, passage_table


class SqlChanges:
    """`corpus.store.protocols.ChangeLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seq(self) -> int:
        with self._database.reading() as connection:
            return connection.execute(select(func.max(change_table.c.seq))).scalar_one() or 0

    def since(self, seq: int) -> list[Change]:
        newest = (
            select(func.max(change_table.c.seq)).where(change_table.c.seq > seq).group_by(change_table.c.article_id)
        )
        chosen = select(change_table).where(change_table.c.seq.in_(newest)).order_by(change_table.c.seq)
        with self._database.reading() as connection:
            return [Change(**row._mapping) for row in connection.execute(chosen)]

    def has_deletions_since(self, seq: int) -> bool:
        purged = select(change_table.c.seq).where(change_table.c.seq > seq, change_table.c.deleted).limit(1)
        with self._database.reading() as connection:
            return connection.execute(purged).first() is not None

    def mark(self) -> ChangeMark:
        # 0.2 ms, however much there is.
        newest = (
            select(func.max(change_table.c.seq)),
            select(func.max(passage_table.c.position)),
            select(func.sum(encoder_table.c.puts)),
        )
        with self._database.reading() as connection:
            numbers = [connection.execute(number).scalar_one() or 0 for number in newest]
        return ChangeMark(".".join(map(str, numbers)))
