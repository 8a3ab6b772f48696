"""Worker: one of several processes that answer. They share a socket, and each follows the data folder by itself."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys

from api.http.app import create_app
from api.http.observability.json_logs import log_to_stderr
from api.http.serving.server import leave_on_sigterm, make_server
from api.problems import ROOM_ERRORS, exit_code_of
from assistant.ask import Assistant
from assistant.settings import Settings
from index.child_process import become_kept_child

_log = logging.getLogger(__name__)

_SECONDS_BETWEEN_SWAPS = 3.0
"""Opening a generation takes a core for a moment: one process after another."""


def main() -> None:
    """Serve until SIGTERM, then let running requests finish. `serve_multi_process` starts this."""
    message = json.loads(become_kept_child(when_orphaned=lambda: os.kill(os.getpid(), signal.SIGTERM)))
    leave_on_sigterm()
    settings = Settings(**message["settings"])
    log_to_stderr(settings.access.audit != "off")
    try:
        _serve(settings, message["number"], message["listener"], message["ready"])
    except ROOM_ERRORS as error:
        _log.error("%s", error)
        sys.exit(exit_code_of(error))


def _serve(settings: Settings, number: int, listener: int, ready: int) -> None:
    seconds_to_swap = number * _SECONDS_BETWEEN_SWAPS
    with (
        socket.socket(fileno=listener) as shared,
        Assistant.open(settings, seconds_to_swap=seconds_to_swap) as assistant,
    ):
        assistant.warm_up()
        server = make_server(create_app(assistant, settings), settings.serving, settings.access.trusted_proxies)
        os.write(ready, b".")
        os.close(ready)
        server.run(sockets=[shared])
