from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from corpus.errors import UnknownSource
from corpus.source import Page, Problem, Visit
from corpus.store.protocols import Store
from tests.corpus.store.examples import article, put_unsplit

NOW = datetime(2025, 7, 28, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED, PAGE = "https://example.org/feed", "https://example.org/ferry"
FERRY = article(PAGE, "The ferry keeps to its timetable.")


def test_sources_are_listed_in_the_order_in_which_they_were_added(store: Store) -> None:
    first, second = store.sources.add(PAGE, NOW), store.sources.add(FEED, NOW + HOUR, every_seconds=60)
    assert store.sources.all() == [first, second]
    assert (first.url, first.every_seconds, second.every_seconds) == (PAGE, None, 60)
    assert not first.is_under_way


def test_sources_an_address_that_is_added_again_is_the_same_source_and_due(store: Store) -> None:
    source = store.sources.add(FEED, NOW, every_seconds=60)
    store.sources.finish(source.id, Visit(NOW, NOW + HOUR, "1 created."))
    assert store.sources.due(NOW) == []
    again = store.sources.add(FEED, NOW)
    assert (again.id, again.added, again.every_seconds) == (source.id, source.added, 60)
    assert store.sources.due(NOW) == [again]


def test_sources_a_visit_that_was_begun_stays_due_until_it_is_finished(store: Store) -> None:
    source = store.sources.add(FEED, NOW)
    store.sources.begin(source.id, NOW)
    assert [(one.id, one.is_under_way) for one in store.sources.due(NOW)] == [(source.id, True)]
    visit = Visit(NOW + HOUR, NOW + 2 * HOUR, "1 failed.", 1, (Problem(PAGE, "it is not there."),), "feed", "Ferries")
    store.sources.finish(source.id, visit)
    finished = store.sources.get(source.id)
    assert (finished.last, finished.is_under_way) == (visit, False)
    assert store.sources.due(NOW + HOUR) == []
    assert store.sources.due(NOW + 2 * HOUR) == [finished]


def test_sources_a_visit_that_could_not_tell_the_kind_keeps_what_was_known(store: Store) -> None:
    source = store.sources.add(FEED, NOW)
    store.sources.finish(source.id, Visit(NOW, NOW, "", kind="feed", title="Ferries"))
    store.sources.finish(source.id, Visit(NOW, NOW, "Its server cannot be reached.", failures=1))
    last = store.sources.get(source.id).last
    assert last is not None
    assert (last.kind, last.title, last.failures) == ("feed", "Ferries", 1)


def test_sources_pages_whose_articles_were_deleted_are_told_from_others(store: Store) -> None:
    source = store.sources.add(FEED, NOW)
    listed = Page(FEED, NOW, FEED, etag='"1"')
    ferry = Page(PAGE, NOW, PAGE, '"a"', "Mon", "sha256:1", "Tue", FERRY.id)
    for page in (listed, ferry):
        store.sources.note_page(source.id, page)
    assert store.sources.get(source.id).articles == 0
    put_unsplit(store, [FERRY])
    assert store.sources.pages(source.id) == {FEED: listed, PAGE: ferry}
    assert store.sources.get(source.id).articles == 1
    store.articles.delete([FERRY.id])
    assert store.sources.pages(source.id) == {FEED: listed, PAGE: replace(ferry, is_removed=True)}
    store.sources.forget_pages(source.id, [PAGE])
    assert store.sources.pages(source.id) == {FEED: listed}


def test_sources_keep_the_end_of_the_last_visit_that_did_not_fail(store: Store) -> None:
    source = store.sources.add(FEED, NOW)
    assert source.succeeded is None
    for minutes, failures in enumerate((0, 1)):
        store.sources.finish(source.id, Visit(NOW + timedelta(minutes=minutes), NOW, "Done.", failures))
    assert store.sources.get(source.id).succeeded == NOW


def test_sources_what_is_noted_of_a_page_replaces_what_was(store: Store) -> None:
    source = store.sources.add(FEED, NOW)
    for etag in ('"1"', '"2"'):
        store.sources.note_page(source.id, Page(FEED, NOW, FEED, etag))
    assert store.sources.pages(source.id)[FEED].etag == '"2"'


def test_sources_a_removed_source_is_forgotten_with_its_pages_and_its_articles_stay(store: Store) -> None:
    put_unsplit(store, [FERRY])
    source = store.sources.add(FEED, NOW)
    store.sources.note_page(source.id, Page(PAGE, NOW, article_id=FERRY.id))
    store.sources.remove(source.id)
    store.sources.note_page(source.id, Page(PAGE, NOW, article_id=FERRY.id))  # a visit that was under way
    assert store.sources.all() == []
    assert store.articles.count() == 1
    assert store.sources.pages(store.sources.add(FEED, NOW).id) == {}


@pytest.mark.parametrize("use", ["get", "remove"])
def test_sources_an_unknown_source_is_refused_by_name(store: Store, use: str) -> None:
    with pytest.raises(UnknownSource, match="src-none"):
        getattr(store.sources, use)("src-none")


def test_sources_a_reader_of_the_folder_may_write_them_while_the_writer_holds_it(store: Store, reader: Store) -> None:
    source = reader.sources.add(FEED, NOW)
    reader.sources.begin(source.id, NOW)
    reader.sources.note_page(source.id, Page(FEED, NOW))
    reader.sources.finish(source.id, Visit(NOW, NOW, "Done."))
    assert store.sources.get(source.id).last == Visit(NOW, NOW, "Done.")
    reader.sources.remove(source.id)
