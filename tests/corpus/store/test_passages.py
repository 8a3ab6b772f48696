from __future__ import annotations

from corpus.article import ArticleFilter
from corpus.store.sqlite import Catalog
from tests.corpus.store.examples import article, passage

FERRY = article("ferry", "The ferry keeps to its timetable.")
CRANES = article("cranes", "Two of the three cranes have failed.")
EMPTY = article("empty", "")
SPLITTER, OTHER_SPLITTER = "splitter-1", "splitter-2"


def test_every_new_article_wants_splitting_once(catalog: Catalog) -> None:
    catalog.put([FERRY, EMPTY])
    assert set(catalog.articles_to_split(SPLITTER)) == {FERRY.id, EMPTY.id}
    catalog.put_passages(SPLITTER, {FERRY.id: [passage(FERRY)], EMPTY.id: []})
    assert catalog.articles_to_split(SPLITTER) == []
    assert set(catalog.articles_to_split(OTHER_SPLITTER)) == {FERRY.id, EMPTY.id}


def test_passages_come_back_in_the_order_they_were_put(catalog: Catalog) -> None:
    catalog.put([FERRY, CRANES])
    first, second, third = passage(CRANES, 4, 9), passage(CRANES, 0, 5), passage(FERRY)
    catalog.put_passages(SPLITTER, {CRANES.id: [first, second]})
    catalog.put_passages(SPLITTER, {FERRY.id: [third]})
    assert catalog.all_passages() == [first, second, third]
    assert catalog.passages_of([CRANES.id, "a-1"]) == [first, second]
    assert catalog.passages([third.id, "p-1"]) == {third.id: third}
    assert catalog.count_passages() == 3


def test_passages_can_be_asked_for_of_wanted_articles_only(catalog: Catalog) -> None:
    catalog.put([FERRY, CRANES])
    catalog.put_passages(SPLITTER, {FERRY.id: [passage(FERRY)], CRANES.id: [passage(CRANES)]})
    both, wanted = [passage(FERRY).id, passage(CRANES).id], ArticleFilter(article_id=(FERRY.id,))
    assert catalog.passages(both, wanted) == {passage(FERRY).id: passage(FERRY)}
    assert catalog.passages(both, ArticleFilter(publisher=("Nobody",))) == {}


def test_some_passages_of_all_wanted_articles_can_be_asked_for(catalog: Catalog) -> None:
    catalog.put([FERRY, CRANES])
    ferrys = [passage(FERRY, start, start + 5) for start in (0, 5, 10)]
    catalog.put_passages(SPLITTER, {FERRY.id: ferrys, CRANES.id: [passage(CRANES)]})
    wanted = ArticleFilter(article_id=(FERRY.id,))
    assert set(catalog.passages_matching(wanted, limit=4)) == set(ferrys)
    assert len(catalog.passages_matching(wanted, limit=2)) == 2
    assert catalog.passages_matching(ArticleFilter(publisher=("Nobody",)), limit=4) == []


def test_cutting_an_article_is_a_change_of_it(catalog: Catalog) -> None:
    catalog.put([FERRY, CRANES])
    stored = catalog.seq()
    catalog.put_passages(SPLITTER, {FERRY.id: [passage(FERRY)], "a-unknown": []})
    assert [change.article_id for change in catalog.changes_since(stored)] == [FERRY.id]
    assert catalog.count_passages_since(stored) == 1
    assert catalog.count_passages_since(catalog.seq()) == 0


def test_splitting_again_replaces_the_passages(catalog: Catalog) -> None:
    catalog.put([FERRY])
    catalog.put_passages(SPLITTER, {FERRY.id: [passage(FERRY, 0, 5), passage(FERRY, 5, 9)]})
    catalog.put_passages(OTHER_SPLITTER, {FERRY.id: [passage(FERRY, 0, 9)]})
    assert catalog.all_passages() == [passage(FERRY, 0, 9)]


def test_passages_of_a_replaced_text_are_hidden_at_once(catalog: Catalog) -> None:
    newer = article("ferry", "The ferry is late.")
    catalog.put([FERRY])
    catalog.put_passages(SPLITTER, {FERRY.id: [passage(FERRY)]})
    catalog.put([newer])
    assert catalog.passages([passage(FERRY).id]) == {}
    assert catalog.all_passages() == catalog.passages_of([FERRY.id]) == catalog.passages_without_vector("e") == []
    assert catalog.count_passages() == 0
    assert catalog.articles_to_split(SPLITTER) == [FERRY.id]


def test_passages_stay_while_only_the_title_changed(catalog: Catalog) -> None:
    catalog.put([FERRY])
    catalog.put_passages(SPLITTER, {FERRY.id: [passage(FERRY)]})
    catalog.put([article("ferry", FERRY.text, title="Ferry")])
    assert catalog.all_passages() == [passage(FERRY)]
    assert catalog.articles_to_split(SPLITTER) == [FERRY.id]


def test_passages_of_deleted_articles_are_gone(catalog: Catalog) -> None:
    catalog.put([FERRY, CRANES])
    catalog.put_passages(SPLITTER, {FERRY.id: [passage(FERRY)], CRANES.id: [passage(CRANES)]})
    catalog.delete([FERRY.id])
    assert catalog.all_passages() == [passage(CRANES)]


def test_passages_that_come_too_late_are_not_taken(catalog: Catalog) -> None:
    catalog.put([FERRY, CRANES])
    catalog.put([article("ferry", "The ferry is late.")])
    catalog.delete([CRANES.id])
    catalog.put_passages(SPLITTER, {FERRY.id: [passage(FERRY)], CRANES.id: [passage(CRANES)]})
    assert catalog.all_passages() == []
    assert catalog.articles_to_split(SPLITTER) == [FERRY.id]
