"""Whether an answer says what it cites, claim by claim. A judge decides, whose own error stands beside the figures."""

from __future__ import annotations

from collections.abc import Callable, Collection

from assistant.evaluation.case import Case
from assistant.evaluation.measures.measure import Better, Group, QuestionMeasure, Score, Undefined
from assistant.groundedness.judge import ClaimVerdict

_SOURCE = "Rashkin et al. 2023 (AIS) and Gao et al. 2023 (ALCE), with the judges of docs/language-models.md"


def _share(verdicts: Collection[ClaimVerdict]) -> Callable[[Case], Score]:
    def score(case: Case) -> Score:
        if case.judge is None:
            return Undefined("no judge of claims was given")
        if not case.citations:
            return Undefined("nothing was cited")
        judged = case.judged_sentences
        if not judged:
            return Undefined("nothing was said")
        return sum(verdict in verdicts for verdict in judged) / len(judged)

    return score


GROUNDED_SUPPORTED = QuestionMeasure(
    name="grounded.supported",
    group=Group.CITATIONS,
    description="Share of the sentences that a judge calls supported by what they cite, over answers that cite; a "
    "sentence that cites nothing is not. The run says how often that judge is wrong.",
    source=_SOURCE,
    score=_share((ClaimVerdict.SUPPORTED,)),
)
GROUNDED_PARTLY = QuestionMeasure(
    name="grounded.partly",
    group=Group.CITATIONS,
    description="Share of the sentences that it calls supported, or supported in part.",
    source=_SOURCE,
    score=_share((ClaimVerdict.SUPPORTED, ClaimVerdict.PARTIAL)),
)
GROUNDED_CONTRADICTED = QuestionMeasure(
    name="grounded.contradicted",
    group=Group.CITATIONS,
    description="Share of the sentences of which it says that what they cite tells otherwise.",
    source=_SOURCE,
    score=_share((ClaimVerdict.CONTRADICTED,)),
    better=Better.LOWER,
)
