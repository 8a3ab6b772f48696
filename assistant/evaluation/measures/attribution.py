"""Whether what somebody is said to say is theirs."""

from __future__ import annotations

import re

from assistant.evaluation.case import Case
from assistant.evaluation.measures.measure import Group, QuestionMeasure, Score, Undefined
from assistant.evaluation.support import CitedSentence

ATTRIBUTION = "attribution"
"""The `type` of questions about what one speaker says.

Their `evidence` gives that speaker's position, and `other_speakers` the names of those whose position is no answer.
"""


def _is_clean(case: Case) -> Score:
    if (case.gold.model_extra or {}).get("type") != ATTRIBUTION or not case.gold_sentences:
        return Undefined("no question of type attribution has gold sentences")
    if not case.cited_sentences:
        return Undefined("nothing was cited")
    others = [sentence for sentence in case.cited_sentences if sentence not in case.supporting_sentences]
    return float(not any(_is_anothers(sentence, case) for sentence in others))


def _is_anothers(sentence: CitedSentence, case: Case) -> bool:
    """Whether a sentence that is not gold gives another speaker's position: by name, where the names are known."""
    names = (case.gold.model_extra or {}).get("other_speakers")
    if not names:
        return True
    return any(re.search(rf"\b{re.escape(name)}\b", sentence.text) for name in names)


CLEAN_ATTRIBUTION = QuestionMeasure(
    name="attribution.clean",
    group=Group.ATTRIBUTION,
    description="Share of answers about what one speaker says that cite no sentence of another speaker.",
    source="own definition: a sentence that is not gold and names one of `other_speakers` (any, if none are listed)",
    score=_is_clean,
)
