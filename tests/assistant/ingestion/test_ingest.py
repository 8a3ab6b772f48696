from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.ingestion import ingest as ingestion
from assistant.ingestion.report import IngestReport, Report
from assistant.settings import Settings
from corpus.article import Action, Outcome, SourceWarning
from corpus.errors import NothingToIngest, UnreadableSource
from corpus.store import DataFolder, open_store_writer
from corpus.store.protocols import Store
from index.options import RetrievalOptions
from tests.hashing_encoder import HashingEncoder
from tests.index.library import pipeline


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@pytest.fixture
def store(data: DataFolder) -> Iterator[Store]:
    with open_store_writer(data) as store:
        yield store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    write(folder, "cranes.md", "Two of the three cranes have failed.")
    write(folder, "ferry.txt", "The ferry keeps to its timetable.")
    return folder


def ingest(store: Store, data: DataFolder, paths: Sequence[Path], **given: Any) -> IngestReport:
    return ingestion.ingest(pipeline(store, data), paths, **given)


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)


def stored(store: Store) -> list[str]:
    return sorted(summary.external_id for summary in store.articles.list())


def test_ingest_the_articles_of_a_folder_are_stored_and_reported(data: DataFolder, store: Store, folder: Path) -> None:
    said: list[Report] = []
    report = ingest(store, data, [folder], on_outcome=said.append)
    assert stored(store) == ["cranes.md", "ferry.txt"]
    assert report.counts == {Action.CREATED: 2}
    assert [(item.external_id, item.action) for item in said if isinstance(item, Outcome)] == [
        ("cranes.md", Action.CREATED),
        ("ferry.txt", Action.CREATED),
    ]


def test_ingest_what_is_reported_is_stored_already(data: DataFolder, store: Store, folder: Path) -> None:
    def look_up(item: Report) -> None:
        assert isinstance(item, Outcome)
        assert store.articles.get(item.article_id)

    ingest(store, data, [folder], on_outcome=look_up)


def test_ingest_the_same_folder_again_changes_nothing(data: DataFolder, store: Store, folder: Path) -> None:
    ingest(store, data, [folder])
    before = store.changes.seq()
    report = ingest(store, data, [folder], sync=True)
    assert report.counts == {Action.UNCHANGED: 2}
    assert store.changes.seq() == before


def test_ingest_more_articles_than_a_batch_are_all_stored(data: DataFolder, store: Store, tmp_path: Path) -> None:
    lines = [f'{{"_id": "{number}", "text": "Ship {number} is waiting."}}' for number in range(600)]
    write(tmp_path, "corpus.jsonl", "\n".join(lines))
    assert ingest(store, data, [tmp_path / "corpus.jsonl"]).counts == {Action.CREATED: 600}
    assert store.articles.count() == 600


def test_ingest_an_edited_file_updates_its_article(data: DataFolder, store: Store, folder: Path) -> None:
    ingest(store, data, [folder])
    write(folder, "cranes.md", "All three cranes work again.")
    assert ingest(store, data, [folder]).counts == {Action.UPDATED: 1, Action.UNCHANGED: 1}


def test_ingest_what_cannot_be_read_is_reported_and_the_rest_goes_on(
    data: DataFolder, store: Store, folder: Path
) -> None:
    write(folder, "a.md", "---\ntitle: a\n\nWords.")
    write(folder, "empty.txt", "")
    said: list[Report] = []
    report = ingest(store, data, [folder], on_outcome=said.append)
    assert stored(store) == ["cranes.md", "ferry.txt"]
    assert [Path(error.source).name for error in report.unreadable] == ["a.md", "empty.txt"]
    assert [item for item in said if isinstance(item, UnreadableSource)] == list(report.unreadable)


def test_ingest_warnings_reach_the_user(data: DataFolder, store: Store, folder: Path) -> None:
    write(folder, "a.md", "---\npublished: 2999-01-01\n---\nWords.")
    said: list[Report] = []
    report = ingest(store, data, [folder], on_outcome=said.append)
    assert report.counts == {Action.CREATED: 3}
    assert [item for item in said if isinstance(item, SourceWarning)] == list(report.warnings)
    assert "2999-01-01" in report.warnings[0].reason


def test_ingest_a_second_source_with_the_same_url_is_a_conflict_and_replaces_nothing(
    data: DataFolder, store: Store, folder: Path
) -> None:
    write(folder, "one.md", "---\nurl: https://example.org/a\n---\nThe first words.")
    write(folder, "two.md", "---\nurl: https://example.org/a?utm_source=x#y\n---\nOther words.")
    said: list[Report] = []
    for _ in range(2):
        report = ingest(store, data, [folder], on_outcome=said.append)
        assert report.counts[Action.CONFLICT] == 1
    (conflict, *_) = (item for item in said if isinstance(item, Outcome) and item.action is Action.CONFLICT)
    assert conflict.other == str(folder / "one.md")
    assert store.articles.get(conflict.article_id).text == "The first words."


def test_ingest_the_same_text_in_two_files_is_a_duplicate(data: DataFolder, store: Store, folder: Path) -> None:
    write(folder, "ferry-copy.txt", "The ferry keeps to its  timetable!")
    said: list[Report] = []
    ingest(store, data, [folder], on_outcome=said.append)
    duplicates = [item for item in said if isinstance(item, Outcome) and item.action is Action.DUPLICATE]
    assert [(item.external_id, item.other) for item in duplicates] == [("ferry.txt", "ferry-copy.txt")]


@pytest.mark.parametrize("name", ["missing", "missing.md", "pictures"])
def test_ingest_a_place_without_articles_is_refused_before_anything_is_stored(
    data: DataFolder, store: Store, folder: Path, name: str
) -> None:
    (folder.parent / "pictures").mkdir()
    write(folder.parent / "pictures", "crane.png", "")
    with pytest.raises(NothingToIngest, match=name):
        ingest(store, data, [folder, folder.parent / name], sync=True)
    assert store.articles.count() == 0


def test_ingest_a_file_of_another_kind_is_reported(data: DataFolder, store: Store, folder: Path) -> None:
    write(folder, "story.pdf", "words")
    report = ingest(store, data, [folder / "story.pdf", folder / "ferry.txt"])
    assert report.counts == {Action.CREATED: 1}
    assert [Path(error.source).name for error in report.unreadable] == ["story.pdf"]


class TestSync:
    def test_ingest_what_is_gone_from_the_folder_is_removed(self, data: DataFolder, store: Store, folder: Path) -> None:
        ingest(store, data, [folder])
        (folder / "ferry.txt").unlink()
        report = ingest(store, data, [folder], sync=True)
        assert stored(store) == ["cranes.md"]
        assert len(report.removed) == 1

    def test_ingest_without_sync_nothing_is_removed(self, data: DataFolder, store: Store, folder: Path) -> None:
        ingest(store, data, [folder])
        (folder / "ferry.txt").unlink()
        assert ingest(store, data, [folder]).removed == ()
        assert stored(store) == ["cranes.md", "ferry.txt"]

    def test_ingest_what_came_from_elsewhere_stays(
        self, data: DataFolder, store: Store, folder: Path, tmp_path: Path
    ) -> None:
        elsewhere = tmp_path / "articles-of-others"
        elsewhere.mkdir()
        write(elsewhere, "tides.txt", "High water is at noon.")
        ingest(store, data, [folder, elsewhere])
        shutil.rmtree(elsewhere)
        assert ingest(store, data, [folder], sync=True).removed == ()

    def test_ingest_lines_that_are_gone_from_a_beir_corpus_are_removed(
        self, data: DataFolder, store: Store, folder: Path
    ) -> None:
        lines = ['{"_id": "1", "text": "One ship."}\n', '{"_id": "2", "text": "Two ships."}\n']
        write(folder, "corpus.jsonl", "".join(lines))
        ingest(store, data, [folder])
        write(folder, "corpus.jsonl", lines[1])
        ingest(store, data, [folder], sync=True)
        assert stored(store) == ["2", "cranes.md", "ferry.txt"]

    def test_ingest_what_cannot_be_read_any_more_stays(self, data: DataFolder, store: Store, folder: Path) -> None:
        write(folder, "corpus.jsonl", '{"_id": "1", "text": "One ship."}\n')
        ingest(store, data, [folder])
        write(folder, "corpus.jsonl", "cut off")
        write(folder, "ferry.txt", "")
        report = ingest(store, data, [folder], sync=True)
        assert len(report.unreadable) == 2
        assert report.removed == ()
        assert stored(store) == ["1", "cranes.md", "ferry.txt"]

    def test_ingest_a_file_that_was_renamed_is_one_article(self, data: DataFolder, store: Store, folder: Path) -> None:
        ingest(store, data, [folder])
        (folder / "ferry.txt").rename(folder / "boat.txt")
        ingest(store, data, [folder], sync=True)
        assert stored(store) == ["boat.txt", "cranes.md"]

    def test_ingest_when_the_holder_of_an_url_is_gone_the_other_source_may_have_it(
        self, data: DataFolder, store: Store, folder: Path
    ) -> None:
        write(folder, "one.md", "---\nurl: https://example.org/a\n---\nThe first words.")
        write(folder, "two.md", "---\nurl: https://example.org/a\n---\nOther words.")
        ingest(store, data, [folder])
        (folder / "one.md").unlink()
        ingest(store, data, [folder], sync=True)
        report = ingest(store, data, [folder], sync=True)
        assert report.counts == {Action.CREATED: 1, Action.UNCHANGED: 2}


def test_ingest_paths_uses_no_more_threads_than_are_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def load(name: str, threads: int) -> HashingEncoder:
        asked.append(threads)
        return HashingEncoder()

    monkeypatch.setattr(ingestion, "load_encoder", load)
    article = tmp_path / "one.md"
    article.write_text("# One\n\nThe bridge was built in 1902.\n")
    ingestion.ingest_paths(Settings(data=tmp_path / "data", retrieval=RetrievalOptions(threads=1)), [article])
    assert asked == [1]
