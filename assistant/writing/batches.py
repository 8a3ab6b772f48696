"""Sentences that are judged a batch at a time, by calls that take long, while their writer goes on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from threading import Event
from typing import Generic, TypeVar

from assistant.errors import ModelFailed
from assistant.language_models.hanging_up import asked_until

_Draft = TypeVar("_Draft")

_CALLS = 2
"""At once: one while the writer writes, and one about what is left when it has ended."""


def judged_in_batches(
    drafts: Iterable[_Draft | None], asks: Callable[[list[_Draft]], Callable[[], object]]
) -> Iterator[_Draft]:
    """Yield the drafts in their order, each when it was judged. `asks` makes the call that judges some of them.

    The first is judged at once; those that come while a call is under way wait for the next one, and what is left when
    the writer ends is judged without waiting. So the last is yielded at most one call after the writer's end. None in
    the place of a draft says that the writer still writes: what was judged meanwhile is yielded then.
    A writer that fails midway is one once what it wrote was judged. Raise what judging raises. Closing it stops the
    calls that are under way.
    """
    failed: list[ModelFailed] = []
    calls = _Calls(asks)
    try:
        for draft in _until_it_fails(drafts, failed):
            if draft is not None:
                calls.waiting.append(draft)
            judged = calls.answered()
            if not calls.running:
                calls.begin()
            yield from judged
        calls.begin()
        while calls.running:
            yield from calls.next()
    finally:
        calls.stop()
    if failed:
        raise failed[0]


class _Calls(Generic[_Draft]):
    """The calls that are under way, the drafts of each, and those that wait for one."""

    def __init__(self, asks: Callable[[list[_Draft]], Callable[[], object]]) -> None:
        self._asks = asks
        self._threads = ThreadPoolExecutor(_CALLS, thread_name_prefix="judging")
        self._stopped = Event()
        self.waiting: list[_Draft] = []
        self.running: deque[tuple[Future[object], list[_Draft]]] = deque()

    def begin(self) -> None:
        """Begin a call about all that wait, if any do."""
        if self.waiting:
            call = partial(self._call, self._asks(self.waiting))
            in_context = partial(copy_context().run, call)  # what is logged names the request
            self.running.append((self._threads.submit(in_context), self.waiting))
            self.waiting = []

    def answered(self) -> list[_Draft]:
        """Return the drafts of the calls that have been answered, in order."""
        judged: list[_Draft] = []
        while self.running and self.running[0][0].done():
            judged += self.next()
        return judged

    def next(self) -> list[_Draft]:
        """Return the drafts of the next call, once it has been answered."""
        call, drafts = self.running.popleft()
        call.result()
        return drafts

    def _call(self, call: Callable[[], object]) -> None:
        with asked_until(self._stopped):
            call()

    def stop(self) -> None:
        """Have the calls under way stop."""
        self._stopped.set()
        self._threads.shutdown(wait=False, cancel_futures=True)


def _until_it_fails(drafts: Iterable[_Draft | None], failed: list[ModelFailed]) -> Iterator[_Draft | None]:
    """Yield the drafts; note why their writer failed, if it did."""
    try:
        yield from drafts
    except ModelFailed as error:
        failed.append(error)
