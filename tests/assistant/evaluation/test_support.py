from __future__ import annotations

import pytest

from assistant.evaluation.gold import GoldEvidence
from assistant.evaluation.predictions import PredictedCitation
from assistant.evaluation.support import cited_sentences, gold_sentences, supports
from tests.assistant.evaluation.builders import cited

DOCUMENT = "Li Qiang spoke in Shanghai. He warned of monopolies. The fair was full."
SECOND = DOCUMENT.index("He warned")


def citation(quote: str, doc_id: str = "d1") -> PredictedCitation:
    return PredictedCitation.model_validate(cited(quote, doc_id, DOCUMENT.find(quote)))


def is_supported(quote: str, text: str, start: int | None = None, doc_id: str = "d1") -> bool:
    [sentence] = gold_sentences([GoldEvidence(doc_id="d1", text=text, start=start)])
    return any(supports(one, sentence) for one in cited_sentences([citation(quote, doc_id)]))


@pytest.mark.parametrize(
    ("quote", "text", "expected"),
    [
        ("He warned of monopolies.", "He warned of monopolies.", True),
        # Two of the four tokens of the shorter one are shared: exactly half.
        ("He warned of monopolies.", "Speaking, he loudly warned everybody who was there.", True),
        # One of three.
        ("The fair was full.", "The hall was empty today.", False),
        # Articles and case do not count.
        ("The fair was full.", "a FAIR was full", True),
    ],
)
def test_support_half_of_the_shorter_ones_tokens_must_be_shared(quote: str, text: str, expected: bool) -> None:
    assert is_supported(quote, text) is expected


def test_support_the_same_words_in_another_document_are_no_support() -> None:
    assert not is_supported("He warned of monopolies.", "He warned of monopolies.", doc_id="d2")


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("He warned of monopolies.", True),
        ("He warned of monopolies. The fair was full.", True),
        ("warned of monopolies.", False),
        ("The fair was full.", False),
    ],
)
def test_support_where_the_place_is_known_it_must_be_covered(quote: str, expected: bool) -> None:
    assert is_supported(quote, "He warned of monopolies.", SECOND) is expected


def test_support_a_repeated_word_is_shared_only_as_often_as_it_occurs() -> None:
    assert not is_supported("He warned of monopolies.", "he he he he he he he he")


def test_support_gold_of_one_or_two_words_is_about_the_document_only() -> None:
    evidence = [
        GoldEvidence(doc_id="d1", text=text) for text in ("308", "Kawann Short", "", "He warned of monopolies.")
    ]

    assert [sentence.evidence.text for sentence in gold_sentences(evidence)] == ["He warned of monopolies."]


def test_support_a_passage_that_is_cited_whole_counts_sentence_by_sentence() -> None:
    sentences = cited_sentences([citation(DOCUMENT)])

    assert [DOCUMENT[one.start : one.end] for one in sentences] == [
        "Li Qiang spoke in Shanghai.",
        "He warned of monopolies.",
        "The fair was full.",
    ]


def test_support_in_a_passage_that_is_cited_whole_only_the_gold_sentence_is_right() -> None:
    [gold] = gold_sentences([GoldEvidence(doc_id="d1", text="He warned of monopolies.", start=SECOND)])

    assert [supports(one, gold) for one in cited_sentences([citation(DOCUMENT)])] == [False, True, False]


def test_support_a_sentence_that_is_cited_twice_counts_once() -> None:
    assert len(cited_sentences([citation("The fair was full.")] * 2)) == 1


def test_support_a_line_end_inside_a_sentence_does_not_end_it() -> None:
    quote = PredictedCitation(doc_id="d1", start=0, end=26, quote="He warned of\nall monopolies")

    assert len(cited_sentences([quote])) == 1


def test_support_a_citation_without_a_quote_supports_nothing() -> None:
    [gold] = gold_sentences([GoldEvidence(doc_id="d1", text="He warned of monopolies.")])
    [empty] = cited_sentences([PredictedCitation(doc_id="d1", start=0, end=0)])

    assert not supports(empty, gold)
