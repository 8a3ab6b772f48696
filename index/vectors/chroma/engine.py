"""Chroma, embedded: the only file that knows it. A folder has one collection, written once, then only read.

Texts stay in the store: a collection has ids and vectors, nothing that a purge would have to find again.
"""

from __future__ import annotations

import errno
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoders.encoder import Vector, Vectors
from index.errors import GenerationDamaged

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration

SQLITE_FILE = "chroma.sqlite3"
"""Where Chroma keeps its ids."""

LARGEST_BATCH = 5_000
"""Vectors in one call; Chroma refuses to add more than 5,461, and to get more than 32,766."""

_COLLECTION = "passages"

HNSW: CreateHNSWConfiguration = {
    "space": "cosine",  # the default is L2
    # A search asks for 100 candidates, and the walk must be well broader (the default is 100): on 21,000
    # clustered vectors recall@100 was .856 with 100, .954 with 200, .992 with 400, at 1.9, 2.6 and 3.0 ms.
    "ef_search": 400,
    # With 16, the default, many texts like each other (made from one template) cut texts off: of 6,000 in 40
    # templates 1,272 were out of reach (see `unreachable.py`), with 64 it was 241, for 15 % more disk.
    "max_neighbors": 64,
    # Every batch goes to files at once. By default (1,000) the last vectors stay in SQLite: each opening would
    # put them into the graph again, and rewrite the files of a graph that has only such.
    "batch_size": 1,
    "sync_threshold": 1,
}

_SQLITE_CHANGE_COUNTERS = ((24, 28), (92, 100))
"""Bytes of a SQLite header that every writing transaction changes (sqlite.org/fileformat2.html, 1.3)."""

_NO_MORE_FILES = (errno.EMFILE, errno.ENFILE)

_open_and_close = RLock()
"""Chroma counts the clients of a path without a lock. Re-entrant: a collection may be let go of anywhere."""


def write_collection(folder: Path, batches: Iterable[tuple[Sequence[str], Vectors]]) -> None:
    """Make the collection of an empty folder from ids with their vectors, at most `LARGEST_BATCH` at a time.

    No vector may come twice: some hundred equal ones cut HNSW's graph apart, and others are no longer found
    (500 among 6,000: 4 % lost). When this returns, everything is in files and nothing is open.
    """
    client = _open_client(folder)
    try:
        collection = client.create_collection(_COLLECTION, configuration={"hnsw": HNSW}, embedding_function=None)
        for ids, vectors in batches:
            collection.add(ids=list(ids), embeddings=vectors)
    finally:
        _close_client(client)


class ChromaVectors:
    """An open collection. It closes when the last holder lets go, so that no query under way is cut off.

    Everything raises `GenerationDamaged` when Chroma cannot read the files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with _errors_in_our_words(folder):
            client = _open_client(folder)
            self.close = weakref.finalize(self, _close_client, client)
            self._collection = client.get_collection(_COLLECTION, embedding_function=None)

    def __len__(self) -> int:
        """Count the vectors it says it has; right even when they cannot be found, so no proof of health."""
        with _errors_in_our_words(self._folder):
            return self._collection.count()

    def search(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        """Return at most `limit` ids with their cosines, nearest first."""
        question: Any = vector[np.newaxis]
        with _errors_in_our_words(self._folder):
            found = self._collection.query(query_embeddings=question, n_results=limit, include=["distances"])
        distances: Any = found["distances"]
        return [(id_, 1.0 - distance) for id_, distance in zip(found["ids"][0], distances[0], strict=True)]

    def vectors(self, ids: Sequence[str]) -> dict[str, Vector]:
        """Return the stored vectors of those `ids` that are there."""
        found: dict[str, Vector] = {}
        for start in range(0, len(ids), LARGEST_BATCH):
            found |= self._get(ids[start : start + LARGEST_BATCH])
        return found

    def _get(self, ids: Sequence[str]) -> dict[str, Vector]:
        with _errors_in_our_words(self._folder):
            found = self._collection.get(ids=list(ids), include=["embeddings"])
        stored: Any = found["embeddings"]
        return dict(zip(found["ids"], np.asarray(stored, dtype=np.float32), strict=True))


def rewritten_by_opening(folder: Path) -> dict[str, list[tuple[int, int]]]:
    """Return byte ranges [start, end), by file name, that Chroma 1.5.9 rewrites when it opens a finished collection.

    Only counters in SQLite's header and the page of the lock table `acquire_write`: all else can be hashed
    (measured by opening 1 to 21,340 vectors several times; `tests/index/vectors/chroma/test_engine.py` holds it).
    """
    with closing(sqlite3.connect(folder / SQLITE_FILE)) as database:
        page_size = database.execute("PRAGMA page_size").fetchone()[0]
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'acquire_write'"
        page = database.execute(query).fetchone()[0]
    return {SQLITE_FILE: [*_SQLITE_CHANGE_COUNTERS, ((page - 1) * page_size, page * page_size)]}


@contextmanager
def _errors_in_our_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except (ImportError, MemoryError):
        raise  # an installation or a machine at its end: no file is better for being built anew
    except Exception as error:  # it raises errors of its own, of SQLite, and plain ones
        if isinstance(error, OSError) and error.errno in _NO_MORE_FILES:
            raise
        raise GenerationDamaged(f"Chroma cannot read {folder}: {error}") from error


def _open_client(folder: Path) -> Client:
    from chromadb.api.client import Client
    from chromadb.config import Settings

    settings = Settings(
        _env_file=None,  # Chroma would read a `.env` of the working folder, which is not ours to interpret
        anonymized_telemetry=False,
        is_persistent=True,
        persist_directory=str(folder),
    )
    with _open_and_close:
        return Client(settings=settings)


def _close_client(client: Client) -> None:
    with _open_and_close:
        client.close()
