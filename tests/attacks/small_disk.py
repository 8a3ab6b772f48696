"""A disk of some megabytes that can be filled, or made read-only, for processes that are started on it.

It is a tmpfs in a mount namespace of its own, so that it takes no rights and is gone with its last process.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.attacks.conftest import ASSISTANT, PATIENCE

_HOLDER = 'mount -t tmpfs -o size="$2" none "$1" && echo mounted && exec cat'


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """`folder` is empty for processes that were not started here."""

    folder: Path
    holder: subprocess.Popen[str]

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def command(self, *arguments: str | Path) -> list[str]:
        inside = ["nsenter", "--target", str(self.holder.pid), "--user", "--mount", "--preserve-credentials"]
        return [*inside, *map(str, arguments)]

    def run(self, *arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env={**os.environ, "ASSISTANT_DATA": str(self.data), **settings},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def assistant(self, *arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run `assistant ARGUMENTS` on the data folder of this disk; it must not end in a traceback."""
        done = self.run(ASSISTANT, *arguments, **settings)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def fill(self) -> None:
        self.run("dd", "if=/dev/zero", f"of={self.folder / 'others'}", "bs=1k")

    def empty(self) -> None:
        assert self.run("rm", self.folder / "others").returncode == 0

    def remount(self, option: str) -> None:
        done = self.run("mount", "-o", f"remount,{option}", self.folder)
        assert done.returncode == 0, done.stderr


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[SmallDisk]:
    """Mount a disk of `size` on `folder`; without user namespaces the test is skipped, or fails where CI runs it."""
    with subprocess.Popen(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _HOLDER, "sh", str(folder), size],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout
        assert holder.stderr
        if holder.stdout.readline() != "mounted\n":
            why = f"No disk can be mounted here: {holder.stderr.read()}"
            pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
        try:
            yield SmallDisk(folder, holder)
        finally:
            holder.kill()
