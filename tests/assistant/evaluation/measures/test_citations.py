from __future__ import annotations

import pytest

from assistant.evaluation.measures.attribution import CLEAN_ATTRIBUTION
from assistant.evaluation.measures.cited_documents import DOCUMENT_PRECISION, DOCUMENT_RECALL
from assistant.evaluation.measures.measure import QuestionMeasure
from assistant.evaluation.measures.sentence_support import SUPPORT_F1, SUPPORT_PRECISION, SUPPORT_RECALL
from assistant.evaluation.measures.uncited import UNCITED
from assistant.evaluation.measures.validity import VALIDITY
from tests.assistant.evaluation.builders import articles, cited, figure_of, gold, predicted, value

SPOKE, WARNED, FULL = "Li Qiang spoke in Shanghai.", "He warned of monopolies.", "The fair was full."
TEXT = f"{SPOKE} {WARNED} {FULL}"
FIND = articles({"d1": TEXT})

QUESTION = gold(evidence=[{"doc_id": "d1", "text": SPOKE}, {"doc_id": "d1", "text": WARNED}, {"doc_id": "d2"}])


@pytest.mark.parametrize(
    ("citations", "expected"),
    [
        ([cited(SPOKE)], 1.0),
        ([cited(WARNED, start=len(SPOKE) + 1)], 1.0),
        ([cited(WARNED, start=len(SPOKE))], 0.0),
        ([cited(SPOKE), cited("He warned of them.", start=28)], 0.5),
        ([cited(SPOKE, doc_id="unknown")], 0.0),
        ([{"doc_id": "d1", "start": 5, "end": 5}], 0.0),
        ([], None),
    ],
)
def test_citations_a_quote_is_valid_when_the_document_says_just_that(
    citations: list[dict[str, object]], expected: float | None
) -> None:
    assert value(VALIDITY, gold(), predicted(answer="x", citations=citations), find_article=FIND) == expected


def test_citations_without_the_articles_validity_is_unknown() -> None:
    figure = figure_of(VALIDITY, [gold()], [predicted(answer="x", citations=[cited(SPOKE)])])

    assert figure.value is None
    assert "--corpus" in (figure.reason or "")


def test_citations_offsets_count_code_points() -> None:
    find = articles({"d1": "🦊🦊 Li spoke."})

    assert (
        value(VALIDITY, gold(), predicted(answer="x", citations=[cited("Li spoke.", start=3)]), find_article=find)
        == 1.0
    )


@pytest.mark.parametrize(
    ("measure", "doc_ids", "expected"),
    [
        (DOCUMENT_PRECISION, ["d1", "d1", "d3"], 1 / 2),
        (DOCUMENT_PRECISION, ["d1", "d2"], 1.0),
        (DOCUMENT_PRECISION, [], None),
        (DOCUMENT_RECALL, ["d1", "d3"], 1 / 2),
        (DOCUMENT_RECALL, [], 0.0),
    ],
)
def test_citations_documents_are_counted_once(
    measure: QuestionMeasure, doc_ids: list[str], expected: float | None
) -> None:
    citations = [cited(SPOKE, doc_id, start=at) for at, doc_id in enumerate(doc_ids)]

    assert value(measure, QUESTION, predicted(answer="x", citations=citations)) == expected


@pytest.mark.parametrize(
    ("quotes", "precision", "recall", "f1"),
    [
        ([SPOKE, WARNED], 1.0, 1.0, 1.0),
        # One of two cited sentences is gold, one of two gold sentences is cited.
        ([SPOKE, FULL], 0.5, 0.5, 0.5),
        # One of three cited, one of two gold: 2 * 1/3 * 1/2 / (1/3 + 1/2).
        ([SPOKE, FULL, "Nothing else happened."], 1 / 3, 1 / 2, 0.4),
        ([FULL], 0.0, 0.0, 0.0),
        ([], None, 0.0, 0.0),
    ],
)
def test_citations_cited_sentences_are_held_against_gold_sentences(
    quotes: list[str], precision: float | None, recall: float, f1: float
) -> None:
    prediction = predicted(answer="x", citations=[cited(quote, start=100 * at) for at, quote in enumerate(quotes)])

    assert value(SUPPORT_PRECISION, QUESTION, prediction) == precision
    assert value(SUPPORT_RECALL, QUESTION, prediction) == pytest.approx(recall)
    assert value(SUPPORT_F1, QUESTION, prediction) == pytest.approx(f1)


@pytest.mark.parametrize("measure", [SUPPORT_PRECISION, SUPPORT_RECALL, SUPPORT_F1])
def test_citations_gold_without_sentences_says_nothing_of_sentences(measure: QuestionMeasure) -> None:
    question = gold(evidence=[{"doc_id": "d1", "text": "Li Qiang", "start": 0}])

    assert value(measure, question, predicted(answer="x", citations=[cited(SPOKE)])) is None


def test_citations_what_a_refusal_cites_does_not_count() -> None:
    refusal = predicted(status="no_answer", citations=[cited(SPOKE)])

    assert value(DOCUMENT_RECALL, QUESTION, refusal) == 0.0
    assert value(SUPPORT_PRECISION, QUESTION, refusal) is None


@pytest.mark.parametrize(
    ("spans", "expected"), [([(0, 27), (28, 52)], 0.0), ([(0, 27)], 0.5), ([(0, 52)], 0.0), ([], 1.0)]
)
def test_citations_a_sentence_of_the_answer_without_a_citation_is_counted(
    spans: list[tuple[int, int]], expected: float
) -> None:
    citations = [cited(SPOKE, start=at, answer_start=start, answer_end=end) for at, (start, end) in enumerate(spans)]

    assert value(UNCITED, gold(), predicted(answer=f"{SPOKE} {WARNED}", citations=citations)) == expected


def test_citations_predictions_that_do_not_say_what_is_cited_where_have_no_such_share() -> None:
    assert value(UNCITED, gold(), predicted(answer=SPOKE, citations=[cited(SPOKE)])) is None


@pytest.mark.parametrize(("quotes", "expected"), [([SPOKE, WARNED], 1.0), ([SPOKE, FULL], 0.0), ([], None)])
def test_citations_an_attribution_is_clean_when_nothing_but_gold_is_cited(
    quotes: list[str], expected: float | None
) -> None:
    question = gold(type="attribution", evidence=[{"doc_id": "d1", "text": text} for text in (SPOKE, WARNED)])
    citations = [cited(quote, start=100 * at) for at, quote in enumerate(quotes)]

    assert value(CLEAN_ATTRIBUTION, question, predicted(answer="x", citations=citations)) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [("He also spoke of us.", 1.0), ("The US said otherwise.", 0.0), ("Washington said otherwise.", 0.0)],
)
def test_citations_where_the_other_speakers_are_known_only_their_sentences_are_unclean(
    other: str, expected: float
) -> None:
    question = gold(type="attribution", evidence=[{"doc_id": "d1", "text": SPOKE}], other_speakers=["US", "Washington"])
    citations = [cited(SPOKE), cited(other, start=100)]

    assert value(CLEAN_ATTRIBUTION, question, predicted(answer="x", citations=citations)) == expected


def test_citations_a_gold_sentence_may_name_the_others() -> None:
    question = gold(
        type="attribution", evidence=[{"doc_id": "d1", "text": "Unlike the US, he warned."}], other_speakers=["US"]
    )

    citations = [cited("Unlike the US, he warned.")]
    assert value(CLEAN_ATTRIBUTION, question, predicted(answer="x", citations=citations)) == 1.0


def test_citations_questions_of_other_types_are_about_no_attribution() -> None:
    assert value(CLEAN_ATTRIBUTION, QUESTION, predicted(answer="x", citations=[cited(SPOKE)])) is None
