"""The whole service on one data folder: several processes that answer, and one that ingests.

This process watches over them, and loads nothing that it takes to answer.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
from collections.abc import Callable
from dataclasses import replace
from threading import Event

from api.http.serving.service_manager import SECONDS_BETWEEN_SIGNS, ServiceManager
from api.http.serving.supervisor import SECONDS_TO_KILL, Kept, Supervisor, ingester
from api.problems import ExitCode
from assistant.settings import Settings
from index.child_process import start_child

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def serve_multi_process(
    settings: Settings, listener: socket.socket, on_ready: Callable[[], None], manager: ServiceManager
) -> None:
    """Answer in `settings.serving.workers` processes until SIGINT or SIGTERM; one that dies is replaced.

    Leave with SystemExit when the first ones cannot start, which have said why.
    """
    stop = Event()
    for number in _SIGNALS:
        signal.signal(number, lambda *_: stop.set())
    hear, tell = os.pipe()
    workers = [
        Kept("answer", lambda number=number: _start_worker(settings, number, listener, tell))  # type: ignore[misc]  # its default binds the number
        for number in range(settings.serving.workers)
    ]
    for worker in workers:
        worker.look()
    supervisor = Supervisor([*workers, ingester(settings)])
    try:
        if _await_first(hear, workers, stop):
            supervisor.start()
            on_ready()
            manager.ready()
            while not stop.wait(SECONDS_BETWEEN_SIGNS):
                manager.alive()
    finally:
        manager.stopping()
        supervisor.stop(settings.serving.drain_seconds + SECONDS_TO_KILL)


def _start_worker(settings: Settings, number: int, listener: socket.socket, ready: int) -> subprocess.Popen[bytes]:
    """Start worker `number`, from 0; it writes a byte to the file descriptor `ready` once it accepts requests."""
    share = max(1, (os.cpu_count() or 1) // settings.serving.workers)
    threads = settings.retrieval.threads or share
    shared = settings.model_copy(update={"retrieval": replace(settings.retrieval, threads=threads)})
    message = {
        "settings": shared.with_secrets(),
        "number": number,
        "listener": listener.fileno(),
        "ready": ready,
    }
    return start_child("api.http.serving.worker", json.dumps(message), pass_fds=(listener.fileno(), ready))


def _await_first(hear: int, workers: list[Kept], stop: Event) -> bool:
    """Wait until a worker accepts requests and return True, or False when the service is stopped before."""
    while not stop.is_set():
        if select.select([hear], [], [], 0.1)[0]:
            return True
        codes = [worker.process.poll() for worker in workers if worker.process]
        if ended := [code for code in codes if code is not None]:
            raise SystemExit(ended[0] if ended[0] > 0 else ExitCode.UNEXPECTED)
    return False
