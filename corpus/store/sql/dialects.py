"""SQL that SQLite and PostgreSQL write differently."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Table, bindparam, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement, Insert
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from corpus.store.sql.types import TextList

if TYPE_CHECKING:  # its import takes 70 ms, for which a folder needs not wait
    from sqlalchemy.dialects import postgresql


CHANNEL = "assistant_changes"
"""Of PostgreSQL's notices that something was committed."""


class _Each(FunctionElement[Any]):
    """The rows of a `TextList`."""

    inherit_cache = True


@compiles(_Each, "sqlite")
def _each_in_sqlite(each: _Each, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(each.clauses, **options)})"


@compiles(_Each, "postgresql")
def _each_in_postgres(each: _Each, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(each.clauses, **options)} AS JSON))"


def among(column: ColumnElement[Any] | Column[Any], values: Collection[str]) -> ColumnElement[bool]:
    """`column IN values` for any number of values, as one parameter: SQLite takes no more than 32,766."""
    each = _Each(bindparam(None, list(values), TextList())).table_valued("value")
    return column.in_(select(each.c.value))


class _Unindexed(FunctionElement[Any]):
    """The value of a column."""

    inherit_cache = True


@compiles(_Unindexed, "sqlite")
def _unindexed_in_sqlite(column: _Unindexed, compiler: SQLCompiler, **options: Any) -> str:
    return f"+{compiler.process(column.clauses, **options)}"


@compiles(_Unindexed, "postgresql")
def _unindexed_in_postgres(column: _Unindexed, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(column.clauses, **options)


def unindexed(column: Column[Any]) -> ColumnElement[Any]:
    """The column, by whose index SQLite then does not look: it knows not how many rows have a value.

    PostgreSQL, which counts them, may.
    """
    value = _Unindexed(column)
    value.type = column.type
    return value


def replacing(connection: Connection, table: Table) -> Insert:
    """An insert that replaces a row with the same key."""
    if connection.dialect.name == "sqlite":
        return table.insert().prefix_with("OR REPLACE")
    added = _postgres_insert(table)
    others = {column.name: added.excluded[column.name] for column in table.columns if not column.primary_key}
    return added.on_conflict_do_update(index_elements=table.primary_key.columns, set_=others)


def merging(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that can be told what becomes of a row with the same key."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else _postgres_insert(table)


def _postgres_insert(table: Table) -> postgresql.Insert:
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def announce(connection: Connection) -> None:
    """Ring the bell of all who wait for articles or jobs, as soon as this transaction is committed."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(CHANNEL, "")))


def insert_numbered(connection: Connection, table: Table, row: dict[str, object]) -> int:
    """Insert a row; returns the number that the database gave it as its key."""
    key = connection.execute(table.insert(), row).inserted_primary_key
    assert key is not None
    return int(key[0])


def go_on_numbering(connection: Connection, table: Table) -> None:
    """Let the numbers that the database gives out begin behind those that rows were inserted with."""
    key = table.autoincrement_column
    if key is None or connection.dialect.name != "postgresql":
        return  # SQLite looks at the rows
    sequence = func.pg_get_serial_sequence(table.name, key.name)
    connection.execute(select(func.setval(sequence, select(func.max(key)).scalar_subquery())))
