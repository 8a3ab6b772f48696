"""The judge of one answer: a server is asked about a sentence once, and no more when it has failed.

Safe to use from several threads, as far as no two ask about the same sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.groundedness.judge import Claim, ClaimJudge, Judgement, MeasuredError
from assistant.groundedness.language_model_judge import FAILED
from assistant.writing.context import begins_pointing_back


class RememberingJudge:
    """Judges as another judge does. `has_failed`: whether that could not ask its server."""

    def __init__(self, judge: ClaimJudge) -> None:
        self._judge = judge
        self._remembered: dict[Claim, Judgement] = {}
        self.has_failed = False

    @property
    def asks_a_server(self) -> bool:
        """Whether it does, and may go on doing so."""
        return self._judge.quick is not self._judge and not self.has_failed

    @property
    def fingerprint(self) -> str:
        return self._judge.fingerprint

    @property
    def measured(self) -> MeasuredError:
        return self._judge.quick.measured if self.has_failed else self._judge.measured

    @property
    def quick(self) -> ClaimJudge:
        return self._judge.quick if self.asks_a_server else self

    def warm_up(self) -> None:
        self._judge.warm_up()

    def judge(self, claims: Sequence[Claim]) -> list[Judgement]:
        if not self.asks_a_server:
            return self._judge.quick.judge(claims)
        new = [claim for claim in dict.fromkeys(map(_known_by, claims)) if claim not in self._remembered]
        if new:
            self._remembered |= zip(new, self._judge.judge(new), strict=True)
        judgements = [self._remembered[_known_by(claim)] for claim in claims]
        if any(vote.said == FAILED for one in judgements for vote in one.votes):
            self.has_failed = True
        return judgements


def _known_by(claim: Claim) -> Claim:
    """Return the claim without the sentence before it, unless that is needed: whether that one stands is not known when
    all sentences of an answer are judged at once."""
    return claim if begins_pointing_back(claim.text) else replace(claim, context="")
