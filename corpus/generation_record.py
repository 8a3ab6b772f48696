"""Generations of the vector index, as the store knows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GenerationRecord:
    """A finished generation: vectors made by `encoder` (its fingerprint), of all changes up to `seq`."""

    name: str
    seq: int
    encoder: str
    live: bool
