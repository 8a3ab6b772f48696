"""Every test beside this file runs against each implementation of the store: a further one gets a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from corpus.store import DataFolder
from corpus.store.protocols import Store
from corpus.store.service_protocols import ServiceStore
from corpus.store.sqlite import SqliteStore
from corpus.store.sqlite.service import SqliteServiceStore


@dataclass(frozen=True, slots=True)
class Implementation:
    """How a database's stores are opened, as by the functions of `corpus.store`."""

    open: Callable[[DataFolder], Store]
    open_writer: Callable[[DataFolder], Store]
    open_service: Callable[[DataFolder], ServiceStore]


IMPLEMENTATIONS = {"sqlite": Implementation(SqliteStore.open, SqliteStore.open_writer, SqliteServiceStore.open)}


@pytest.fixture(params=IMPLEMENTATIONS)
def implementation(request: pytest.FixtureRequest) -> Implementation:
    return IMPLEMENTATIONS[request.param]


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


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
