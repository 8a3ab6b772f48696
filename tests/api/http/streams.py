"""Reads server-sent events as a browser does, and an assistant that waits to be told to go on."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from threading import Event
from typing import Any

from assistant.answer import NoAnswerReason
from assistant.ask import Assistant
from assistant.events import Completed, Retrieved, Started
from assistant.events import Event as AnswerEvent
from tests.api.examples import StandIn, refused


@dataclass(frozen=True)
class Received:
    name: str
    id: str
    data: Any


def events_of(lines: Iterable[str]) -> Iterator[Received]:
    """The events of a `text/event-stream`; comments are passed over."""
    fields: dict[str, str] = {}
    for line in lines:
        if line == "":
            if fields:
                yield Received(fields["event"], fields["id"], json.loads(fields["data"]))
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value


class Slow(StandIn):
    """Stands where the assistant stands. Begins at once, then waits between its events until it is told to go on."""

    def __init__(self, fail: Exception | None = None) -> None:
        self.fail = fail
        self.begun, self.go_on = Event(), Event()

    def stream(self, question: str, *_: object, **__: object) -> Generator[AnswerEvent]:
        self.begun.set()
        yield Started("extractive", "g-1")
        self.go_on.wait()
        yield Retrieved(())
        if self.fail:
            raise self.fail
        yield Completed(refused(question, NoAnswerReason.NO_ARTICLES))


class Repeating(StandIn):
    """Stands where the assistant stands, and answers whatever is asked as it answered one question."""

    def __init__(self, helper: Assistant, question: str) -> None:
        self.events = list(helper.stream(question))

    def stream(self, *_: object, **__: object) -> Generator[AnswerEvent]:
        yield from self.events


class Endless(StandIn):
    """Stands where the assistant stands, and writes until it is closed."""

    def __init__(self) -> None:
        self.closed = Event()

    def stream(self, *_: object, **__: object) -> Generator[AnswerEvent]:
        try:
            yield Started("extractive", "g-1")
            while True:
                time.sleep(0.01)
                yield Retrieved(())
        finally:
            self.closed.set()
