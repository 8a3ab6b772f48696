"""Who is served when: a bounded number of questions at once, a bounded number waiting, and deadlines.

Reading a question (finding, encoding, the reading model) keeps all cores busy, so few are read at once; writing an
answer may wait for a language model far away, so many are written at once. A question holds one of the few places
until its first event, and a thread until its last. Nothing here runs on the event loop but the keeping of turns.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from threading import Event
from typing import Generic, TypeVar

from api.errors import BUSY, TOO_LATE
from api.http.errors import Refused
from api.http.observability.metrics import Gauge, gauge
from assistant.settings import LoadOptions

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Load:
    """How many questions are waiting, being read, and being written at this moment."""

    waiting: int
    reading: int
    writing: int


def load_levels(turns: AdmissionQueue) -> Iterator[Gauge]:
    """For metrics: what of the service's questions is where."""
    load = turns.load()
    for state, number in (("waiting", load.waiting), ("reading", load.reading), ("writing", load.writing)):
        yield gauge("assistant_questions", "Questions at the moment, by what is done with them.", number, state=state)


class AdmissionQueue:
    """Belongs to one event loop. Work that is given to it runs in its threads."""

    def __init__(self, options: LoadOptions) -> None:
        self._options = options
        self._readers = asyncio.Semaphore(options.read_at_once)
        self._places = asyncio.Semaphore(options.at_once)
        self._threads = ThreadPoolExecutor(options.at_once, thread_name_prefix="turns")
        self._waiting = self._reading = self._served = 0

    def load(self) -> Load:
        return Load(self._waiting, self._reading, self._served - self._reading)

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises, once it had its turn. Refuses with `BUSY` or `TOO_LATE`."""
        return await self.last(_once(work))

    async def last(self, events: Generator[T]) -> T:
        """The last of at least one event; raises and refuses as `start` does."""
        async with await self.start(events) as feed:
            async for event in feed:
                last = event
        return last

    async def start(self, events: Generator[T]) -> Feed[T]:
        """The events of a generator as they come; the first one is there already.

        Raises what the generator raises before its first event. Refuses with `BUSY` when too many wait, and with
        `TOO_LATE` when its turn or its first event does not come in time.
        """
        feed: Feed[T] = Feed(events, self._options.answer_seconds)
        await self._take_turn()
        self._served += 1
        self._reading += 1
        asyncio.get_running_loop().run_in_executor(self._threads, feed.produce, self._has_read, self._has_served)
        try:
            async with _in_time(self._options.read_seconds):
                await feed.first()
        except BaseException:
            feed.stop()
            raise
        return feed

    def close(self) -> None:
        """Take no more work; what runs stops at its next event."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _take_turn(self) -> None:
        if self._waiting >= self._options.most_waiting:
            raise Refused(BUSY)
        self._waiting += 1
        try:
            async with _in_time(self._options.wait_seconds):
                await self._places.acquire()
                try:
                    await self._readers.acquire()
                except BaseException:
                    self._places.release()
                    raise
        finally:
            self._waiting -= 1

    def _has_read(self) -> None:
        self._reading -= 1
        self._readers.release()

    def _has_served(self) -> None:
        self._served -= 1
        self._places.release()


class Feed(Generic[T]):
    """Events that a thread makes and the event loop takes. Use `async with`: leaving it stops the work."""

    def __init__(self, events: Generator[T], seconds: float) -> None:
        self._events = events
        self._loop = asyncio.get_running_loop()
        self._deadline = self._loop.time() + seconds
        self._made: asyncio.Queue[_Made[T]] = asyncio.Queue()
        self._first: _Made[T] | None = None
        self._stopped = Event()

    async def first(self) -> None:
        """Wait for the first event, which stays there to be taken; raise what came instead."""
        made = await self._made.get()
        if made.error is not None:
            raise made.error
        self._first = made

    async def next_within(self, seconds: float) -> T | None:
        """The next event, or None when none came in these seconds. Raises `StopAsyncIteration` after the last."""
        try:
            async with asyncio.timeout(seconds):
                return await anext(self)
        except TimeoutError:
            return None

    def stop(self) -> None:
        """Nobody wants the events any more: the generator is closed as soon as it has made the one it is at."""
        self._stopped.set()

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        made, self._first = self._first, None
        if made is None:
            async with _in_time(self._deadline - self._loop.time()):
                made = await self._made.get()
        if made.error is not None:
            raise made.error
        if made.ended:
            raise StopAsyncIteration
        return made.event  # type: ignore[return-value]  # one of the three is there

    async def __aenter__(self) -> Feed[T]:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stop()

    def produce(self, has_read: Callable[[], None], has_served: Callable[[], None]) -> None:
        """Run the generator in the thread that calls, to its end or until it is stopped, and close it there."""
        first = True
        try:
            for event in self._until_stopped():
                self._tell(self._made.put_nowait, _Made(event=event))
                if first:
                    self._tell(has_read)
                first = False
            self._tell(self._made.put_nowait, _Made(ended=True))
        except BaseException as error:  # whatever it is, it is raised where the events are taken
            self._tell(self._made.put_nowait, _Made(error=error))
        finally:
            if first:
                self._tell(has_read)
            self._tell(has_served)

    def _until_stopped(self) -> Iterator[T]:
        with closing(self._events):
            while not self._stopped.is_set():
                try:
                    yield next(self._events)
                except StopIteration:
                    return

    def _tell(self, do: Callable[..., object], *values: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(do, *values)


@dataclass(frozen=True, slots=True)
class _Made(Generic[T]):
    """An event, or that there are no more, or what was raised instead."""

    event: T | None = None
    ended: bool = False
    error: BaseException | None = None


def _once(work: Callable[[], T]) -> Generator[T]:
    yield work()


@asynccontextmanager
async def _in_time(seconds: float) -> AsyncIterator[None]:
    deadline = asyncio.timeout(seconds)
    try:
        async with deadline:
            yield
    except TimeoutError:
        if deadline.expired():
            raise Refused(TOO_LATE) from None
        raise
