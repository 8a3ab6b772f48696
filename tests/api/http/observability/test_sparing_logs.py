from __future__ import annotations

import errno
import logging
from collections.abc import Iterator

import pytest

from api.http.observability import json_logs
from api.http.observability.json_logs import Sparing


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    logger = logging.getLogger("tests.sparing")
    logger.filters = [Sparing()]
    yield logger
    logger.filters = []


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_sparing_lets_a_message_through_once_and_says_later_how_often_it_came(
    logger: logging.Logger, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(100):
        logger.warning("Invalid HTTP request received.")
        logger.warning("socket.accept() out of system resource\nsocket: <%s>" % number)  # noqa: UP031 - as asyncio does
    assert [line.partition("\n")[0] for line in told(caplog)] == [
        "Invalid HTTP request received.",
        "socket.accept() out of system resource",
    ]

    monkeypatch.setattr(json_logs, "_SECONDS_BETWEEN_REPETITIONS", 0.0)
    logger.warning("Invalid HTTP request received.")
    assert told(caplog)[-1] == "Invalid HTTP request received. (and 99 times since it was told last)"


def test_sparing_tells_a_trouble_of_the_machine_as_a_sentence_and_other_errors_whole(
    logger: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    no_descriptors = OSError(errno.EMFILE, "Too many open files")
    logger.error("socket.accept() failed\nsocket: <1>", exc_info=no_descriptors)
    logger.error("Exception in callback %s", "do", exc_info=no_descriptors)
    logger.error("Exception in %s", "callback", exc_info=KeyError("a"))

    assert [bool(record.exc_info) for record in caplog.records] == [False, False, True]
    assert told(caplog) == [
        "socket.accept() failed: Too many open files.",
        "Exception in callback do: Too many open files.",
        "Exception in callback",
    ]


def test_sparing_remembers_a_bounded_number_of_messages(logger: logging.Logger) -> None:
    [sparing] = logger.filters[-1:]
    assert isinstance(sparing, Sparing)
    for number in range(1_000):
        logger.warning("message " + str(number))
    assert len(sparing._told) <= json_logs._MOST_MESSAGES
