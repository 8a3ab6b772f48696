from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.store import DataFolder, open_store_writer
from corpus.store.protocols import Store
from index.encoders.encoder import Vectors
from index.errors import GenerationBuildFailed, GenerationDamaged
from index.file_records import record_files
from index.vectors.chroma import build_process as generation_child
from index.vectors.chroma.engine import rewritten_by_opening, write_collection
from index.vectors.chroma.generation_folders import ChromaGenerations
from index.vectors.chroma.manifest import read_manifest, write_manifest
from index.vectors.chroma.unreachable import UNREACHABLE_FILE
from tests.index.library import article
from tests.index.vectors.library import ENCODER, kept, put_vectors, unit_vectors


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@pytest.fixture
def store(data: DataFolder) -> Iterator[Store]:
    with open_store_writer(data) as store:
        yield store


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with five passages of article "a" in one generation; building takes two seconds."""
    folder = tmp_path_factory.mktemp("built")
    with open_store_writer(DataFolder(folder)) as store:
        put_vectors(store, "a", unit_vectors(5))
        ChromaGenerations(DataFolder(folder)).build(store, ENCODER)
    return folder


@pytest.fixture
def built_store(built: Path, data: DataFolder) -> Iterator[Store]:
    """A writer of a copy of what `built` made."""
    shutil.copytree(built, data.path)
    with open_store_writer(data) as store:
        yield store


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*")}


def test_generation_folders_a_damaged_generation_is_not_kept_for_rollback(data: DataFolder, built_store: Store) -> None:
    [damaged] = kept(built_store)
    (data.generations / damaged / "chroma.sqlite3").unlink()

    name = ChromaGenerations(data).build(built_store, ENCODER)

    assert kept(built_store) == [name]


def test_generation_folders_what_killed_builds_left_is_swept(data: DataFolder, built_store: Store) -> None:
    staging, generations = data.staging, data.generations
    for left_over in (staging / "killed", generations / "unnamed"):
        left_over.mkdir(parents=True)
        (left_over / "chroma.sqlite3").write_text("half")

    ChromaGenerations(data).sweep(built_store)

    assert names_in(staging) == set()
    assert names_in(generations) == set(kept(built_store))


def test_generation_folders_a_build_that_fails_leaves_what_was_live(data: DataFolder, built_store: Store) -> None:
    live = kept(built_store)
    put_vectors(built_store, "b", np.full((1, 16), np.nan, dtype=np.float32))

    with pytest.raises(GenerationBuildFailed, match=r"must not contain NaN .* live is untouched"):
        ChromaGenerations(data).build(built_store, ENCODER)

    assert kept(built_store) == live
    assert names_in(data.staging) == set()
    ChromaGenerations(data).open(built_store.generations.kept()[0]).close()


def test_generation_folders_a_folder_that_cannot_be_written_fails_the_build_in_words(
    data: DataFolder, store: Store
) -> None:
    put_vectors(store, "a", unit_vectors(5))
    (data.index).write_text("in the way")

    with pytest.raises(GenerationBuildFailed, match=r"cannot be written .*; check the disk"):
        ChromaGenerations(data).build(store, ENCODER)


def built_from(store: Store, folder: Path, ids: list[str], vectors: Vectors) -> Path:
    """A staging folder whose files and manifest agree, with a collection of these vectors."""
    folder.mkdir()
    generation_child.build(store, ENCODER, folder, lambda done, of: None)
    honest = read_manifest(folder)
    lying = folder.with_name("lying")
    lying.mkdir()
    write_collection(lying, [(ids, vectors)])
    shutil.copy(folder / UNREACHABLE_FILE, lying)
    write_manifest(lying, replace(honest, files=record_files(lying, rewritten_by_opening(lying))))
    return lying


def test_generation_folders_vectors_that_belong_to_other_passages_are_not_published(
    store: Store, tmp_path: Path
) -> None:
    vectors = unit_vectors(50)
    put_vectors(store, "a", vectors)
    staging = built_from(store, tmp_path / "staging", [f"a-{row}" for row in range(50)], vectors[::-1])
    with pytest.raises(GenerationDamaged, match="not stored with its own vector"):
        generation_child.verify(store, ENCODER, staging)


def test_generation_folders_a_collection_with_too_few_vectors_is_not_published(store: Store, tmp_path: Path) -> None:
    vectors = unit_vectors(50)
    put_vectors(store, "a", vectors)
    staging = built_from(store, tmp_path / "staging", [f"a-{row}" for row in range(49)], vectors[:49])
    with pytest.raises(GenerationDamaged, match="holds 49 vectors instead of 50"):
        generation_child.verify(store, ENCODER, staging)


def test_generation_folders_a_generation_of_other_passages_than_the_stores_is_not_published(
    store: Store, tmp_path: Path
) -> None:
    put_vectors(store, "a", unit_vectors(5))
    (tmp_path / "staging").mkdir()
    generation_child.build(store, ENCODER, tmp_path / "staging", lambda done, of: None)
    put_vectors(store, "b", unit_vectors(5))
    write_manifest(tmp_path / "staging", replace(read_manifest(tmp_path / "staging"), seq=store.changes.seq()))
    with pytest.raises(GenerationDamaged, match="does not hold the store's passages"):
        generation_child.verify(store, ENCODER, tmp_path / "staging")


def test_generation_folders_what_comes_and_goes_while_it_is_built_does_not_keep_it_from_being_published(
    store: Store, tmp_path: Path
) -> None:
    put_vectors(store, "a", unit_vectors(5))
    put_vectors(store, "b", unit_vectors(5, seed=1))
    (tmp_path / "staging").mkdir()
    generation_child.build(store, ENCODER, tmp_path / "staging", lambda done, of: None)
    put_vectors(store, "c", unit_vectors(5, seed=2))
    store.articles.delete([article("a", "").id])

    generation_child.verify(store, ENCODER, tmp_path / "staging")


def test_generation_folders_that_all_goes_while_it_is_built_does_not_keep_it_from_being_published(
    store: Store, tmp_path: Path
) -> None:
    put_vectors(store, "a", unit_vectors(5))
    (tmp_path / "staging").mkdir()
    generation_child.build(store, ENCODER, tmp_path / "staging", lambda done, of: None)
    store.articles.delete([article("a", "").id])

    generation_child.verify(store, ENCODER, tmp_path / "staging")


def test_generation_folders_the_building_child_loads_no_model() -> None:
    program = "import sys, index.vectors.chroma.build_process; print({'openvino', 'torch'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"
