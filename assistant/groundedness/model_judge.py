"""The judge that the installation carries: the model of meaning, and the exact rules, weighed by what was measured."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from hashlib import blake2b
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from assistant.groundedness.faults import Fault, faults
from assistant.groundedness.judge import Claim, EvidenceRow, Judgement, MeasuredError, Vote, verdict_of
from assistant.logistic import Logistic
from assistant.meaning.inputs import MOST_ASKED, MOST_CONTEXT, MOST_TOKENS
from assistant.meaning.model import SUPPORT, MeaningModel, Pair, contradicted
from assistant.meaning.shown import above, dated
from corpus.text.relative_dates import next_weekdays

NAME = "small model"
"""What its votes are called."""

_SPECIAL_TOKENS = 4
"""Around the claim, what is known of the evidence, and the evidence."""

_CERTAIN = frozenset({Fault.NO_EVIDENCE, Fault.NOTHING_SAID, Fault.NOT_READ})
"""With these there is nothing to weigh."""

_CANNOT_TELL = 0.4
"""Of what a claim says the sources do not say: of those that the model supported most, as many were wrong as right."""

_UNKNOWN = MeasuredError(claims=0, wrong_among_supported=1.0, kept=0.0)

_CONTRADICTED_FROM = 0.95
"""Probability, by the model, from which the evidence says otherwise. Of the 844 written claims it calls so 102 of
304 that are contradicted, 10 of 420 right ones and 7 of 120 others; from 0.9, 133, 15 and 13."""

_NEAR = 0.7
"""Share of a claim's words from which it counts as near its evidence."""

_MOST_WORDS = 128
"""Of a claim and of a sentence that are compared word by word."""

_MOSTLY = 0.5
"""Share of a claim's letters that have to be Latin ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCalibration:
    """Fitted by `benchmarks/fit_claims.py`: how signals add up to a probability, for which model, and how well."""

    support: Logistic
    fitted_for: str
    measured: MeasuredError


@cache
def shipped_claim_calibration() -> ClaimCalibration:
    """Return the calibration of this release."""
    stored = json.loads(files("assistant.groundedness").joinpath("calibration.json").read_text(encoding="utf-8"))
    return ClaimCalibration(
        support=Logistic(**stored["support"]),
        fitted_for=stored["fitted_for"],
        measured=MeasuredError(**stored["measured"]),
    )


class ModelJudge:
    """Safe to use from several threads. The model is loaded when it first judges."""

    def __init__(self, model: MeaningModel | None = None, calibration: ClaimCalibration | None = None) -> None:
        self._model = model or MeaningModel()
        self._calibration = calibration or shipped_claim_calibration()

    @property
    def fingerprint(self) -> str:
        fitted = blake2b(repr(self._calibration.support).encode(), digest_size=4).hexdigest()
        return f"{self._model.fingerprint}-{fitted}"

    @property
    def measured(self) -> MeasuredError:
        """What was measured of this model with this calibration; of others nothing is known."""
        return self._calibration.measured if self._calibration.fitted_for == self._model.fingerprint else _UNKNOWN

    @property
    def quick(self) -> ModelJudge:
        return self

    def warm_up(self) -> None:
        self._model.warm_up()

    def judge(self, claims: Sequence[Claim]) -> list[Judgement]:
        """Return a judgement for each claim. Raises `ReadingModelUnavailable`."""
        found = [self._faults(claim) for claim in claims]
        quotes = [_is_quote(claim) for claim in claims]
        judged = [n for n, of_claim in enumerate(found) if _CERTAIN.isdisjoint(of_claim) and not quotes[n]]
        signals = claim_signals(self._model, [claims[number] for number in judged], [found[n] for n in judged])
        judgements = [
            Judgement(1.0) if is_quote else Judgement(0.0, of_claim)
            for is_quote, of_claim in zip(quotes, found, strict=True)
        ]
        for number, of_claim in zip(judged, signals, strict=True):
            judgements[number] = Judgement(
                probability_of(self._calibration.support, of_claim),
                found[number],
                is_contradicted=of_claim["contradicted"] >= _CONTRADICTED_FROM,
            )
        return [replace(one, votes=(self._vote(one),)) for one in judgements]

    def _vote(self, judgement: Judgement) -> Vote:
        return Vote(NAME, verdict_of(judgement, self.measured), judgement.probability)

    def _faults(self, claim: Claim) -> tuple[Fault, ...]:
        letters = [letter for letter in claim.text if letter.isalpha()]
        if not letters:
            return (Fault.NOTHING_SAID,)
        known = sum("LATIN" in unicodedata.name(letter, "") for letter in letters)
        if known < _MOSTLY * len(letters) or self._model.count(claim.text) > MOST_ASKED:
            return (Fault.NOT_READ,)
        return faults_of(claim)


def probability_of(support: Logistic, signals: Mapping[str, float]) -> float:
    """Return the probability that `claim_signals` of a claim make."""
    probability = support.probability(signals)
    return min(probability, _CANNOT_TELL) if signals[Fault.ABOUT_SOURCES.value] else probability


def _is_quote(claim: Claim) -> bool:
    """Whether the claim is one of its evidence sentences, word for word, and nothing before it says whom it means."""
    said = claim.text.split()
    return bool(said) and not claim.context and any(said == row.text.split() for row in claim.evidence)


def faults_of(claim: Claim) -> tuple[Fault, ...]:
    """Return what exact rules find; dates count from each document's own. The sentence before tells names only."""
    if not any(row.text.strip() for row in claim.evidence):
        return (Fault.NO_EVIDENCE,)
    return faults(claim.text, tuple(_told(claim)), claim.context)


def claim_signals(
    model: MeaningModel, claims: Sequence[Claim], found: Sequence[Sequence[Fault]]
) -> list[Mapping[str, float]]:
    """Return what the probability is made of: `support`, log-odds of the model; each fault as 0 or 1; `support_near`
    and `fault_near`, these log-odds, and whether there is any fault, times `near_verbatim`. Beside these stands
    `contradicted`, the model's probability that the evidence says otherwise.

    Evidence that is too long to be read at once is read part by part; the part that supports most counts.
    """
    pairs = [list(_pairs(model, claim)) for claim in claims]
    logits = model.logits([pair for of_claim in pairs for pair in of_claim])[:, SUPPORT]
    odds, against = _log_odds(logits), contradicted(logits)
    ends = np.cumsum([len(of_claim) for of_claim in pairs], dtype=int)
    parts = [slice(end - len(of_claim), end) for end, of_claim in zip(ends, pairs, strict=True)]
    best = [part.start + int(np.argmax(odds[part])) for part in parts]
    return [
        {
            "support": float(odds[number]),
            "contradicted": float(against[number]),
            "support_near": float(odds[number]) * near_verbatim(claim),
            "fault_near": bool(of_claim) * near_verbatim(claim),
            **{fault.value: float(fault in of_claim) for fault in Fault},
        }
        for claim, number, of_claim in zip(claims, best, found, strict=True)
    ]


def near_verbatim(claim: Claim) -> float:
    """Return 1 for a claim whose words all stand in one sentence of its evidence, in order; 0 for one of which 7 in 10
    do, or fewer; between these, what lies between.

    What is said of so near a copy the model knows better than what is said of other claims.
    """
    said = claim.text.lower().split()
    told = [row.text.lower().split() for row in claim.evidence]
    shares = (_in_order(said, words) / len(said) for words in told if said and words)
    return max(0.0, (max(shares, default=0.0) - _NEAR) / (1 - _NEAR))


def _in_order(said: Sequence[str], words: Sequence[str]) -> int:
    matcher = SequenceMatcher(None, words[:_MOST_WORDS], said[:_MOST_WORDS], autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


def _pairs(model: MeaningModel, claim: Claim) -> Iterator[Pair]:
    for rows in _rooms(model, claim):
        context, text = dated(rows)
        yield Pair(claim.text, above(context, claim.context), text)


def _rooms(model: MeaningModel, claim: Claim) -> Iterator[list[EvidenceRow]]:
    """Yield the rows in order, as many together as can be read at once; what is too long alone is taken apart."""
    most = MOST_TOKENS - _SPECIAL_TOKENS - MOST_CONTEXT - model.count(claim.text)
    room: list[EvidenceRow] = []
    used = 0
    for part in (part for row in claim.evidence for part in _parts(model, row, most)):
        heading, text = dated([part])
        size = model.count(text)
        if not room or dated(room[-1:])[0] != heading:
            size += model.count(heading)
        if room and used + size > most:
            yield room
            room, used = [], 0
        room.append(part)
        used += size
    if room:
        yield room


def _parts(model: MeaningModel, row: EvidenceRow, most: int) -> Iterator[EvidenceRow]:
    """Yield a row, or its halves as often as it takes."""
    words = row.text.split()
    if len(words) < 2 or sum(map(model.count, dated([row]))) <= most:
        yield row
        return
    for half in (words[: len(words) // 2], words[len(words) // 2 :]):
        yield from _parts(model, row._replace(text=" ".join(half)), most)


def _log_odds(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (pairs,): supported against the two others together."""
    return np.asarray(logits[:, 0] - np.logaddexp(logits[:, 1], logits[:, 2]))


def _told(claim: Claim) -> Iterator[str]:
    """Yield all texts that may tell a number or date: the evidence with its dates, and its titles."""
    for row in claim.evidence:
        yield dated([row])[1]
        if row.published:
            yield from next_weekdays(row.text, row.published)
    yield from dict.fromkeys(dated([row])[0] for row in claim.evidence)
