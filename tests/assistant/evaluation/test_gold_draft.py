from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.gold_check import check_evidence
from assistant.evaluation.gold_draft import draft_questions
from corpus.article import Article
from corpus.text.canonical import canonical_text
from tests.assistant.evaluation.builders import articles


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
    many = " ".join(f"The plan consists of {number} points on the development of machines." for number in range(9))
    both = [article(many, "long"), article("A fair of 3 days was held there in the old harbour.", "short")]

    drafts = draft_questions(both, 4)

    assert sorted(draft.evidence[0].doc_id for draft in drafts) == ["long", "long", "long", "short"]
    assert drafts == draft_questions(both, 4)
    assert [draft.id for draft in drafts] == ["draft-1", "draft-2", "draft-3", "draft-4"]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_gold_draft_the_evidence_of_a_draft_stands_in_its_article(text: str) -> None:
    source = article(canonical_text(f"{text} In all there were 13 of them, {text} and that was enough for today."))

    drafts = draft_questions([source], 3)

    assert check_evidence(drafts, {"d1": source}.get) == []
