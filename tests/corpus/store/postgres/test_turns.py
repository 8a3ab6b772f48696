from __future__ import annotations

import signal
import subprocess
import sys
import threading

import psycopg
import pytest

from corpus.errors import DataFolderBusy
from corpus.store import (
    DataFolder,
    open_store,
    open_store_for_index,
    open_store_worker,
    open_store_writer,
    telling,
    visiting,
)
from corpus.store.protocols import Store
from tests.corpus.store.examples import article, put_unsplit, run_together

FERRY = article("ferry", "The ferry keeps to its timetable.")

WRITER = """
import sys, time
from pathlib import Path
from corpus.store import DataFolder, open_store_writer
with open_store_writer(DataFolder(Path(sys.argv[1]), sys.stdin.readline().strip())):
    print("writing", flush=True)
    time.sleep(600)
"""


def test_turns_a_follower_meets_every_change_once_and_in_order_whoever_commits_when(
    data: DataFolder, store: Store
) -> None:
    done, met = threading.Event(), []
    too_many = [article("ferry", "Words."), article("ferry", "Words.", title=None)]  # no title: it cannot be stored

    def put_some(worker: int) -> None:
        for number in range(8):
            put_unsplit(store, [article(f"{worker}-{number}-{each}", f"{worker} {number} {each}") for each in range(3)])
            with pytest.raises(Exception, match="title"):
                put_unsplit(store, too_many)  # its number is taken back, or left out for ever

    def put_all() -> None:
        run_together(*(lambda worker=worker: put_some(worker) for worker in range(4)))
        done.set()

    def follow() -> None:
        with open_store(data) as reader:
            seen = 0
            is_last = False
            while not is_last:
                is_last = done.is_set()
                for change in reader.changes.since(seen):
                    met.append(change.article_id)
                    seen = change.seq

    run_together(put_all, follow)
    assert len(met) == len(set(met)) == store.articles.count() == 4 * 8 * 3


def test_turns_there_is_one_writer_on_all_machines(data: DataFolder, elsewhere: DataFolder) -> None:
    with open_store_writer(data) as store:
        with pytest.raises(DataFolderBusy, match="written by another process"):
            open_store_writer(elsewhere)
        put_unsplit(store, [FERRY])
    with open_store_writer(elsewhere) as store:
        assert store.articles.get(FERRY.id) == FERRY


def test_turns_a_writer_that_was_killed_leaves_its_place_to_others(data: DataFolder, elsewhere: DataFolder) -> None:
    open_store(data).close()
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, data.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        print(data.database_url, file=process.stdin, flush=True)
        assert process.stdout.readline() == "writing\n"
        with pytest.raises(DataFolderBusy):
            open_store_writer(elsewhere)
        process.send_signal(signal.SIGKILL)
        process.wait()
    _eventually_writer(elsewhere).close()


def test_turns_a_writer_that_lost_its_place_writes_no_more(data: DataFolder, elsewhere: DataFolder) -> None:
    with open_store_writer(data) as store:
        with psycopg.connect(data.database_url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        with _eventually_writer(elsewhere) as successor:
            with pytest.raises(DataFolderBusy, match="was lost"):
                put_unsplit(store, [FERRY])
            put_unsplit(successor, [FERRY])
    with open_store(data) as reader:
        assert reader.changes.seq() == 1


def test_turns_each_machine_has_generations_of_its_own_whoever_writes(data: DataFolder, elsewhere: DataFolder) -> None:
    with open_store_writer(data) as writer, open_store_for_index(elsewhere) as other:
        writer.generations.publish("g1", 1, "e")
        assert other.generations.live() is None
        other.generations.publish("g2", 1, "e")
        assert [record.name for record in writer.generations.kept()] == ["g1"]
        with pytest.raises(RuntimeError, match="opened for reading"):
            put_unsplit(other, [FERRY])
    with open_store(elsewhere) as reader:
        assert [record.name for record in reader.generations.kept()] == ["g2"]
        with pytest.raises(RuntimeError, match="opened for reading"):
            reader.generations.withdraw("g2")


def test_turns_one_machine_tells_and_one_visits(data: DataFolder, elsewhere: DataFolder) -> None:
    for place in (telling, visiting):
        with place(data) as stay:
            stay()
            with pytest.raises(DataFolderBusy, match="Another process"), place(elsewhere):
                pass
        with place(elsewhere) as stay:
            with psycopg.connect(data.database_url, autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
            with pytest.raises(DataFolderBusy, match="was lost"):
                stay()


def test_turns_one_process_keeps_the_index_of_a_machine(data: DataFolder) -> None:
    with open_store_worker(data):
        for opened in (open_store_worker, open_store_for_index):
            with pytest.raises(DataFolderBusy, match="Another process of this machine"):
                opened(data)


def _eventually_writer(data: DataFolder) -> Store:
    """The server notices some moments later that a connection is gone."""
    pause = threading.Event()
    for _ in range(100):
        try:
            return open_store_writer(data)
        except DataFolderBusy:
            pause.wait(0.1)
    raise AssertionError("the place is never free")
