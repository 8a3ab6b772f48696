"""Making the stored passages findable, whatever is on disk: nothing yet, something older, or damage.

Everything comes from the store, vectors included, so that no encoder is needed.
"""

from __future__ import annotations

from corpus.store import DataFolder, open_store_writer
from corpus.store.protocols import Store
from index.backends import vector_writer, word_writer
from index.child_process import OnProgress


def repair(data: DataFolder, encoder_fingerprint: str) -> None:
    """Make again what is damaged or missing in the index of a data folder.

    Raises `DataFolderBusy` when another process writes, which then does the same, and `GenerationBuildFailed`.
    """
    with open_store_writer(data) as store:
        index_passages(store, data, encoder_fingerprint)


def index_passages(
    store: Store,
    data: DataFolder,
    encoder_fingerprint: str,
    on_progress: OnProgress | None = None,
    rebuild: bool = False,
) -> None:
    """Make words and vectors of all passages findable; what is current and whole is left, unless `rebuild`.

    `store` must be a writer, and every passage must have its vector. Raises `GenerationBuildFailed`.
    """
    vectors = vector_writer(data)
    vectors.sweep(store)
    mend_words(store, data, rebuild)
    if rebuild or not vectors.is_current(store, encoder_fingerprint):
        vectors.build(store, encoder_fingerprint, on_progress)


def mend_words(store: Store, data: DataFolder, rebuild: bool = False) -> None:
    """Bring the word index to what is stored, whatever it was; words of deleted articles leave the disk."""
    words = word_writer(data)
    if rebuild or has_to_purge(store):
        words.rebuild(store)
    else:
        words.mend(store)


def has_to_purge(store: Store) -> bool:
    """Whether something was deleted since the live generation was built: its vectors, and hidden words, remain."""
    live = store.generations.live()
    return live is not None and store.changes.has_deletions_since(live.seq)
