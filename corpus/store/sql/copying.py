"""Copying a whole store into another database, table by table: it may be killed, goes on where it was, is compared."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, bindparam, delete, insert, select, tuple_

from corpus.errors import BackupUnusable, DataFolderUnusable
from corpus.store.sql.database import Database
from corpus.store.sql.dialects import go_on_numbering
from corpus.store.sql.schema import STORE_SECRET, generation_table, metadata, secret_table

_ROWS_AT_ONCE = 100
"""Of the largest articles, a hundred megabytes."""

_COPIED = [table for table in metadata.sorted_tables if table not in (generation_table, secret_table)]
"""So ordered that no row comes before one that it refers to. Which generations are live is each folder's affair."""

OnTable = Callable[[str, int], object]
"""Called with the name of each table, and how many rows of it both databases hold."""


def copy_database(source: Database, target: Database, on_table: OnTable | None = None) -> None:
    """Copy what one database holds into another that was claimed for it.

    Nobody may write either meanwhile. Raises BackupUnusable when the two do not agree in the end.
    """
    for table in _COPIED:
        _copy(source, target, table)
    for table in _COPIED:
        count = _agreeing_count(source, target, table)
        if on_table is not None:
            on_table(table.name, count)


def claim(source: Database, target: Database) -> None:
    """Give the target the source's secrets, by which the beginning of a copy is told from another store.

    Raises DataFolderUnusable when it holds something else.
    """
    with source.reading() as connection:
        secrets = [row._asdict() for row in connection.execute(select(secret_table))]
    with target.writing() as connection:
        held = [row._asdict() for row in connection.execute(select(secret_table))]
        is_begun = _store_secret(held) == _store_secret(secrets)
        if not is_begun and any(connection.execute(select(table).limit(1)).first() for table in _COPIED):
            raise DataFolderUnusable("The place to copy to holds something else already; name an empty one.")
        connection.execute(delete(secret_table))
        connection.execute(insert(secret_table), secrets)


def _store_secret(rows: list[dict[str, Any]]) -> bytes:
    value: bytes = next(row["value"] for row in rows if row["name"] == STORE_SECRET)
    return value


def _copy(source: Database, target: Database, table: Table) -> None:
    with target.reading() as connection:
        last = connection.execute(_in_order(table, backwards=True).limit(1)).first()
    while rows := _rows_after(source, table, last):
        with target.writing() as connection:
            connection.execute(insert(table), [row._asdict() for row in rows])
            go_on_numbering(connection, table)
        last = rows[-1]


def _rows_after(source: Database, table: Table, last: Row[Any] | None) -> Sequence[Row[Any]]:
    chosen = _in_order(table).limit(_ROWS_AT_ONCE)
    if last is not None:
        chosen = chosen.where(_key(table) > _key_of(table, last))
    with source.reading() as connection:
        return connection.execute(chosen).all()


def _in_order(table: Table, backwards: bool = False) -> Select[Any]:
    keys = table.primary_key.columns
    return select(table).order_by(*(key.desc() if backwards else key for key in keys))


def _key(table: Table) -> ColumnElement[Any]:
    return tuple_(*table.primary_key.columns)


def _key_of(table: Table, row: Row[Any]) -> ColumnElement[Any]:
    return tuple_(*(bindparam(None, row._mapping[key.name], key.type) for key in table.primary_key.columns))


def _agreeing_count(source: Database, target: Database, table: Table) -> int:
    expected, found = _digest(source, table), _digest(target, table)
    if expected != found:
        raise BackupUnusable(
            f"The copy is not what was copied (in {table.name}: {found[0]} rows of {expected[0]}, or others); "
            "something wrote meanwhile or before. Empty the place to copy to, and copy again."
        )
    return expected[0]


def _digest(database: Database, table: Table) -> tuple[int, str]:
    """How many rows a table has, and a hash of all of them in their order; a few are held at once."""
    digest, count = hashlib.sha256(), 0
    with database.reading() as connection:
        for row in _streamed(connection, _in_order(table)):
            digest.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
            count += 1
    return count, digest.hexdigest()


def _streamed(connection: Connection, chosen: Select[Any]) -> Iterator[Row[Any]]:
    yield from connection.execution_options(stream_results=True, yield_per=_ROWS_AT_ONCE).execute(chosen)
