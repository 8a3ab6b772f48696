"""Progress of work, on stderr: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Protocol

from api.cli.terminal import one_line, tell

_SECONDS_BETWEEN_LINES = 10.0
"""Often enough to see that it lives, rare enough for the log of a nightly job."""


class Progress(Protocol):
    def __call__(self, stage: str, done: int, total: int, note: str = "") -> None:
        """Report `done` of `total` of this stage; 0 of 0 when the stage cannot tell. `note` is how it looks so far."""


@contextmanager
def showing_progress() -> Iterator[Progress]:
    """Yield a function to report progress to while the block runs."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[note]}", markup=False),
    )
    console = Console(stderr=True, markup=False)
    # Results printed meanwhile go above the bar, but never from a file or a program into the terminal.
    with Progress(*columns, console=console, redirect_stdout=sys.stdout.isatty()) as display:
        tasks = {}

        def show(stage: str, done: int, total: int, note: str = "") -> None:
            if stage not in tasks:
                tasks[stage] = display.add_task(one_line(stage), total=total or None, note="")
            display.update(tasks[stage], completed=done, total=total or None, note=one_line(note))

        yield show


class _Lines:
    """One line when a stage begins or ends, and one every few seconds in between."""

    def __init__(self) -> None:
        self._stage = ""
        self._last_line = 0.0

    def __call__(self, stage: str, done: int, total: int, note: str = "") -> None:
        is_edge = stage != self._stage or (total and done == total)
        if is_edge or monotonic() - self._last_line >= _SECONDS_BETWEEN_LINES:
            so_far = f": {done} of {total}  {note}" if total else f": {done} so far" if done else " ..."
            tell(f"{stage}{so_far}".rstrip())
            self._stage, self._last_line = stage, monotonic()
