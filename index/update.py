"""Bringing the index to what the store holds, after articles came, changed or went."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from corpus.store.data_folder import DataFolder
from corpus.store.protocols import Store
from index.embedding import embed_new_passages
from index.encoders.encoder import Encoder
from index.options import RetrievalOptions
from index.repair import index_passages
from index.splitter import PassageSplitter

OnProgress = Callable[[str, int, int], None]
"""Called with what is being done (splitting, embedding, building), how much is done, and of how much."""

_ARTICLES_AT_ONCE = 64
"""Split in one transaction; articles may be long."""


def update_index(
    store: Store,
    data: DataFolder,
    encoder: Encoder,
    options: RetrievalOptions,
    on_progress: OnProgress | None = None,
    rebuild: bool = False,
) -> None:
    """Make every stored article findable; go on where a killed update stopped.

    `store` must be a writer. What is current stays as it is, unless `rebuild`, which makes the index anew from
    the stored vectors. Raises `GenerationBuildFailed`; what was found before is still found then.
    """
    report = on_progress or _nobody
    split_new_articles(store, PassageSplitter(encoder, options), partial(report, "splitting"))
    embed_new_passages(store, encoder, partial(report, "embedding"))
    index_passages(store, data, encoder.fingerprint, partial(report, "building"), rebuild)


def split_new_articles(
    store: Store, splitter: PassageSplitter, on_progress: Callable[[int, int], None] | None = None
) -> None:
    """Afterwards every article has its passages from this splitter; `on_progress` hears articles done."""
    waiting = store.passages.articles_to_split(splitter.fingerprint)
    for start in range(0, len(waiting), _ARTICLES_AT_ONCE):
        articles = store.articles.get_many(waiting[start : start + _ARTICLES_AT_ONCE])
        passages = {id_: splitter.split(article) for id_, article in articles.items()}
        store.passages.put(splitter.fingerprint, passages)
        if on_progress:
            on_progress(min(start + _ARTICLES_AT_ONCE, len(waiting)), len(waiting))


def _nobody(stage: str, done: int, total: int) -> None:
    """Hear the progress that nobody asked for."""
