from __future__ import annotations

import time
from collections.abc import Iterator

import psycopg
import pytest

from corpus.errors import DataFolderUnusable
from corpus.store import DataFolder, open_request_counts
from corpus.store.postgres.rates import PostgresRequestCounts


@pytest.fixture
def counts(data: DataFolder) -> Iterator[PostgresRequestCounts]:
    counts = open_request_counts(data)
    assert isinstance(counts, PostgresRequestCounts)
    yield counts
    counts.close()


@pytest.fixture
def others(data: DataFolder) -> Iterator[PostgresRequestCounts]:
    """Of another replica."""
    assert data.database_url
    others = PostgresRequestCounts(data.database_url)
    yield others
    others.close()


def test_rates_are_counted_by_all_replicas_together(
    counts: PostgresRequestCounts, others: PostgresRequestCounts
) -> None:
    assert [each.count_in_window("k1", 60) for each in (counts, others, counts)] == [1, 2, 3]
    assert others.window("k1")[0] == 3
    assert others.count_in_window("k2", 60) == 1
    counts.forget_window("k1")
    assert (others.window("k1")[0], others.forget_windows()) == (0, 1)


def test_rates_windows_end_by_the_clock_of_the_server(
    counts: PostgresRequestCounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 86_400)  # this machine's clock is a day late
    assert [counts.count_in_window("k", 60) for _ in range(2)] == [1, 2]
    count, ends = counts.window("k")
    assert (count, 0 < ends - time.time() <= 60) == (2, True)
    assert counts.count_in_window("over", -1) == counts.count_in_window("over", 60) == 1


def test_rates_are_counted_over_a_new_connection_when_the_server_was_started_again(
    counts: PostgresRequestCounts, data: DataFolder
) -> None:
    assert data.database_url
    counts.count_in_window("k", 60)
    with psycopg.connect(data.database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert counts.count_in_window("k", 60) == 2

    gone = PostgresRequestCounts("postgresql://nobody@127.0.0.1:1/news")
    for _ in range(2):
        with pytest.raises(DataFolderUnusable):
            gone.count_in_window("k", 60)
