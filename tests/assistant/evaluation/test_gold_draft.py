from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.gold_check import check_gold
from assistant.evaluation.gold_draft import draft_questions
from assistant.evaluation.measures.nuggets import NUGGETS_VITAL, tells
from corpus.article import Article
from corpus.text.canonical import canonical_text
from tests.assistant.evaluation.builders import articles, predicted, value


def article(text: str, doc_id: str = "d1") -> Article:
    found = articles({doc_id: text})(doc_id)
    assert found
    return found


@pytest.mark.parametrize(
    ("sentence", "kind", "answer"),
    [
        ("The plan was made public in Shanghai on 26 July 2025 at a fair.", "date", "26 July 2025"),
        ("The plan was made public in Shanghai on July 26, 2025 at a fair.", "date", "July 26, 2025"),
        ("The plan consists of 13 points on the development of machines.", "number", "13"),
        ("The company will spend $1,500 million on new buildings this year.", "number", "$1,500 million"),
        ("Among all of the speakers, only Li Qiang spoke of monopolies there.", "name", "Li Qiang"),
    ],
)
def test_gold_draft_a_sentence_becomes_a_question_for_what_is_left_out(sentence: str, kind: str, answer: str) -> None:
    [draft] = draft_questions([article(f"Hello. {sentence} Bye.")], 5)

    assert draft.question == f"Which {kind} is missing: {sentence.replace(answer, '____')}"
    assert (draft.answers, draft.draft, draft.answerable) == ((answer,), True, True)
    assert (draft.evidence[0].text, draft.evidence[0].start) == (sentence, 7)


@pytest.mark.parametrize(
    "text", ["", "Too short 13.", "nothing here is worth a question of any kind at all.", "13 " * 60]
)
def test_gold_draft_a_sentence_with_nothing_to_ask_for_is_left_alone(text: str) -> None:
    assert draft_questions([article(text)], 5) == []


def test_gold_draft_drafts_are_spread_over_the_articles_and_the_same_each_time() -> None:
    topics = ("machines", "ships", "rules", "trade", "chips", "ports", "taxes", "farms", "roads")
    many = " ".join(
        f"The plan consists of {number} points on the development of {topic}." for number, topic in enumerate(topics)
    )
    both = [article(many, "long"), article("A fair of 3 days was held there in the old harbour.", "short")]

    drafts = draft_questions(both, 4)

    assert sorted(draft.evidence[0].doc_id for draft in drafts) == ["long", "long", "long", "short"]
    assert drafts == draft_questions(both, 4)
    assert [draft.id for draft in drafts] == ["draft-1", "draft-2", "draft-3", "draft-4"]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_gold_draft_the_evidence_of_a_draft_stands_in_its_article(text: str) -> None:
    source = article(canonical_text(f"{text} In all there were 13 of them, {text} and that was enough for today."))

    drafts = draft_questions([source], 3)

    assert check_gold(drafts, {"d1": source}.get) == []


def told(draft: GoldQuestion, sentence: str) -> list[str]:
    """What the nuggets of a draft are, of which an answer by this sentence tells each."""
    assert all(tells(sentence, nugget.any_of) for nugget in draft.nuggets)
    return [f"{nugget.text}, vital" if nugget.vital else nugget.text for nugget in draft.nuggets]


def test_gold_draft_what_is_left_out_is_vital_and_what_else_is_told_is_not() -> None:
    sentence = "On the advice of Li Qiang, the plan of 13 points was made public at a fair on 26 July 2025."

    [draft] = draft_questions([article(f"Hello. {sentence} Bye.")], 5)

    assert told(draft, sentence) == ["26 July 2025, vital", "13", "Li Qiang"]
    assert all(nugget.evidence == draft.evidence for nugget in draft.nuggets)
    assert value(NUGGETS_VITAL, draft, predicted(answer=sentence)) == 1.0
    assert value(NUGGETS_VITAL, draft, predicted(answer="On the advice of Li Qiang, in 13 points.")) == 0.0


def test_gold_draft_further_sentences_that_tell_the_same_are_places_of_its_nuggets() -> None:
    first = "The plan of the city was made public at a large fair in 13 points."
    second = "In 13 points the plan of Li Qiang was made public at the fair."
    other = "Since then more than 13 ferries have sailed from the old harbour."
    written = [article(first, "d1"), article(second, "d2"), article(other, "d3")]

    draft = next(one for one in draft_questions(written, 5) if one.evidence[0].doc_id == "d1")

    assert [place.text for place in draft.evidence] == [first, second]
    assert [(nugget.text, nugget.vital, len(nugget.evidence)) for nugget in draft.nuggets] == [
        ("13", True, 2),
        ("Li Qiang", False, 1),
    ]


def test_gold_draft_a_sentence_that_many_articles_have_is_asked_about_once() -> None:
    sentence = "The plan consists of 13 points on the development of machines."

    [draft] = draft_questions([article(sentence, "d1"), article(sentence, "d2")], 5)

    assert {place.doc_id for place in draft.evidence} == {"d1", "d2"}


def test_gold_draft_what_its_own_question_would_give_away_is_not_asked_for() -> None:
    [draft] = draft_questions([article("Of the 13 points, only 13 were told to Li Qiang at the fair.")], 5)

    assert draft.answers == ("Li Qiang",)
