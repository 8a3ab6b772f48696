"""Filling the data folder: what is stored, and everything that is found by, made current. One writer at a time.

All functions raise `CorpusError` (data folder in use, nothing to ingest ...) or `IndexRoomError`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.settings import Settings
from corpus.ingest import IngestReport, Report, ingest
from corpus.store.sqlite import Catalog
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
    with Catalog.open_writer(settings.data) as catalog:
        report = ingest(catalog, paths, sync, on_outcome)
        _update(catalog, settings, on_progress)
    return report


def remove_articles(settings: Settings, article_ids: Sequence[str], on_progress: OnProgress | None = None) -> int:
    """How many there were to remove; their text leaves every version and the index."""
    with Catalog.open_writer(settings.data) as catalog:
        removed = catalog.delete(article_ids)
        _update(catalog, settings, on_progress)
    return removed


def rebuild_index(settings: Settings, on_progress: OnProgress | None = None) -> None:
    """Make the whole index anew from the catalog; what has been embedded is not embedded again."""
    with Catalog.open_writer(settings.data) as catalog:
        _update(catalog, settings, on_progress, rebuild=True)


def _update(catalog: Catalog, settings: Settings, on_progress: OnProgress | None, rebuild: bool = False) -> None:
    retrieval = settings.retrieval
    encoder = load_encoder(retrieval.encoder, retrieval.threads)
    update_index(catalog, encoder, retrieval, on_progress, rebuild)
