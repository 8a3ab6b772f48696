"""Runs the service until it is told to stop."""

from __future__ import annotations

import signal

import uvicorn
from starlette.types import ASGIApp


def leave_on_sigterm() -> None:
    """From now on SIGTERM leaves with `SystemExit(0)`, as Ctrl-C leaves with KeyboardInterrupt: in order.

    The server takes both while it runs, and raises them once more when it has stopped.
    """
    signal.signal(signal.SIGTERM, _leave)


def _leave(*_: object) -> None:
    raise SystemExit(0)


def make_server(app: ASGIApp, drain_seconds: int = 10) -> uvicorn.Server:
    """`.run(sockets=[listener])` serves until SIGINT or SIGTERM, then lets running requests finish for so long.

    It raises the signal again when it is done.
    """
    config = uvicorn.Config(
        app,
        log_level="warning",
        proxy_headers=False,  # forwarding headers are never believed
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=drain_seconds,
    )
    return uvicorn.Server(config)
