"""Options of splitting, embedding and retrieval, each number with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from corpus.setting_notes import Why

_HEADER = re.compile(
    r"""
    [a-z0-9\-_]+         # name
    :[ ]?
    [!-~][ -~]*          # value: ASCII that can be seen, and spaces
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


def _header(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not _HEADER.fullmatch(value.get_secret_value()):
        raise ValueError("Write it like `Authorization: Bearer TOKEN`")
    return value


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
    chroma_url: Annotated[
        str,
        Field(
            pattern=r"^(https?://[^\s@?#]+)?$",
            description="Address of a Chroma server that keeps the vectors, for all machines "
            "([scaling](scaling.md#vectors-on-a-chroma-server)). Empty: each keeps its own.",
        ),
        Why("one machine needs no further server"),
    ] = ""
    chroma_header: Annotated[
        SecretStr | None,
        AfterValidator(_header),
        Field(
            description="Header that this server, or a proxy before it, lets in by: `Authorization: Bearer TOKEN`, or "
            "`X-Chroma-Token: TOKEN`."
        ),
        Why("a secret has no default"),
    ] = None
