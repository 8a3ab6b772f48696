"""A standing question over a story, told one article after another, with the real encoder and reading model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.settings import Settings
from assistant.watching import revise
from assistant.watching.teller import Teller
from assistant.watching.told import ToldChange, told_change, told_facts
from corpus.article import Article, ArticleFilter
from corpus.store import open_store_writer
from corpus.watch import Watch
from index.encoders.encoder import Encoder
from index.encoders.load import load_encoder
from tests.assistant.watching.story import report
from tests.index.library import pipeline

ARTICLES = "Which articles do you have?"
WHEN, COST = "When will Harlow Bridge reopen?", "How many million euros does the repair of Harlow Bridge cost?"


class Reader:
    """A folder into which articles come, and the questions that stand over it."""

    def __init__(self, settings: Settings, assistant: Assistant, encoder: Encoder) -> None:
        self.store = assistant.store
        self._settings = settings
        self._encoder = encoder
        self._tell = Teller(settings, lambda _: nullcontext(assistant)).tell_once

    def asks(self, question: str, bounds: ArticleFilter | None = None) -> Watch:
        watch = self.store.watches.add(question, datetime.now(UTC), bounds or ArticleFilter())
        self._tell()
        return watch

    def ingests(self, *articles: Article) -> None:
        data = self._settings.data_folder
        with open_store_writer(data) as store:
            into = pipeline(store, data, self._encoder)
            into.take(articles)
            into.index_words()
        self._tell()

    def deletes(self, article: Article) -> None:
        with open_store_writer(self._settings.data_folder) as store:
            store.articles.delete([article.id])
        self._tell()

    def changes(self, watch: Watch) -> list[ToldChange]:
        return [told_change(self.store, watch, change) for change in reversed(self.store.watches.changes(watch.id, 99))]

    def told(self, watch: Watch) -> list[tuple[list[str | None], list[str | None]]]:
        """Short answers that each change added, and that it ended."""
        return [
            ([one.quotes[0].short for one in change.added], [one.quotes[0].short for one in change.ended])
            for change in self.changes(watch)
        ]

    def answer(self, watch: Watch) -> list[tuple[str | None, int]]:
        """Short answers that hold now, and how many sentences say each."""
        facts = self.store.watches.get(watch.id).facts or ()
        told = told_facts(self.store, watch, [fact for fact in facts if not fact.is_over])
        return [(one.quotes[0].short, len(one.quotes)) for one in told]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("default", 2)


@pytest.fixture
def new_reader(encoder: Encoder, tmp_path: Path) -> Iterator[Callable[[], Reader]]:
    settings = Settings(data=tmp_path / "data")
    with Assistant.open(settings, encoder) as assistant:
        yield lambda: Reader(settings, assistant, encoder)


def test_revise_tells_each_real_change_of_a_story_once_and_nothing_else(new_reader: Callable[[], Reader]) -> None:
    reader = new_reader()
    reader.ingests(report(0))
    when, cost = reader.asks(WHEN), reader.asks(COST)
    told_by: dict[int, tuple[int, int]] = {}
    for number in range(1, 10):
        before = len(reader.changes(when)), len(reader.changes(cost))
        reader.ingests(report(number))
        reader.ingests(report(number))  # what comes again is no change
        after = len(reader.changes(when)), len(reader.changes(cost))
        told_by[number] = after[0] - before[0], after[1] - before[1]
    assert reader.told(when) == [
        (["September 2026"], ["May 2026"]),
        (["12 October 2026"], ["September 2026"]),
    ]
    assert reader.told(cost) == [(["6.5 million euros"], []), (["7.1 million euros"], ["6.5 million euros"])]
    silent = {1, 2, 4, 6, 7}
    assert {number for number, changes in told_by.items() if changes == (0, 0)} == silent
    for change in (*reader.changes(when), *reader.changes(cost)):
        for quote in (quote for fact in (*change.added, *change.ended) for quote in fact.quotes):
            stored = reader.store.articles.get(quote.article_id, quote.content_hash)
            assert stored.text[quote.start : quote.end] == quote.quote


def test_revise_a_correction_replaces_what_the_article_said_and_a_deletion_is_no_change(
    new_reader: Callable[[], Reader],
) -> None:
    reader = new_reader()
    reader.ingests(report(0), report(1))
    when = reader.asks(WHEN)
    assert reader.answer(when) == [("May 2026", 2)]
    reader.ingests(report(3), report(4))  # the second says the same in other words
    assert reader.told(when) == [(["September 2026"], ["May 2026"])]
    assert reader.answer(when) == [("September 2026", 2)]

    reader.ingests(report(3, **{"September": "November"}), report(8))
    assert reader.told(when)[-1] == (["12 October 2026"], ["November 2026"])
    reader.deletes(report(8))
    count = len(reader.changes(when))
    reader.ingests(report(2), report(7))
    assert len(reader.changes(when)) == count
    assert reader.changes(when)[-1].added[0].quotes == ()  # nothing is kept of what was deleted


def test_revise_finds_no_facts_in_what_is_told_of_the_articles_themselves(new_reader: Callable[[], Reader]) -> None:
    reader = new_reader()
    reader.ingests(report(0))
    watch = reader.asks(ARTICLES)
    reader.ingests(report(3))
    assert (reader.store.watches.get(watch.id).facts, reader.changes(watch)) == ((), [])


def test_revise_keeps_a_bounded_number_of_those_who_say_the_same(
    new_reader: Callable[[], Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revise, "_MOST_CITED", 1)
    reader = new_reader()
    reader.ingests(report(0), report(1))
    assert reader.answer(reader.asks(WHEN)) == [("May 2026", 1)]
