"""Base of all bodies, and the values that they share."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Body(BaseModel):
    """What every JSON body has in common: it does not change once it is made."""

    model_config = ConfigDict(frozen=True)


def _well_formed(text: object) -> object:
    # A question from a shell may hold lone surrogates, which no JSON text can carry.
    return text.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(text, str) else text


Text = Annotated[str, BeforeValidator(_well_formed)]
"""Text from outside that may not have been made canonical."""


def new_id(kind: str) -> str:
    """Return an opaque id nobody else has: `kind` and 32 hexadecimal digits."""
    return f"{kind}_{uuid.uuid4().hex}"


def rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round_score(value) for name, value in values.items()}


def round_score(value: float) -> float:
    # Four places are all that a score or a millisecond means; float32 noise would differ between machines.
    return round(float(value), 4)
