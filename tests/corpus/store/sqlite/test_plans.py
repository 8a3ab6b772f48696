"""How SQLite finds the articles of a filter. It says so itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event

from corpus.article import ArticleFilter
from corpus.store import DataFolder
from corpus.store.protocols import Store

HARBOUR = ArticleFilter(publisher=("Harbour News",))
JULY = ArticleFilter(published_from=date(2025, 7, 1), published_to=date(2025, 7, 31))


def plan(data: DataFolder, read: Callable[[], object]) -> list[str]:
    """What SQLite does for the first query of `read`, each table a step."""
    asked: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        read()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    statement, values = asked[0]
    with closing(sqlite3.connect(data.database)) as connection:
        return [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]


@pytest.mark.parametrize(("wanted", "column"), [(HARBOUR, "publisher"), (JULY, "published")])
def test_passage_store_finds_the_articles_of_a_filter_by_an_index_alone(
    data: DataFolder, store: Store, wanted: ArticleFilter, column: str
) -> None:
    steps = plan(data, lambda: store.passages.matching(wanted, most=10))
    assert steps[0].startswith(f"SEARCH versions USING COVERING INDEX versions_{column} ({column}")


@pytest.mark.parametrize("chosen", [{"wanted": HARBOUR}, {"publisher": "Harbour News"}])
def test_article_store_lists_a_page_without_finding_all_articles_of_a_publisher(
    data: DataFolder, store: Store, chosen: dict[str, Any]
) -> None:
    steps = plan(data, lambda: store.articles.list(limit=10, **chosen))
    assert steps[0].startswith("SCAN articles USING INDEX")
    assert [step for step in steps if "TEMP B-TREE" in step] == []
