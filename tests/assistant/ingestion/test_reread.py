from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.ingestion.ingest import ingest_paths, reread_articles
from assistant.settings import Settings
from corpus.article import Action, SplitArticle
from corpus.job import FIELDS, JobKind, PostedSource, ReadSource
from corpus.readers import draft
from corpus.readers.posted import read_posted
from corpus.store import open_store, open_store_writer

FERRY = "---\ntitle: The ferry\n---\nIt sails **daily**.\n"
CRANE = {"title": "The crane", "text": "It is *tall*.\n\n- and red", "format": "markdown"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.fixture
def ferry(tmp_path: Path) -> Path:
    file = tmp_path / "ferry.md"
    file.write_text(FERRY)
    return file


@pytest.fixture
def read_before(settings: Settings, ferry: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A data folder with an article from a file and one that was posted, both by readers of another version."""
    with monkeypatch.context() as earlier:
        earlier.setattr(draft, "READERS", "readers 1")
        ingest_paths(settings, [ferry])
        with open_store_writer(settings.data_folder) as store:
            source = PostedSource("", FIELDS, json.dumps(CRANE).encode())
            job = store.jobs.accept(JobKind.INGEST, [source])
            article, _ = read_posted(source, 1_000)
            store.jobs.settle(job.number, [ReadSource(0, SplitArticle(article, ()))], "none")
    return settings


def test_reread_articles_reads_files_and_what_was_posted_again_and_leaves_the_rest(read_before: Settings) -> None:
    said: list[object] = []

    report = reread_articles(read_before, on_outcome=said.append)

    assert (report.counts, report.unreadable) == ({Action.REREAD: 2}, ())
    with open_store(read_before.data_folder) as store:
        assert {article.title for article in store.articles.newest(9)} == {"The ferry", "The crane"}
        assert store.articles.read_otherwise(draft.READERS) == {}
    assert reread_articles(read_before).counts == {}


def test_reread_articles_keeps_what_is_no_longer_where_it_was_and_says_so(read_before: Settings, ferry: Path) -> None:
    ferry.unlink()

    report = reread_articles(read_before)

    assert report.counts == {Action.REREAD: 1}
    assert [str(ferry) in error.source for error in report.unreadable] == [True]
    with open_store(read_before.data_folder) as store:
        assert store.articles.count() == 2


def test_ingest_what_tells_the_same_by_other_readers_is_reread_and_what_tells_else_is_updated(
    read_before: Settings, ferry: Path
) -> None:
    assert ingest_paths(read_before, [ferry]).counts == {Action.REREAD: 1}
    assert ingest_paths(read_before, [ferry]).counts == {Action.UNCHANGED: 1}
    ferry.write_text(FERRY.replace("daily", "weekly"))
    assert ingest_paths(read_before, [ferry]).counts == {Action.UPDATED: 1}
