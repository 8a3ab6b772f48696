"""Making the passages of the catalog findable, whatever is on disk: nothing yet, something older, or damage.

Everything comes from the catalog, vectors included, so that no encoder is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpus.article import Passage
from corpus.store.sqlite import Catalog, GenerationRecord
from index.child_process import OnProgress
from index.errors import GenerationDamaged
from index.manifest import hash_of_ids
from index.vectors.delta import MAX_DELTA_PASSAGES
from index.vectors.generation import build_generation, open_generation, passages_covered, sweep
from index.words.bm25 import mend_lexical, rebuild_lexical, update_lexical
from index.words.files import newest_seq


def repair(data: Path, encoder_fingerprint: str) -> None:
    """Make again what is damaged or missing in the index of a data folder.

    Raises `DataFolderBusy` when another process writes, which then does the same, and `GenerationBuildFailed`.
    """
    with Catalog.open_writer(data) as catalog:
        index_passages(catalog, encoder_fingerprint)


def index_passages(
    catalog: Catalog, encoder_fingerprint: str, on_progress: OnProgress | None = None, rebuild: bool = False
) -> None:
    """Make words and vectors of all passages findable; what is current and whole is left, unless `rebuild`.

    `catalog` must be a writer, and every passage must have its vector. Raises `GenerationBuildFailed`.
    """
    sweep(catalog)
    mend_words(catalog, rebuild)
    if rebuild or not _is_current(catalog, encoder_fingerprint):
        build_generation(catalog, encoder_fingerprint, on_progress)


def mend_words(catalog: Catalog, rebuild: bool = False) -> None:
    """Bring the lexical index to what is stored, whatever it was; words of deleted articles leave the disk."""
    mend = rebuild_lexical if rebuild or has_to_purge(catalog) else mend_lexical
    mend(catalog, lexical_folder(catalog.folder))


def lexical_folder(data: Path) -> Path:
    return data / "index" / "lexical"


def has_to_purge(catalog: Catalog) -> bool:
    """Whether something was deleted since the live generation was built: its vectors, and hidden words, remain."""
    live = live_record(catalog)
    return live is not None and catalog.deleted_since(live.seq)


def live_record(catalog: Catalog) -> GenerationRecord | None:
    return next((record for record in catalog.kept_generations() if record.live), None)


def fits(catalog: Catalog, encoder: str) -> bool:
    """Whether what is stored was embedded by this encoder (a fingerprint), or by none yet."""
    live = live_record(catalog)
    known = [live.encoder] if live else catalog.encoder_fingerprints()
    return not known or encoder in known


def are_words_behind(catalog: Catalog) -> bool:
    """Whether articles came, changed or went after what the lexical index on disk covers; cheap."""
    return newest_seq(lexical_folder(catalog.folder)) < catalog.seq()


def index_words(catalog: Catalog, coming: Sequence[tuple[Passage, str]] = ()) -> None:
    """Take what changed, and what is `coming`, into the lexical index.

    What was deleted is hidden; `mend_words` purges it later.
    """
    # Without a generation nothing would tell later that something has to be purged.
    hide_deleted = live_record(catalog) is not None
    update_lexical(catalog, lexical_folder(catalog.folder), hide_deleted, coming)


def is_build_due(catalog: Catalog, encoder: str) -> bool:
    """Whether so much came after the live generation that searching it exactly begins to cost."""
    live = live_record(catalog)
    since = live.seq if live and live.encoder == encoder else 0
    return catalog.count_passages_since(since) > MAX_DELTA_PASSAGES


def _is_current(catalog: Catalog, encoder: str) -> bool:
    """Whether the live generation holds exactly the catalog's passages, and opens."""
    live = live_record(catalog)
    if live is None:
        return catalog.count_passages() == 0
    passages = hash_of_ids(passage.id for passage in catalog.all_passages())
    try:
        open_generation(catalog.folder, live).close()
        return live.encoder == encoder and passages_covered(catalog.folder, live) == passages
    except GenerationDamaged:
        return False
