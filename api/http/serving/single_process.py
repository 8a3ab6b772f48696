"""The whole service on one data folder: one process that answers, and one that ingests."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from api.http.app import create_app
from api.http.serving.server import leave_on_sigterm, make_server
from api.http.serving.service_manager import ServiceManager
from api.http.serving.supervisor import SECONDS_TO_KILL, Supervisor, ingester
from assistant.ask import Assistant
from assistant.settings import Settings


def serve_single_process(
    settings: Settings, listener: socket.socket, on_ready: Callable[[], None], manager: ServiceManager
) -> None:
    """Answer in this process until SIGINT or SIGTERM, which leave with KeyboardInterrupt or SystemExit.

    Whichever it is, the process that ingests has ended before.
    """
    leave_on_sigterm()
    with Assistant.open(settings) as assistant, _kept(Supervisor([ingester(settings)])):
        assistant.warm_up()
        app = create_app(assistant, settings)
        server = make_server(app, settings.serving, settings.access.trusted_proxies, manager)
        on_ready()
        manager.ready()  # connections wait at the listener until it runs
        server.run(sockets=[listener])


@contextmanager
def _kept(supervisor: Supervisor) -> Iterator[None]:
    supervisor.start()
    try:
        yield
    finally:
        supervisor.stop(SECONDS_TO_KILL)
