"""Whether anybody still waits for what a language model is asked: whoever hangs up stops it, whatever it is at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event

_LEFT: ContextVar[tuple[Event, ...]] = ContextVar("left", default=())


class NobodyWaits(Exception):
    """Whoever wanted what a language model was asked has hung up: there is nobody to answer in its place."""


@contextmanager
def asked_until(left: Event) -> Iterator[None]:
    """Have the language models that are asked meanwhile, in this context and in copies of it, stop once `left` is set:
    within a moment, they raise `NobodyWaits`."""
    token = _LEFT.set((*_LEFT.get(), left))
    try:
        yield
    finally:
        _LEFT.reset(token)


def check_that_somebody_waits() -> None:
    """Raise `NobodyWaits` where nobody does."""
    if any(left.is_set() for left in _LEFT.get()):
        raise NobodyWaits
