from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.article import Article, ArticleFilter, ArticleSummary, Change, article_id, content_hash
from corpus.errors import UnknownArticle
from corpus.store.sqlite import Catalog
from tests.corpus.store.examples import article, run_together

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
def test_any_article_comes_back_as_it_was_put(catalog: Catalog, stored: Article) -> None:
    catalog.delete(catalog.article_ids(ArticleFilter()))
    catalog.put([stored])
    assert catalog.article(stored.id) == stored
    assert catalog.list_articles() == [ArticleSummary.of(stored)]
    assert catalog.origins_under(Path(stored.origin)) in ({}, {stored.origin: stored.id})


def test_an_unknown_article_is_named_with_what_to_do(catalog: Catalog) -> None:
    with pytest.raises(UnknownArticle, match=r"There is no article a-1; `assistant articles list`"):
        catalog.article("a-1")


def test_an_unknown_version_of_a_known_article_is_unknown(catalog: Catalog) -> None:
    catalog.put([FERRY])
    with pytest.raises(UnknownArticle, match=r"no version sha256:0 of article"):
        catalog.article(FERRY.id, "sha256:0")


def test_many_articles_come_at_once_and_missing_ones_are_left_out(catalog: Catalog) -> None:
    catalog.put(ALL)
    assert catalog.articles([FERRY.id, "a-1", TRAMS.id]) == {FERRY.id: FERRY, TRAMS.id: TRAMS}
    assert catalog.articles([]) == {}


def test_more_ids_than_sqlite_takes_parameters_are_no_problem(catalog: Catalog) -> None:
    catalog.put(ALL)
    crowd = [f"a-{number}" for number in range(40_000)]
    assert catalog.articles([*crowd, FERRY.id]) == {FERRY.id: FERRY}
    assert catalog.article_ids(ArticleFilter(article_id=(*crowd, FERRY.id))) == [FERRY.id]
    assert catalog.delete([*crowd, FERRY.id]) == 1


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
    ],
)
def test_filters_choose_what_the_noun_says(catalog: Catalog, wanted: ArticleFilter) -> None:
    catalog.put(ALL)
    chosen = sorted(each.id for each in ALL if wanted.matches(each))
    assert catalog.article_ids(wanted) == chosen
    assert catalog.article_ids(wanted, limit=2) == chosen[:2]
    assert catalog.count_articles(wanted) == len(chosen)


def test_a_list_goes_on_behind_its_cursor_whatever_is_added(catalog: Catalog) -> None:
    catalog.put(ALL)
    first = catalog.list_articles(limit=2)
    catalog.put([article("new", "News.")])
    rest = catalog.list_articles(after=first[-1].id, limit=10)
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
def test_a_list_can_be_narrowed(catalog: Catalog, chosen: dict[str, str], titles: list[str]) -> None:
    catalog.put(ALL)
    assert [each.title for each in catalog.list_articles(**chosen)] == titles


def test_versions_say_when_they_were_stored(catalog: Catalog) -> None:
    catalog.put([FERRY])
    (version,) = catalog.versions(FERRY.id)
    assert abs(datetime.now(UTC) - version.stored) < timedelta(minutes=5)
    assert (version.title, version.published, version.characters) == ("Ferry", date(2025, 7, 26), len(FERRY.text))
    assert catalog.versions("a-1") == []


def test_changes_are_numbered_and_each_article_shows_its_newest(catalog: Catalog) -> None:
    catalog.put(ALL)
    catalog.put([article("cranes", "All cranes work.", title="Cranes")])
    catalog.delete([FERRY.id])
    assert catalog.seq() == 5
    assert catalog.changes_since(0) == [
        Change(3, TRAMS.id, deleted=False),
        Change(4, CRANES.id, deleted=False),
        Change(5, FERRY.id, deleted=True),
    ]
    assert catalog.changes_since(4) == [Change(5, FERRY.id, deleted=True)]
    assert catalog.changes_since(5) == []


def test_a_purge_is_remembered_when_the_article_comes_back(catalog: Catalog) -> None:
    catalog.put([FERRY])
    catalog.delete([FERRY.id])
    catalog.put([FERRY])
    assert catalog.changes_since(0) == [Change(3, FERRY.id, deleted=False)]
    assert catalog.deleted_since(1)
    assert not catalog.deleted_since(2)


def test_deleting_what_is_not_there_is_no_change(catalog: Catalog) -> None:
    assert catalog.delete(["a-1"]) == 0
    assert catalog.delete([]) == 0
    assert catalog.seq() == 0


def test_origins_are_found_below_a_folder_and_inside_a_file(catalog: Catalog) -> None:
    origins = ["/a/one.txt", "/a/b/two.txt", "/ab/three.txt", "/a/set.jsonl#7", "/a"]
    catalog.put([article(f"n{number}", f"Text {number}", origin=origin) for number, origin in enumerate(origins)])

    def found(root: str) -> set[str]:
        return set(catalog.origins_under(Path(root)))

    assert found("/a") == {"/a/one.txt", "/a/b/two.txt", "/a/set.jsonl#7", "/a"}
    assert found("/a/set.jsonl") == {"/a/set.jsonl#7"}
    assert found("/a/one.txt") == {"/a/one.txt"}
    assert found("/b") == set()


def test_a_reader_cannot_write(catalog: Catalog) -> None:
    with Catalog.open(catalog.folder) as reader, pytest.raises(RuntimeError, match="open_writer"):
        reader.put([FERRY])


def test_threads_may_write_at_the_same_time(catalog: Catalog) -> None:
    def put_some(worker: int) -> None:
        for number in range(10):
            catalog.put([article(f"{worker}-{number}", f"Text {worker} {number}")])

    run_together(*(lambda worker=worker: put_some(worker) for worker in range(6)))
    assert catalog.count_articles() == catalog.seq() == 60


def test_readers_see_whole_transactions_while_one_writes(catalog: Catalog) -> None:
    written = threading.Event()
    readers = [Catalog.open(catalog.folder) for _ in range(3)]

    def write() -> None:
        try:
            for batch in range(20):
                catalog.put([article(f"{batch}-{number}", f"Text {batch} {number}") for number in range(5)])
        finally:
            written.set()

    def read(reader: Catalog) -> None:
        while not written.is_set():
            assert reader.count_articles() % 5 == 0

    run_together(write, *(lambda reader=reader: read(reader) for reader in (*readers, readers[0])))
    assert all(reader.count_articles() == 100 for reader in readers)
    for reader in readers:
        reader.close()


def test_within_bounds_nothing_else_can_be_read(tmp_path: Path) -> None:
    ours = article("ferry", "The ferry keeps to its timetable.", publisher="Harbour News")
    other = article("cranes", "Two of the three cranes have failed.", publisher="Crane Weekly")
    with Catalog.open_writer(tmp_path) as catalog:
        catalog.put([ours, other])
        bounded = catalog.within(ArticleFilter(publisher=("Harbour News",)))

        assert [one.id for one in bounded.list_articles()] == [ours.id]
        assert bounded.article_ids(ArticleFilter()) == [ours.id]
        assert list(bounded.articles([ours.id, other.id])) == [ours.id]
        assert bounded.count_articles() == 1
        assert bounded.list_articles(publisher="Crane Weekly") == []
        assert bounded.versions(other.id) == []
        assert bounded.article(ours.id) == ours
        for content_hash in (None, other.content_hash):
            with pytest.raises(UnknownArticle):
                bounded.article(other.id, content_hash)
        assert catalog.count_articles() == 2
