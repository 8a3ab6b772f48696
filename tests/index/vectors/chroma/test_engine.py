"""Real Chroma, small and large enough to have its graph in files."""

from __future__ import annotations

import errno
import time
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from index.encoders.encoder import Vectors
from index.errors import GenerationDamaged
from index.file_records import record_files
from index.vectors.chroma.engine import ChromaVectors, rewritten_by_opening, write_collection
from index.vectors.exact import ExactVectors


def unit_vectors(count: int, dimension: int = 32, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def ids_of(count: int) -> list[str]:
    return [f"p-{number}" for number in range(count)]


def test_chroma_search_returns_ids_with_their_cosines_nearest_first(tmp_path: Path) -> None:
    vectors = unit_vectors(300)
    write_collection(tmp_path, [(ids_of(300), vectors)])
    opened = ChromaVectors(tmp_path)

    found = opened.search(vectors[7], 10)

    expected = ExactVectors(ids_of(300), vectors).search(vectors[7], 10)
    assert [id_ for id_, _ in found] == [id_ for id_, _ in expected]
    assert [cosine for _, cosine in found] == pytest.approx([cosine for _, cosine in expected], abs=1e-5)
    opened.close()


def test_chroma_a_question_of_any_length_is_compared_by_direction_only(tmp_path: Path) -> None:
    vectors = unit_vectors(50)
    write_collection(tmp_path, [(ids_of(50), vectors)])
    opened = ChromaVectors(tmp_path)

    assert opened.search(vectors[3] * 40, 1) == [("p-3", pytest.approx(1.0, abs=1e-5))]
    opened.close()


def test_chroma_a_search_for_more_than_there_are_returns_all(tmp_path: Path) -> None:
    write_collection(tmp_path, [(ids_of(3), unit_vectors(3))])
    opened = ChromaVectors(tmp_path)

    assert len(opened.search(unit_vectors(3)[0], 100)) == 3
    assert len(opened) == 3
    opened.close()


def test_chroma_stored_vectors_are_given_back_for_ids_that_are_there(tmp_path: Path) -> None:
    vectors = unit_vectors(5)
    write_collection(tmp_path, [(ids_of(5), vectors)])
    opened = ChromaVectors(tmp_path)

    stored = opened.vectors(["p-4", "p-0", "p-unknown"])

    assert set(stored) == {"p-0", "p-4"}
    np.testing.assert_allclose(stored["p-4"], vectors[4], atol=1e-6)
    opened.close()


@pytest.mark.parametrize("count", [1, 2, 300, 2300])
def test_chroma_opening_and_searching_rewrites_only_the_bytes_that_are_known(tmp_path: Path, count: int) -> None:
    vectors = unit_vectors(count)
    batches = [(ids_of(count)[start : start + 1000], vectors[start : start + 1000]) for start in range(0, count, 1000)]
    write_collection(tmp_path, batches)
    rewritten = rewritten_by_opening(tmp_path)
    before = record_files(tmp_path, rewritten)

    for _ in range(3):
        opened = ChromaVectors(tmp_path)
        opened.search(vectors[0], 10)
        opened.close()

    assert record_files(tmp_path, rewritten) == before
    assert sum(end - start for ranges in rewritten.values() for start, end in ranges) < 5000


def test_chroma_a_closed_collection_leaves_no_file_open(tmp_path: Path) -> None:
    write_collection(tmp_path, [(ids_of(10), unit_vectors(10))])
    opened = ChromaVectors(tmp_path)
    opened.search(unit_vectors(1)[0], 1)
    assert open_files_below(tmp_path)

    opened.close()

    assert soon_no_file_is_open_below(tmp_path)


def test_chroma_a_collection_closes_when_the_last_holder_lets_go(tmp_path: Path) -> None:
    write_collection(tmp_path, [(ids_of(10), unit_vectors(10))])
    first = ChromaVectors(tmp_path)
    second = first

    del first
    assert len(second.search(unit_vectors(1)[0], 10)) == 10
    del second

    assert soon_no_file_is_open_below(tmp_path)


def test_chroma_a_dotenv_file_of_the_working_folder_means_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("CHROMA_API_IMPL=chromadb.api.fastapi.FastAPI\nANONYMIZED_TELEMETRY=perhaps\n")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "collection").mkdir()
    write_collection(tmp_path / "collection", [(ids_of(3), unit_vectors(3))])
    opened = ChromaVectors(tmp_path / "collection")
    assert len(opened) == 3
    opened.close()


@pytest.mark.parametrize("error", [ImportError(), MemoryError(), OSError(errno.EMFILE, "Too many open files")])
def test_chroma_what_is_wrong_with_the_machine_is_not_told_as_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr("index.vectors.chroma.engine._open_client", mock.Mock(side_effect=error))
    with pytest.raises(type(error)):
        ChromaVectors(tmp_path)


def test_chroma_what_is_wrong_with_the_files_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "index.vectors.chroma.engine._open_client", mock.Mock(side_effect=OSError(errno.EIO, "Input/output error"))
    )
    with pytest.raises(GenerationDamaged, match="Input/output error"):
        ChromaVectors(tmp_path)


def soon_no_file_is_open_below(folder: Path) -> bool:
    """SQLite connections are closed by a thread of Chroma's, a moment after the client."""
    deadline = time.monotonic() + 10
    while open_files_below(folder) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not open_files_below(folder)


def open_files_below(folder: Path) -> list[Path]:
    targets = [path.readlink() for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    return [target for target in targets if target.is_relative_to(folder)]
