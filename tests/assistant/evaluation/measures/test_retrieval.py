from __future__ import annotations

from math import log2

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG

from assistant.evaluation.document_ranking import ranked_documents
from assistant.evaluation.export_trec import write_trec
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.measures.measure import QuestionMeasure
from assistant.evaluation.measures.ndcg import NDCG_AT_10
from assistant.evaluation.measures.recall import RECALL_AT_10
from assistant.evaluation.measures.rr import RR_AT_10
from assistant.evaluation.measures.success import SUCCESS_AT
from assistant.evaluation.predictions import Prediction
from assistant.evaluation.scoring import figure, make_cases, score_case
from tests.assistant.evaluation.builders import figure_of, found, gold, predicted, value

SUCCESS_AT_1, SUCCESS_AT_5, SUCCESS_AT_10 = SUCCESS_AT
BY_IR_MEASURES = {
    NDCG_AT_10: nDCG @ 10,
    RR_AT_10: RR @ 10,
    RECALL_AT_10: R @ 10,
    SUCCESS_AT_1: Success @ 1,
    SUCCESS_AT_5: Success @ 5,
    SUCCESS_AT_10: Success @ 10,
}

RELEVANT = gold(evidence=[{"doc_id": "a"}, {"doc_id": "b"}])


@pytest.mark.parametrize(
    ("measure", "ranking", "expected"),
    [
        (NDCG_AT_10, "axb", (1 + 1 / log2(4)) / (1 + 1 / log2(3))),
        (NDCG_AT_10, "ab", 1.0),
        (NDCG_AT_10, "xyz", 0.0),
        (RR_AT_10, "xxa", 1 / 2),
        (RR_AT_10, "xya", 1 / 3),
        (RR_AT_10, "0123456789a", 0.0),
        (RECALL_AT_10, "xa", 1 / 2),
        (SUCCESS_AT_1, "xa", 0.0),
        (SUCCESS_AT_5, "xa", 1.0),
        (SUCCESS_AT_10, "0123456789a", 0.0),
    ],
)
def test_retrieval_values_are_what_a_hand_computes(measure: QuestionMeasure, ranking: str, expected: float) -> None:
    assert value(measure, RELEVANT, predicted(retrieved=found(*ranking))) == pytest.approx(expected)


def test_retrieval_grades_count() -> None:
    graded = gold(grades={"a": 2, "b": 1})
    ideal = 2 + 1 / log2(3)

    assert value(NDCG_AT_10, graded, predicted(retrieved=found("b", "a"))) == pytest.approx((1 + 2 / log2(3)) / ideal)


def test_retrieval_a_document_stands_where_its_best_passage_stands_before_the_cut() -> None:
    passages = [*["x"] * 30, "y", "a", "x", "b"]

    assert ranked_documents(predicted(retrieved=found(*passages)).retrieved, {"a"}) == ["x", "y", "a", "b"]
    assert value(RR_AT_10, RELEVANT, predicted(retrieved=found(*passages))) == pytest.approx(1 / 3)


def test_retrieval_a_gold_copy_inside_a_near_duplicate_counts_at_its_rank() -> None:
    retrieved = [{"doc_id": "x"}, {"doc_id": "y", "copies": ["z", "a"]}]

    assert value(RR_AT_10, RELEVANT, predicted(retrieved=retrieved)) == 1 / 2


def test_retrieval_copies_that_are_not_gold_take_no_rank() -> None:
    retrieved = predicted(retrieved=[{"doc_id": "x", "copies": ["y", "z"]}, {"doc_id": "a"}]).retrieved

    assert ranked_documents(retrieved, {"a"}) == ["x", "a"]


def test_retrieval_equal_scores_keep_their_order() -> None:
    retrieved = [{"doc_id": name, "score": 0.5} for name in ("z", "a", "m")]

    assert value(RR_AT_10, RELEVANT, predicted(retrieved=retrieved)) == 1 / 2


def test_retrieval_scores_that_differ_by_less_than_32_bits_show_keep_their_order() -> None:
    retrieved = [{"doc_id": "x", "score": 1.000000001}, {"doc_id": "a", "score": 1.0}]

    assert value(RR_AT_10, RELEVANT, predicted(retrieved=retrieved)) == 1 / 2


def test_retrieval_passages_of_another_system_are_ordered_by_their_scores() -> None:
    retrieved = [{"doc_id": "x", "score": 0.1}, {"doc_id": "a", "score": 0.9}]

    assert value(RR_AT_10, RELEVANT, predicted(retrieved=retrieved)) == 1.0


def test_retrieval_a_question_without_judged_documents_is_left_out() -> None:
    questions = [gold("q1", evidence=[{"doc_id": "a"}]), gold("q2"), gold("q3", grades={"a": 0})]
    answers = [predicted(id_, retrieved=found("a")) for id_ in ("q1", "q2", "q3")]

    found_figure = figure_of(NDCG_AT_10, questions, answers)

    assert (found_figure.value, found_figure.n) == (1.0, 1)


def test_retrieval_a_question_that_found_nothing_or_was_never_asked_counts_as_0() -> None:
    questions = [gold(id_, evidence=[{"doc_id": "a"}]) for id_ in ("q1", "q2", "q3")]

    found_figure = figure_of(NDCG_AT_10, questions, [predicted("q1", retrieved=found("a")), predicted("q2")])

    assert (found_figure.value, found_figure.n) == (pytest.approx(1 / 3), 3)


documents = st.sampled_from([f"d {number}" for number in range(15)])
hits = st.builds(
    lambda doc_id, score, copies: {"doc_id": doc_id, "score": score, "copies": copies},
    documents,
    st.sampled_from([0.9, 0.5, 0.5000000001, 0.1]),
    st.lists(documents, max_size=2),
)
runs = st.lists(
    st.tuples(st.dictionaries(documents, st.integers(0, 3), max_size=5), st.lists(hits, max_size=40)),
    min_size=1,
    max_size=4,
)


@given(runs)
def test_retrieval_our_figures_are_those_of_ir_measures_on_the_exported_run(
    tmp_path_factory: pytest.TempPathFactory, run: list[tuple[dict[str, int], list[dict[str, object]]]]
) -> None:
    questions: list[GoldQuestion] = [gold(f"q {number}", grades=grades) for number, (grades, _) in enumerate(run)]
    predictions: dict[str, Prediction] = {
        f"q {number}": predicted(f"q {number}", retrieved=retrieved) for number, (_, retrieved) in enumerate(run)
    }
    cases = make_cases(questions, predictions)
    scores = [score_case(case) for case in cases]

    run_file, qrels_file = write_trec(cases, tmp_path_factory.mktemp("run"))

    for measure, theirs in BY_IR_MEASURES.items():
        ours = figure(measure, scores)
        if ours.value is None:
            assert not any(question.relevance for question in questions)
            continue
        exported = ir_measures.calc_aggregate(
            [theirs], list(ir_measures.read_trec_qrels(str(qrels_file))), list(ir_measures.read_trec_run(str(run_file)))
        )
        assert ours.value == pytest.approx(exported[theirs], abs=1e-6)
