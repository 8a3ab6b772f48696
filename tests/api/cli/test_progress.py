from __future__ import annotations

import contextlib
import os
import pty
import sys

import pytest

from api.cli.progress import showing_progress
from api.cli.terminal import say


def test_progress_without_a_terminal_there_is_a_line_when_a_stage_begins_and_when_it_ends(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with showing_progress() as progress:
        for done in range(101):
            progress("embedding", done, 100)
        progress("building", 0, 0)

    captured = capsys.readouterr()
    assert captured.err.splitlines() == ["embedding: 0 of 100", "embedding: 100 of 100", "building ..."]
    assert captured.out == ""


def test_progress_on_a_terminal_there_is_a_bar_and_results_still_go_where_they_belong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with showing_progress() as progress:
            progress("embedding", 40, 100)
            say("a result")

    shown = _everything_on(ours)
    assert "embedding" in shown
    assert "40/100" in shown
    assert "a result" not in shown
    assert capsys.readouterr().out == "a result\n"


def _everything_on(terminal: int) -> str:
    """What was written to a terminal whose other end is closed: one read gives what one write left."""
    shown = b""
    with contextlib.suppress(OSError):  # the end of a terminal is told as EIO
        while written := os.read(terminal, 65536):
            shown += written
    os.close(terminal)
    return shown.decode()
