"""Whether what somebody is said to say is theirs."""

from __future__ import annotations

from assistant.evaluation.case import Case
from assistant.evaluation.measures.measure import Group, QuestionMeasure, Score, Undefined

ATTRIBUTION = "attribution"
"""The `type` of questions about what one speaker says."""


def _is_clean(case: Case) -> Score:
    if (case.gold.model_extra or {}).get("type") != ATTRIBUTION or not case.gold_sentences:
        return Undefined("no question of type attribution has gold sentences")
    if not case.cited_sentences:
        return Undefined("nothing was cited")
    return float(len(case.supporting_sentences) == len(case.cited_sentences))


CLEAN_ATTRIBUTION = QuestionMeasure(
    name="attribution.clean",
    group=Group.ATTRIBUTION,
    description="Share of answers to attribution questions in which every cited sentence is a gold one, so "
    "that none gives another speaker's position.",
    source="own definition; strict: a sentence that gold does not list counts as another speaker's",
    score=_is_clean,
)
