"""Everything special to PostgreSQL: connections, turns, the writer's place, and the translation of its errors."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from corpus.errors import (
    CorpusError,
    DataFolderBusy,
    DataFolderFull,
    DataFolderReadOnly,
    DataFolderUnusable,
)
from corpus.store.data_folder import database_name

try:
    import psycopg
except ImportError as missing:  # it is an extra
    raise DataFolderUnusable(
        f"Articles in PostgreSQL need its driver ({missing}); install the extra `postgres`, or set ASSISTANT_DATA to a "
        "folder."
    ) from missing

_PATIENCE_SECONDS = 30.0
"""How long a transaction waits for another's turn, unless told; ours are short."""

_CONNECT_SECONDS = 5
_SILENT_SECONDS = 15
"""Without a sign of the server's machine for so long a connection is given up; a long statement is no silence."""

_CONNECTIONS = 5
_MORE_CONNECTIONS = 15
"""Kept open, and opened besides when many threads ask at once, by each open store."""

_TURN, _MIGRATION = 7_302_001, 7_302_002
"""Numbers of advisory locks: a transaction that changes something, a migration. Others are in `places`."""

DriverError = psycopg.Error
DriverConnection = psycopg.Connection[Any]

_BUSY = {"55P03", "57014", "40P01"}  # lock not available, cancelled, deadlock
_FULL = {"53100"}
_READ_ONLY = {"25006"}
_UNREACHABLE = ("08", "57P", "53", "28", "3D")  # connection, shutdown, resources, who may enter, no such database


def open_engine(url: str, patience: float | None = None) -> Engine:
    """An engine that threads can share. It connects when first used.

    `patience`, in seconds, is how long a transaction waits for another's turn. Told one, somebody waits for an answer:
    a server that says nothing for longer than any turn lasts is given up.
    """
    wait = _PATIENCE_SECONDS if patience is None else patience
    silence = None if patience is None else patience + _SILENT_SECONDS
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(url, wait, silence=silence),
        isolation_level="READ COMMITTED",  # or a turn that was waited for would not see what was committed meanwhile
        pool_size=_CONNECTIONS,
        max_overflow=_MORE_CONNECTIONS,
        pool_timeout=max(wait, 1.0),
        use_native_hstore=False,  # nor asks the server what it knows of one
        pool_pre_ping=True,  # after a restart of the server nobody meets a connection of before
    )
    event.listen(engine, "connect", _refuse_other_encoding)
    return engine


def for_reading(engine: Engine) -> Engine:
    """Return the engine with transactions that see one moment."""
    return engine.execution_options(isolation_level="REPEATABLE READ")


def take_turn(connection: Connection) -> None:
    """Wait until no other transaction changes anything, and keep others waiting until this one is over.

    So changes are committed in the order of their numbers: who has seen one has seen all before it.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(:place)"), {"place": _TURN})


def migrating(connection: Connection) -> None:
    """Wait until nobody else migrates, and keep others waiting until this transaction is over."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:place)"), {"place": _MIGRATION})


def stored_revision(connection: Connection) -> str | None:
    """Return the schema revision that Alembic noted; None when there is nothing in the database yet."""
    if connection.execute(text("SELECT to_regclass('alembic_version')")).scalar() is None:
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


@contextmanager
def errors_in_our_words(url: str) -> Iterator[None]:
    """Turn errors of the database into errors of the store."""
    try:
        yield
    except (SQLAlchemyError, psycopg.Error) as error:
        translated = _translated(error, url)
        if translated is None:
            raise
        raise translated from error


def _translated(error: Exception, url: str) -> CorpusError | None:
    name = database_name(url)
    if isinstance(error, NoConnectionFree):
        return DataFolderBusy(f"All connections to the database {name} are in use; try again.")
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg.Error):
        return None
    state = cause.sqlstate or ""
    if state in _BUSY:
        return DataFolderBusy(f"The database {name} is busy; try again when its writer is done.")
    if state in _FULL:
        return DataFolderFull(f"The disk of the database {name} is full; free some space, or give it more.")
    if state in _READ_ONLY:
        return DataFolderReadOnly(
            f"The database {name} can only be read; name the server that is written (the primary)."
        )
    if state.startswith(_UNREACHABLE) or (not state and isinstance(cause, psycopg.OperationalError)):
        return DataFolderUnusable(
            f"The database {name} cannot be used ({_clause(cause)}); check its address and the server."
        )
    return None


def _clause(error: psycopg.Error) -> str:
    """The first line of what was said, which tells no password."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def connect(
    url: str, patience: float = _PATIENCE_SECONDS, autocommit: bool = False, silence: float | None = None
) -> DriverConnection:
    """Return a connection of the driver's; `patience`, in seconds, is how long it waits for a lock.

    It is closed when the server has said nothing for `silence` seconds while something was asked.
    """
    try:
        asked = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:  # its words may tell the password
        raise DataFolderUnusable("PostgreSQL does not understand the address in ASSISTANT_DATA; check it.") from None
    # What the address says itself goes before these.
    timeouts: dict[str, Any] = {
        "connect_timeout": _CONNECT_SECONDS,
        "application_name": "assistant",
        "keepalives_idle": _SILENT_SECONDS // 3,
        "keepalives_interval": _SILENT_SECONDS // 3,
        "keepalives_count": 2,
        "tcp_user_timeout": _SILENT_SECONDS * 1000,
    }
    connection = _Connection.connect(**{**timeouts, **asked}, autocommit=True)
    connection.silence = silence
    # A process that stops in the middle of its turn, or whose machine is gone, does not keep others waiting for ever.
    connection.execute(f"SET lock_timeout = {max(1, int(patience * 1000))}")
    connection.execute("SET idle_in_transaction_session_timeout = '60s'")
    connection.execute("SET client_encoding = 'UTF8'")
    connection.autocommit = autocommit
    return connection


class _Connection(psycopg.Connection[Any]):
    """One that is given up when its server is there and stands still, which no timeout of TCP notices."""

    silence: float | None = None

    def wait(self, gen: Any, *arguments: Any, **options: Any) -> Any:
        if self.silence is None:
            return super().wait(gen, *arguments, **options)
        try:
            return super().wait(_unless_silent(gen, self.silence), *arguments, **options)
        except _Silent:
            self.close()  # what was asked may still be under way
            raise


class _Silent(psycopg.OperationalError):
    """The server is not heard any more."""


def _unless_silent(gen: Generator[Any, Any, Any], silence: float) -> Generator[Any, Any, Any]:
    """Go on with the driver's generator, which gets nothing now and then while nothing comes; raise `_Silent`."""
    try:
        wanted, heard = next(gen), monotonic()
        while True:
            ready = yield wanted
            if ready:
                heard = monotonic()
            elif monotonic() > heard + silence:
                raise _Silent(f"the server has said nothing for {silence:g} seconds")
            wanted = gen.send(ready)
    except StopIteration as end:
        return end.value


def _refuse_other_encoding(connection: Any, _: object) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DataFolderUnusable(f"The database keeps its text as {encoding}; make one with ENCODING 'UTF8'.")
