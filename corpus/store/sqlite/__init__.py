"""The store in one file of SQLite. Nothing outside this package knows SQLite; `corpus.store` opens it for others."""

from __future__ import annotations

from contextlib import ExitStack
from copy import copy
from typing import Self

from corpus.article import ArticleFilter
from corpus.errors import DataFolderBusy
from corpus.store.data_folder import DataFolder
from corpus.store.privacy import keep_private
from corpus.store.sqlite.articles import SqliteArticles
from corpus.store.sqlite.changes import SqliteChanges
from corpus.store.sqlite.database import Database
from corpus.store.sqlite.engine import catalog_missing, errors_in_our_words, scrub, stored_revision
from corpus.store.sqlite.generations import SqliteGenerations
from corpus.store.sqlite.jobs import SqliteJobs
from corpus.store.sqlite.migrations import bring_up_to_date, refuse_other_revision
from corpus.store.sqlite.passages import SqlitePassages
from corpus.store.sqlite.sources import SqliteSources
from corpus.store.sqlite.vectors import SqliteVectors
from corpus.store.sqlite.watches import SqliteWatches

_CREATION_SECONDS = 10.0
"""How long a reader waits for another process that is just making the store, which takes below a second."""

_READERS_PATIENCE_SECONDS = 5.0
"""How long somebody whose request is to be queued waits for another's transaction before it is told to come back."""


class SqliteStore:
    """`corpus.store.protocols.Store`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.changes = SqliteChanges(database)
        self.articles = SqliteArticles(database)
        self.passages = SqlitePassages(database)
        self.vectors = SqliteVectors(database)
        self.generations = SqliteGenerations(database)
        self.jobs = SqliteJobs(database)
        self.sources = SqliteSources(database)
        self.watches = SqliteWatches(database)

    @classmethod
    def open(cls, data: DataFolder) -> Self:
        """`corpus.store.open_store`."""
        keep_private(data.path)
        with errors_in_our_words(data.path):
            if stored_revision(data.database) is None:
                _refuse_orphaned(data)
                _create(data)
            refuse_other_revision(data.database)
        return cls(Database(data, patience=_READERS_PATIENCE_SECONDS))

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
            return cls(Database(data, writer=held.pop_all()))

    def within(self, bounds: ArticleFilter) -> Self:
        bounded = copy(self)
        bounded.articles = self.articles.within(bounds)
        return bounded

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


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
