from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.store import DataFolder, open_store_writer
from index.vectors import stored_vectors
from index.vectors.stored_vectors import nearest_cosines
from tests.index.vectors.library import ENCODER, put_vectors, unit_vectors


def test_nearest_cosines_are_those_of_all_at_once_whatever_is_in_memory_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors, questions = unit_vectors(100), unit_vectors(3, seed=1)
    expected = -np.sort(-(questions @ vectors.T))
    with open_store_writer(DataFolder(tmp_path)) as store:
        put_vectors(store, "a", vectors)
        passages = store.passages.all()
        for at_once in (7, 100):
            monkeypatch.setattr(stored_vectors, "_AT_ONCE", at_once)
            for most in (10, 200):
                found = nearest_cosines(store, ENCODER, passages, questions, most)
                assert found == pytest.approx(expected[:, :most], abs=1e-3)  # stored in 16 bits
        assert nearest_cosines(store, "another", passages, questions, 10).shape == (3, 0)
