"""A bell rings when something was committed that others may wait for: an article or a job."""

from __future__ import annotations

from typing import Protocol


class Bell(Protocol):
    """For one who waits; close it in the end."""

    def rang(self) -> bool:
        """Whether it may have rung since this was asked last: time to look. True now and then without a reason."""

    def close(self) -> None:
        """Hear no more."""


class SilentBell:
    """Where a look costs next to nothing, such as at a file, whoever waits looks each time."""

    def rang(self) -> bool:
        return True

    def close(self) -> None:
        """There is nothing to hear."""
