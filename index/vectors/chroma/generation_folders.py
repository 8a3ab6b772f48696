"""Generations on disk: Chroma collections built aside, checked, and only then named; one that serves is never written.

    <data>/index/staging/<random>/       being built; left over when a build is killed
    <data>/index/generations/<name>/     one collection and its manifest; the store says which is live

A name is the sequence number that it covers and the hash of its manifest, so nothing in it can change unseen.
"""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.durable import move_durably
from corpus.generation_record import GenerationRecord
from corpus.store.data_folder import DataFolder
from corpus.store.protocols import Store
from index.child_process import OnProgress
from index.errors import GenerationBuildFailed, GenerationDamaged
from index.file_records import manifest_digest
from index.vectors.chroma.health import open_healthy
from index.vectors.chroma.manifest import Manifest, check_files, hash_of_ids, read_manifest
from index.vectors.chroma.open_generation import ChromaGeneration
from index.vectors.kept_generations import build_in_child, check_that_all_are_embedded, withdraw_all, withdraw_unfit

_BUILD_PROCESS = "index.vectors.chroma.build_process"
"""Imported by its name, in the child alone: see `index.child_process`."""


class ChromaGenerations:
    """`VectorIndexReader` and `VectorIndexWriter` of `index.vectors.protocols`, over the folders above."""

    def __init__(self, data: DataFolder) -> None:
        self._data = data

    def open(self, record: GenerationRecord) -> ChromaGeneration:
        # 0.2 s for 21,000 vectors.
        return open_healthy(self._folder(record.name), self._manifest(record))

    def exists(self, name: str) -> bool:
        return self._folder(name).exists()

    def age_seconds(self, name: str) -> float | None:
        try:
            return max(0.0, time.time() - self._folder(name).stat().st_mtime)
        except FileNotFoundError:
            return None

    def is_current(self, store: Store, encoder: str) -> bool:
        live = store.generations.live()
        if live is None:
            return store.passages.count() == 0
        passages = hash_of_ids(passage.id for passage in store.passages.all())
        try:
            self.open(live).close()
            return live.encoder == encoder and self._manifest(live).passages_hash == passages
        except GenerationDamaged:
            return False

    def build(self, store: Store, encoder: str, on_progress: OnProgress | None = None) -> str | None:
        if store.passages.count() == 0:
            withdraw_all(store)
            return None
        check_that_all_are_embedded(store, encoder)
        self._make_room(store)
        with self._staging_folder() as staging:
            arguments = [str(self._data), str(staging), encoder]
            build_in_child(_BUILD_PROCESS, arguments, on_progress, self._data.database_url or "")
            return self._publish(store, staging)

    def sweep(self, store: Store) -> None:
        self._sweep({record.name for record in store.generations.kept()})

    def _sweep(self, named: set[str]) -> None:
        unnamed = [folder for folder in self._data.generations.glob("*") if folder.name not in named]
        for folder in [*unnamed, *self._data.staging.glob("*")]:
            shutil.rmtree(folder, ignore_errors=True)

    def _publish(self, store: Store, staging: Path) -> str:
        manifest, former = read_manifest(staging), store.generations.live()
        name = f"g{manifest.seq}-{manifest_digest(staging)}"
        move_durably(staging, self._folder(name))
        store.generations.publish(name, manifest.seq, manifest.encoder)
        withdraw_unfit(store, self._is_damaged)
        # Readers need a moment to leave the former one, if it is no longer kept: `sweep` comes some seconds later.
        self._sweep({record.name for record in (*store.generations.kept(), former) if record})
        return name

    def _make_room(self, store: Store) -> None:
        """Remove what is kept for rollback and holds what was purged: on a full disk the new one needs its space."""
        withdraw_unfit(store)
        self._sweep({record.name for record in store.generations.kept()})

    def _is_damaged(self, record: GenerationRecord) -> bool:
        try:
            check_files(self._folder(record.name), self._manifest(record))
        except GenerationDamaged:
            return True
        return False

    def _manifest(self, record: GenerationRecord) -> Manifest:
        """Raise `GenerationDamaged` unless it is the one that was built."""
        folder = self._folder(record.name)
        manifest = read_manifest(folder)
        if not record.name.endswith(f"-{manifest_digest(folder)}"):
            raise GenerationDamaged(f"The manifest of {folder} is not the one that was built.")
        return manifest

    def _folder(self, name: str) -> Path:
        return self._data.generations / name

    @contextmanager
    def _staging_folder(self) -> Iterator[Path]:
        folder = self._data.staging / uuid.uuid4().hex
        try:
            folder.mkdir(parents=True)
            self._data.generations.mkdir(exist_ok=True)
            yield folder
        except OSError as error:
            raise GenerationBuildFailed(
                f"The new index cannot be written below {self._data.index} ({error.strerror}); check the disk."
            ) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
