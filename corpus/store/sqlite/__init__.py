"""The store in one file of SQLite. Nothing outside this package knows SQLite; `corpus.store` opens it for others."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Self

from corpus.errors import DataFolderBusy, StoreTooOld
from corpus.store.data_folder import DataFolder
from corpus.store.disk import keep_reserve
from corpus.store.privacy import keep_private
from corpus.store.sql import SqlStore
from corpus.store.sql.generations import SqlGenerations
from corpus.store.sql.service import SqlServiceStore
from corpus.store.sqlite.database import SqliteDatabase
from corpus.store.sqlite.engine import catalog_missing, errors_in_our_words, scrub, stored_revision
from corpus.store.sqlite.revisions import bring_up_to_date, refuse_other_revision

_CREATION_SECONDS = 10.0
"""How long a reader waits for another process that is just making the store, which takes below a second."""

_READERS_PATIENCE_SECONDS = 5.0
"""How long somebody whose request is to be queued waits for another's transaction before it is told to come back."""


class SqliteStore(SqlStore):
    """`corpus.store.protocols.Store`."""

    def __init__(self, database: SqliteDatabase) -> None:
        super().__init__(database, SqlGenerations(database))

    @classmethod
    def open(cls, data: DataFolder) -> Self:
        """`corpus.store.open_store`."""
        keep_private(data.path)
        with errors_in_our_words(data.path):
            if stored_revision(data.database) is None:
                _refuse_orphaned(data)
                _create(data)
            refuse_other_revision(data.database)
        return cls(SqliteDatabase(data, patience=_READERS_PATIENCE_SECONDS))

    @classmethod
    def open_writer(cls, data: DataFolder) -> Self:
        """`corpus.store.open_store_writer`."""
        with ExitStack() as held:
            held.enter_context(data.locked())
            keep_private(data.path)
            with errors_in_our_words(data.path):
                if stored_revision(data.database) is None:
                    _refuse_orphaned(data)
                bring_up_to_date(data.database)
                scrub(data.database)  # what a writer deleted that was killed before it could
            return cls(SqliteDatabase(data, writer=held.pop_all()))


class SqliteServiceStore(SqlServiceStore):
    """`corpus.store.service_protocols.ServiceStore`."""

    @classmethod
    def open(cls, data: DataFolder, patience: float | None = None) -> Self:
        """`corpus.store.open_service_store`."""
        try:
            SqliteStore.open(data).close()
        except StoreTooOld:
            SqliteStore.open_writer(data).close()
        keep_reserve(data.path)
        return cls(SqliteDatabase(data, patience=patience))


def _refuse_orphaned(data: DataFolder) -> None:
    """Raise CatalogMissing when there is an index without a catalog: it must not look like a new folder."""
    if data.index.is_dir() and any(data.index.iterdir()):
        raise catalog_missing(data.path)


def _create(data: DataFolder) -> None:
    try:
        with data.locked(_CREATION_SECONDS):
            bring_up_to_date(data.database)
    except DataFolderBusy:
        # Its writer made the store and went on to fill it.
        if stored_revision(data.database) is None:
            raise
