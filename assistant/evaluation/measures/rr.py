"""How far down the first relevant document stands."""

from __future__ import annotations

from assistant.evaluation.document_ranking import RECIPROCAL_RANK
from assistant.evaluation.measures.retrieval_measure import retrieval_measure

RR_AT_10 = retrieval_measure(
    "rr@10",
    RECIPROCAL_RANK,
    "One divided by the rank of the first relevant document, 0 beyond rank ten.",
    "Kantor & Voorhees 2000, by ir-measures",
)
