"""Whether evidence supports a claim, judged by the packaged model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.groundedness.faults import Fault
from assistant.groundedness.judge import (
    MOST_WRONG,
    PARTIAL_FROM,
    Claim,
    ClaimVerdict,
    EvidenceRow,
    Judgement,
    MeasuredError,
    judge_claim,
    shipped_judge,
    verdict_of,
)
from assistant.groundedness.model_judge import ModelJudge, shipped_claim_calibration
from assistant.groundedness.rests_on import rests_on
from assistant.logistic import Logistic

FERRY = [
    ("Ferry to Nyholm", "2024-03-08", "The ferry to Nyholm will not sail on Saturday, the harbour office said."),
    ("Ferry to Nyholm", "2024-03-08", "Its engine failed last week; Ida Brandt, who runs the yard, repaired it."),
    ("Ferry to Nyholm", "2024-03-08", "The islanders had asked for a second ship; the county gave 2 million crowns."),
]


def judged(claim: str, *texts: str, context: str = "") -> Judgement:
    rows = tuple(EvidenceRow("", None, text) for text in texts)
    return shipped_judge().judge([Claim(claim, rows, context)])[0]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Ida Brandt mended the ship's engine.", "Ida Brandt broke the ship's engine."),
        (
            "The harbour office said no ferry would go to Nyholm on Saturday.",
            "Ida Brandt said the ferry would not sail.",
        ),
        ("The county paid two million crowns.", "The county paid for a second ship for the islanders."),
        ("The engine had stopped working.", "The engine has never stopped working."),
    ],
)
def test_judge_claim_right_is_likelier_than_its_wrong_twin(right: str, wrong: str) -> None:
    assert judge_claim(right, FERRY) > judge_claim(wrong, FERRY)


def test_judge_claim_takes_dates_in_each_form() -> None:
    forms = ("2024-03-08", date(2024, 3, 8))

    assert len({judge_claim("No ferry sails.", [("Ferry", form, FERRY[0][2])]) for form in forms}) == 1
    assert judge_claim("No ferry sails.", [("", None, FERRY[0][2])]) == judge_claim(
        "No ferry sails.", [("", "", FERRY[0][2])]
    )


def test_judge_claim_refuses_what_is_no_date() -> None:
    with pytest.raises(ValueError, match="isoformat"):
        judge_claim("No ferry sails.", [("Ferry", "2024-03-08garbage", "No ferry sails today.")])


@pytest.mark.parametrize(
    ("claim", "fault"),
    [
        ("", Fault.NOTHING_SAID),
        (" ... 🙂 42", Fault.NOTHING_SAID),
        ("它提出了计划。", Fault.NOT_READ),
        ("The ferry sails " * 100, Fault.NOT_READ),
    ],
)
def test_judge_claims_that_cannot_be_judged_are_not_confirmed(claim: str, fault: Fault) -> None:
    assert judged(claim, "The ferry to Nyholm sails on Saturday.") == Judgement(0.0, (fault,))


def test_judge_nothing_is_supported_by_nothing() -> None:
    assert judge_claim("The ferry sails.", []) == 0.0
    assert judged("The ferry sails.", " ").faults == (Fault.NO_EVIDENCE,)


def test_judge_a_quote_is_supported_whatever_the_language() -> None:
    assert judged("它提出了计划。", "中国发言。", "它提出了计划。") == Judgement(1.0)


def test_judge_names_what_stands_nowhere() -> None:
    found = judged("On 12 May the Globex ferry carried 4,711 people.", "The ferry carried people to Nyholm.")

    assert set(found.faults) == {Fault.NUMBER, Fault.DATE, Fault.NAME}


def test_judge_the_sentence_before_tells_whom_but_is_no_evidence() -> None:
    told = EvidenceRow("", None, "The bridge was opened by the mayor.")
    claim = Claim("Mayor Brandt said it cost 5,311 crowns.", (told,), "Ida Brandt, the mayor, paid 5,311 crowns.")

    assert shipped_judge().judge([claim])[0].faults == (Fault.NUMBER,)


def test_judge_a_quote_after_another_sentence_is_no_quote_for_sure() -> None:
    told = EvidenceRow("Smith", None, "He resigned on Monday.")
    (found,) = shipped_judge().judge([Claim("He resigned on Monday.", (told,), "Boris Johnson led the party.")])

    assert found.probability < 1.0


def test_judge_cannot_tell_what_the_sources_do_not_say() -> None:
    found = judged("The article does not say who repaired the engine.", "Ida Brandt repaired the engine.")

    assert found.faults == (Fault.ABOUT_SOURCES,)
    assert found.probability < PARTIAL_FROM


def test_judge_another_calibration_is_another_judge_and_of_another_model_supports_nothing() -> None:
    fitted = shipped_claim_calibration()
    other = ModelJudge(calibration=replace(fitted, support=Logistic(fitted.support.weights, 9.0), fitted_for="other"))

    assert other.fingerprint != shipped_judge().fingerprint
    assert verdict_of(Judgement(0.99), other.measured) is ClaimVerdict.PARTIAL


def test_judge_reads_evidence_beyond_what_fits_at_once() -> None:
    filler = ["The committee met again to talk about the budget of the coming year." for _ in range(60)]
    claim, text = "Ida Brandt repaired the engine.", "The engine was repaired by Ida Brandt."

    assert judged(claim, *filler, text).probability > judged(claim, *filler).probability


@settings(max_examples=15, deadline=None)
@given(claim=st.text(max_size=200), texts=st.lists(st.text(max_size=200), max_size=3), context=st.text(max_size=80))
def test_judge_any_text_gets_the_same_probability_again(claim: str, texts: list[str], context: str) -> None:
    found = judged(claim, *texts, context=context)

    assert 0.0 <= found.probability <= 1.0
    assert judged(claim, *texts, context=context) == found


def test_judge_calibration_is_that_of_the_packaged_model() -> None:
    assert shipped_judge().fingerprint.startswith(shipped_claim_calibration().fitted_for)
    assert shipped_judge().measured.claims > 100
    assert shipped_judge().measured.wrong_among_supported <= MOST_WRONG


def test_verdict_a_judge_that_is_wrong_too_often_supports_nothing() -> None:
    good = MeasuredError(claims=100, wrong_among_supported=0.05, kept=0.5)
    poor = MeasuredError(claims=100, wrong_among_supported=0.2, kept=0.9)

    assert [verdict_of(Judgement(p), good) for p in (0.75, 0.74, 0.49)] == list(ClaimVerdict)[:3]
    assert verdict_of(Judgement(0.49, is_contradicted=True), good) is ClaimVerdict.CONTRADICTED
    assert verdict_of(Judgement(0.75, is_contradicted=True), good) is ClaimVerdict.SUPPORTED
    assert verdict_of(Judgement(0.99), poor) is ClaimVerdict.PARTIAL


class WordCounter:
    """A judge by a rule: the share of the claim's words that the evidence has."""

    fingerprint = "words"
    measured = MeasuredError(claims=1, wrong_among_supported=0.0, kept=1.0)

    @property
    def quick(self) -> WordCounter:
        return self

    def warm_up(self) -> None: ...

    def judge(self, claims: Sequence[Claim]) -> list[Judgement]:
        told = [{word for row in claim.evidence for word in row.text.split()} for claim in claims]
        return [
            Judgement(len(said & words) / len(said))
            for said, words in zip((set(claim.text.split()) for claim in claims), told, strict=True)
        ]


def rows(*texts: str) -> list[EvidenceRow]:
    return [EvidenceRow("", None, text) for text in texts]


def test_rests_on_what_carries_it_alone() -> None:
    assert rests_on("a b c d", rows("a b c d", "a", "b a c d"), "", WordCounter())[1:] == (
        ClaimVerdict.SUPPORTED,
        [0, 2],
    )


def test_rests_on_only_what_is_needed_together() -> None:
    assert rests_on("a b c d", rows("a b", "x y", "c d"), "", WordCounter())[1:] == (ClaimVerdict.SUPPORTED, [0, 2])


def test_rests_on_nothing_where_it_is_not_confirmed() -> None:
    assert rests_on("a b c d", rows("x", "a"), "", WordCounter())[1:] == (ClaimVerdict.NOT_CONFIRMED, [])
