"""Generations on a Chroma server: collections built aside, checked, and only then named by the store.

    assistant-<store>-<seconds>-<random>      the moment at which it was begun, since 1970

What the store does not name is left over from a killed build. `<store>` keeps apart those who share a server.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict

import numpy as np

from corpus.errors import DataFolderBusy
from corpus.generation_record import GenerationRecord
from corpus.store import building
from corpus.store.data_folder import DataFolder, VectorServer
from corpus.store.protocols import Store
from index.child_process import OnProgress
from index.errors import GenerationBuildFailed, GenerationDamaged
from index.vectors.chroma.health import check_canaries
from index.vectors.chroma.manifest import hash_of_ids
from index.vectors.chroma.open_generation import ChromaGeneration
from index.vectors.chroma_server.collection import ServerVectors, collection_names, remove_collection
from index.vectors.chroma_server.connection import ChromaServer, ServerAway
from index.vectors.chroma_server.guarded_generation import GuardedGeneration
from index.vectors.exact import ExactVectors
from index.vectors.kept_generations import build_in_child, check_that_all_are_embedded, withdraw_all, withdraw_unfit

_BUILD_PROCESS = "index.vectors.chroma_server.build_process"
"""Imported by its name, in the child alone: see `index.child_process`."""

_READER_SECONDS = 2.0
"""Of each request; 100 of 20,000 vectors are found in 10 ms on the same machine."""

WRITER_SECONDS = 600.0
"""Of each request: a server that is busy took 50 s to add 5,000 vectors."""

_NAME = re.compile(r"assistant-[0-9a-f]{12}-([0-9]+)-[0-9a-f]{8}", re.ASCII)


class ChromaServerGenerations:
    """`VectorIndexReader` and `VectorIndexWriter` of `index.vectors.protocols`, for all machines that share a store."""

    def __init__(self, data: DataFolder, server: VectorServer) -> None:
        self._data = data
        self._server = server
        self._for_reading = ChromaServer(server, _READER_SECONDS)

    def open(self, record: GenerationRecord) -> GuardedGeneration:
        """That the server is away is no damage: the generation finds nothing until it is back."""
        if not _NAME.fullmatch(record.name):
            raise GenerationDamaged(f"The generation {record.name} is not on the Chroma server.")
        server = self._for_reading
        return GuardedGeneration(record.name, lambda: open_checked(server, record.name))

    def exists(self, name: str) -> bool:
        """Whether it can be there; who searches it finds out."""
        return _NAME.fullmatch(name) is not None

    def age_seconds(self, name: str) -> float | None:
        """Since its build began: nothing is asked of the server."""
        found = _NAME.fullmatch(name)
        return max(0.0, time.time() - int(found.group(1))) if found else None

    def is_current(self, store: Store, encoder: str) -> bool:
        live = store.generations.live()
        if live is None:
            return store.passages.count() == 0
        passages = hash_of_ids(passage.id for passage in store.passages.all())
        try:
            open_checked(self._for_reading, live.name)
            holds = ServerVectors(self._for_reading, live.name).manifest().passages_hash
        except (ServerAway, GenerationDamaged):
            return False
        return live.encoder == encoder and holds == passages

    def build(self, store: Store, encoder: str, on_progress: OnProgress | None = None) -> str | None:
        """Raises DataFolderBusy, too, when another machine is building."""
        if store.passages.count() == 0:
            withdraw_all(store)
            return None
        check_that_all_are_embedded(store, encoder)
        with building(self._data) as stay, self._patient() as server:
            withdraw_unfit(store)
            self._sweep(server, store, {record.name for record in store.generations.kept()})
            name = f"{self._prefix(store)}{int(time.time())}-{uuid.uuid4().hex[:8]}"
            self._build_and_verify(name, encoder, on_progress)
            stay()
            self._publish(server, store, name)
        return name

    def sweep(self, store: Store) -> None:
        # Whoever builds just now sweeps as well; and a server that is away is swept another time.
        with suppress(DataFolderBusy, GenerationBuildFailed), building(self._data), self._patient() as server:
            self._sweep(server, store, {record.name for record in store.generations.kept()})

    def _publish(self, server: ChromaServer, store: Store, name: str) -> None:
        manifest, former = ServerVectors(server, name).manifest(), store.generations.live()
        dropped = store.generations.publish(name, manifest.seq, manifest.encoder)
        withdraw_unfit(store, lambda record: _is_lost(server, record))
        # Readers need a moment to leave the former one, if it is no longer kept: `sweep` comes some seconds later.
        self._sweep(server, store, {record.name for record in (*store.generations.kept(), former) if record})
        for lost in filter(_NAME.fullmatch, dropped):  # it may have the name that the store had on another machine
            remove_collection(server, lost)

    def _sweep(self, server: ChromaServer, store: Store, named: Collection[str]) -> None:
        for name in collection_names(server, self._prefix(store)):
            if name not in named:
                remove_collection(server, name)

    def _prefix(self, store: Store) -> str:
        """What the names of this store's collections begin with: a copy of it elsewhere has another."""
        owner = f"{store.generations.owner()} {self._data.store_name}"
        return f"assistant-{hashlib.sha256(owner.encode()).hexdigest()[:12]}-"

    def _build_and_verify(self, name: str, encoder: str, on_progress: OnProgress | None) -> None:
        told = {"database_url": self._data.database_url, "server": asdict(self._server)}
        build_in_child(_BUILD_PROCESS, [str(self._data), name, encoder], on_progress, json.dumps(told))

    @contextmanager
    def _patient(self) -> Iterator[ChromaServer]:
        server = ChromaServer(self._server, WRITER_SECONDS)
        try:
            yield server
        except ServerAway as trouble:
            raise GenerationBuildFailed(
                f"The Chroma server {trouble}; what was live is untouched, try again when it is back."
            ) from trouble
        finally:
            server.close()


def open_checked(server: ChromaServer, name: str) -> ChromaGeneration:
    """Open a generation; raise `ServerAway`, and `GenerationDamaged`, saying why, rather than serve damage."""
    collection = ServerVectors(server, name)
    manifest = collection.manifest()
    check_canaries(collection, manifest.vectors, manifest.canaries)
    marks = collection.marks(manifest.marked)
    rows = list(marks.unreachable.values()) or np.zeros((0, 0), dtype=np.float32)
    return ChromaGeneration(name, collection, ExactVectors(list(marks.unreachable), np.asarray(rows)), marks.copies)


def _is_lost(server: ChromaServer, record: GenerationRecord) -> bool:
    try:
        ServerVectors(server, record.name).manifest()
    except GenerationDamaged:
        return True
    return False
