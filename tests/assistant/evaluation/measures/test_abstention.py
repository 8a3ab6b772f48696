from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from assistant.evaluation.measures.auroc import AUROC, auroc
from assistant.evaluation.measures.balanced_accuracy import BALANCED_ACCURACY
from assistant.evaluation.measures.calibration_error import CALIBRATION_ERROR, calibration_error
from assistant.evaluation.measures.fitted_balanced_accuracy import FITTED_BALANCED_ACCURACY, best_threshold
from assistant.evaluation.measures.measure import Measure, Weights
from assistant.evaluation.measures.refused import REFUSED_ANSWERABLE, REFUSED_UNANSWERABLE
from assistant.evaluation.measures.risk_coverage import AURC, area_under_risk_coverage
from assistant.evaluation.predictions import Prediction
from tests.assistant.evaluation.builders import figure_of, gold, predicted

CAN = [gold(f"can{number}", answers=["Li"]) for number in range(4)]
CANNOT = [gold(f"cannot{number}", answerable=False) for number in range(2)]
MEASURES = (
    BALANCED_ACCURACY,
    FITTED_BALANCED_ACCURACY,
    AUROC,
    CALIBRATION_ERROR,
    AURC,
    REFUSED_ANSWERABLE,
    REFUSED_UNANSWERABLE,
)


def answers(*ids: str) -> list[Prediction]:
    """These questions are answered, the others refused."""
    return [
        predicted(question.id, "Li" if question.id in ids else "", confidence=0.9 if question.id in ids else 0.1)
        for question in (*CAN, *CANNOT)
    ]


def one(*values: float) -> Weights:
    return np.array([values], dtype=np.float64)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        # Answered: three of four that can be, one of two that cannot.
        (REFUSED_ANSWERABLE, 1 / 4),
        (REFUSED_UNANSWERABLE, 1 / 2),
        (BALANCED_ACCURACY, (3 / 4 + 1 / 2) / 2),
        # Pairs: 3 * 1 wins, 3 * 1 + 1 * 1 ties, of 4 * 2.
        (AUROC, (3 + 4 / 2) / 8),
        # Four answers at 0.9, three of them right.
        (CALIBRATION_ERROR, 0.9 - 3 / 4),
        (AURC, 1 / 4),
    ],
)
def test_abstention_values_are_what_a_hand_computes(measure: Measure, expected: float) -> None:
    figure = figure_of(measure, CAN + CANNOT, answers("can0", "can1", "can2", "cannot0"))

    assert figure.value == pytest.approx(expected)


@pytest.mark.parametrize("measure", [BALANCED_ACCURACY, FITTED_BALANCED_ACCURACY, AUROC, REFUSED_UNANSWERABLE])
def test_abstention_with_nothing_unanswerable_there_is_no_value_but_a_reason(measure: Measure) -> None:
    figure = figure_of(measure, CAN, answers("can0"))

    assert figure.value is None
    assert figure.reason


@pytest.mark.parametrize("measure", [BALANCED_ACCURACY, FITTED_BALANCED_ACCURACY, AUROC, REFUSED_ANSWERABLE])
def test_abstention_with_nothing_answerable_there_is_no_value_but_a_reason(measure: Measure) -> None:
    figure = figure_of(measure, CANNOT, answers("cannot0"))

    assert figure.value is None
    assert figure.reason


@pytest.mark.parametrize("measure", MEASURES)
def test_abstention_questions_of_which_nothing_is_known_have_no_value(measure: Measure) -> None:
    figure = figure_of(measure, [gold("q1"), gold("q2")], [predicted("q1", "x"), predicted("q2")])

    assert figure.value is None
    assert figure.reason


def test_abstention_a_question_that_failed_is_neither_answered_nor_refused() -> None:
    failed = [predicted(question.id, status="failed") for question in (*CAN, *CANNOT)]

    assert figure_of(BALANCED_ACCURACY, CAN + CANNOT, failed).value == 0.0
    assert figure_of(REFUSED_UNANSWERABLE, CAN + CANNOT, failed).value == 0.0


def test_abstention_a_weight_of_two_is_the_question_twice() -> None:
    confidence, answerable = np.array([0.9, 0.4, 0.6]), np.array([1.0, 0.0, 1.0])
    twice = np.repeat(confidence, [2, 1, 1]), np.repeat(answerable, [2, 1, 1])

    assert auroc(one(2, 1, 1), confidence, answerable) == auroc(one(1, 1, 1, 1), *twice)
    assert calibration_error(one(2, 1, 1), confidence, answerable) == calibration_error(one(1, 1, 1, 1), *twice)
    assert area_under_risk_coverage(one(2, 1, 1), confidence, answerable) == pytest.approx(
        area_under_risk_coverage(one(1, 1, 1, 1), *twice)
    )


def test_abstention_calibration_error_averages_the_bins_by_their_sizes() -> None:
    confidence, right = np.array([0.05, 0.05, 0.95]), np.array([0.0, 1.0, 1.0])

    # |0.5 - 0.05| of two answers, |1 - 0.95| of one.
    assert calibration_error(one(1, 1, 1), confidence, right)[0] == pytest.approx((2 * 0.45 + 0.05) / 3)


def test_abstention_full_confidence_is_in_the_last_bin() -> None:
    assert calibration_error(one(1, 1), np.array([1.0, 0.9]), np.array([1.0, 1.0]))[0] == pytest.approx(0.05)


def test_abstention_risk_is_averaged_from_the_most_confident_answer_on() -> None:
    confidence, right = np.array([0.9, 0.8, 0.7, 0.6]), np.array([1.0, 0.0, 1.0, 0.0])

    # Risks 0, 1/2, 1/3, 2/4.
    assert area_under_risk_coverage(one(1, 1, 1, 1), confidence, right)[0] == pytest.approx(
        (0 + 1 / 2 + 1 / 3 + 1 / 2) / 4
    )


def test_abstention_the_order_of_equally_confident_answers_does_not_matter() -> None:
    confidence, right = np.array([0.5, 0.5, 0.5]), np.array([1.0, 0.0, 0.0])

    assert area_under_risk_coverage(one(1, 1, 1), confidence, right)[0] == pytest.approx(2 / 3)
    assert area_under_risk_coverage(one(1, 1, 1), confidence, right[::-1])[0] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("confidence", "answerable", "expected"),
    [
        ([0.2, 0.8], [0, 1], 0.5),
        ([0.1, 0.3, 0.7, 0.9], [0, 0, 1, 1], 0.5),
        # Answering everything is as good as it gets: the least confidence.
        ([0.4, 0.6], [1, 0], 0.4),
    ],
)
def test_abstention_the_best_threshold_lies_between_refused_and_answered(
    confidence: list[float], answerable: list[int], expected: float
) -> None:
    assert best_threshold(np.array(confidence), np.array(answerable, dtype=float)) == pytest.approx(expected)


def test_abstention_the_threshold_is_fitted_on_questions_that_are_not_counted() -> None:
    questions = [gold(f"q{number}", answerable=number % 2 == 0) for number in range(40)]
    sure = [predicted(q.id, "x", confidence=0.9 if q.answerable else 0.2) for q in questions]

    assert figure_of(FITTED_BALANCED_ACCURACY, questions, sure).value == 1.0


confidences = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), st.booleans()), min_size=2, max_size=30
).filter(lambda pairs: len({kind for _, kind in pairs}) == 2)


@given(confidences)
def test_abstention_auroc_is_that_of_scikit_learn(pairs: list[tuple[float, bool]]) -> None:
    confidence, answerable = (np.array(part, dtype=np.float64) for part in zip(*pairs, strict=True))

    assert auroc(np.ones((1, len(pairs))), confidence, answerable)[0] == pytest.approx(
        roc_auc_score(answerable, confidence)
    )


@given(confidences)
def test_abstention_turning_confidence_round_turns_auroc_round(pairs: list[tuple[float, bool]]) -> None:
    confidence, answerable = (np.array(part, dtype=np.float64) for part in zip(*pairs, strict=True))
    weights = np.ones((1, len(pairs)))

    assert auroc(weights, 1 - confidence, answerable)[0] == pytest.approx(1 - auroc(weights, confidence, answerable)[0])


@given(confidences)
def test_abstention_balanced_accuracy_is_that_of_scikit_learn(pairs: list[tuple[float, bool]]) -> None:
    questions = [gold(f"q{at}", answerable=kind) for at, (_, kind) in enumerate(pairs)]
    predictions = [predicted(f"q{at}", "x" if confidence >= 0.5 else "") for at, (confidence, _) in enumerate(pairs)]

    expected = balanced_accuracy_score([kind for _, kind in pairs], [confidence >= 0.5 for confidence, _ in pairs])
    assert figure_of(BALANCED_ACCURACY, questions, predictions).value == pytest.approx(expected)


@given(confidences)
def test_abstention_errors_and_risks_are_shares(pairs: list[tuple[float, bool]]) -> None:
    confidence, right = (np.array(part, dtype=np.float64) for part in zip(*pairs, strict=True))
    weights = np.ones((1, len(pairs)))

    assert 0.0 <= calibration_error(weights, confidence, right)[0] <= 1.0
    assert 0.0 <= area_under_risk_coverage(weights, confidence, right)[0] <= 1.0


@given(confidences)
def test_abstention_no_other_threshold_tells_the_questions_apart_better(pairs: list[tuple[float, bool]]) -> None:
    confidence, answerable = (np.array(part, dtype=float) for part in zip(*pairs, strict=True))

    def accuracy(threshold: float) -> float:
        return float(balanced_accuracy_score(answerable, confidence >= threshold))

    assert accuracy(best_threshold(confidence, answerable)) == pytest.approx(max(map(accuracy, np.unique(confidence))))


def test_abstention_a_threshold_for_very_many_questions_takes_no_table_of_all_against_all() -> None:
    confidence = np.linspace(0, 1, 1_000_000)

    assert best_threshold(confidence, (confidence > 0.3).astype(float)) == pytest.approx(0.3, abs=1e-5)
