from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import DataFolderUnusable
from corpus.generation_record import GenerationRecord
from corpus.store import DataFolder
from corpus.store.generations_file import GenerationsFile


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "cache")


def test_generations_file_comes_back_as_it_was_written(folder: DataFolder) -> None:
    written = GenerationsFile.of(folder, "one", "news").writable()
    written.publish("g1", 1, "e")
    written.publish("g2", 2, "e")
    assert GenerationsFile.of(folder, "one", "news").kept() == [
        GenerationRecord("g2", 2, "e", live=True),
        GenerationRecord("g1", 1, "e", live=False),
    ]


def test_generations_file_of_another_store_is_refused(folder: DataFolder) -> None:
    GenerationsFile.of(folder, "one", "news").writable()
    with pytest.raises(DataFolderUnusable, match="another database than sport"):
        GenerationsFile.of(folder, "two", "sport")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"store": "one"}', '{"store": "one", "generations": [{}]}'])
def test_generations_file_that_is_damaged_is_made_again(folder: DataFolder, content: str) -> None:
    GenerationsFile.of(folder, "one", "news").writable().publish("g1", 1, "e")
    folder.generations_file.write_text(content)
    found = GenerationsFile.of(folder, "one", "news").writable()
    assert found.kept() == []
    found.publish("g2", 1, "e")
    assert GenerationsFile.of(folder, "one", "news").live() == GenerationRecord("g2", 1, "e", live=True)


def test_generations_file_is_written_by_its_keeper_only(folder: DataFolder) -> None:
    with pytest.raises(RuntimeError, match="opened for reading"):
        GenerationsFile.of(folder, "one", "news").publish("g1", 1, "e")
