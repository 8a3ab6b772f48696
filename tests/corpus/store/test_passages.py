from __future__ import annotations

from corpus.article import ArticleFilter
from corpus.store.protocols import Store
from tests.corpus.store.examples import article, passage, put_unsplit

FERRY = article("ferry", "The ferry keeps to its timetable.")
CRANES = article("cranes", "Two of the three cranes have failed.")
EMPTY = article("empty", "")
SPLITTER, OTHER_SPLITTER = "splitter-1", "splitter-2"


def test_passages_every_new_article_wants_splitting_once(store: Store) -> None:
    put_unsplit(store, [FERRY, EMPTY])
    assert set(store.passages.articles_to_split(SPLITTER)) == {FERRY.id, EMPTY.id}
    store.passages.put(SPLITTER, {FERRY.id: [passage(FERRY)], EMPTY.id: []})
    assert store.passages.articles_to_split(SPLITTER) == []
    assert set(store.passages.articles_to_split(OTHER_SPLITTER)) == {FERRY.id, EMPTY.id}


def test_passages_articles_to_split_and_to_embed_can_be_few_and_of_those_that_changed(store: Store) -> None:
    put_unsplit(store, [FERRY, EMPTY])
    before = store.changes.seq()
    assert len(store.passages.articles_to_split(SPLITTER, most=1)) == 1
    store.passages.put(SPLITTER, {FERRY.id: [passage(FERRY)], EMPTY.id: []})
    put_unsplit(store, [CRANES])
    between = store.changes.seq()
    assert store.passages.articles_to_embed("e") == store.passages.articles_to_embed("e", since=before) == [FERRY.id]
    assert (
        store.passages.articles_to_embed("e", since=between) == store.passages.articles_to_embed("e", [EMPTY.id]) == []
    )
    assert store.passages.articles_to_split(SPLITTER, since=before) == [CRANES.id]
    assert store.passages.articles_to_split(SPLITTER, since=between) == []


def test_passages_come_back_in_the_order_they_were_put(store: Store) -> None:
    put_unsplit(store, [FERRY, CRANES])
    first, second, third = passage(CRANES, 4, 9), passage(CRANES, 0, 5), passage(FERRY)
    store.passages.put(SPLITTER, {CRANES.id: [first, second]})
    store.passages.put(SPLITTER, {FERRY.id: [third]})
    assert store.passages.all() == [first, second, third]
    assert store.passages.of_articles([CRANES.id, "a-1"]) == [first, second]
    assert store.passages.get_many([third.id, "p-1"]) == {third.id: third}
    assert store.passages.count() == 3


def test_passages_can_be_asked_for_of_wanted_articles_only(store: Store) -> None:
    put_unsplit(store, [FERRY, CRANES])
    store.passages.put(SPLITTER, {FERRY.id: [passage(FERRY)], CRANES.id: [passage(CRANES)]})
    both, wanted = [passage(FERRY).id, passage(CRANES).id], ArticleFilter(article_id=(FERRY.id,))
    assert store.passages.get_many(both, wanted) == {passage(FERRY).id: passage(FERRY)}
    assert store.passages.get_many(both, ArticleFilter(publisher=("Nobody",))) == {}


def test_passages_some_passages_of_all_wanted_articles_can_be_asked_for(store: Store) -> None:
    put_unsplit(store, [FERRY, CRANES])
    ferrys = [passage(FERRY, start, start + 5) for start in (0, 5, 10)]
    store.passages.put(SPLITTER, {FERRY.id: ferrys, CRANES.id: [passage(CRANES)]})
    wanted = ArticleFilter(article_id=(FERRY.id,))
    assert set(store.passages.matching(wanted, most=3) or ()) == set(ferrys)
    assert store.passages.matching(wanted, most=2) is None
    assert store.passages.matching(ArticleFilter(publisher=("Nobody",)), most=0) == []


def test_passages_cutting_an_article_is_a_change_of_it(store: Store) -> None:
    put_unsplit(store, [FERRY, CRANES])
    stored = store.changes.seq()
    store.passages.put(SPLITTER, {FERRY.id: [passage(FERRY)], "a-unknown": []})
    assert [change.article_id for change in store.changes.since(stored)] == [FERRY.id]
    assert store.passages.count(stored) == 1
    assert store.passages.count(store.changes.seq()) == 0


def test_passages_splitting_again_replaces_the_passages(store: Store) -> None:
    put_unsplit(store, [FERRY])
    store.passages.put(SPLITTER, {FERRY.id: [passage(FERRY, 0, 5), passage(FERRY, 5, 9)]})
    store.passages.put(OTHER_SPLITTER, {FERRY.id: [passage(FERRY, 0, 9)]})
    assert store.passages.all() == [passage(FERRY, 0, 9)]


def test_passages_of_a_replaced_text_are_hidden_at_once(store: Store) -> None:
    newer = article("ferry", "The ferry is late.")
    put_unsplit(store, [FERRY])
    store.passages.put(SPLITTER, {FERRY.id: [passage(FERRY)]})
    put_unsplit(store, [newer])
    assert store.passages.get_many([passage(FERRY).id]) == {}
    assert store.passages.all() == store.passages.of_articles([FERRY.id]) == store.passages.without_vector("e") == []
    assert store.passages.count() == 0
    assert store.passages.articles_to_split(SPLITTER) == [FERRY.id]


def test_passages_stay_while_only_the_title_changed(store: Store) -> None:
    put_unsplit(store, [FERRY])
    store.passages.put(SPLITTER, {FERRY.id: [passage(FERRY)]})
    put_unsplit(store, [article("ferry", FERRY.text, title="Ferry")])
    assert store.passages.all() == [passage(FERRY)]
    assert store.passages.articles_to_split(SPLITTER) == [FERRY.id]


def test_passages_of_deleted_articles_are_gone(store: Store) -> None:
    put_unsplit(store, [FERRY, CRANES])
    store.passages.put(SPLITTER, {FERRY.id: [passage(FERRY)], CRANES.id: [passage(CRANES)]})
    store.articles.delete([FERRY.id])
    assert store.passages.all() == [passage(CRANES)]


def test_passages_that_come_too_late_are_not_taken(store: Store) -> None:
    put_unsplit(store, [FERRY, CRANES])
    put_unsplit(store, [article("ferry", "The ferry is late.")])
    store.articles.delete([CRANES.id])
    store.passages.put(SPLITTER, {FERRY.id: [passage(FERRY)], CRANES.id: [passage(CRANES)]})
    assert store.passages.all() == []
    assert store.passages.articles_to_split(SPLITTER) == [FERRY.id]
