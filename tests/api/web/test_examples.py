"""Questions that the start page offers."""

from __future__ import annotations

from api.web.examples import Examples
from assistant import Assistant
from assistant.answer import Answer
from corpus.article import ArticleFilter


def unwatched(_: Answer) -> None:
    """Nobody wants to know."""


def test_what_is_offered_is_answered(helper: Assistant) -> None:
    offered = Examples().of(helper, ArticleFilter())

    assert 1 <= len(offered) <= 3
    assert {helper.ask(question).status for question in offered} == {"answered"}


def test_words_of_articles_that_a_caller_may_not_see_are_not_offered(helper: Assistant) -> None:
    one = helper.catalog.list_articles(limit=1)[0]
    bounds = ArticleFilter(article_id=(one.id,))
    examples = Examples()
    of_all = examples.of(helper, ArticleFilter())

    # What occurs in one article only is no example, so nothing is left of a single one.
    assert examples.of(helper.for_caller(bounds, unwatched), bounds) == []
    assert examples.of(helper, ArticleFilter()) == of_all
