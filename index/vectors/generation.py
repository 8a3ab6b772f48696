"""Generations: Chroma collections built aside, checked, and only then named; nobody writes one that serves.

    <data>/index/staging/<random>/       being built; left over when a build is killed
    <data>/index/generations/<name>/     one collection and its manifest; the catalog says which is live

A name is the sequence number that it covers and the hash of its manifest, so nothing in it can change unseen.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from corpus.durable import move_durably
from corpus.store.sqlite import Catalog, GenerationRecord
from index.child_process import ChildFailed, OnProgress, run_child
from index.errors import GenerationBuildFailed, GenerationDamaged
from index.manifest import Manifest, check_files, manifest_digest, read_manifest
from index.vectors.health import open_healthy
from index.vectors.vector_index import Generation


def build_generation(catalog: Catalog, encoder_fingerprint: str, on_progress: OnProgress | None = None) -> str | None:
    """Make a generation of all passages live and return its name; None when there are no passages.

    `catalog` must be a writer, and every passage must have its vector from this encoder. `on_progress` hears
    how many passages are in, and of how many. Raises `GenerationBuildFailed`; what was live is untouched.
    """
    if catalog.count_passages() == 0:
        _withdraw_all(catalog)
        return None
    _check_that_all_are_embedded(catalog, encoder_fingerprint)
    with _staging_folder(catalog.folder) as staging:
        arguments = [str(catalog.folder), str(staging), encoder_fingerprint]
        _run("build", arguments, on_progress)
        _run("verify", arguments)
        return _publish(catalog, staging)


def open_generation(data: Path, record: GenerationRecord) -> Generation:
    """Open it if it is what was built (0.2 s for 21,000 vectors); `GenerationDamaged` says why not."""
    return open_healthy(generation_folder(data, record.name), _manifest(data, record))


def passages_covered(data: Path, record: GenerationRecord) -> str:
    """`hash_of_ids` of the passages in a generation. Raises `GenerationDamaged` when it does not say."""
    return _manifest(data, record).passages_hash


def generation_folder(data: Path, name: str) -> Path:
    return _generations(data) / name


def sweep(catalog: Catalog, spare: str | None = None) -> None:
    """Remove what killed builds left and generations that the catalog does not name; only a writer may."""
    named = {record.name for record in catalog.kept_generations()} | {spare}
    unnamed = [folder for folder in _generations(catalog.folder).glob("*") if folder.name not in named]
    for folder in [*unnamed, *_staging(catalog.folder).glob("*")]:
        shutil.rmtree(folder, ignore_errors=True)


def _check_that_all_are_embedded(catalog: Catalog, encoder: str) -> None:
    missing = len(catalog.passages_without_vector(encoder))
    if missing:
        raise GenerationBuildFailed(
            f"{missing} passages have no vector from this encoder yet; rebuild, which embeds them."
        )


def _publish(catalog: Catalog, staging: Path) -> str:
    manifest, former = read_manifest(staging), catalog.live_generation()
    name = f"g{manifest.seq}-{manifest_digest(staging)}"
    move_durably(staging, _generations(catalog.folder) / name)
    catalog.publish_generation(name, manifest.seq, manifest.encoder)
    _withdraw_unfit(catalog)
    # Readers need a moment to leave the former one, if it is no longer kept: whoever writes next sweeps it.
    sweep(catalog, spare=former)
    return name


def _run(task: str, arguments: Sequence[str], on_progress: OnProgress | None = None) -> None:
    try:
        run_child("index.vectors.build_process", [task, *arguments], on_progress)
    except ChildFailed as failure:
        raise GenerationBuildFailed(
            f"The process that had to {task} the new index {failure}; what was live is untouched, try again."
        ) from failure


def _withdraw_unfit(catalog: Catalog) -> None:
    """What is kept for rollback must be whole, and hold nothing that was purged."""
    for record in catalog.kept_generations():
        if not record.live and (catalog.deleted_since(record.seq) or _is_damaged(catalog.folder, record)):
            catalog.withdraw_generation(record.name)


def _is_damaged(data: Path, record: GenerationRecord) -> bool:
    try:
        check_files(generation_folder(data, record.name), _manifest(data, record))
    except GenerationDamaged:
        return True
    return False


def _manifest(data: Path, record: GenerationRecord) -> Manifest:
    """Raise `GenerationDamaged` unless it is the one that was built."""
    folder = generation_folder(data, record.name)
    manifest = read_manifest(folder)
    if not record.name.endswith(f"-{manifest_digest(folder)}"):
        raise GenerationDamaged(f"The manifest of {folder} is not the one that was built.")
    return manifest


def _withdraw_all(catalog: Catalog) -> None:
    for record in catalog.kept_generations():
        catalog.withdraw_generation(record.name)


@contextmanager
def _staging_folder(data: Path) -> Iterator[Path]:
    folder = _staging(data) / uuid.uuid4().hex
    try:
        folder.mkdir(parents=True)
        _generations(data).mkdir(exist_ok=True)
        yield folder
    except OSError as error:
        raise GenerationBuildFailed(
            f"The new index cannot be written below {data / 'index'} ({error.strerror}); check the disk."
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _staging(data: Path) -> Path:
    return data / "index" / "staging"


def _generations(data: Path) -> Path:
    return data / "index" / "generations"
