from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from corpus.article import Article
from corpus.store import DataFolder, open_store_writer
from corpus.store.protocols import Store
from tests.corpus.store.examples import article, passage, put_unsplit


def bytes_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def secret(name: str, text: str) -> Article:
    return article(
        name, text, title=f"title-{name}", url=f"https://{name}.example", author=f"author-{name}", origin=f"/o/{name}"
    )


def test_purge_nothing_of_a_deleted_article_is_left_in_any_file(data: DataFolder, store: Store) -> None:
    former, current, other = secret("gone", "first words"), secret("gone", "second words"), secret("kept", "third")
    for each in (former, current, other):
        put_unsplit(store, [each])
        store.passages.put("splitter", {each.id: [passage(each)]})
    assert b"first words" in bytes_in(data.path)
    store.articles.delete([current.id])
    left = bytes_in(data.path)
    for trace in (b"first words", b"second words", b"title-gone", b"gone.example", b"author-gone", b"/o/gone"):
        assert trace not in left
    assert store.articles.get(other.id) == other


def test_purge_copies_that_sqlite_leaves_when_it_moves_rows_are_purged_too(data: DataFolder, store: Store) -> None:
    # Rows of many sizes in random order of keys: pages are split and merged all the time.
    dice = random.Random(7)
    articles = [secret(f"n{number:04}n", f"text n{number:04}n {'x' * dice.randrange(3000)}") for number in range(600)]
    put_unsplit(store, articles)
    gone = dice.sample(articles, 300)
    store.articles.delete([each.id for each in gone])
    left = bytes_in(data.path)
    assert [each.external_id for each in gone if each.external_id.encode() in left] == []
    assert store.articles.count() == 300


def test_purge_what_a_reader_was_holding_is_purged_by_the_next_writer(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.store.sqlite.engine._PATIENCE_SECONDS", 0.1)
    ferry = secret("ferry", "a text that has to go")
    with open_store_writer(data) as store, closing(sqlite3.connect(data.database)) as reader:
        put_unsplit(store, [ferry])
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM articles").fetchall()
        assert store.articles.delete([ferry.id]) == 1
        assert reader.execute("SELECT text FROM versions").fetchall() == [(ferry.text,)]
    open_store_writer(data).close()
    assert ferry.text.encode() not in bytes_in(data.path)
