"""The server that runs the service until it is told to stop."""

from __future__ import annotations

import signal

import uvicorn
from starlette.types import ASGIApp


def leave_on_sigterm() -> None:
    """Let SIGTERM leave with `SystemExit(0)` from now on, as Ctrl-C leaves with KeyboardInterrupt: in order.

    The server takes both while it runs, and raises them once more when it has stopped.
    """
    signal.signal(signal.SIGTERM, _leave)


def _leave(*_: object) -> None:
    raise SystemExit(0)


def make_server(app: ASGIApp, drain_seconds: int = 10) -> uvicorn.Server:
    """Return a server whose `.run(sockets=[listener])` serves until SIGINT or SIGTERM, then drains.

    Running requests have `drain_seconds` to finish.

    The signal is raised again at the end.
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
