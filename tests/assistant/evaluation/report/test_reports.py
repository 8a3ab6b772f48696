from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.evaluation.compare import compare_runs
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.metrics_json import metrics
from assistant.evaluation.predictions import Prediction
from assistant.evaluation.report.compare_report import compare_report
from assistant.evaluation.report.questions import MOST_ROWS, chosen_rows, outcome, question_row
from assistant.evaluation.report.run_report import run_report
from assistant.evaluation.run_folder import FinishedRun, RunRecord
from assistant.evaluation.scoring import make_cases, score_case
from tests.assistant.evaluation.builders import articles, case, cited, gold, predicted, scored
from tests.assistant.evaluation.report.test_page import data_of

LONG = "Nobody knows why. " * 30
QUOTE = "Li Qiang spoke in Shanghai."
TEXT = f"{LONG}{QUOTE} {LONG}"
FIND = articles({"d1": TEXT, "d2": QUOTE})


@pytest.mark.parametrize(
    ("question", "prediction", "expected"),
    [
        (gold(answers=["Li"]), predicted(answer="Li"), "right"),
        (gold(answers=["Li"]), predicted(answer="Ada"), "wrong"),
        (gold(answerable=False), predicted(answer="Li"), "wrong"),
        (gold(), predicted(answer="Li"), "answered"),
        (gold(answers=["Li"]), predicted(), "refused wrongly"),
        (gold(answerable=False), predicted(), "refused rightly"),
        (gold(), predicted(), "refused"),
        (gold(), predicted(status="failed"), "failed"),
    ],
)
def test_reports_what_became_of_a_question_has_a_name(
    question: GoldQuestion, prediction: Prediction, expected: str
) -> None:
    one = case(question, prediction)

    assert outcome(one, score_case(one)) == expected


def test_reports_a_citation_is_shown_in_its_passage_cut_between_words() -> None:
    one = case(gold(), predicted(answer="x", citations=[cited(QUOTE, start=len(LONG))]), find_article=FIND)

    [shown] = question_row(one, score_case(one), [])["citations"]

    assert (shown["quote"], shown["exact"], shown["title"]) == (QUOTE, True, "D1")
    assert shown["before"].startswith("… ")
    assert TEXT.startswith(LONG)
    assert LONG.endswith(shown["before"].removeprefix("… "))
    assert f" {LONG}".startswith(shown["after"].removesuffix(" …"))
    assert 200 < len(shown["after"]) < 250


def test_reports_a_quote_that_the_document_does_not_say_is_shown_as_such() -> None:
    one = case(gold(), predicted(answer="x", citations=[cited("Li sang.", "d2")]), find_article=FIND)

    assert question_row(one, score_case(one), [])["citations"][0]["exact"] is False


@pytest.mark.parametrize("failures", [0, 7, MOST_ROWS - 1, MOST_ROWS, MOST_ROWS + 1])
def test_report_of_very_many_questions_shows_all_failures_it_can_and_a_sample(failures: int) -> None:
    failed = [position % 3 == 0 and position < 3 * failures for position in range(3 * MOST_ROWS + 3)]

    shown = chosen_rows(failed)

    assert len(set(shown)) == MOST_ROWS
    assert shown == sorted(shown) == chosen_rows(failed)
    assert sum(failed[position] for position in shown) == min(failures, MOST_ROWS)


def test_report_counts_the_questions_that_it_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.evaluation.report.questions.MOST_ROWS", 2)
    questions = [gold(f"q{number}", answers=["Li"]) for number in range(9)]
    cases = make_cases(questions, {question.id: predicted(question.id, "Li") for question in questions[:8]})
    scores = [score_case(one) for one in cases]
    about = {"gold": {"name": "mine"}, "run": {"system": {}}, "warnings": [], "cost": {}}

    data = data_of(run_report(cases, scores, metrics(cases, scores, about)))

    assert (len(data["rows"]), data["questions"], data["failed"]) == (2, 9, 1)
    assert data["rows"][-1]["id"] == "q8"


def test_report_holds_every_question_with_its_slices() -> None:
    questions = [gold("q1", type="date", answers=["Li"]), gold("q2", type="contrast", answerable=False)]
    cases = make_cases(questions, {"q1": predicted("q1", "Li")}, FIND)
    scores = [score_case(one) for one in cases]
    about = {"gold": {"name": "mine"}, "run": {"system": {}}, "warnings": [], "cost": {}}

    data = data_of(run_report(cases, scores, metrics(cases, scores, about)))

    assert [row["id"] for row in data["rows"]] == ["q1", "q2"]
    assert data["rows"][0]["slices"] == ["answerable: yes", "type: date"]
    assert data["measures"]["answer.contains"]["value"] == 1.0
    assert data["measures"]["ndcg@10"] == {"value": None, "n": 0, "reason": "no document is judged relevant"}
    assert data["slices"]["type"]["date"]["n"] == 1


NUGGETS = gold(
    nuggets=[
        {"text": "Twelve died", "any_of": ["twelve"]},
        {"any_of": ["3 May"]},
        {"text": "It rained", "any_of": ["rain"], "vital": False},
    ],
    forbidden=[{"text": "Nine died", "any_of": ["nine"]}, {"text": "On a Monday", "any_of": ["monday"]}],
    verdict="no",
    parties=["Bolivia", "Peru"],
)


def test_reports_a_question_shows_what_of_its_nuggets_was_told() -> None:
    one = case(NUGGETS, predicted(answer="Twelve died, Peru says; nine at first.", verdict="yes"))

    shown = question_row(one, score_case(one), [])

    assert shown["nuggets"] == [
        {"text": "Twelve died", "vital": True, "told": True},
        {"text": "3 May", "vital": True, "told": False},
        {"text": "It rained", "vital": False, "told": False},
    ]
    assert shown["forbidden"] == [{"text": "Nine died", "counts": True}]
    assert shown["verdict"] == {"given": "yes", "expected": "no"}
    assert shown["parties"] == [{"name": "Bolivia", "covered": False}, {"name": "Peru", "covered": True}]


def test_reports_a_forbidden_statement_after_all_that_is_vital_is_shown_as_one_that_does_not_count() -> None:
    one = case(NUGGETS, predicted(answer="Twelve died on 3 May; nine at first."))

    assert question_row(one, score_case(one), [])["forbidden"] == [{"text": "Nine died", "counts": False}]


def test_reports_a_comparison_holds_both_answers_of_every_question_that_changed() -> None:
    questions = [gold("q1", answers=["Li"]), gold("q2", answers=["Li"])]
    record = RunRecord(gold="mine", gold_fingerprint="x", system={}, started=datetime.now(UTC))

    def run(name: str, *answers: str) -> FinishedRun:
        predictions = [predicted(question.id, answer) for question, answer in zip(questions, answers, strict=True)]
        by_id = {prediction.id: prediction for prediction in predictions}
        return FinishedRun(name, record, tuple(questions), by_id, scored(questions, predictions))

    old, new = run("before", "Li", "Li"), run("after", "Ada", "Li")

    data = data_of(compare_report(old, new, compare_runs(old, new)))

    assert [(row["old"]["answer"], row["new"]["answer"]) for row in data["rows"]] == [("Li", "Ada")]
    assert (data["questions"], data["changed"]) == (2, 1)
    assert {one["name"]: one["difference"] for one in data["comparisons"]}["answer.contains"] == -0.5
