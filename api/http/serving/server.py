"""Runs the service until it is told to stop."""

from __future__ import annotations

import uvicorn
from starlette.types import ASGIApp


def make_server(app: ASGIApp, drain_seconds: int = 10) -> uvicorn.Server:
    """`.run(sockets=[listener])` serves until SIGINT or SIGTERM, then lets running requests finish for so long."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        proxy_headers=False,  # forwarding headers are never believed
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=drain_seconds,
    )
    return uvicorn.Server(config)
