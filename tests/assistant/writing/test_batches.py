"""Batches of sentences whose judge takes long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from threading import Event

import pytest

from assistant.errors import ModelTimedOut
from assistant.language_models.hanging_up import NobodyWaits, check_that_somebody_waits
from assistant.writing.batches import judged_in_batches

PATIENCE = 30.0
"""Seconds after which a test that waits for something has failed."""


class SlowJudge:
    """Answers the first call when it is let, and the second when the third has begun."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.may_answer = [Event(), Event()]

    def asks(self, drafts: list[str]) -> Callable[[], None]:
        number = len(self.asked)
        self.asked.append(drafts)

        def call() -> None:
            if number == len(self.may_answer):
                self.may_answer[-1].set()
            else:
                assert self.may_answer[number].wait(PATIENCE)

        return call


def at_once(_: list[str]) -> Callable[[], None]:
    return lambda: None


def test_batches_keep_the_order_and_lose_nothing() -> None:
    drafts = ["a", None, "b", "c", None, None, "d"]
    assert list(judged_in_batches(drafts, at_once)) == ["a", "b", "c", "d"]
    assert list(judged_in_batches([None, None], at_once)) == []


def test_batches_what_comes_during_a_call_is_judged_in_the_next_and_the_rest_at_the_writers_end() -> None:
    judge = SlowJudge()

    def written() -> Iterator[str | None]:
        yield "a"
        yield "b"
        yield "c"
        judge.may_answer[0].set()
        while len(judge.asked) == 1:  # until the first call has been seen to be over
            yield None
        yield "d"

    assert list(judged_in_batches(written(), judge.asks)) == ["a", "b", "c", "d"]
    assert judge.asked == [["a"], ["b", "c"], ["d"]]


def test_batches_what_a_writer_wrote_before_it_failed_is_judged_first() -> None:
    def written() -> Iterator[str]:
        yield "a"
        raise ModelTimedOut("slow")

    found = judged_in_batches(written(), at_once)
    assert next(found) == "a"
    with pytest.raises(ModelTimedOut):
        next(found)


def test_batches_raise_what_judging_raises() -> None:
    def fails() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        list(judged_in_batches(["a"], lambda _: fails))


def test_batches_that_are_closed_stop_the_call_under_way() -> None:
    begun, ended = Event(), Event()

    def written() -> Iterator[str | None]:
        yield "a"
        yield "b"
        while not begun.wait(0.01):
            yield None

    def is_asked() -> None:
        begun.set()
        try:
            while not ended.wait(0.01):
                check_that_somebody_waits()
        except NobodyWaits:
            ended.set()

    found = judged_in_batches(written(), lambda drafts: is_asked if "b" in drafts else lambda: None)
    assert next(found) == "a"
    assert begun.wait(PATIENCE)
    found.close()
    assert ended.wait(PATIENCE)


def test_batches_are_judged_in_the_context_of_their_request() -> None:
    request: ContextVar[str] = ContextVar("request", default="none")
    seen: list[str] = []
    token = request.set("req-1")
    try:
        assert list(judged_in_batches(["a"], lambda _: lambda: seen.append(request.get()))) == ["a"]
    finally:
        request.reset(token)
    assert seen == ["req-1"]
