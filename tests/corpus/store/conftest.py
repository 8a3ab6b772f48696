from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.store.sqlite import Catalog


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """An empty catalog, open for writing."""
    with Catalog.open_writer(tmp_path / "data") as catalog:
        yield catalog
