from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Action, Article, Outcome
from corpus.store.identity import normalized_text_hash
from corpus.store.protocols import Store
from tests.corpus.store.examples import article, put_unsplit

FERRY = article("ferry", "The ferry keeps to its timetable.", title="Ferry")


def put(store: Store, *articles: Article) -> list[tuple[Action, str | None]]:
    return [(outcome.action, outcome.other) for outcome in put_unsplit(store, articles)]


def test_identity_a_new_article_is_created(store: Store) -> None:
    assert put_unsplit(store, [FERRY]) == [Outcome(FERRY.id, "ferry", Action.CREATED)]
    assert store.articles.get(FERRY.id) == FERRY


def test_identity_the_same_article_again_changes_nothing(store: Store) -> None:
    put_unsplit(store, [FERRY])
    assert put(store, FERRY) == [(Action.UNCHANGED, None)]
    assert store.changes.seq() == 1


def test_identity_the_same_article_in_another_place_only_moves(store: Store) -> None:
    moved = article("ferry", FERRY.text, title="Ferry", origin="/elsewhere/ferry.txt")
    put_unsplit(store, [FERRY])
    assert put(store, moved) == [(Action.UNCHANGED, None)]
    assert store.articles.get(FERRY.id).origin == "/elsewhere/ferry.txt"
    assert store.changes.seq() == 1


def test_identity_a_changed_text_from_the_same_place_updates_and_keeps_the_old_one(store: Store) -> None:
    newer = article("ferry", "The ferry is late.", title="Ferry")
    put_unsplit(store, [FERRY])
    assert put(store, newer) == [(Action.UPDATED, None)]
    assert store.articles.get(FERRY.id) == newer
    assert store.articles.get(FERRY.id, FERRY.content_hash) == FERRY
    assert [version.content_hash for version in store.articles.versions(FERRY.id)] == [
        newer.content_hash,
        FERRY.content_hash,
    ]


def test_identity_a_text_that_comes_back_is_the_newest_version_again(store: Store) -> None:
    other = article("ferry", "The ferry is late.")
    for each in (FERRY, other, FERRY):
        put_unsplit(store, [each])
    assert store.articles.get(FERRY.id) == FERRY
    assert [version.seq for version in store.articles.versions(FERRY.id)] == [3, 2]


@pytest.mark.parametrize(
    "changed",
    [{"title": "A ferry"}, {"publisher": "Harbour News"}, {"url": "https://a.example"}, {"language": "en"}],
)
def test_identity_changed_metadata_updates(store: Store, changed: dict[str, str]) -> None:
    newer = article("ferry", FERRY.text, **({"title": "Ferry"} | changed))
    put_unsplit(store, [FERRY])
    assert put(store, newer) == [(Action.UPDATED, None)]
    assert store.articles.get(FERRY.id) == newer
    assert store.changes.seq() == 2
    assert len(store.articles.versions(FERRY.id)) == 1


def test_identity_another_source_with_the_same_identity_and_another_text_is_a_conflict(store: Store) -> None:
    rival = article("ferry", "The ferry sank.", origin="/elsewhere/ferry.txt")
    put_unsplit(store, [FERRY])
    assert put(store, rival) == [(Action.CONFLICT, "/articles/ferry.txt")]
    assert store.articles.get(FERRY.id) == FERRY
    assert store.changes.seq() == 1


@pytest.mark.parametrize(
    "text",
    [FERRY.text, "the ferry keeps to its timetable", "The  ferry\nkeeps to its\u2014timetable!", FERRY.text.upper()],
)
def test_identity_the_same_words_under_another_identity_are_stored_as_a_duplicate(store: Store, text: str) -> None:
    copy = article("copy", text)
    put_unsplit(store, [FERRY])
    assert put(store, copy) == [(Action.DUPLICATE, "ferry")]
    assert store.articles.get(copy.id) == copy


@pytest.mark.parametrize(("one", "other"), [("...", "!!!"), ("crane 12", "crane 13"), ("it's", "is"), ("", " ")])
def test_identity_different_words_are_no_duplicate(store: Store, one: str, other: str) -> None:
    assert put(store, article("one", one), article("other", other)) == [(Action.CREATED, None)] * 2


def test_identity_one_batch_is_judged_in_its_order(store: Store) -> None:
    newer = article("ferry", "The ferry is late.")
    rival = article("ferry", "The ferry sank.", origin="/elsewhere/ferry.txt")
    copy = article("copy", "The ferry is late!")
    assert put(store, FERRY, newer, newer, rival, copy) == [
        (Action.CREATED, None),
        (Action.UPDATED, None),
        (Action.UNCHANGED, None),
        (Action.CONFLICT, "/articles/ferry.txt"),
        (Action.DUPLICATE, "ferry"),
    ]


@given(st.text())
def test_identity_space_around_words_never_matters(text: str) -> None:
    assert normalized_text_hash(f" word {text}\n") == normalized_text_hash(f"word {text}")


@given(st.text(st.characters(categories=("L", "M", "N"))), st.text(st.characters(categories=("L", "M", "N"))))
def test_identity_letters_marks_and_digits_always_matter(one: str, other: str) -> None:
    assert (normalized_text_hash(one) == normalized_text_hash(other)) == (one.casefold() == other.casefold())
