"""More who ask than there is room for: each is answered, or told at once when to come back."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest

from tests.attacks.conftest import PATIENCE, Serve, Service, until
from tests.attacks.test_mcp import metric

QUESTION = "what does China say about semiconductors?"
MANY = 200
PATIENCE_TO_DRAIN = 50
SHORT = {"ASSISTANT_LOAD__WAIT_SECONDS": 2}
"""So short that two hundred cannot all be answered, on any machine that runs this."""

ENDS = {200, 503, 504}
"""How requests end that are too many: answered, told when to come back, or, on a slow machine, that it is too late."""

ROUTES = {
    "/v1/ask": lambda number: {"question": f"{QUESTION} ({number})"},
    "/v1/ask ": lambda number: {"question": f"{QUESTION} ({number})", "stream": True},
    "/v1/search": lambda number: {"query": f"{QUESTION} ({number})"},
    "/v1/chat/completions": lambda number: {"messages": [{"role": "user", "content": f"{QUESTION} ({number})"}]},
}
"""Ways to ask; the second is a stream."""


async def ask_all(service: Service, path: str, number: int) -> list[httpx.Response]:
    limits = httpx.Limits(max_connections=number)
    async with httpx.AsyncClient(base_url=service.url, timeout=PATIENCE, limits=limits) as client:
        bodies = map(ROUTES[path], range(number))
        return await asyncio.gather(*(client.post(path.strip(), json=body) for body in bodies))


@pytest.mark.chaos
def test_admission_of_two_hundred_at_once_each_is_answered_or_told_when_to_come_back(serve: Serve) -> None:
    service = serve(workers=2, **SHORT)
    shed = 0
    for path in ROUTES:
        responses = asyncio.run(ask_all(service, path, MANY))

        refused = [response for response in responses if response.status_code == 503]
        assert {response.status_code for response in responses} <= ENDS, path
        assert len(refused) < MANY, path
        assert all(1 <= int(response.headers["Retry-After"]) <= 30 for response in refused), path
        assert all("busy" in response.text for response in refused), path
        shed += len(refused)
    assert shed, "nobody was refused, so that nothing was seen"
    assert metric(service, "assistant_questions_shed_total") == shed


def test_service_tells_of_its_health_while_it_is_loaded_and_its_slow_routes_are_full(serve: Serve) -> None:
    service = serve(**SHORT)
    told: Counter[tuple[str, int]] = Counter()
    with ThreadPoolExecutor(60) as executor, httpx.Client(base_url=service.url, timeout=PATIENCE) as client:
        asked = [executor.submit(client.post, "/v1/ask", json={"question": f"{QUESTION} {n}"}) for n in range(100)]
        asked += [executor.submit(client.get, "/v1/articles?limit=200") for _ in range(100)]
        while not all(one.done() for one in asked):
            for path in ("/healthz", "/readyz", "/metrics"):
                told[path, httpx.get(service.url + path, timeout=PATIENCE).status_code] += 1

    assert set(told) == {("/healthz", 200), ("/readyz", 200), ("/metrics", 200)}


def test_admission_who_has_left_makes_nobody_wait(serve: Serve) -> None:
    """A hundred come and leave; the one who stays is answered, though not all of them could have been."""
    service = serve()
    for number in range(100):
        told = b'{"question": "what does China say about semiconductors? (%d)"}' % number
        head = b"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        with closing(service.connect()) as connection:
            connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(told) + told)

    def is_answered() -> bool:
        return httpx.post(f"{service.url}/v1/ask", json={"question": QUESTION}, timeout=PATIENCE).status_code == 200

    until(is_answered)  # on a busy machine it takes a moment until they are known to have left
    assert metric(service, "assistant_answers_total") < 100


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.chaos)])
def test_service_finishes_what_it_answers_when_it_stops(serve: Serve, workers: int) -> None:
    service = serve(workers=workers, ASSISTANT_SERVING__DRAIN_SECONDS=PATIENCE_TO_DRAIN)

    async def ask_and_stop() -> list[httpx.Response]:
        asked = asyncio.create_task(ask_all(service, "/v1/ask ", 20))
        await asyncio.sleep(1)
        service.process.send_signal(signal.SIGTERM)
        return await asked

    responses = asyncio.run(ask_and_stop())

    assert {response.status_code for response in responses} <= ENDS
    assert all("event: answer.completed" in response.text for response in responses if response.status_code == 200)
    assert service.process.wait(PATIENCE) == 0
