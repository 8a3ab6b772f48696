from __future__ import annotations

import errno
import logging

import pytest

from corpus import trouble_log
from corpus.errors import DataFolderUnusable
from corpus.trouble_log import TroubleLog

FULL = DataFolderUnusable("The disk is full.")
NO_DESCRIPTORS = OSError(errno.EMFILE, "Too many open files", "/data/index")


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> TroubleLog:
    return TroubleLog(logging.getLogger("corpus.test"), "The index cannot be followed")


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage().partition(": ")[2] for record in caplog.records]


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        ([FULL] * 1000, ["The disk is full."]),
        ([FULL, NO_DESCRIPTORS] * 50, ["The disk is full.", "Too many open files (/data/index)."]),
        ([KeyError(number) for number in range(100)], [str(number) for number in range(10)]),
        ([OSError("closed"), ValueError()], ["closed", "ValueError"]),
    ],
)
def test_trouble_log_tells_each_sentence_once_and_not_any_number_of_them(
    log: TroubleLog, caplog: pytest.LogCaptureFixture, met: list[Exception], expected: list[str]
) -> None:
    for error in met:
        log.met(error)

    assert told(caplog) == expected


def test_trouble_log_has_a_traceback_only_for_what_nobody_expects(
    log: TroubleLog, caplog: pytest.LogCaptureFixture
) -> None:
    for error in (FULL, NO_DESCRIPTORS, KeyError("a")):
        log.met(error)

    assert [bool(record.exc_info) for record in caplog.records] == [False, False, True]


def test_trouble_log_tells_that_it_is_over_once_it_has_been_quiet_and_begins_anew_then(
    log: TroubleLog, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.not_met()
    log.met(FULL)
    log.not_met()
    assert told(caplog) == ["The disk is full."]

    monkeypatch.setattr(trouble_log, "_SECONDS_OF_QUIET", 0.0)
    log.not_met()
    log.not_met()
    log.met(FULL)
    assert told(caplog) == ["The disk is full.", "this is over", "The disk is full."]
