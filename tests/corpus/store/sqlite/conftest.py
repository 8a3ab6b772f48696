"""The tests beside this file are of SQLite alone."""

from __future__ import annotations

import pytest

from corpus.store import DataFolder
from tests.corpus.store.conftest import Implementation


@pytest.fixture
def implementation() -> Implementation:
    return Implementation(DataFolder)
