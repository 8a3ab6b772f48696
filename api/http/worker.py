"""One of several processes that answer: they share a listening socket, and each follows the data folder by itself."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace

from api.errors import ROOM_ERRORS, exit_code_of
from api.http.app import create_app
from api.http.json_logs import log_to_stderr
from api.http.server import make_server
from assistant.ask import Assistant
from assistant.settings import Settings
from index.child_process import become_kept_child, start_child

_SECONDS_BETWEEN_SWAPS = 3.0
"""Opening a generation takes a core for a moment: one process after another."""


def start_worker(settings: Settings, number: int, listener: socket.socket, ready: int) -> subprocess.Popen[bytes]:
    """The worker `number`, from 0; it writes a byte to the file descriptor `ready` once it accepts requests."""
    share = max(1, (os.cpu_count() or 1) // settings.serving.workers)
    threads = settings.finding.threads or share
    shared = settings.model_copy(update={"finding": replace(settings.finding, threads=threads)})
    message = {
        "settings": shared.with_secrets(),
        "number": number,
        "listener": listener.fileno(),
        "ready": ready,
    }
    return start_child("api.http.worker", json.dumps(message), pass_fds=(listener.fileno(), ready))


def main() -> None:
    """What `start_child` runs: serves until SIGTERM, then lets running requests finish."""
    message = json.loads(become_kept_child(when_orphaned=lambda: os.kill(os.getpid(), signal.SIGTERM)))
    log_to_stderr()
    settings = Settings(**message["settings"])
    try:
        _serve(settings, message["number"], message["listener"], message["ready"])
    except ROOM_ERRORS as error:
        print(error, file=sys.stderr)
        sys.exit(exit_code_of(error))


def _serve(settings: Settings, number: int, listener: int, ready: int) -> None:
    seconds_to_swap = number * _SECONDS_BETWEEN_SWAPS
    with (
        socket.socket(fileno=listener) as shared,
        Assistant.open(settings, seconds_to_swap=seconds_to_swap) as helper,
    ):
        helper.warm_up()
        os.write(ready, b".")
        os.close(ready)
        make_server(create_app(helper, settings), settings.serving.drain_seconds).run(sockets=[shared])
