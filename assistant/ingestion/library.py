"""Filling the data folder: what is stored, and everything that is found by, made current. One writer at a time.

All functions raise `CorpusError` (data folder in use, nothing to ingest ...) or `IndexRoomError`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.settings import Settings
from corpus.ingest import IngestReport, Report, ingest
from corpus.store import open_store_writer
from corpus.store.protocols import Store
from index.encoders.load import load_encoder
from index.update import OnProgress, update_index


def ingest_paths(
    settings: Settings,
    paths: Sequence[Path],
    sync: bool = False,
    on_outcome: Callable[[Report], None] | None = None,
    on_progress: OnProgress | None = None,
) -> IngestReport:
    """Store all articles of `paths`, then index what is not indexed yet: an ingest that was killed goes on."""
    with open_store_writer(settings.data_folder) as store:
        report = ingest(store, paths, sync, on_outcome)
        _update(store, settings, on_progress)
    return report


def remove_articles(settings: Settings, article_ids: Sequence[str], on_progress: OnProgress | None = None) -> int:
    """How many there were to remove; their text leaves every version and the index."""
    with open_store_writer(settings.data_folder) as store:
        removed = store.articles.delete(article_ids)
        _update(store, settings, on_progress)
    return removed


def rebuild_index(settings: Settings, on_progress: OnProgress | None = None) -> None:
    """Make the whole index anew from the store; what has been embedded is not embedded again."""
    with open_store_writer(settings.data_folder) as store:
        _update(store, settings, on_progress, rebuild=True)


def _update(store: Store, settings: Settings, on_progress: OnProgress | None, rebuild: bool = False) -> None:
    retrieval = settings.retrieval
    encoder = load_encoder(retrieval.encoder, retrieval.threads)
    update_index(store, settings.data_folder, encoder, retrieval, on_progress, rebuild)
