"""How early the relevant documents come, the most relevant first."""

from __future__ import annotations

from assistant.evaluation.document_ranking import NDCG
from assistant.evaluation.measures.retrieval_measure import retrieval_measure

NDCG_AT_10 = retrieval_measure(
    "ndcg@10",
    NDCG,
    "How early relevant documents stand among the first ten, against the best possible order.",
    "Järvelin & Kekäläinen 2002, by ir-measures",
)
