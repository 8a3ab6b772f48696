"""The child of `generations`: fills a collection, finishes it, opens it as a reader does and verifies it.

As the child of `index.vectors.chroma` it reads the store itself, and never loads the encoder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from corpus.store import DataFolder, open_store
from corpus.store.data_folder import VectorServer
from corpus.store.protocols import Store
from index.child_process import OnProgress, become_child, parents_message
from index.vectors.chroma.build_process import CANARIES, Distinct, batches, check_generation, spread
from index.vectors.chroma.health import finds_itself
from index.vectors.chroma.manifest import hash_of_ids
from index.vectors.chroma.unreachable import find_unreachable
from index.vectors.chroma_server.collection import CollectionManifest, ServerVectors, make_collection
from index.vectors.chroma_server.connection import ChromaServer
from index.vectors.chroma_server.generations import WRITER_SECONDS, open_checked


def main(arguments: Sequence[str]) -> None:
    """Build and verify; `arguments`: the data folder, the name of the collection, the encoder.

    The message of the parent has what may be secret, as JSON: the address of the database, and the server.
    """
    data, name, encoder = arguments
    told = json.loads(parents_message())
    on_progress = become_child()
    server = ChromaServer(VectorServer(**told["server"]), WRITER_SECONDS)
    with open_store(DataFolder(Path(data), told["database_url"])) as store:
        build(store, encoder, server, name, on_progress)
        verify(store, encoder, server, name)


def build(store: Store, encoder: str, server: ChromaServer, name: str, on_progress: OnProgress) -> None:
    """Make a collection of all passages, described by its manifest."""
    seq, distinct = store.changes.seq(), Distinct()
    passages = store.passages.all(until=seq)
    collection = make_collection(server, name)
    for ids, vectors in distinct.only(batches(store, encoder, passages, on_progress)):
        collection.add(ids, vectors)
    marked = collection.mark(distinct.copies, find_unreachable(collection, distinct.ids))
    manifest = CollectionManifest(
        encoder=encoder,
        seq=seq,
        passages_hash=hash_of_ids(passage.id for passage in passages),
        vectors=len(distinct.ids),
        canaries=_canaries(collection, distinct.ids),
        marked=marked,
    )
    collection.finish(manifest)


def verify(store: Store, encoder: str, server: ChromaServer, name: str) -> None:
    """Open it as a reader will, and compare it with the store; raise `GenerationDamaged`, saying why."""
    manifest = ServerVectors(server, name).manifest()
    passages = store.passages.all(until=manifest.seq)
    check_generation(store, encoder, open_checked(server, name), passages, manifest.passages_hash)


def _canaries(collection: ServerVectors, ids: Sequence[str]) -> tuple[str, ...]:
    candidates = collection.vectors(spread(ids, CANARIES))
    return tuple(id_ for id_, vector in candidates.items() if finds_itself(collection, vector))
