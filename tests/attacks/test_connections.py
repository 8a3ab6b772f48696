"""Attacks by connections: too many, silent, half-open, trickling, idle, never read."""

from __future__ import annotations

import select
import socket
import time
from contextlib import ExitStack

import pytest

from tests.attacks.conftest import PATIENCE, Serve, Service
from tests.attacks.connections import HOLDING, NOT_READING, Attack

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


def until(holds: object, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.2)


@pytest.mark.parametrize("workers", [1, 2])
def test_service_answers_while_more_connections_are_held_than_it_has_descriptors(serve: Serve, workers: int) -> None:
    service = serve(workers, descriptors=1024)
    for name, attack in HOLDING.items():
        with attack(service):
            for _ in range(10):
                print(name, service.seconds_of_health())
                time.sleep(0.1)
    assert service.ask(QUESTION)["status"] == "answered"
    assert service.stop() == 0
    assert len(service.log_lines("uvicorn", "asyncio", "index")) <= 5


def test_service_closes_whoever_does_not_go_on(service: Service) -> None:
    with ExitStack() as attacks:
        held = [attacks.enter_context(attack(service)) for attack in HOLDING.values()]
        until(lambda: all(closed(connection) for connections in held for connection in connections[:20]))


@pytest.mark.parametrize("attack", NOT_READING.values(), ids=NOT_READING)
def test_service_cuts_whoever_does_not_read_and_its_memory_stays(service: Service, attack: Attack) -> None:
    before = service.memory_bytes()
    with attack(service) as connections:
        service.seconds_of_health()
        until(lambda: hung_up(connections) == len(connections))
    assert service.memory_bytes() - before < 100e6
