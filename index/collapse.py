"""Collapsing near-duplicates in a list of hits into one hit that lists its copies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from corpus.text.near_duplicates import Signature
from index.hit import Hit

_REMEMBERED_TEXTS = 512
"""Signatures of passages that were found before: 10 MB."""

_NO_DIGITS = re.compile(r"\D+")


def collapse(hits: Iterable[Hit]) -> list[Hit]:
    """Return the first of each kind, in order, with the later ones as its `copies`."""
    groups: list[list[Hit]] = []
    by_digits: dict[str, list[list[Hit]]] = {}
    for hit in hits:
        # The numbers of near-duplicates are equal, and comparing digits is 50 times faster than all the rest.
        alike = by_digits.setdefault(_NO_DIGITS.sub("", hit.text), [])
        group = next((group for group in alike if _are_near(group[0], hit)), None)
        if group is None:
            group = []
            groups.append(group)
            alike.append(group)
        group.append(hit)
    return [replace(first, copies=tuple(copies)) for first, *copies in groups]


def _are_near(one: Hit, other: Hit) -> bool:
    return _signature(one.text).is_near(_signature(other.text))


@lru_cache(_REMEMBERED_TEXTS)
def _signature(text: str) -> Signature:
    return Signature(text)
