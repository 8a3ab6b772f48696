"""The catalog: the source of truth. Whatever else the product keeps can be made again from it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Self

from corpus.errors import DataFolderBusy
from corpus.store.sqlite.engine import errors_in_our_words, scrub, stored_revision
from corpus.store.sqlite.generations import GenerationRecord, Generations
from corpus.store.sqlite.jobs import Jobs
from corpus.store.sqlite.migrations import bring_up_to_date, refuse_other_revision
from corpus.store.sqlite.overview import Overviews
from corpus.store.sqlite.passages import Passages
from corpus.store.sqlite.vectors import Vectors
from corpus.store.writer_lock import writer_lock

__all__ = ["CATALOG_FILE", "Catalog", "GenerationRecord"]

CATALOG_FILE = "catalog.sqlite3"

_CREATION_SECONDS = 10.0
"""How long a reader waits for another process that is just making the catalog, which takes below a second."""


class Catalog(Overviews, Passages, Vectors, Generations, Jobs):
    """Articles, their versions, passages and vectors in one folder. Any number of readers, one writer.

    What a writing method has returned from survives the death of the process. Everything may raise
    DataFolderUnusable (disk full, read-only or damaged); writing on a reader raises RuntimeError, but a reader
    may put jobs into the queue.
    """

    @classmethod
    def open(cls, folder: Path) -> Self:
        """For reading; an empty catalog is made when the folder has none.

        Raises CatalogTooOld when a writer has to migrate first, and CatalogTooNew.
        """
        file = folder / CATALOG_FILE
        with errors_in_our_words(folder):
            if stored_revision(file) is None:
                _create(folder)
            refuse_other_revision(file)
        return cls(folder, file, writer=None)

    @classmethod
    def open_writer(cls, folder: Path) -> Self:
        """For reading and writing, alone; migrates an older catalog.

        Raises DataFolderBusy when there is another writer, and CatalogTooNew.
        """
        file = folder / CATALOG_FILE
        with ExitStack() as held:
            held.enter_context(writer_lock(folder))
            with errors_in_our_words(folder):
                bring_up_to_date(file)
                scrub(file)  # what a writer deleted that was killed before it could
            return cls(folder, file, writer=held.pop_all())


def _create(folder: Path) -> None:
    try:
        with writer_lock(folder, _CREATION_SECONDS):
            bring_up_to_date(folder / CATALOG_FILE)
    except DataFolderBusy:
        # Its writer made the catalog and went on to fill it.
        if stored_revision(folder / CATALOG_FILE) is None:
            raise
