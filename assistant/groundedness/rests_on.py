"""Which of its evidence a claim rests on."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.groundedness.judge import Claim, ClaimJudge, ClaimVerdict, EvidenceRow, Judgement, verdict_of


def rests_on(
    claim: str, evidence: Sequence[EvidenceRow], context: str, judge: ClaimJudge
) -> tuple[Judgement, ClaimVerdict, list[int]]:
    """Return how sure it is that all evidence together supports `claim`, and the positions of what it rests on.

    All of it together decides, so that what one row says may be unsaid by another. The claim rests on the rows that
    carry it alone, if any do; else on all without which less would be known; on none where it is not confirmed or
    contradicted. A server is not asked about parts of the evidence: what it confirms rests on all of it. `context` is
    the sentence before the claim.
    """

    def judged(sets: Sequence[Sequence[EvidenceRow]]) -> list[Judgement]:
        return judge.judge([Claim(claim, tuple(rows), context) for rows in sets])

    def verdict(judgement: Judgement) -> ClaimVerdict:
        return verdict_of(judgement, judge.measured)

    (together,) = judged([evidence])
    decided = verdict(together)
    if decided in (ClaimVerdict.NOT_CONFIRMED, ClaimVerdict.CONTRADICTED):
        return together, decided, []
    if judge.quick is not judge:
        return together, decided, list(range(len(evidence)))
    enough = (ClaimVerdict.SUPPORTED, decided)
    alone = judged([[row] for row in evidence])
    carrying = [number for number, of_one in enumerate(alone) if verdict(of_one) in enough]
    if carrying:
        return together, decided, carrying
    needed = list(range(len(evidence)))
    for number in range(len(evidence)):
        others = [other for other in needed if other != number]
        if others and verdict(judged([[evidence[other] for other in others]])[0]) in enough:
            needed = others
    return together, decided, needed
