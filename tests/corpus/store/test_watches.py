from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from corpus.access import Grant, Scope, new_key, rotated_key
from corpus.article import ArticleFilter
from corpus.errors import TooManyWatches, UnknownWatch
from corpus.store.protocols import Store
from corpus.store.service_protocols import ServiceStore
from corpus.watch import MOST_CHANGES_KEPT, MOST_WATCHES, CitedSpan, Fact, NewChange, Watch
from tests.corpus.store.examples import article, put_unsplit

NOW = datetime(2025, 7, 28, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EVERYTHING = ArticleFilter()
OLD = Fact((CitedSpan("a-1", "sha256:1", 0, 10, short=(4, 9)),))
NEW = Fact((CitedSpan("a-2", "sha256:2", 5, 30), CitedSpan("a-3", "sha256:3", 0, 20)), verdict="yes")
REPLACED = NewChange(added=(NEW,), ended=(OLD,))


def asked(store: Store, webhook: str | None = None) -> Watch:
    """A question that was asked once."""
    watch = store.watches.add("When does it open?", NOW, EVERYTHING, webhook=webhook)
    assert store.watches.settle(watch, watch.seq, [OLD], [], NOW)
    return store.watches.get(watch.id)


def test_watches_begin_with_the_changes_of_articles_that_follow(store: Store) -> None:
    put_unsplit(store, [article("one", "One.")])
    bounds = ArticleFilter(publisher=("Gazette",), published_from=date(2025, 1, 2))
    watch = store.watches.add("When does it open? \udcff", NOW, bounds, "key-1", "https://example.org/hook")
    assert store.watches.all() == [watch] == [store.watches.get(watch.id)]
    assert (watch.seq, watch.facts) == (store.changes.seq(), None)
    with pytest.raises(UnknownWatch, match="no standing question nobody"):
        store.watches.get("nobody")


def test_watches_are_behind_until_they_are_settled(store: Store) -> None:
    watch = store.watches.add("When does it open?", NOW, EVERYTHING)
    assert store.watches.behind(watch.seq) == [watch]
    assert store.watches.settle(watch, watch.seq, [OLD], [], NOW)
    assert store.watches.behind(watch.seq) == []
    assert store.watches.behind(watch.seq + 1) == [store.watches.get(watch.id)]
    assert store.watches.get(watch.id).facts == (OLD,)


def test_watches_two_who_read_the_same_state_settle_it_once(store: Store, reader: Store) -> None:
    watch = asked(store)
    over = replace(OLD, is_over=True)
    assert store.watches.settle(watch, watch.seq + 1, [over, NEW], [REPLACED], NOW)
    assert not reader.watches.settle(watch, watch.seq + 1, [over, NEW], [REPLACED], NOW)
    (change,) = reader.watches.changes(watch.id, 10)
    assert (change.change, change.noted, change.next_try) == (REPLACED, NOW, None)
    assert reader.watches.get(watch.id).facts == (over, NEW)


def test_watches_changes_are_sent_in_their_order_and_none_is_skipped(store: Store) -> None:
    watch = asked(store, "https://example.org/hook")
    assert store.watches.settle(watch, watch.seq + 1, [NEW], [REPLACED, NewChange(added=(OLD,))], NOW)
    (first,) = store.watches.to_send(NOW)
    store.watches.note_unsent(first.number, NOW + MINUTE, "Its server cannot be reached.")
    assert store.watches.to_send(NOW) == []
    (again,) = store.watches.to_send(NOW + MINUTE)
    assert (again.number, again.failures, again.trouble) == (first.number, 1, "Its server cannot be reached.")
    store.watches.note_sent(first.number, NOW + MINUTE)
    (second,) = store.watches.to_send(NOW + MINUTE)
    assert (second.number > first.number, store.watches.unsent()) == (True, 1)
    store.watches.note_sent(second.number, NOW + 2 * MINUTE)
    assert store.watches.to_send(NOW + 2 * MINUTE) == []
    assert [one.sent for one in store.watches.changes(watch.id, 10)] == [NOW + 2 * MINUTE, NOW + MINUTE]


def test_watches_of_a_revoked_or_expired_key_are_neither_asked_nor_sent(
    store: Store, service_store: ServiceStore
) -> None:
    key, _ = new_key("site", Grant((Scope.ASK,)))
    service_store.keys.add(key)
    watch = store.watches.add("When does it open?", NOW, EVERYTHING, key.id, "https://example.org/hook")
    assert store.watches.settle(watch, watch.seq, [NEW], [REPLACED], NOW)
    assert len(store.watches.to_send(NOW)) == len(store.watches.behind(watch.seq + 1)) == 1
    assert store.watches.unsent() == 1
    over, _ = rotated_key(key, timedelta(), datetime(2026, 1, 1, tzinfo=UTC), NOW)
    assert service_store.keys.rotate(key, over)
    assert (store.watches.to_send(NOW), store.watches.unsent()) == ([], 0)
    assert service_store.keys.rotate(over, key)
    assert store.watches.unsent() == 1
    service_store.keys.revoke(key.id)
    assert store.watches.to_send(NOW) == store.watches.behind(watch.seq + 1) == []
    assert store.watches.unsent() == 0


def test_watches_that_are_removed_take_their_changes_with_them(store: Store) -> None:
    watch = asked(store, "https://example.org/hook")
    assert store.watches.settle(watch, watch.seq, [NEW], [REPLACED], NOW)
    store.watches.remove(watch.id)
    assert (store.watches.all(), store.watches.changes(watch.id, 10), store.watches.unsent()) == ([], [], 0)
    assert not store.watches.settle(watch, watch.seq, [NEW], [REPLACED], NOW)
    with pytest.raises(UnknownWatch):
        store.watches.remove(watch.id)


def test_watches_old_changes_are_forgotten_and_none_that_is_to_be_sent(store: Store) -> None:
    quiet, told = asked(store), asked(store, "https://example.org/hook")
    many = [REPLACED] * (MOST_CHANGES_KEPT + 5)
    for watch in (quiet, told):
        assert store.watches.settle(watch, watch.seq, [NEW], many, NOW)
    kept = [len(store.watches.changes(watch.id, 1_000)) for watch in (quiet, told)]
    assert kept == [MOST_CHANGES_KEPT, MOST_CHANGES_KEPT + 5]


def test_watches_of_one_key_are_limited(store: Store) -> None:
    for _ in range(MOST_WATCHES):
        store.watches.add("When?", NOW, EVERYTHING, "key-1")
    with pytest.raises(TooManyWatches, match="remove one first"):
        store.watches.add("When?", NOW, EVERYTHING, "key-1")
    store.watches.add("When?", NOW, EVERYTHING)
