from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from corpus.access import Grant, Scope, new_key
from corpus.article import ArticleFilter, SplitArticle
from corpus.asked import Asked
from corpus.errors import BackupUnusable, DataFolderUnusable
from corpus.feedback import Feedback
from corpus.job import FIELDS, JobKind, PostedSource, ReadSource
from corpus.source import Page
from corpus.store import DataFolder, copy_store, open_service_store, open_store, open_store_writer
from corpus.store.protocols import Store
from corpus.store.sql import copying
from corpus.watch import CitedSpan, Fact, NewChange
from tests.corpus.store.conftest import Implementation
from tests.corpus.store.examples import article, passage, put_unsplit

FERRY = article("ferry", "The ferry keeps to its timetable.", title="\ud800 \x00 Ferry", published=date(2025, 7, 26))
CRANES = [article(f"crane {number}", f"Crane {number} has failed.") for number in range(5)]
NOW = datetime(2025, 7, 28, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def source(implementation: Implementation, data: DataFolder) -> DataFolder:
    """A store with something in every table."""
    with implementation.open_writer(data) as store:
        put_unsplit(store, [FERRY, *CRANES, article("ferry", "It is late.")])
        store.vectors.put("e", [passage(FERRY).vector_key], np.ones((1, 3), dtype=np.float32))
        job = store.jobs.accept(JobKind.INGEST, [PostedSource("b", FIELDS, b"\x00\xff")])
        store.jobs.settle(job.number, [ReadSource(0, SplitArticle(FERRY, [passage(FERRY)]))], "splitter")
        store.jobs.accept(JobKind.INGEST, [PostedSource("waits", FIELDS, b"{}")])
        store.articles.delete([CRANES[0].id])
        store.sources.note_page(store.sources.add("https://example.org/", NOW, 0.1).id, Page("https://a", NOW))
        watch = store.watches.add("When?", NOW, ArticleFilter())
        fact = Fact((CitedSpan(FERRY.id, FERRY.content_hash, 0, 5),))
        store.watches.settle(watch, watch.seq, [fact], [NewChange(added=(fact,))], NOW)
    with implementation.open_service(data) as service:
        key, _ = new_key("A site", Grant((Scope.ASK,)))
        service.keys.add(key)
        service.quotas.add({(key.id, date(2026, 11, 23)): 2})
        service.asked.add({Asked("Who?", "answered", date(2026, 11, 23)): 2})
        service.feedback.add(Feedback("ans_1", "up", "Good.", "Who?", "Li Qiang.", NOW))
    return data


@pytest.fixture(params=["sqlite", "postgres"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> DataFolder:
    path = tmp_path / "target"
    if request.param == "sqlite":
        return DataFolder(path)
    return DataFolder(path, request.getfixturevalue("postgres").new_database())


def told(store: Store) -> list[object]:
    return [
        [(store.articles.get(one.id), store.articles.versions(one.id)) for one in store.articles.list()],
        store.changes.since(0),
        store.passages.all(),
        {key: vector.tolist() for key, vector in store.vectors.get("e", [passage(FERRY).vector_key]).items()},
        store.jobs.waiting(),
        store.jobs.outcomes(1),
        store.jobs.waiting_sources(2, 10, 1000),
        store.articles.posted_source(FERRY.id),
        [(one, store.sources.pages(one.id)) for one in store.sources.all()],
        [(one, store.watches.changes(one.id, 10)) for one in store.watches.all()],
    ]


def test_copying_whatever_is_stored_is_the_same_in_the_other_place(source: DataFolder, target: DataFolder) -> None:
    tables: dict[str, int] = {}
    copy_store(source, target, tables.__setitem__)
    assert tables["articles"] == 5
    assert all(tables.values()), tables
    with open_store(source) as one, open_store(target) as other:
        assert told(one) == told(other)
    with open_service_store(source) as one, open_service_store(target) as other:
        assert one.keys.all() == other.keys.all()
        assert one.feedback.all() == other.feedback.all()
        assert one.quotas.requests_on(date(2026, 11, 23)) == other.quotas.requests_on(date(2026, 11, 23)) != {}
        assert one.link_secret() == other.link_secret()


def test_copying_goes_on_behind_what_is_there_and_numbers_go_on_behind_what_came(
    source: DataFolder, target: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(Exception):
        pass

    def kill_at_fourth(copy: Callable[..., object]) -> Callable[..., object]:
        calls = iter(range(4))

        def copy_or_die(*arguments: object) -> object:
            if next(calls, None) is None:
                raise Killed
            return copy(*arguments)

        return copy_or_die

    monkeypatch.setattr(copying, "_ROWS_AT_ONCE", 2)
    with monkeypatch.context() as patch:
        patch.setattr(copying, "_rows_after", kill_at_fourth(copying._rows_after))
        with pytest.raises(Killed):
            copy_store(source, target)
    copy_store(source, target)
    with open_store_writer(target) as store:
        seq, waiting = store.changes.seq(), store.jobs.waiting()
        put_unsplit(store, [article("new", "News.")])
        assert store.changes.seq() > seq
        assert store.jobs.accept(JobKind.INGEST, [PostedSource("c", FIELDS, b"{}")]).number > waiting[-1].job.number


def test_copying_into_a_place_that_holds_something_else_is_refused(source: DataFolder, target: DataFolder) -> None:
    with open_store_writer(target) as store:
        put_unsplit(store, [FERRY])
    with pytest.raises(DataFolderUnusable, match="holds something else"):
        copy_store(source, target)
    with open_store(target) as store:
        assert store.articles.count() == 1


def test_copying_a_copy_that_was_changed_is_noticed(source: DataFolder, target: DataFolder) -> None:
    copy_store(source, target)
    with open_store_writer(target) as store:
        put_unsplit(store, [article("ferry", "It sank.")])
    with pytest.raises(BackupUnusable, match="is not what was copied"):
        copy_store(source, target)
