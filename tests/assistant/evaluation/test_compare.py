from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.compare import ComparisonVerdict, compare_measure, compare_runs, holm
from assistant.evaluation.errors import RunMismatch
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.measures import measure_named
from assistant.evaluation.predictions import Prediction
from assistant.evaluation.run_folder import FinishedRun, RunRecord
from tests.assistant.evaluation.builders import cited, found, gold, predicted, scored

QUESTIONS = [gold(f"q{number}", answers=["Li"], evidence=[{"doc_id": "a"}]) for number in range(30)]
UNANSWERABLE = [gold(f"u{number}", answerable=False) for number in range(10)]


def run(predictions: list[Prediction], questions: list[GoldQuestion] = QUESTIONS, name: str = "run") -> FinishedRun:
    record = RunRecord(gold="gold", gold_fingerprint="x", system={}, started=datetime.now(UTC))
    return FinishedRun(
        name, record, tuple(questions), {one.id: one for one in predictions}, scored(questions, predictions)
    )


def answers(right: int, questions: list[GoldQuestion] = QUESTIONS) -> list[Prediction]:
    """The first `right` questions are answered rightly and find their document first; the others second."""
    return [
        predicted(question.id, "Li" if at < right else "nobody", retrieved=found(*("ax" if at < right else "xa")))
        for at, question in enumerate(questions)
    ]


def verdicts(old: FinishedRun, new: FinishedRun) -> dict[str, ComparisonVerdict]:
    return {one.measure.name: one.verdict for one in compare_runs(old, new)}


def test_compare_a_worse_run_is_called_worse_and_a_better_one_better() -> None:
    good, bad = run(answers(28)), run(answers(8))

    assert verdicts(good, bad)["ndcg@10"] is ComparisonVerdict.WORSE
    assert verdicts(bad, good)["ndcg@10"] is ComparisonVerdict.BETTER


def test_compare_a_difference_comes_with_its_interval_and_p_values() -> None:
    [contains] = [
        one for one in compare_runs(run(answers(28)), run(answers(8))) if one.measure.name == "answer.contains"
    ]

    assert (contains.n, contains.old, contains.new) == (30, 28 / 30, 8 / 30)
    assert contains.difference == pytest.approx(-20 / 30)
    assert contains.low < contains.difference < contains.high < 0
    assert contains.p_flip is not None
    assert contains.p_flip < 0.001
    assert contains.p_bootstrap < 0.01


def test_compare_a_run_against_itself_is_the_same() -> None:
    judged = set(verdicts(run(answers(20)), run(answers(20))).values())

    assert judged <= {ComparisonVerdict.SAME, ComparisonVerdict.NOT_JUDGED}


def test_compare_a_difference_in_one_question_may_be_chance() -> None:
    assert verdicts(run(answers(20)), run(answers(19)))["ndcg@10"] is ComparisonVerdict.UNCLEAR


def test_compare_where_lower_is_better_more_is_worse() -> None:
    refused = [predicted(question.id) for question in QUESTIONS]

    assert verdicts(run(answers(30)), run(refused))["abstention.refused_answerable"] is ComparisonVerdict.WORSE


def test_compare_times_are_shown_and_not_judged() -> None:
    slow, fast = ([one.model_copy(update={"timings_ms": {"total": ms}}) for one in answers(20)] for ms in (900.0, 9.0))

    assert verdicts(run(fast), run(slow))["latency.p50"] is ComparisonVerdict.NOT_JUDGED


def test_compare_a_mean_is_compared_over_the_questions_that_have_it_in_both_runs() -> None:
    cites_a = {"answer": "Li", "citations": [cited("Li.", "a")]}
    cites_b = {"answer": "Li", "citations": [cited("Li.", "b")]}
    first_two, last_two = QUESTIONS[:2], QUESTIONS[2:4]
    old = [predicted(q.id, **cites_a) for q in first_two] + [predicted(q.id, **cites_b) for q in last_two]
    new = [predicted(q.id, **cites_a) for q in first_two]

    precision = compare_measure(
        measure_named("citation.document_precision"), scored(QUESTIONS[:4], old), scored(QUESTIONS[:4], new)
    )

    assert precision is not None
    assert (precision.n, precision.old, precision.new) == (2, 1.0, 1.0)


def test_compare_measures_of_whole_sets_are_compared_too() -> None:
    questions = QUESTIONS + UNANSWERABLE
    knowing = [predicted(q.id, "x", confidence=0.9 if q.is_answerable else 0.1) for q in questions]
    guessing = [predicted(q.id, "x", confidence=0.5) for q in questions]

    [auroc] = [
        one
        for one in compare_runs(run(knowing, questions), run(guessing, questions))
        if one.measure.name == "abstention.auroc"
    ]

    assert (auroc.old, auroc.new, auroc.p_flip, auroc.verdict) == (1.0, 0.5, None, ComparisonVerdict.WORSE)


def test_compare_what_one_run_has_no_value_of_is_not_compared() -> None:
    assert "abstention.auroc" not in verdicts(run(answers(20)), run(answers(10)))


def test_compare_runs_over_other_questions_are_refused_with_the_difference() -> None:
    other = [*QUESTIONS[:-1], gold("new", "Who else?")]
    changed = [gold("q0", "Who else?"), *other[1:]]

    with pytest.raises(RunMismatch, match=r"1 only in A \(q29\); 1 only in B \(new\); 1 with other gold \(q0\)"):
        compare_runs(run(answers(1), name="A"), run(answers(1, changed), changed, name="B"))


def test_compare_the_questions_may_come_in_another_order() -> None:
    backwards = QUESTIONS[::-1]

    judged = verdicts(run(answers(20)), run(list(answers(20)), backwards))

    assert set(judged.values()) <= {ComparisonVerdict.SAME, ComparisonVerdict.NOT_JUDGED}


@pytest.mark.parametrize(
    ("p_values", "expected"),
    [
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),
        ([0.5, 0.9], [1.0, 1.0]),
        ([], []),
    ],
)
def test_compare_p_values_are_corrected_as_holm_says(p_values: list[float], expected: list[float]) -> None:
    assert holm(p_values) == pytest.approx(expected)


@given(st.lists(st.floats(0, 1), max_size=20))
def test_compare_correction_keeps_the_order_and_never_lowers(p_values: list[float]) -> None:
    corrected = holm(p_values)

    assert all(before <= after <= 1.0 for before, after in zip(p_values, corrected, strict=True))
    assert sorted(range(len(p_values)), key=lambda at: (corrected[at], p_values[at])) == sorted(
        range(len(p_values)), key=lambda at: p_values[at]
    )
