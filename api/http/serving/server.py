"""The server that runs the service until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable
from functools import partial

import uvicorn
from starlette.types import ASGIApp

from api.http.serving.connection_table import ConnectionLimits, ConnectionTable
from api.http.serving.descriptors import ACCEPTED_AT_ONCE
from api.http.serving.guarded_protocol import GuardedProtocol
from api.http.serving.listener import BACKLOG
from api.http.serving.service_manager import ServiceManager
from api.http.serving.tls import Certificate, Handshakes, load_certificate
from assistant.settings import HttpOptions

_DEFAULTS = HttpOptions()
_NO_MANAGER = ServiceManager(None)

SECONDS_TO_IDLE = 5
"""From a response to the next request on its connection: browsers and clients reconnect without a word."""

SECONDS_TO_LET_GO = 2
"""For a request to end once its connection was cut; then it is cancelled."""

_TICKS_PER_SECOND = 10
"""Of uvicorn's."""


def leave_on_sigterm() -> None:
    """Let SIGTERM leave with `SystemExit(0)` from now on, as Ctrl-C leaves with KeyboardInterrupt: in order.

    The server takes both while it runs, and raises them once more when it has stopped.
    """
    signal.signal(signal.SIGTERM, _leave)


def _leave(*_: object) -> None:
    raise SystemExit(0)


def make_server(
    app: ASGIApp,
    options: HttpOptions = _DEFAULTS,
    trusted_proxies: str = "",
    manager: ServiceManager = _NO_MANAGER,
) -> uvicorn.Server:
    """Return a server whose `.run(sockets=[listener])` serves until SIGINT or SIGTERM, then drains.

    Running requests have `options.drain_seconds` to finish. The signal is raised again at the end. The `manager` gets
    signs of life for as long as requests are served, and is told when that ends. Raises `BadSettings` when the
    certificate that the options name is of no use.
    """
    table = ConnectionTable(ConnectionLimits.of(options, trusted_proxies))
    certificate = load_certificate(options)
    config = uvicorn.Config(
        app,
        # asyncio's own loop accepts no more at once than it is told, and goes on when descriptors run out. With h11
        # uvloop is no faster (docs/adr/0029-connections.md).
        loop="asyncio",
        http=_protocols(table, certificate),  # type: ignore[arg-type]  # called as the class is
        backlog=ACCEPTED_AT_ONCE,
        log_config=None,  # the loggers are ours
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # forwarding headers are never believed
        server_header=False,
        ws="none",
        timeout_keep_alive=SECONDS_TO_IDLE,
        timeout_graceful_shutdown=options.drain_seconds + SECONDS_TO_LET_GO,
    )
    return _Server(config, options.drain_seconds, manager, certificate)


def _protocols(table: ConnectionTable, certificate: Certificate | None) -> Callable[..., asyncio.BaseProtocol]:
    """Return what makes the protocol of a connection that was accepted."""
    plain = partial(GuardedProtocol, table=table)
    if certificate is None:
        return plain
    handshakes = Handshakes(certificate)
    return lambda **server: handshakes.new_connection(plain(**server))


class _Server(uvicorn.Server):
    """Looks at all connections once a second, and cuts those whose clients keep it waiting for too long; at the
    certificate, too.

    When it stops, it cuts those that are left after `drain_seconds`: what they were about ends as if the client had
    left, where uvicorn would cancel it.
    """

    def __init__(
        self, config: uvicorn.Config, drain_seconds: int, manager: ServiceManager, certificate: Certificate | None
    ) -> None:
        super().__init__(config)
        self._certificate = certificate
        self._drain_seconds = drain_seconds
        self._manager = manager

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(BACKLOG)  # asyncio has one number for this and for how many it accepts at once

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS_PER_SECOND == 0:
            self._manager.alive()
            if self._certificate:
                self._certificate.renew()
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                connection.cut_if_overdue(now)  # type: ignore[union-attr]  # all are GuardedProtocols
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._manager.stopping()
        asyncio.get_running_loop().call_later(self._drain_seconds, self._cut_all)
        await super().shutdown(sockets)

    def _cut_all(self) -> None:
        for connection in list(self.server_state.connections):
            connection.cut()  # type: ignore[union-attr]
