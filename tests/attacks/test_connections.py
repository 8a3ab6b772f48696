"""Attacks by connections: too many, silent, half-open, trickling, idle, never read."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread

import httpx
import pytest

from tests.attacks.conftest import PATIENCE, Serve, Service, until
from tests.attacks.connections import HOLDING, LARGEST, NOT_READING, NUMBER, opened

HTTP = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
UPLOAD = b"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n"
"""Whose body does not come."""
QUESTION = {"question": "what does China say about semiconductors?"}


def closed(connection: socket.socket) -> bool:
    """Whether the service has closed a connection; what it sent before is read."""
    try:
        while received := connection.recv(65_536):
            assert received
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def hung_up(connections: list[socket.socket]) -> int:
    """How many connections the service has cut, without reading from them."""
    poll = select.poll()
    for connection in connections:
        poll.register(connection, select.POLLRDHUP)
    return sum(bool(event & (select.POLLHUP | select.POLLERR)) for _, event in poll.poll(0))


@contextmanager
def slow_reader(service: Service) -> Iterator[Callable[[], bool]]:
    """Somebody who reads 2 kB a second of much; tells whether all that was read until now is as it should be."""
    ended, read = Event(), bytearray()
    with service.connect(receive_buffer=4096) as connection:  # what lies there would be read already
        connection.sendall(LARGEST * 100)

        def read_on() -> None:
            while not ended.wait(0.5):
                received = connection.recv(1_000)
                assert received
                read.extend(received)

        thread = Thread(target=read_on)
        thread.start()
        try:
            yield lambda: thread.is_alive() and read.startswith(b"HTTP/1.1 200")
        finally:
            ended.set()
            thread.join()


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.chaos)])
def test_service_answers_while_more_connections_are_held_than_it_has_descriptors(serve: Serve, workers: int) -> None:
    service = serve(workers, descriptors=1024)
    for attack in HOLDING.values():
        with attack(service, NUMBER):
            for _ in range(10):
                service.seconds_of_health()
                time.sleep(0.1)
    assert service.ask(QUESTION)["status"] == "answered"
    assert service.stop() == 0
    assert len(service.log_lines("uvicorn", "asyncio", "index")) <= 5


def test_service_cuts_whoever_does_not_go_on_or_does_not_read_but_not_a_slow_reader(service: Service) -> None:
    before = service.settled_memory_bytes()
    with ExitStack() as attacks, slow_reader(service) as reading:
        not_reading = [attacks.enter_context(attack(service, 100)) for attack in NOT_READING.values()]
        holding = [attacks.enter_context(attack(service, 50)) for attack in HOLDING.values()]
        service.seconds_of_health()
        until(lambda: all(closed(connection) for connections in holding for connection in connections))
        until(lambda: all(hung_up(connections) == len(connections) for connections in not_reading))
        assert reading()
    assert service.memory_bytes() - before < 200e6  # what they asked for are gigabytes


def test_service_keeps_connections_for_its_operator_when_all_others_are_busy(serve: Serve) -> None:
    service = serve(ASSISTANT_SERVING__MAX_CONNECTIONS=16)
    with opened(service, 16, UPLOAD):
        time.sleep(1)  # until these requests are being waited for
        for path, status in (("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/widget.js", 503)):
            response = httpx.get(service.url + path, timeout=PATIENCE)
            assert (response.status_code, response.headers["Connection"]) == (status, "close")
        assert response.json()["code"] == "too_many_connections"
        assert response.headers["Retry-After"]
        with opened(service, 200, UPLOAD) as more:
            until(lambda: sum(map(closed, more)) == len(more))
            service.seconds_of_health()
    until(lambda: httpx.get(f"{service.url}/widget.js", timeout=PATIENCE).status_code == 200)


@pytest.mark.parametrize(
    "odd", [b"\0\r\n\r\n", HTTP + b"a:b\r\n" * 200 + b"\r\n", HTTP + b"Connection: upgrade\r\nUpgrade: h2c\r\n\r\n"]
)
def test_service_writes_few_lines_about_connections_however_many_they_are(service: Service, odd: bytes) -> None:
    before = len(service.log_lines("uvicorn", "asyncio"))
    for _ in range(200):
        with service.connect() as connection:
            connection.sendall(odd)
    service.seconds_of_health()
    assert len(service.log_lines("uvicorn", "asyncio")) - before <= 3


def test_service_without_any_descriptors_left_says_so_once_and_is_there_again_afterwards(serve: Serve) -> None:
    service = serve(descriptors=80)  # too few: connections alone may take as many
    with opened(service, 200):
        time.sleep(5)
    service.seconds_of_health()
    assert service.ask(QUESTION)["status"] == "answered"
    lines = service.log_lines("uvicorn", "asyncio", "index", "api")
    about_it = [line for line in lines if line["logger"] != "api.http.requests"]
    assert any("Too many open files" in str(line["message"]) for line in about_it)
    assert len(about_it) <= 8
    assert not any("traceback" in line for line in about_it)
