from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.store import DataFolder, open_store_writer
from corpus.store.protocols import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty catalog, open for writing."""
    with open_store_writer(DataFolder(tmp_path / "data")) as store:
        yield store
