from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Action, Article, Outcome
from corpus.store.identity import sameness
from corpus.store.sqlite import Catalog
from tests.corpus.store.examples import article

FERRY = article("ferry", "The ferry keeps to its timetable.", title="Ferry")


def put(catalog: Catalog, *articles: Article) -> list[tuple[Action, str | None]]:
    return [(outcome.action, outcome.other) for outcome in catalog.put(articles)]


def test_a_new_article_is_created(catalog: Catalog) -> None:
    assert catalog.put([FERRY]) == [Outcome(FERRY.id, "ferry", Action.CREATED)]
    assert catalog.article(FERRY.id) == FERRY


def test_the_same_article_again_changes_nothing(catalog: Catalog) -> None:
    catalog.put([FERRY])
    assert put(catalog, FERRY) == [(Action.UNCHANGED, None)]
    assert catalog.seq() == 1


def test_the_same_article_in_another_place_only_moves(catalog: Catalog) -> None:
    moved = article("ferry", FERRY.text, title="Ferry", origin="/elsewhere/ferry.txt")
    catalog.put([FERRY])
    assert put(catalog, moved) == [(Action.UNCHANGED, None)]
    assert catalog.article(FERRY.id).origin == "/elsewhere/ferry.txt"
    assert catalog.seq() == 1


def test_a_changed_text_from_the_same_place_updates_and_keeps_the_old_one(catalog: Catalog) -> None:
    newer = article("ferry", "The ferry is late.", title="Ferry")
    catalog.put([FERRY])
    assert put(catalog, newer) == [(Action.UPDATED, None)]
    assert catalog.article(FERRY.id) == newer
    assert catalog.article(FERRY.id, FERRY.content_hash) == FERRY
    assert [version.content_hash for version in catalog.versions(FERRY.id)] == [
        newer.content_hash,
        FERRY.content_hash,
    ]


def test_a_text_that_comes_back_is_the_newest_version_again(catalog: Catalog) -> None:
    other = article("ferry", "The ferry is late.")
    for each in (FERRY, other, FERRY):
        catalog.put([each])
    assert catalog.article(FERRY.id) == FERRY
    assert [version.seq for version in catalog.versions(FERRY.id)] == [3, 2]


@pytest.mark.parametrize(
    "changed",
    [{"title": "A ferry"}, {"publisher": "Harbour News"}, {"url": "https://a.example"}, {"language": "en"}],
)
def test_changed_metadata_updates(catalog: Catalog, changed: dict[str, str]) -> None:
    newer = article("ferry", FERRY.text, **({"title": "Ferry"} | changed))
    catalog.put([FERRY])
    assert put(catalog, newer) == [(Action.UPDATED, None)]
    assert catalog.article(FERRY.id) == newer
    assert catalog.seq() == 2
    assert len(catalog.versions(FERRY.id)) == 1


def test_another_source_with_the_same_identity_and_another_text_is_a_conflict(catalog: Catalog) -> None:
    rival = article("ferry", "The ferry sank.", origin="/elsewhere/ferry.txt")
    catalog.put([FERRY])
    assert put(catalog, rival) == [(Action.CONFLICT, "/articles/ferry.txt")]
    assert catalog.article(FERRY.id) == FERRY
    assert catalog.seq() == 1


@pytest.mark.parametrize(
    "text",
    [FERRY.text, "the ferry keeps to its timetable", "The  ferry\nkeeps to its\u2014timetable!", FERRY.text.upper()],
)
def test_the_same_words_under_another_identity_are_stored_as_a_duplicate(catalog: Catalog, text: str) -> None:
    copy = article("copy", text)
    catalog.put([FERRY])
    assert put(catalog, copy) == [(Action.DUPLICATE, "ferry")]
    assert catalog.article(copy.id) == copy


@pytest.mark.parametrize(("one", "other"), [("...", "!!!"), ("crane 12", "crane 13"), ("it's", "is"), ("", " ")])
def test_different_words_are_no_duplicate(catalog: Catalog, one: str, other: str) -> None:
    assert put(catalog, article("one", one), article("other", other)) == [(Action.CREATED, None)] * 2


def test_one_batch_is_judged_in_its_order(catalog: Catalog) -> None:
    newer = article("ferry", "The ferry is late.")
    rival = article("ferry", "The ferry sank.", origin="/elsewhere/ferry.txt")
    copy = article("copy", "The ferry is late!")
    assert put(catalog, FERRY, newer, newer, rival, copy) == [
        (Action.CREATED, None),
        (Action.UPDATED, None),
        (Action.UNCHANGED, None),
        (Action.CONFLICT, "/articles/ferry.txt"),
        (Action.DUPLICATE, "ferry"),
    ]


@given(st.text())
def test_space_around_words_never_matters(text: str) -> None:
    assert sameness(f" word {text}\n") == sameness(f"word {text}")


@given(st.text(st.characters(categories=("L", "M", "N"))), st.text(st.characters(categories=("L", "M", "N"))))
def test_letters_marks_and_digits_always_matter(one: str, other: str) -> None:
    assert (sameness(one) == sameness(other)) == (one.casefold() == other.casefold())
