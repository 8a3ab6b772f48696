from __future__ import annotations

import threading
from contextlib import closing

import psycopg

from corpus.job import FIELDS, JobKind, PostedSource
from corpus.store import DataFolder, open_bell
from corpus.store.bell import Bell
from corpus.store.protocols import Store
from tests.corpus.store.examples import article, put_unsplit


def test_bell_rings_for_jobs_and_articles_of_others_and_is_quiet_otherwise(data: DataFolder, store: Store) -> None:
    with closing(open_bell(data)) as bell:
        _until_heard(bell)
        store.jobs.accept(JobKind.INGEST, [PostedSource("", FIELDS, b"{}")])
        assert _rings(bell)
        put_unsplit(store, [article("ferry", "The ferry.")])
        assert _rings(bell)


def test_bell_seems_to_ring_while_nothing_can_be_heard_and_is_heard_again(data: DataFolder, store: Store) -> None:
    with closing(open_bell(data)) as bell:
        _until_heard(bell)
        with psycopg.connect(data.database_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%'"
                " AND datname = current_database()"
            )
        assert _rings(bell)
        _until_heard(bell)


def _until_heard(bell: Bell) -> None:
    """Until it is quiet, since nothing is committed."""
    pause = threading.Event()
    for _ in range(300):
        if not bell.rang():
            return
        pause.wait(0.1)
    raise AssertionError("it never is quiet")


def _rings(bell: Bell) -> bool:
    pause = threading.Event()
    return any(bell.rang() or pause.wait(0.1) for _ in range(300))
