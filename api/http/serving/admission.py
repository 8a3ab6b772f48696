"""The admission queue: few questions at once, as many waiting as can be answered in time, and deadlines.

Preparing an answer (encoding the question, retrieval, reading) keeps all cores busy, so few are prepared at once;
writing one may wait for a language model far away, so many are written at once. A question holds one of the few
slots for preparing until its first event, and a thread until its last. Only the bookkeeping runs on the event loop.
Settings and metrics say `read` and `reading` for preparing.

Load is shed on arrival: whoever would wait too long, by the time that preparing takes at present, is told at once when
to come back. A queue that lets everybody in makes all of them wait, and answers those who have given up.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from math import ceil
from threading import Event, Thread
from time import monotonic
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Request

from api.http.observability.metrics import Gauge, gauge
from api.http.refused import Refused
from api.http.serving.slots import Slots
from api.problems import BUSY, TOO_LATE
from assistant.language_models.hanging_up import asked_until
from assistant.settings import LoadOptions

T = TypeVar("T")

_SECONDS_BETWEEN_REFUSALS = 0.02
_SECONDS_OF_REFUSALS_AT_ONCE = 1.0
_LONGEST_PAUSE_SECONDS = 1.0
"""A refusal takes .55 ms of a core: fifty a second take next to nothing from those who are answered. Fifty come at once
before one is held back, and with a second's pause a hundred who ask again at once are no more than a hundred a second.
"""

_SECONDS_TO_END = 2.0
"""From one event of an answer made of quotes to the next, with much to spare."""

_LONGEST_RETURN_SECONDS = 30.0
"""Latest time at which somebody who was refused is told to come back: what is further ahead is not known."""


@dataclass(frozen=True, slots=True)
class Load:
    """Numbers of questions that wait, whose answers are prepared, and whose answers are written at this moment."""

    waiting: int
    preparing: int
    writing: int


def load_gauges(admission: AdmissionQueue) -> Iterator[Gauge]:
    """Yield the metric of the questions that wait, are prepared, and are written."""
    load = admission.load()
    for state, number in (("waiting", load.waiting), ("reading", load.preparing), ("writing", load.writing)):
        yield gauge("assistant_questions", "Questions at the moment, by what is done with them.", number, state=state)


class AdmissionQueue:
    """Admits work in the order in which it comes, and runs it in threads. Belongs to one event loop.

    `clock` returns seconds that never fall; the service time is measured with it.
    """

    def __init__(self, options: LoadOptions, clock: Callable[[], float] = monotonic) -> None:
        self._options = options
        self._clock = clock
        self._preparing = Slots(options.read_at_once, clock)
        self._served = Slots(options.at_once, clock)
        self._running: dict[EventFeed[Any], Thread] = {}
        self._next_return = self._next_refusal = 0.0
        self.shed_on_arrival = self.shed_after_waiting = 0

    def load(self) -> Load:
        preparing, to_be_prepared = self._preparing.taken, self._preparing.waiting
        writing = self._served.taken - preparing - to_be_prepared
        return Load(self._served.waiting + to_be_prepared, preparing, writing)

    async def run(self, work: Callable[[], T]) -> T:
        """Run `work` once it is admitted; return or raise what it does. Refuse with `BUSY` or `TOO_LATE`."""
        return await self.run_to_last(_once(work))

    async def run_to_last(self, events: Generator[T]) -> T:
        """Return the last of at least one event. Raise and refuse as `start` does."""
        async with await self.start(events) as feed:
            async for event in feed:
                last = event
        return last

    async def start(self, events: Generator[T]) -> EventFeed[T]:
        """Return the events of a generator as they come; the first one is there already.

        Raises what the generator raises before its first event. Refuses with `BUSY` what cannot be begun in time, and
        with `TOO_LATE` when its first event does not come in time.
        """
        feed: EventFeed[T] = EventFeed(events, self._options.answer_seconds)
        served, preparing = await self._wait_for_admission()

        def end() -> None:
            del self._running[feed]
            self._served.free(served)

        # Not of a pool, whose threads the interpreter waits for at its end: a model far away may take a minute.
        thread = Thread(
            target=feed.produce, args=(lambda: self._preparing.free(preparing), end), name="admitted", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:  # there may be no more threads in this container
            self._preparing.give_back(preparing)
            self._served.give_back(served)
            raise
        self._running[feed] = thread
        try:
            async with _deadline_in(self._options.read_seconds, Refused(TOO_LATE)):
                await feed.wait_for_first()
        except BaseException:
            feed.stop()
            raise
        return feed

    def close(self) -> bool:
        """Stop what runs at its next event, and wait a moment for that; return whether it has ended.

        What waits for somebody else is left behind.
        """
        threads = list(self._running.values())
        for feed in self._running:
            feed.stop()
        deadline = monotonic() + _SECONDS_TO_END
        for thread in threads:
            thread.join(max(0.0, deadline - monotonic()))
        return not any(thread.is_alive() for thread in threads)

    async def _wait_for_admission(self) -> tuple[float, float]:
        """Take a slot of both kinds, in time for an answer within `wait_seconds`; refuse with `BUSY`."""
        seconds_to_begin = self._options.wait_seconds - self._preparing.service_seconds
        if not self._has_free and self._seconds_to_wait() > seconds_to_begin:
            self.shed_on_arrival += 1
            refused = self._busy()
            await self._pause_before_refusal()
            raise refused
        try:
            async with asyncio.timeout(max(0.0, seconds_to_begin)):
                served = await self._served.take()
                try:
                    return served, await self._preparing.take()
                except BaseException:
                    self._served.give_back(served)
                    raise
        except TimeoutError:
            self.shed_after_waiting += 1
            raise self._busy() from None

    async def _pause_before_refusal(self) -> None:
        """Refuse the first ones at once, and only so many a second: who does not wait is made to."""
        now = self._clock()
        latest = now + _SECONDS_OF_REFUSALS_AT_ONCE + _LONGEST_PAUSE_SECONDS
        self._next_refusal = min(max(now, self._next_refusal) + _SECONDS_BETWEEN_REFUSALS, latest)
        await asyncio.sleep(self._next_refusal - now - _SECONDS_OF_REFUSALS_AT_ONCE)

    @property
    def _has_free(self) -> bool:
        return self._served.has_free and self._preparing.has_free

    def _seconds_to_wait(self) -> float:
        # Who waits to be served at all will wait to be prepared, too.
        to_be_prepared = self._served.waiting * self._preparing.seconds_between_ends
        return max(self._served.seconds_to_wait(), self._preparing.seconds_to_wait() + to_be_prepared)

    def _busy(self) -> Refused:
        """Return the refusal, with the time at which there is room.

        Each is given a later time than the one before, by the time in which one is answered: so they come back as
        they can be answered, and not all at once.
        """
        now = self._clock()
        room = now + self._seconds_to_wait() + self._preparing.service_seconds - self._options.wait_seconds
        next_return = max(room, self._next_return, now) + self._preparing.seconds_between_ends
        self._next_return = min(next_return, now + _LONGEST_RETURN_SECONDS)
        return Refused(BUSY, {"Retry-After": str(ceil(self._next_return - now))})


class EventFeed(Generic[T]):
    """Events that a thread produces and the event loop takes. Use `async with`: leaving it stops the work."""

    def __init__(self, events: Generator[T], seconds: float) -> None:
        self._events = events
        self._loop = asyncio.get_running_loop()
        self._deadline = self._loop.time() + seconds
        self._produced: asyncio.Queue[_Produced[T]] = asyncio.Queue()
        self._first: _Produced[T] | None = None
        self._stopped = Event()

    async def wait_for_first(self) -> None:
        """Wait for the first event, which stays there to be taken; raise what came instead."""
        produced = await self._produced.get()
        if produced.error is not None:
            raise produced.error
        self._first = produced

    async def next_within(self, seconds: float) -> T | None:
        """Return the next event, or None when none came in these seconds. Raise `StopAsyncIteration` after the last."""
        try:
            async with asyncio.timeout(seconds):
                return await anext(self)
        except TimeoutError:
            return None

    def stop(self) -> None:
        """Take no more events: the generator is closed as soon as it has made the one it is at, and a language model
        that it waits for is left."""
        self._stopped.set()

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        produced, self._first = self._first, None
        if produced is None:
            async with _deadline_in(self._deadline - self._loop.time(), Refused(TOO_LATE)):
                produced = await self._produced.get()
        if produced.error is not None:
            raise produced.error
        if produced.ended:
            raise StopAsyncIteration
        return produced.event  # type: ignore[return-value]  # one of the three is there

    async def __aenter__(self) -> EventFeed[T]:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stop()

    def produce(self, on_first: Callable[[], None], on_end: Callable[[], None]) -> None:
        """Run the generator in the thread that calls, to its end or until it is stopped, and close it there."""
        first = True
        try:
            for event in self._until_stopped():
                self._tell(self._produced.put_nowait, _Produced(event=event))
                if first:
                    self._tell(on_first)
                first = False
            self._tell(self._produced.put_nowait, _Produced(ended=True))
        except BaseException as error:  # whatever it is, it is raised where the events are taken
            self._tell(self._produced.put_nowait, _Produced(error=error))
        finally:
            if first:
                self._tell(on_first)
            self._tell(on_end)

    def _until_stopped(self) -> Iterator[T]:
        with closing(self._events), asked_until(self._stopped):
            while not self._stopped.is_set():
                try:
                    yield next(self._events)
                except StopIteration:
                    return

    def _tell(self, do: Callable[..., object], *values: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(do, *values)


@dataclass(frozen=True, slots=True)
class _Produced(Generic[T]):
    """An event, or that there are no more, or what was raised instead."""

    event: T | None = None
    ended: bool = False
    error: BaseException | None = None


def _once(work: Callable[[], T]) -> Generator[T]:
    yield work()


@asynccontextmanager
async def _deadline_in(seconds: float, refused: Refused) -> AsyncIterator[None]:
    deadline = asyncio.timeout(seconds)
    try:
        async with deadline:
            yield
    except TimeoutError:
        if deadline.expired():
            raise refused from None
        raise


async def _admission_of(request: Request) -> AdmissionQueue:
    admission: AdmissionQueue = request.app.state.admission
    return admission


Admission = Annotated[AdmissionQueue, Depends(_admission_of)]
"""The parameter by which a route has its work admitted."""
