from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import httpx
import pytest
from starlette.types import ASGIApp

from api.http.app import create_app
from api.http.serving.listener import open_listener, url_of
from api.http.serving.server import make_server
from assistant.ask import Assistant
from assistant.settings import Settings


@contextmanager
def serving(helper: Assistant, settings: Settings, app: ASGIApp | None = None) -> Iterator[str]:
    """The service (or `app`) over real HTTP on a free loopback port; gives its address."""
    with open_listener(settings.serving) as listener:
        server = make_server(app or create_app(helper, settings))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield url_of(listener)
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def client(helper: Assistant, settings: Settings) -> Iterator[httpx.Client]:
    with serving(helper, settings) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client
