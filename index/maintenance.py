"""Maintenance of the indexes: they are built, updated and repaired from the store, whatever is on disk.

Everything comes from the store, vectors included, so that no encoder is needed.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.article import Passage
from corpus.store import DataFolder, open_store_for_index
from corpus.store.protocols import Store
from index.backends import vector_writer, word_writer
from index.child_process import OnProgress
from index.passage_text import EmbeddedText
from index.vectors.delta import MAX_DELTA_PASSAGES


def repair(data: DataFolder, encoder_fingerprint: str) -> None:
    """Make again what is damaged or missing in the index of a data folder.

    Raises `DataFolderBusy` when another process writes, which then does the same, and `GenerationBuildFailed`.
    """
    with open_store_for_index(data) as store:
        index_passages(store, data, encoder_fingerprint)


def index_passages(
    store: Store,
    data: DataFolder,
    encoder_fingerprint: str,
    on_progress: OnProgress | None = None,
    rebuild: bool = False,
) -> None:
    """Make words and vectors of all passages findable; what is current and whole is left, unless `rebuild`.

    `store` must be open for the index, and every passage must have its vector. Raises `GenerationBuildFailed`.
    """
    vectors = vector_writer(data)
    vectors.sweep(store)
    repair_words(store, data, rebuild)
    if rebuild or not vectors.is_current(store, encoder_fingerprint):
        vectors.build(store, encoder_fingerprint, on_progress)


def repair_words(store: Store, data: DataFolder, rebuild: bool = False) -> None:
    """Bring the word index to what is stored, whatever it was; words of deleted articles leave the disk."""
    words = word_writer(data)
    if rebuild or has_to_purge(store):
        words.rebuild(store)
    else:
        words.repair(store)


def has_to_purge(store: Store) -> bool:
    """Whether something was deleted since the live generation was built: its vectors, and hidden words, remain."""
    live = store.generations.live()
    return live is not None and store.changes.has_deletions_since(live.seq)


def is_embedded_by(store: Store, encoder: str) -> bool:
    """Whether what is stored was embedded by this encoder (a fingerprint), or by none yet."""
    live = store.generations.live()
    known = [live.encoder] if live else store.vectors.encoders()
    return not known or encoder in known


def index_words(store: Store, data: DataFolder, coming: Sequence[tuple[Passage, EmbeddedText]] = ()) -> None:
    """Take what changed, and what is `coming`, into the word index.

    What was deleted is hidden; `repair_words` purges it later.
    """
    # Without a generation nothing would tell later that something has to be purged.
    word_writer(data).update(store, hide_deleted=store.generations.live() is not None, coming=coming)


def is_build_due(store: Store, encoder: str) -> bool:
    """Whether so much came after the live generation that searching it exactly begins to cost."""
    live = store.generations.live()
    since = live.seq if live and live.encoder == encoder else 0
    return store.passages.count(since) > MAX_DELTA_PASSAGES
