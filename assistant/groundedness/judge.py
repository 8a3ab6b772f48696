"""Whether evidence supports a claim: a calibrated probability, and what of the claim stands nowhere.

    judge_claim("Wages rose by a tenth.", [("Pay deal", "2024-05-03", "Pay goes up by 10 % on Monday.")])

Behind it stands a `ClaimJudge`: the small model that the installation carries, or another one. Each says how often it
is wrong on claims that were written to mislead (`MeasuredError`), and only what is wrong at most once in ten is called
supported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import NamedTuple, Protocol

from assistant.groundedness.faults import Fault

SUPPORTED_FROM, PARTIAL_FROM = 0.75, 0.5
"""Probabilities from which a claim is shown as supported, and as supported in part."""

MOST_WRONG = 0.1
"""Share of the claims called supported that may be wrong."""


class EvidenceRow(NamedTuple):
    """A piece of text, usually a sentence, with the title and the date of the document that it stands in."""

    title: str
    published: date | None
    text: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence, the evidence that it is held against, and the sentence before it, for whom "he" means."""

    text: str
    evidence: tuple[EvidenceRow, ...]
    context: str = ""


class ClaimVerdict(StrEnum):
    """`NOT_CONFIRMED`: wrong, or not told, or it could not be told whether it is; `CONTRADICTED`: the evidence says
    otherwise."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    NOT_CONFIRMED = "not_confirmed"
    CONTRADICTED = "contradicted"


class Vote(NamedTuple):
    """What one `judge` said of a claim: a word, and the probability in [0, 1] that the evidence supports the claim, as
    far as this judge could tell."""

    judge: str
    said: str
    probability: float | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """`probability` in [0, 1] that the evidence supports the claim; `faults` are what exact rules found.

    `is_contradicted`: whether the evidence says otherwise, where it does not support the claim. `votes` are what was
    said by each judge that was asked.
    """

    probability: float
    faults: tuple[Fault, ...] = ()
    is_contradicted: bool = False
    votes: tuple[Vote, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredError:
    """How a judge did on so many written `claims`, which nothing of it was fitted on.

    `wrong_among_supported`: of the claims that it called supported, the share that is wrong, where half of all claims
    are; `kept`: the share of the right ones that it called supported.
    """

    claims: int
    wrong_among_supported: float
    kept: float


class ClaimJudge(Protocol):
    """Judges claims. Safe to use from several threads."""

    @property
    def fingerprint(self) -> str:
        """Identify the judge: equal fingerprints judge alike."""

    @property
    def measured(self) -> MeasuredError:
        """How often it is wrong."""

    @property
    def quick(self) -> ClaimJudge:
        """The judge that stands in where a server cannot be asked: itself, unless it asks one."""

    def warm_up(self) -> None:
        """Load what judging needs. Raises `ReadingModelUnavailable`."""

    def judge(self, claims: Sequence[Claim]) -> list[Judgement]:
        """Return a judgement for each claim, in their order; for any strings."""


def verdict_of(judgement: Judgement, measured: MeasuredError) -> ClaimVerdict:
    """Return what a judgement is shown as. A judge that is wrong too often calls nothing supported."""
    if judgement.probability < PARTIAL_FROM:
        return ClaimVerdict.CONTRADICTED if judgement.is_contradicted else ClaimVerdict.NOT_CONFIRMED
    if judgement.probability < SUPPORTED_FROM or measured.wrong_among_supported > MOST_WRONG:
        return ClaimVerdict.PARTIAL
    return ClaimVerdict.SUPPORTED


def judge_claim(
    claim: str,
    evidence: Sequence[tuple[str, str | date | None, str]],
    context: str = "",
    judge: ClaimJudge | None = None,
) -> float:
    """Return the calibrated probability in [0, 1] that `evidence` supports `claim`, one sentence.

    `evidence` are (title, published, text): sentences that a careful reader would be shown, `published` a date or
    its ISO form, empty or None where it is not known. `context` is the sentence before the claim. Without evidence it
    is 0. `judge` is the packaged model unless given. Raises `ReadingModelUnavailable` when that cannot be loaded, and
    `ValueError` for what is no date.
    """
    rows = tuple(EvidenceRow(title, as_date(published), text) for title, published, text in evidence)
    return (judge or shipped_judge()).judge([Claim(claim, rows, context)])[0].probability


@cache
def shipped_judge() -> ClaimJudge:
    """Return the judge that the installation carries; its model is loaded when it first judges."""
    from assistant.groundedness.model_judge import ModelJudge

    return ModelJudge()


def as_date(published: str | date | None) -> date | None:
    """Return the day of an ISO date, with or without a time; None for what is empty. Raises `ValueError`."""
    return datetime.fromisoformat(published).date() if isinstance(published, str) and published else published or None
