from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.article import Article, ArticleFilter, ArticleSummary, Change, article_id, content_hash
from corpus.errors import UnknownArticle
from corpus.store import DataFolder
from corpus.store.protocols import Store
from tests.corpus.store.conftest import Implementation
from tests.corpus.store.examples import article, put_unsplit, run_together

CRANES = article("cranes", "Two of the three cranes have failed.", title="Cranes", publisher="Harbour News")
FERRY = article("ferry", "The ferry keeps to its timetable.", title="Ferry", language="en", published=date(2025, 7, 26))
TRAMS = article(
    "trams", "Les trams.", title="100%_Trams", publisher="Le Quai", language="fr", published=date(2024, 1, 1)
)
ALL = (CRANES, FERRY, TRAMS)

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)  # lone surrogates too
ARTICLES = st.builds(
    lambda text, external_id, **fields: Article(
        id=article_id(external_id), external_id=external_id, text=text, content_hash=content_hash(text), **fields
    ),
    text=st.text(),
    external_id=ANY_TEXT,
    origin=ANY_TEXT,
    title=ANY_TEXT,
    url=st.none() | ANY_TEXT,
    publisher=st.none() | ANY_TEXT,
    author=st.none() | ANY_TEXT,
    language=st.none() | ANY_TEXT,
    published=st.none() | st.dates(),
    date_source=st.none() | ANY_TEXT,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(stored=ARTICLES)
def test_article_store_any_article_comes_back_as_it_was_put(store: Store, stored: Article) -> None:
    store.articles.delete([each.id for each in store.articles.list()])
    put_unsplit(store, [stored])
    assert store.articles.get(stored.id) == stored
    assert store.articles.list() == [ArticleSummary.of(stored)]
    assert store.articles.origins_under(Path(stored.origin)) in ({}, {stored.origin: stored.id})


def test_article_store_an_unknown_article_is_named_with_what_to_do(store: Store) -> None:
    with pytest.raises(UnknownArticle, match=r"There is no article a-1; `assistant articles list`"):
        store.articles.get("a-1")


def test_article_store_an_unknown_version_of_a_known_article_is_unknown(store: Store) -> None:
    put_unsplit(store, [FERRY])
    with pytest.raises(UnknownArticle, match=r"no version sha256:0 of article"):
        store.articles.get(FERRY.id, "sha256:0")


def test_article_store_many_articles_come_at_once_and_missing_ones_are_left_out(store: Store) -> None:
    put_unsplit(store, ALL)
    assert store.articles.get_many([FERRY.id, "a-1", TRAMS.id]) == {FERRY.id: FERRY, TRAMS.id: TRAMS}
    assert store.articles.get_many([]) == {}


def test_article_store_tens_of_thousands_of_ids_are_no_problem(store: Store) -> None:
    put_unsplit(store, ALL)
    crowd = [f"a-{number}" for number in range(40_000)]
    assert store.articles.get_many([*crowd, FERRY.id]) == {FERRY.id: FERRY}
    assert store.articles.count(ArticleFilter(article_id=(*crowd, FERRY.id))) == 1
    assert store.articles.delete([*crowd, FERRY.id]) == 1


@pytest.mark.parametrize(
    "wanted",
    [
        ArticleFilter(),
        ArticleFilter(publisher=("Harbour News", "Nobody")),
        ArticleFilter(publisher=("Harbour News", "Le Quai"), language=("fr",)),
        ArticleFilter(published_from=date(2025, 7, 26)),
        ArticleFilter(published_to=date(2025, 7, 26)),
        ArticleFilter(published_from=date(2024, 1, 2), published_to=date(2025, 7, 25)),
        ArticleFilter(article_id=(FERRY.id, CRANES.id)),
        ArticleFilter(publisher=("%",)),
        ArticleFilter(publisher=("Le Quai", *map(str, range(200)))),
    ],
)
def test_article_store_filters_choose_what_the_noun_says(store: Store, wanted: ArticleFilter) -> None:
    put_unsplit(store, ALL)
    chosen = sorted(each.id for each in ALL if wanted.matches(each))
    assert [each.id for each in store.articles.list(wanted=wanted)] == chosen
    assert [each.id for each in store.articles.list(limit=2, wanted=wanted)] == chosen[:2]
    quai = [TRAMS.id] if TRAMS.id in chosen else []
    assert [each.id for each in store.articles.list(publisher="Le Quai", wanted=wanted)] == quai
    assert store.articles.count(wanted) == len(chosen)


def test_article_store_a_list_goes_on_behind_its_cursor_whatever_is_added(store: Store) -> None:
    put_unsplit(store, ALL)
    first = store.articles.list(limit=2)
    put_unsplit(store, [article("new", "News.")])
    rest = store.articles.list(after=first[-1].id, limit=10)
    assert {each.id for each in ALL} <= {each.id for each in (*first, *rest)}
    assert [each.id for each in (*first, *rest)] == sorted({each.id for each in (*first, *rest)})


@pytest.mark.parametrize(
    ("chosen", "titles"),
    [
        ({"publisher": "Le Quai"}, ["100%_Trams"]),
        ({"contains": "RR"}, ["Ferry"]),
        ({"contains": "%_"}, ["100%_Trams"]),
        ({"contains": "timetable"}, []),
        ({"publisher": "Le Quai", "contains": "Ferry"}, []),
    ],
)
def test_article_store_a_list_can_be_narrowed(store: Store, chosen: dict[str, str], titles: list[str]) -> None:
    put_unsplit(store, ALL)
    assert [each.title for each in store.articles.list(**chosen)] == titles


def test_article_store_versions_say_when_they_were_stored(store: Store) -> None:
    put_unsplit(store, [FERRY])
    (version,) = store.articles.versions(FERRY.id)
    assert abs(datetime.now(UTC) - version.stored) < timedelta(minutes=5)
    assert (version.title, version.published, version.characters) == ("Ferry", date(2025, 7, 26), len(FERRY.text))
    assert store.articles.versions("a-1") == []


def test_article_store_changes_are_numbered_and_each_article_shows_its_newest(store: Store) -> None:
    put_unsplit(store, ALL)
    put_unsplit(store, [article("cranes", "All cranes work.", title="Cranes")])
    store.articles.delete([FERRY.id])
    assert store.changes.seq() == 5
    assert store.changes.since(0) == [
        Change(3, TRAMS.id, deleted=False),
        Change(4, CRANES.id, deleted=False),
        Change(5, FERRY.id, deleted=True),
    ]
    assert store.changes.since(4) == [Change(5, FERRY.id, deleted=True)]
    assert store.changes.since(5) == []


def test_article_store_a_purge_is_remembered_when_the_article_comes_back(store: Store) -> None:
    put_unsplit(store, [FERRY])
    store.articles.delete([FERRY.id])
    put_unsplit(store, [FERRY])
    assert store.changes.since(0) == [Change(3, FERRY.id, deleted=False)]
    assert store.changes.has_deletions_since(1)
    assert not store.changes.has_deletions_since(2)


def test_article_store_deleting_what_is_not_there_is_no_change(store: Store) -> None:
    assert store.articles.delete(["a-1"]) == 0
    assert store.articles.delete([]) == 0
    assert store.changes.seq() == 0


def test_article_store_origins_are_found_below_a_folder_and_inside_a_file(store: Store) -> None:
    origins = ["/a/one.txt", "/a/b/two.txt", "/ab/three.txt", "/a/set.jsonl#7", "/a"]
    put_unsplit(
        store, [article(f"n{number}", f"Text {number}", origin=origin) for number, origin in enumerate(origins)]
    )

    def found(root: str) -> set[str]:
        return set(store.articles.origins_under(Path(root)))

    assert found("/a") == {"/a/one.txt", "/a/b/two.txt", "/a/set.jsonl#7", "/a"}
    assert found("/a/set.jsonl") == {"/a/set.jsonl#7"}
    assert found("/a/one.txt") == {"/a/one.txt"}
    assert found("/b") == set()


def test_article_store_a_reader_cannot_write(reader: Store) -> None:
    with pytest.raises(RuntimeError, match="open_store_writer"):
        put_unsplit(reader, [FERRY])


def test_article_store_threads_may_write_at_the_same_time(store: Store) -> None:
    def put_some(worker: int) -> None:
        for number in range(10):
            put_unsplit(store, [article(f"{worker}-{number}", f"Text {worker} {number}")])

    run_together(*(lambda worker=worker: put_some(worker) for worker in range(6)))
    assert store.articles.count() == store.changes.seq() == 60


def test_article_store_readers_see_whole_transactions_while_one_writes(
    implementation: Implementation, data: DataFolder, store: Store
) -> None:
    written = threading.Event()
    readers = [implementation.open(data) for _ in range(3)]

    def write() -> None:
        try:
            for batch in range(20):
                put_unsplit(store, [article(f"{batch}-{number}", f"Text {batch} {number}") for number in range(5)])
        finally:
            written.set()

    def read(reader: Store) -> None:
        while not written.is_set():
            assert reader.articles.count() % 5 == 0

    run_together(write, *(lambda reader=reader: read(reader) for reader in (*readers, readers[0])))
    assert all(reader.articles.count() == 100 for reader in readers)
    for reader in readers:
        reader.close()


def test_article_store_within_bounds_nothing_else_can_be_read(store: Store) -> None:
    ours = article("ferry", "The ferry keeps to its timetable.", publisher="Harbour News")
    other = article("cranes", "Two of the three cranes have failed.", publisher="Crane Weekly")
    put_unsplit(store, [ours, other])
    bounded = store.within(ArticleFilter(publisher=("Harbour News",)))

    assert [one.id for one in bounded.articles.list()] == [ours.id]
    assert [one.id for one in bounded.articles.newest(10)] == [ours.id]
    assert list(bounded.articles.get_many([ours.id, other.id])) == [ours.id]
    assert bounded.articles.count() == 1
    assert bounded.articles.list(publisher="Crane Weekly") == []
    assert bounded.articles.versions(other.id) == []
    assert bounded.articles.get(ours.id) == ours
    for version in (None, other.content_hash):
        with pytest.raises(UnknownArticle):
            bounded.articles.get(other.id, version)
    assert store.articles.count() == 2
