from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from corpus.article import NOTHING, Article, ArticleFilter

WORDS = ("a", "b", "c")
VALUES = st.lists(st.sampled_from(WORDS), max_size=2).map(tuple)
DAYS = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 5))
FILTERS = st.builds(
    ArticleFilter, publisher=VALUES, language=VALUES, published_from=DAYS, published_to=DAYS, article_id=VALUES
)
ARTICLES = st.builds(
    Article,
    id=st.sampled_from(WORDS),
    external_id=st.just(""),
    origin=st.just(""),
    title=st.just(""),
    text=st.just(""),
    content_hash=st.just(""),
    publisher=st.none() | st.sampled_from(WORDS),
    language=st.none() | st.sampled_from(WORDS),
    published=DAYS,
)


@given(ARTICLES, FILTERS, FILTERS)
def test_article_filter_a_filter_within_bounds_lets_through_what_both_let_through(
    article: Article, wanted: ArticleFilter, bounds: ArticleFilter
) -> None:
    assert wanted.within(bounds).matches(article) == (wanted.matches(article) and bounds.matches(article))


@given(ARTICLES)
def test_article_filter_nothing_lets_nothing_through(article: Article) -> None:
    assert not NOTHING.matches(article)
