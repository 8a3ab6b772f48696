"""When sources disagree, and when they only say the same differently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from assistant.answer import Evidence
from assistant.groundedness.judge import shipped_judge
from assistant.meaning.model import MeaningModel
from assistant.query.decompose import SubQuestion, decompose
from assistant.writing.conflicts import (
    Disagreement,
    agree,
    cited_conflicts,
    contradiction_of,
    find_disagreements,
    with_both_sides,
)
from assistant.writing.draft import DraftSentence
from tests.assistant.evidence import make_article, make_evidence, verify

CONTRADICTION = contradiction_of(MeaningModel())

PART = SubQuestion("When was the bridge built?", "when was the bridge built")


def disagreements(asked: Sequence[SubQuestion], evidence: Sequence[Evidence]) -> tuple[Disagreement, ...]:
    return find_disagreements(asked, evidence, CONTRADICTION)


def say(name: str, year: str, support: float = 0.8) -> Evidence:
    """An article that gives this year, as the reader would find it."""
    article = make_article(f"The bridge over the Ister was built in {year}, says {name}.", name)
    start = article.text.index(year)
    return replace(make_evidence(article.text, article, support), short=(start, start + len(year)))


def test_conflicts_find_disagreements_finds_two_likely_answers_from_two_articles() -> None:
    (found,) = disagreements([PART], [say("one", "1902"), say("two", "1885")])
    assert found.about == "when was the bridge built"
    assert [[item.hit.article.external_id for item in side] for side in found.sides] == [["one"], ["two"]]


def test_conflicts_find_disagreements_puts_articles_that_agree_on_one_side() -> None:
    (found,) = disagreements([PART], [say("one", "1902"), say("two", "1885", 0.6), say("three", "May 1902", 0.5)])
    assert [[item.hit.article.external_id for item in side] for side in found.sides] == [["one", "three"], ["two"]]


def test_conflicts_find_disagreements_leaves_out_what_is_hardly_an_answer() -> None:
    assert disagreements([PART], [say("one", "1902"), say("two", "1885", 0.2)]) == ()


def test_conflicts_find_disagreements_finds_none_between_sentences_that_can_both_be_true() -> None:
    told = (
        ("one", "The ferry line loses 40,000 euros for each day on which the bridge is open.", "40,000 euros"),
        ("two", "The town paid 8 million euros for the new bridge, which opens in May.", "8 million euros"),
    )
    evidence = []
    for name, text, amount in told:
        article = make_article(text, name, title="The new bridge")
        short = (text.index(amount), text.index(amount) + len(amount))
        evidence.append(replace(make_evidence(text, article, 0.8), short=short))

    assert disagreements([SubQuestion("What does the bridge cost?", "what it costs")], evidence) == ()


def test_conflicts_find_disagreements_finds_none_inside_one_article() -> None:
    assert disagreements([PART], [say("one", "1902"), say("one", "1885", 0.6)]) == ()


def test_conflicts_find_disagreements_looks_at_each_sub_question_by_itself() -> None:
    evidence = [say("one", "1902"), replace(say("two", "1885"), sub_question=1)]
    assert disagreements([PART, PART], evidence) == ()


@pytest.mark.parametrize(
    ("question", "has_one_answer"),
    [
        ("When was the bridge built?", True),
        ("How many people crossed it?", True),
        ("Who is the mayor?", True),
        ("Who was Ann Lee's father?", True),
        ("What is the height of the bridge?", True),
        ("Who is Ann Lee?", False),
        ("Why was the bridge built?", False),
        ("How was the bridge built?", False),
        ("What are the risks?", False),
        ("What does China say about the bridge?", False),
        ("What did Ann Lee say about the bridge?", False),
    ],
)
def test_conflicts_find_disagreements_needs_a_question_with_one_answer(question: str, has_one_answer: bool) -> None:
    (asked,) = decompose(question)
    assert bool(disagreements([asked], [say("one", "1902"), say("two", "1885")])) is has_one_answer


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1902", "in May 1902"),
        ("26 July 2025", "July 26"),
        ("thirteen", "13 points"),
        ("1.5 million", "1,500,000 people"),
        ("the United States", "Washington"),
        ("Li Qiang", "premier Li Qiang"),
        ("football", "American football"),
        ("developing chips", "the development of chips"),
        ("", "anything"),
    ],
)
def test_conflicts_agree_takes_the_same_said_differently(one: str, other: str) -> None:
    assert agree(one, other)
    assert agree(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1902", "1885"),
        ("26 July 2025", "27 July 2025"),
        ("June 19, 1910 – June 5, 1988", "January 1, 1900 – June 5, 1988"),
        ("3,559 people", "10,000 people"),
        ("Raj Kapoor", "Mahesh Bhatt"),
        ("China", "Japan"),
    ],
)
def test_conflicts_agree_tells_different_answers_apart(one: str, other: str) -> None:
    assert not agree(one, other)
    assert not agree(other, one)


def test_conflicts_with_both_sides_adds_the_other_side_which_is_cited() -> None:
    one, two = say("one", "1902"), say("two", "1885")
    found = disagreements([PART], [one, two])
    draft = with_both_sides((DraftSentence(one.text, (one,)),), found)
    stored = {item.hit.article.id: item.hit.article for item in (one, two)}
    verified = verify(draft, lambda article_id, _: stored.get(article_id), shipped_judge())
    assert [sentence.text for sentence in draft] == [one.text, two.text]
    assert [conflict.citations for conflict in cited_conflicts(found, verified.citations)] == [("c1", "c2")]


def test_conflicts_with_both_sides_puts_the_other_side_to_its_sub_question() -> None:
    one, two = say("one", "1902"), say("two", "1885")
    other = replace(say("three", "1950"), sub_question=1)
    found = disagreements([PART, PART], [one, two, other])
    draft = with_both_sides((DraftSentence(one.text, (one,)), DraftSentence(other.text, (other,))), found)
    assert [sentence.text for sentence in draft] == [one.text, two.text, other.text]


def test_conflicts_cited_conflicts_leaves_out_a_disagreement_of_which_one_side_is_cited() -> None:
    one, two = say("one", "1902"), say("two", "1885")
    found = disagreements([PART], [one, two])
    verified = verify((DraftSentence(one.text, (one,)),), lambda *_: one.hit.article, shipped_judge())
    assert cited_conflicts(found, verified.citations) == ()
