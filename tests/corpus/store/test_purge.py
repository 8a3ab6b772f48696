from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from corpus.article import Article
from corpus.store.sqlite import CATALOG_FILE, Catalog
from corpus.store.sqlite import engine as sqlite
from tests.corpus.store.examples import article, passage


def bytes_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def secret(name: str, text: str) -> Article:
    return article(
        name, text, title=f"title-{name}", url=f"https://{name}.example", author=f"author-{name}", origin=f"/o/{name}"
    )


def test_nothing_of_a_deleted_article_is_left_in_any_file(catalog: Catalog) -> None:
    former, current, other = secret("gone", "first words"), secret("gone", "second words"), secret("kept", "third")
    for each in (former, current, other):
        catalog.put([each])
        catalog.put_passages("splitter", {each.id: [passage(each)]})
    assert b"first words" in bytes_in(catalog.folder)
    catalog.delete([current.id])
    left = bytes_in(catalog.folder)
    for trace in (b"first words", b"second words", b"title-gone", b"gone.example", b"author-gone", b"/o/gone"):
        assert trace not in left
    assert catalog.article(other.id) == other


def test_copies_that_sqlite_leaves_when_it_moves_rows_are_purged_too(catalog: Catalog) -> None:
    # Rows of many sizes in random order of keys: pages are split and merged all the time.
    dice = random.Random(7)
    articles = [secret(f"n{number:04}n", f"text n{number:04}n {'x' * dice.randrange(3000)}") for number in range(600)]
    catalog.put(articles)
    gone = dice.sample(articles, 300)
    catalog.delete([each.id for each in gone])
    left = bytes_in(catalog.folder)
    assert [each.external_id for each in gone if each.external_id.encode() in left] == []
    assert catalog.count_articles() == 300


def test_what_a_reader_was_holding_is_purged_by_the_next_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_PATIENCE_SECONDS", 0.1)
    ferry = secret("ferry", "a text that has to go")
    with Catalog.open_writer(tmp_path) as catalog, closing(sqlite3.connect(tmp_path / CATALOG_FILE)) as reader:
        catalog.put([ferry])
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM articles").fetchall()
        assert catalog.delete([ferry.id]) == 1
        assert reader.execute("SELECT text FROM versions").fetchall() == [(ferry.text,)]
    Catalog.open_writer(tmp_path).close()
    assert ferry.text.encode() not in bytes_in(tmp_path)
