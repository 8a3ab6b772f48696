"""Whether anything relevant is found at all."""

from __future__ import annotations

from assistant.evaluation.document_ranking import SUCCESS
from assistant.evaluation.measures.retrieval_measure import retrieval_measure

SUCCESS_AT = tuple(
    retrieval_measure(
        f"success@{cutoff}",
        ir_name,
        f"Whether a relevant document is among the first {cutoff}.",
        "Craswell & Hawking 2004, by ir-measures",
    )
    for cutoff, ir_name in SUCCESS.items()
)
