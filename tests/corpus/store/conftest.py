"""Every test beside this file runs against each implementation of the store: a further one gets a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from corpus.store import DataFolder, open_service_store, open_store, open_store_writer
from corpus.store.protocols import Store
from corpus.store.service_protocols import ServiceStore
from tests.postgres_server import PostgresServer

IMPLEMENTATIONS = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True)
class Implementation:
    """How a database's stores are made and opened."""

    new_folder: Callable[[Path], DataFolder]
    open: Callable[[DataFolder], Store] = open_store
    open_writer: Callable[[DataFolder], Store] = open_store_writer
    open_service: Callable[[DataFolder], ServiceStore] = open_service_store


@pytest.fixture(params=IMPLEMENTATIONS)
def implementation(request: pytest.FixtureRequest) -> Implementation:
    if request.param == "sqlite":
        return Implementation(DataFolder)
    server: PostgresServer = request.getfixturevalue("postgres")
    return Implementation(lambda path: DataFolder(path, server.new_database()))


@pytest.fixture
def data(implementation: Implementation, tmp_path: Path) -> DataFolder:
    return implementation.new_folder(tmp_path / "data")


@pytest.fixture
def store(implementation: Implementation, data: DataFolder) -> Iterator[Store]:
    """An empty store, open for writing."""
    with implementation.open_writer(data) as store:
        yield store


@pytest.fixture
def reader(implementation: Implementation, store: Store, data: DataFolder) -> Iterator[Store]:
    """Of the folder that `store` writes."""
    with implementation.open(data) as reader:
        yield reader


@pytest.fixture
def service_store(implementation: Implementation, data: DataFolder) -> Iterator[ServiceStore]:
    """An empty store of the service."""
    with implementation.open_service(data) as service_store:
        yield service_store
