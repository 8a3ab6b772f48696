"""Every measure there is: one small file each, with its one-line description and source."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from assistant.evaluation.errors import BadGate
from assistant.evaluation.measures.attribution import CLEAN_ATTRIBUTION
from assistant.evaluation.measures.auroc import AUROC
from assistant.evaluation.measures.balanced_accuracy import BALANCED_ACCURACY
from assistant.evaluation.measures.calibration_error import CALIBRATION_ERROR
from assistant.evaluation.measures.cited_documents import DOCUMENT_PRECISION, DOCUMENT_RECALL
from assistant.evaluation.measures.conflict import CONFLICT_SHOWN, GOLD_GIVEN, WRONG_GIVEN
from assistant.evaluation.measures.contains import CONTAINS, CONTAINS_AT_60
from assistant.evaluation.measures.exact_match import ANSWER_EM, SHORT_EM
from assistant.evaluation.measures.fitted_balanced_accuracy import FITTED_BALANCED_ACCURACY
from assistant.evaluation.measures.follow_up import ANSWER_GAIN, LONG_ANSWER_GAIN, RETRIEVAL_GAIN
from assistant.evaluation.measures.groundedness import GROUNDED_CONTRADICTED, GROUNDED_PARTLY, GROUNDED_SUPPORTED
from assistant.evaluation.measures.latency import LATENCY
from assistant.evaluation.measures.measure import Measure
from assistant.evaluation.measures.ndcg import NDCG_AT_10
from assistant.evaluation.measures.nuggets import (
    FORBIDDEN,
    NUGGETS_ALL,
    NUGGETS_VITAL,
    PARTIES,
    VERDICT_GIVEN,
    VERDICT_RIGHT,
)
from assistant.evaluation.measures.recall import RECALL_AT_10
from assistant.evaluation.measures.refused import REFUSED_ANSWERABLE, REFUSED_UNANSWERABLE
from assistant.evaluation.measures.risk_coverage import AURC
from assistant.evaluation.measures.rr import RR_AT_10
from assistant.evaluation.measures.sentence_support import SUPPORT_F1, SUPPORT_PRECISION, SUPPORT_RECALL
from assistant.evaluation.measures.success import SUCCESS_AT
from assistant.evaluation.measures.token_f1 import ANSWER_F1, SHORT_F1
from assistant.evaluation.measures.uncited import UNCITED
from assistant.evaluation.measures.validity import VALIDITY
from assistant.evaluation.measures.words import ANSWER_WORDS

MEASURES: tuple[Measure, ...] = (
    NDCG_AT_10,
    RR_AT_10,
    *SUCCESS_AT,
    RECALL_AT_10,
    SHORT_EM,
    SHORT_F1,
    ANSWER_EM,
    ANSWER_F1,
    CONTAINS,
    CONTAINS_AT_60,
    ANSWER_WORDS,
    NUGGETS_VITAL,
    NUGGETS_ALL,
    FORBIDDEN,
    VERDICT_GIVEN,
    VERDICT_RIGHT,
    PARTIES,
    VALIDITY,
    DOCUMENT_PRECISION,
    DOCUMENT_RECALL,
    SUPPORT_PRECISION,
    SUPPORT_RECALL,
    SUPPORT_F1,
    GROUNDED_SUPPORTED,
    GROUNDED_PARTLY,
    GROUNDED_CONTRADICTED,
    UNCITED,
    REFUSED_UNANSWERABLE,
    REFUSED_ANSWERABLE,
    BALANCED_ACCURACY,
    FITTED_BALANCED_ACCURACY,
    AUROC,
    CALIBRATION_ERROR,
    AURC,
    CLEAN_ATTRIBUTION,
    GOLD_GIVEN,
    WRONG_GIVEN,
    CONFLICT_SHOWN,
    RETRIEVAL_GAIN,
    ANSWER_GAIN,
    LONG_ANSWER_GAIN,
    *LATENCY,
)
"""In the order in which they are shown."""

_BY_NAME: Mapping[str, Measure] = {measure.name: measure for measure in MEASURES}


def measure_named(name: str) -> Measure:
    """Raise `BadGate` with the nearest names when there is no such measure."""
    if name not in _BY_NAME:
        near = ", ".join(get_close_matches(name, _BY_NAME, n=3, cutoff=0.4))
        raise BadGate(f"There is no measure {name}; " + (f"the nearest: {near}." if near else "see --list-measures."))
    return _BY_NAME[name]
