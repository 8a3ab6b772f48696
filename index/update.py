"""Bringing the index to what the catalog holds: after articles changed, and after something was damaged."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from corpus.catalog import Catalog
from index.embedding import embed_new_passages
from index.encoder import Encoder
from index.errors import GenerationDamaged
from index.generation import build_generation, open_generation, passages_covered, sweep
from index.lexical import rebuild_lexical, update_lexical
from index.manifest import hash_of_ids
from index.options import IndexOptions
from index.splitter import PassageSplitter

OnProgress = Callable[[str, int, int], None]
"""Called with what is being done (splitting, embedding, building), how much is done, and of how much."""

_ARTICLES_AT_ONCE = 64
"""Split in one transaction; articles may be long."""


def update_index(
    catalog: Catalog,
    encoder: Encoder,
    options: IndexOptions,
    on_progress: OnProgress | None = None,
    rebuild: bool = False,
) -> None:
    """Makes every article of the catalog findable; goes on where a killed update stopped.

    `catalog` must be a writer. What is current stays as it is, unless `rebuild`, which makes the index anew from
    the stored vectors. Raises `GenerationBuildFailed`; what was found before is still found then.
    """
    report = on_progress or _nobody
    split_new_articles(catalog, PassageSplitter(encoder, options), partial(report, "splitting"))
    embed_new_passages(catalog, encoder, partial(report, "embedding"))
    index_passages(catalog, encoder.fingerprint, partial(report, "building"), rebuild)


def split_new_articles(catalog: Catalog, splitter: PassageSplitter, on_progress: Callable[[int, int], None]) -> None:
    """Afterwards every article has its passages from this splitter; `on_progress` hears articles done."""
    waiting = catalog.articles_to_split(splitter.fingerprint)
    for start in range(0, len(waiting), _ARTICLES_AT_ONCE):
        articles = catalog.articles(waiting[start : start + _ARTICLES_AT_ONCE])
        passages = {id_: splitter.split(article) for id_, article in articles.items()}
        catalog.put_passages(splitter.fingerprint, passages)
        on_progress(min(start + _ARTICLES_AT_ONCE, len(waiting)), len(waiting))


def index_passages(
    catalog: Catalog,
    encoder_fingerprint: str,
    on_progress: Callable[[int, int], None] | None = None,
    rebuild: bool = False,
) -> None:
    """Makes words and vectors of all passages findable, from the catalog alone; damage is found and mended."""
    sweep(catalog)
    update_words = rebuild_lexical if rebuild else update_lexical
    update_words(catalog, lexical_folder(catalog.folder))
    if rebuild or not _is_current(catalog, encoder_fingerprint):
        build_generation(catalog, encoder_fingerprint, on_progress)


def repair(data: Path, encoder_fingerprint: str) -> None:
    """Makes again what is damaged or missing in the index of a data folder, without embedding anything.

    Raises `DataFolderBusy` when another process writes, which then does the same, and `GenerationBuildFailed`.
    """
    with Catalog.open_writer(data) as catalog:
        index_passages(catalog, encoder_fingerprint)


def lexical_folder(data: Path) -> Path:
    return data / "index" / "lexical"


def _is_current(catalog: Catalog, encoder: str) -> bool:
    """Whether the live generation holds exactly the catalog's passages, and opens."""
    live = next((record for record in catalog.kept_generations() if record.live), None)
    if live is None:
        return catalog.count_passages() == 0
    passages = hash_of_ids(passage.id for passage in catalog.all_passages())
    try:
        open_generation(catalog.folder, live).close()
        return live.encoder == encoder and passages_covered(catalog.folder, live) == passages
    except GenerationDamaged:
        return False


def _nobody(stage: str, done: int, total: int) -> None:
    """Hears the progress that nobody asked for."""
