from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cluster.machines import Cluster
from tests.postgres_server import PostgresServer


@pytest.fixture
def cluster(postgres: PostgresServer, tmp_path: Path) -> Iterator[Cluster]:
    with ExitStack() as resources:
        yield Cluster(postgres.new_database(), tmp_path, resources)
