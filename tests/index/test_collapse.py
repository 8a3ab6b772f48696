from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article
from corpus.text.near_duplicates import Signature
from index.collapse import collapse
from index.hit import Hit, Scores
from index.options import RetrievalOptions
from index.splitter import PassageSplitter
from tests.hashing_encoder import HashingEncoder
from tests.index.library import article

STORY = (
    "The ministry said on Monday that the export of semiconductors had grown by 12 percent over the year, "
    "while the makers of the machines complained of long waits and of rising prices."
)


def hit(found: Article, score: float) -> Hit:
    (passage,) = PassageSplitter(HashingEncoder(), RetrievalOptions()).split(found)
    return Hit(passage, found, score, Scores(score, score))


def test_collapse_the_same_report_elsewhere_becomes_a_copy_of_the_best() -> None:
    first = hit(article("agency", STORY), 0.9)
    other = hit(article("other", "Tea is grown on the hills."), 0.8)
    retold = hit(article("courier", STORY.replace("complained", "grumbled")), 0.7)
    kept = collapse([first, other, retold])
    assert [found.article.external_id for found in kept] == ["agency", "other"]
    assert kept[0].copies == (retold,)
    assert kept[1].copies == ()


def test_collapse_a_report_with_another_number_is_another_report() -> None:
    hits = [hit(article("agency", STORY), 0.9), hit(article("courier", STORY.replace("12", "21")), 0.8)]
    assert collapse(hits) == hits


WORDS = st.sampled_from(["tea", "Li", "12", "1,200", "1200", "3.5", "two", "not", "U.S.2", "a1b", "is", "²"])


@given(st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), max_size=8))
def test_collapse_hits_collapse_exactly_when_they_are_near_duplicates(texts: list[str]) -> None:
    hits = [hit(article(f"a{number}", text), 1.0) for number, text in enumerate(texts)]
    expected: list[list[Hit]] = []
    for each in hits:
        near = [group for group in expected if Signature(group[0].text).is_near(Signature(each.text))]
        if near:
            near[0].append(each)
        else:
            expected.append([each])
    assert [[kept.article, *(copy.article for copy in kept.copies)] for kept in collapse(hits)] == [
        [each.article for each in group] for group in expected
    ]


def test_collapse_nothing_collapses_to_nothing() -> None:
    assert collapse([]) == []
