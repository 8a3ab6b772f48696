"""A language model that was admitted as a judge, beside exact rules and the small model, which stands in for it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from assistant.errors import ModelFailed
from assistant.groundedness.blind_verdicts import BlindVerdict, Said, ask_verdicts
from assistant.groundedness.faults import Fault
from assistant.groundedness.judge import (
    MOST_WRONG,
    SUPPORTED_FROM,
    Claim,
    ClaimJudge,
    Judgement,
    MeasuredError,
    Vote,
)
from assistant.groundedness.judge_record import kept_measurement
from assistant.groundedness.measured_judge import JudgeMeasurement, says_supported
from assistant.language_models.language_model import LanguageModel, TimeLimits
from assistant.language_models.load import load_language_model
from assistant.settings import Settings

_log = logging.getLogger(__name__)

FAILED = "failed"
"""The vote of a language model that could not be asked."""

_DECIDED = frozenset({Fault.NO_EVIDENCE, Fault.NOTHING_SAID, Fault.NOT_READ, Fault.ABOUT_SOURCES})
"""Of claims with these, nobody needs to be asked: they are never confirmed."""

_AT_MOST_PARTIAL = SUPPORTED_FROM - 0.01


class LanguageModelJudge:
    """Safe to use from several threads.

    What the language model surely calls supported is supported, if exact rules find no fault in it, else in part; what
    it surely calls contradicted is that, and what it calls anything else is not confirmed. Where it is unsure, the
    small model decides, but calls nothing supported; where it cannot be asked, the small model decides alone.
    """

    def __init__(
        self, model: LanguageModel, limits: TimeLimits, measurement: JudgeMeasurement, small: ClaimJudge
    ) -> None:
        """`measurement` is of this model, which it admits."""
        self._model = model
        self._limits = limits
        self._measurement = measurement
        self._small = small
        self._point = measurement.operating_point or 1.0
        # Of those that it calls supported and of all others, the share of right ones, as far as 200 claims tell.
        refused_right = measurement.right - measurement.right_supported
        refused = measurement.right + measurement.wrong - measurement.supported
        self._if_supported = (measurement.right_supported + 1) / (measurement.supported + 2)
        self._if_not = min((refused_right + 1) / (refused + 2), 1 - self._if_supported)

    @property
    def fingerprint(self) -> str:
        return f"{self._model.name}-{self._measurement.measured_with}-{self._small.fingerprint}"

    @property
    def measured(self) -> MeasuredError:
        return self._measurement.error

    @property
    def quick(self) -> ClaimJudge:
        return self._small

    def warm_up(self) -> None:
        self._small.warm_up()

    def judge(self, claims: Sequence[Claim]) -> list[Judgement]:
        """Return a judgement for each claim; the language model is asked once about all of them."""
        judgements = self._small.judge(claims)
        asked = [number for number, one in enumerate(judgements) if _DECIDED.isdisjoint(one.faults)]
        for number, verdict in zip(asked, self._verdicts([claims[number] for number in asked]), strict=True):
            judgements[number] = self._together(judgements[number], verdict)
        return judgements

    def _verdicts(self, claims: Sequence[Claim]) -> Sequence[BlindVerdict | None]:
        """Return None for each where the model fails."""
        try:
            return ask_verdicts(self._model, claims, self._limits) if claims else []
        except ModelFailed as error:
            _log.warning("The small model judged alone: %s", error)
            return [None] * len(claims)

    def _together(self, small: Judgement, verdict: BlindVerdict | None) -> Judgement:
        said, probability = verdict or (FAILED, None)
        votes = (*small.votes, Vote(self._model.name, said, probability))
        return replace(
            small,
            probability=self._probability(small, verdict),
            is_contradicted=_is_contradicted(small, verdict),
            votes=votes,
        )

    def _probability(self, small: Judgement, verdict: BlindVerdict | None) -> float:
        if verdict is None:
            is_trusted = self._small.measured.wrong_among_supported <= MOST_WRONG
            return small.probability if is_trusted else min(small.probability, _AT_MOST_PARTIAL)
        if says_supported(verdict, self._point):
            return min(self._if_supported, _AT_MOST_PARTIAL) if small.faults else self._if_supported
        if verdict.said in (Said.CONTRADICTED, Said.NOT_TOLD):
            return self._if_not
        return min(small.probability, _AT_MOST_PARTIAL)


def _is_contradicted(small: Judgement, verdict: BlindVerdict | None) -> bool:
    """Whether the language model surely says so; where it says nothing, whether the small one does."""
    if verdict is None or verdict.probability is None:
        return small.is_contradicted
    return verdict.said is Said.CONTRADICTED and verdict.probability <= 1 - SUPPORTED_FROM


def admitted_judge(settings: Settings, writing: LanguageModel | None, small: ClaimJudge) -> ClaimJudge:
    """Return the judge of what `writing`, the model that writes, says: the language model that is set to judge, or else
    the same one, where it was admitted by measurement; else `small`.

    Raise `BadSettings` when there can be no such model.
    """
    model = load_language_model(settings.judge) or writing
    if writing is None or model is None:
        return small
    measurement = kept_measurement(model.name, settings.judging.address, settings.data_folder)
    if measurement is None or not measurement.is_admitted:
        why = "it was not measured: run assistant model check" if measurement is None else "it was wrong too often"
        level = logging.WARNING if settings.judge.is_configured else logging.INFO
        _log.log(level, "The language model %s judges nothing, since %s.", model.name, why)
        return small
    limits = TimeLimits(settings.judge.first_seconds, settings.judge.whole_seconds)
    return LanguageModelJudge(model, limits, measurement, small)
