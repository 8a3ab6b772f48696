"""A value with the key that stands for it, for caches: hashing a whole article takes longer than what is cached."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Keyed(Generic[T]):
    """Equal to others with an equal key."""

    __slots__ = ("key", "value")

    def __init__(self, key: Hashable, value: T) -> None:
        self.key = key
        self.value = value

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Keyed) and self.key == other.key
