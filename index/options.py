"""Options of splitting, embedding and retrieval, each number with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from corpus.setting_notes import Why


@dataclass(frozen=True, slots=True)
class RetrievalOptions:
    """Validated where it is read from outside (`assistant.settings`); the defaults are measured."""

    encoder: Annotated[
        str,
        Field(
            min_length=1,
            description="Encoder: `default` (English) or `multilingual` (docs/languages.md), both carried by "
            "the installation, or the name or path of any sentence-transformers model.",
        ),
        Why("it needs no download and is small; other languages than English need the second"),
    ] = "default"
    passage_tokens: Annotated[
        int,
        Field(
            ge=32,
            le=8192,
            description="Most tokens of a passage with its title; never more than the encoder reads.",
        ),
        Why(
            "as many as the default encoder reads; confidence is fitted with it (record 28). Encoders for "
            "long texts read 8,192"
        ),
    ] = 256
    candidates: Annotated[
        int,
        Field(ge=10, le=1000, description="Passages taken from each half of a search before they are fused."),
        Why("confidence is fitted with it (record 28)"),
    ] = 50
    dense_weight: Annotated[
        float,
        Field(
            ge=0.0,
            le=1.0,
            description="Share of meaning in the fused score; the rest is the share of words.",
        ),
        Why("both halves alike find more than either alone (record 5); confidence is fitted with it"),
    ] = 0.5
    threads: Annotated[
        int,
        Field(
            ge=0, le=1024, description="Processor threads of each carried model in each process; 0: one on each core."
        ),
        Why("a question alone is answered soonest; give it fewer where other work needs the cores"),
    ] = 0
