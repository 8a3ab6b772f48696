"""The tests beside this file are of PostgreSQL alone, and of several machines at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.store import DataFolder
from tests.corpus.store.conftest import Implementation
from tests.postgres_server import PostgresServer


@pytest.fixture
def implementation(postgres: PostgresServer) -> Implementation:
    return Implementation(lambda path: DataFolder(path, postgres.new_database()))


@pytest.fixture
def elsewhere(data: DataFolder, tmp_path: Path) -> DataFolder:
    """The same database, as another machine has it."""
    return DataFolder(tmp_path / "elsewhere", data.database_url)
