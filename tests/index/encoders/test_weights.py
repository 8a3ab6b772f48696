from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from index.encoders.weights import read_weights, release_pages


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    arrays = {
        "matrix": np.arange(6, dtype=np.float32).reshape(2, 3),
        "half": np.array([0.5, -2.0], dtype=np.float16),
        "places": np.array([[7]], dtype=np.int64),
    }
    save_file(arrays, path, metadata={"format": "np"})
    return path


def test_weights_arrays_are_read_with_their_types_and_shapes(file: Path) -> None:
    weights = read_weights(file)
    assert set(weights) == {"matrix", "half", "places"}
    assert weights["matrix"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert weights["half"].dtype == np.float16
    assert weights["half"].tolist() == [0.5, -2.0]
    assert weights["places"].tolist() == [[7]]


def test_weights_writing_to_an_array_leaves_the_file_as_it_was(file: Path) -> None:
    before = file.read_bytes()
    read_weights(file)["matrix"][0, 0] = 99
    assert file.read_bytes() == before


def test_weights_whose_memory_was_given_back_are_read_again(file: Path) -> None:
    weights = read_weights(file)
    before = {name: array.tolist() for name, array in weights.items()}
    release_pages({**weights, "own": np.ones(3, dtype=np.float32)})
    assert {name: array.tolist() for name, array in weights.items()} == before


def test_weights_a_file_that_was_cut_off_is_refused(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-4])
    with pytest.raises(ValueError, match="is no safetensors file"):
        read_weights(file)


@pytest.mark.parametrize("content", [b"", b"not a model at all", b"\x02\0\0\0\0\0\0\0[]"])
def test_weights_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is no safetensors file"):
        read_weights(path)
