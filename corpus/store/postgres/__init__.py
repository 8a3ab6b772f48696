"""The store in PostgreSQL, which any number of machines share. `corpus.store` opens it for others.

What is made again from it (the index) lies in a folder of each machine, and so does which generation is live there.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Self

from corpus.errors import DataFolderUnusable, StoreTooOld
from corpus.store.data_folder import DataFolder, database_name
from corpus.store.generations_file import GenerationsFile
from corpus.store.postgres.database import PostgresDatabase
from corpus.store.postgres.engine import errors_in_our_words, open_engine
from corpus.store.postgres.places import writer_place
from corpus.store.postgres.revisions import bring_up_to_date, identity_of
from corpus.store.postgres.shared_generations import SharedGenerations
from corpus.store.privacy import keep_private
from corpus.store.sql import SqlStore
from corpus.store.sql.service import SqlServiceStore

_READERS_PATIENCE_SECONDS = 5.0
"""How long somebody whose request is to be queued waits for another's transaction before it is told to come back."""


class PostgresStore(SqlStore):
    """`corpus.store.protocols.Store`."""

    @classmethod
    def open(cls, data: DataFolder) -> Self:
        """`corpus.store.open_store`."""
        generations = _prepared(data, may_migrate=False)
        return cls._of(data, PostgresDatabase(_url(data), _READERS_PATIENCE_SECONDS), generations)

    @classmethod
    def open_writer(cls, data: DataFolder) -> Self:
        """`corpus.store.open_store_writer`."""
        with ExitStack() as held:
            held.enter_context(data.locked())
            with errors_in_our_words(_url(data)):
                place = writer_place(_url(data))
            held.callback(place.give_up)
            generations = _prepared(data, may_migrate=True).writable()
            return cls._of(data, PostgresDatabase(_url(data), place=place, held=held.pop_all()), generations)

    @classmethod
    def open_worker(cls, data: DataFolder, keeps_index: bool) -> Self:
        """`corpus.store.open_store_worker`."""
        try:
            generations = _prepared(data, may_migrate=False)
        except StoreTooOld:
            cls.open_writer(data).close()
            generations = _prepared(data, may_migrate=False)
        with ExitStack() as held:
            if keeps_index:
                held.enter_context(data.locked())
                generations = generations.writable()
            with errors_in_our_words(_url(data)):
                place = writer_place(_url(data), is_shared=True)
            held.callback(place.give_up)
            return cls._of(data, PostgresDatabase(_url(data), place=place, held=held.pop_all()), generations)

    @classmethod
    def open_for_index(cls, data: DataFolder) -> Self:
        """`corpus.store.open_store_for_index`."""
        with ExitStack() as held:
            held.enter_context(data.locked())
            generations = _prepared(data, may_migrate=False).writable()
            return cls._of(data, PostgresDatabase(_url(data), held=held.pop_all()), generations)

    @classmethod
    def _of(cls, data: DataFolder, database: PostgresDatabase, generations: GenerationsFile) -> Self:
        return cls(database, SharedGenerations(database) if data.vector_server else generations)


class PostgresServiceStore(SqlServiceStore):
    """`corpus.store.service_protocols.ServiceStore`."""

    @classmethod
    def open(cls, data: DataFolder, patience: float | None = None) -> Self:
        """`corpus.store.open_service_store`."""
        try:
            _prepared(data, may_migrate=False)
        except StoreTooOld:
            PostgresStore.open_writer(data).close()
        return cls(PostgresDatabase(_url(data), patience))


def _url(data: DataFolder) -> str:
    assert data.database_url is not None
    return data.database_url


def _prepared(data: DataFolder, may_migrate: bool) -> GenerationsFile:
    """Make an empty database a store, and the folder one for what is made of it; return the folder's generations."""
    if data.database.exists():
        raise DataFolderUnusable(
            f"The folder {data.path} holds a catalog of its own; set ASSISTANT_CACHE to a folder for what is made of "
            f"the database {database_name(_url(data))}."
        )
    keep_private(data.path)
    with errors_in_our_words(_url(data)):
        engine = open_engine(_url(data))
        try:
            bring_up_to_date(engine, database_name(_url(data)), may_migrate)
            identity = identity_of(engine)
        finally:
            engine.dispose()
    return GenerationsFile.of(data, identity, database_name(_url(data)))
