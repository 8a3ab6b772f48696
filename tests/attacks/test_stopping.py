"""Stopping while clients hold on: what is being answered is finished, and the rest is cut in time."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack

import pytest

from tests.attacks.conftest import Serve
from tests.attacks.connections import HOLDING, NOT_READING, opened

BODY = b'{"question": "what does China say about semiconductors?"}'
QUESTION = (
    b"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n" % len(BODY)
)


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.chaos)])
def test_service_stops_in_time_whoever_holds_on(serve: Serve, workers: int) -> None:
    service = serve(workers, ASSISTANT_SERVING__DRAIN_SECONDS=3)
    with ExitStack() as attacks:
        for attack in (*HOLDING.values(), *NOT_READING.values()):
            attacks.enter_context(attack(service, 50))
        attacks.enter_context(opened(service, 20, QUESTION))  # whose body does not come
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(30) == 0
    assert len(service.log_lines("uvicorn", "asyncio", "index")) <= 5 * workers
    assert "Traceback" not in service.log.read_text()


@pytest.mark.parametrize("workers", [1, 2])
def test_service_finishes_what_it_is_answering_when_it_is_stopped(serve: Serve, workers: int) -> None:
    service = serve(workers)
    with service.connect() as connection:
        connection.sendall(QUESTION + BODY[:10])
        time.sleep(2)  # the head has been read
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        connection.sendall(BODY[10:])
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 200")
    assert b'"answered"' in answer
    assert service.process.wait(30) == 0
