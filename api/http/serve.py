"""The whole service: one process that answers or several, and one that ingests, on one data folder."""

from __future__ import annotations

import os
import select
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

from api.errors import ExitCode
from api.http.app import create_app
from api.http.server import make_server
from api.http.worker import start_worker
from api.supervisor import Kept, Supervisor
from assistant.ask import Assistant
from assistant.settings import Settings
from index.child_process import start_child

_SECONDS_TO_KILL = 5.0
"""Beyond the time that requests have to finish: what is still there then is stuck."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def ingester(settings: Settings) -> Kept:
    """The process that works off what is posted."""
    return Kept("ingest", lambda: start_child("assistant.ingester", settings.model_dump_json()))


def serve_alone(settings: Settings, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    """Answers in this process until SIGINT or SIGTERM."""
    with Assistant.open(settings) as helper, _kept(Supervisor([ingester(settings)])):
        helper.warm_up()
        on_ready()
        make_server(create_app(helper, settings), settings.serving.drain_seconds).run(sockets=[listener])


def serve_together(settings: Settings, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    """Answers in `settings.serving.workers` processes until SIGINT or SIGTERM; one that dies is replaced.

    Leaves with SystemExit when the first ones cannot start, which have said why.
    """
    stop = Event()
    for number in _SIGNALS:
        signal.signal(number, lambda *_: stop.set())
    hear, tell = os.pipe()
    workers = [
        Kept("answer", lambda number=number: start_worker(settings, number, listener, tell))  # type: ignore[misc]
        for number in range(settings.serving.workers)
    ]
    for worker in workers:
        worker.look()
    supervisor = Supervisor([*workers, ingester(settings)])
    try:
        if _await_first(hear, workers, stop):
            supervisor.start()
            on_ready()
            stop.wait()
    finally:
        supervisor.stop(settings.serving.drain_seconds + _SECONDS_TO_KILL)


@contextmanager
def _kept(supervisor: Supervisor) -> Iterator[None]:
    supervisor.start()
    try:
        yield
    finally:
        supervisor.stop(_SECONDS_TO_KILL)


def _await_first(hear: int, workers: list[Kept], stop: Event) -> bool:
    """Whether a worker accepts requests; no when the service is stopped before one does."""
    while not stop.is_set():
        if select.select([hear], [], [], 0.1)[0]:
            return True
        codes = [worker.process.poll() for worker in workers if worker.process]
        if ended := [code for code in codes if code is not None]:
            raise SystemExit(ended[0] if ended[0] > 0 else ExitCode.UNEXPECTED)
    return False
