"""How many of the relevant documents are found."""

from __future__ import annotations

from assistant.evaluation.document_ranking import RECALL
from assistant.evaluation.measures.retrieval_measure import retrieval_measure

RECALL_AT_10 = retrieval_measure(
    "recall@10",
    RECALL,
    "Share of the relevant documents that are among the first ten.",
    "Cleverdon 1967, by ir-measures",
)
