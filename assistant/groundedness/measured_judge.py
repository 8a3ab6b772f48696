"""How good a judge a language model is, measured on written claims; that alone admits it.

The claims (`judge_claims.jsonl`: 100 right and 100 subtly wrong ones about 60 invented texts) were written one by one
for this. Nothing was fitted on them but the operating point, which is chosen on the texts of one half and measured on
those of the other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from math import sqrt
from typing import Any, NamedTuple

from assistant.groundedness.blind_verdicts import INSTRUCTIONS, BlindVerdict, Said, ask_verdicts
from assistant.groundedness.judge import Claim, EvidenceRow, MeasuredError
from assistant.language_models.language_model import LanguageModel, TimeLimits

MOST_WRONG_OF_ADMITTED = 0.05
"""Of what an admitted judge calls supported, the share that may be wrong."""

FEWEST_SUPPORTED = 20
"""Of fewer that are called supported, one in twenty cannot be told."""

_OPERATING_POINTS = (0.5, 0.75, 0.85, 0.9, 0.95, 0.975)
"""Probabilities from which "supported" may count; the lowest at which few enough are wrong is chosen."""

_AT_ONCE = 10
"""Claims of one call: about as many as an answer has, and no two about one text, which would tell on each other."""

_STANDARD_ERRORS = 1.96
"""On each side of a 95 % interval."""


class WrittenClaim(NamedTuple):
    """A claim about one of the invented texts; `text` is that text's number."""

    claim: Claim
    is_right: bool
    text: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeMeasurement:
    """What became of the written claims, `right` and `wrong` ones, when a `model` judged them.

    `address` is the base URL of its server, `measured_with` names the claims and instructions. `operating_point` is the
    probability from which "supported" counts; None where too many are wrong at each. `unsure` are those of which it
    said nothing usable.
    """

    model: str
    address: str
    measured_on: date
    measured_with: str
    right: int
    wrong: int
    right_supported: int
    wrong_supported: int
    unsure: int
    operating_point: float | None

    @property
    def supported(self) -> int:
        return self.right_supported + self.wrong_supported

    @property
    def is_admitted(self) -> bool:
        few_wrong = self.wrong_supported <= MOST_WRONG_OF_ADMITTED * self.supported
        return self.operating_point is not None and few_wrong and self.supported >= FEWEST_SUPPORTED

    @property
    def error(self) -> MeasuredError:
        """Nothing called supported counts as all wrong."""
        wrong = self.wrong_supported / self.supported if self.supported else 1.0
        return MeasuredError(
            claims=self.right + self.wrong, wrong_among_supported=wrong, kept=self.right_supported / self.right
        )

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share of wrong ones among those called supported."""
        return share_interval(self.wrong_supported, self.supported)


def share_interval(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927); all of [0, 1] for none of none."""
    if not total:
        return 0.0, 1.0
    share, square = count / total, _STANDARD_ERRORS**2 / total
    middle = (share + square / 2) / (1 + square)
    half = sqrt(share * (1 - share) * square + square**2 / 4) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


@cache
def written_claims() -> tuple[WrittenClaim, ...]:
    """Return the claims of this release, text by text."""
    lines = enumerate(_stored().splitlines())
    return tuple(claim for number, line in lines for claim in _claims_of(number, json.loads(line)))


def _stored() -> str:
    return files("assistant.groundedness").joinpath("judge_claims.jsonl").read_text(encoding="utf-8")


def _claims_of(number: int, stored: dict[str, Any]) -> Iterator[WrittenClaim]:
    published = date.fromisoformat(stored["date"])
    rows = tuple(EvidenceRow(stored["title"], published, text) for text in stored["evidence"])
    yield from (WrittenClaim(Claim(text, rows), True, number) for text in stored["right"])
    yield from (WrittenClaim(Claim(text, rows), False, number) for text in stored["wrong"].values())


@cache
def measured_with() -> str:
    """Name the claims and the instructions: a judge that was measured with others was not measured."""
    return blake2b(f"{INSTRUCTIONS}\n{_stored()}".encode(), digest_size=8).hexdigest()


def measure_judge(
    model: LanguageModel, address: str, limits: TimeLimits, progress: Callable[[int, int], None]
) -> JudgeMeasurement:
    """Have a model judge all written claims. `progress` gets how many are done, of how many. Raise `ModelFailed`."""
    claims = _mixed(written_claims())
    verdicts: list[BlindVerdict] = []
    for first in range(0, len(claims), _AT_ONCE):
        progress(first, len(claims))
        asked = [one.claim for one in claims[first : first + _AT_ONCE]]
        verdicts += ask_verdicts(model, asked, limits)
    progress(len(claims), len(claims))
    point, called = _called_supported(list(zip(claims, verdicts, strict=True)))
    return JudgeMeasurement(
        model=model.name,
        address=address,
        measured_on=datetime.now(UTC).date(),
        measured_with=measured_with(),
        right=sum(one.is_right for one in claims),
        wrong=sum(not one.is_right for one in claims),
        right_supported=sum(one.is_right for one in called),
        wrong_supported=sum(not one.is_right for one in called),
        unsure=sum(verdict.said is Said.UNSURE for verdict in verdicts),
        operating_point=point,
    )


def _mixed(claims: Sequence[WrittenClaim]) -> list[WrittenClaim]:
    """Return right and wrong claims mixed, always the same way, and those about one text far from each other."""
    of_text: dict[int, list[WrittenClaim]] = {}
    for one in claims:
        of_text.setdefault(one.text, []).append(one)
    rounds = range(max(map(len, of_text.values())))
    return [own[(number + turn) % len(own)] for turn in rounds for number, own in of_text.items() if turn < len(own)]


_Judged = Sequence[tuple[WrittenClaim, BlindVerdict]]


def _called_supported(judged: _Judged) -> tuple[float | None, list[WrittenClaim]]:
    """Return the operating point, and which claims are called supported, each half at the point of the other.

    Where no point will do, these are all of which the model says so.
    """
    point = _operating_point(judged)
    if point is None:
        return None, _supported_from(_OPERATING_POINTS[0], judged)
    halves = [[one for one in judged if one[0].text % 2 == half] for half in (0, 1)]
    points = [_operating_point(half) or point for half in halves]
    return point, [*_supported_from(points[1], halves[0]), *_supported_from(points[0], halves[1])]


def _operating_point(judged: _Judged) -> float | None:
    for point in _OPERATING_POINTS:
        called = _supported_from(point, judged)
        if called and sum(not one.is_right for one in called) <= MOST_WRONG_OF_ADMITTED * len(called):
            return point
    return None


def _supported_from(point: float, judged: _Judged) -> list[WrittenClaim]:
    return [one for one, verdict in judged if says_supported(verdict, point)]


def says_supported(verdict: BlindVerdict, point: float) -> bool:
    """Whether the model says so, and is sure enough of it."""
    return verdict.said is Said.SUPPORTED and (verdict.probability or 0.0) >= point
