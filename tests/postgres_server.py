"""A real PostgreSQL for tests: Debian's, started for this run in a temporary folder and ended by it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

import pytest

_DEBIAN = Path("/usr/lib/postgresql")
_UNPRIVILEGED = 65534
"""Nobody: the server refuses to be run by root."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server, reached by a socket in a folder."""

    folder: Path
    programs: Path

    def url(self, database: str) -> str:
        return f"postgresql://assistant@/{database}?host={quote(str(self.folder), safe='')}"

    def new_database(self) -> str:
        """Make an empty database; returns its address."""
        import psycopg  # an extra

        name = f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        return self.url(name)

    def start(self) -> None:
        # Its promises about the power are its own affair: without fsync a test takes a tenth of the time.
        options = f"-c listen_addresses='' -k {self.folder} -c fsync=off -c max_connections=200"
        self._control("start", "-w", "-l", str(self.folder / "log"), "-o", options)

    def stop(self) -> None:
        """End it at once, as a crash would, but for what is on the disk."""
        self._control("stop", "-m", "immediate")

    def _control(self, *arguments: str) -> None:
        _run(str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), *arguments)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start one; skips the test where PostgreSQL or its driver is not installed, and fails it in CI."""
    programs = _programs()
    if programs is None:
        _miss("No PostgreSQL; on Debian: apt install postgresql")
    if find_spec("psycopg") is None:
        _miss("No driver of PostgreSQL; pip install '.[postgres]'")
    # A socket's path has at most 107 characters, which pytest's own folders exceed.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if os.geteuid() == 0:
        os.chown(folder, _UNPRIVILEGED, _UNPRIVILEGED)
    server = PostgresServer(folder, programs)
    try:
        _run(
            str(programs / "initdb"), "-D", str(folder / "data"), "-U", "assistant", "-A", "trust", "-E", "UTF8", "-N",
            "--locale", "C.UTF-8",
        )  # fmt: skip
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    """Where the newest installed version has its programs."""
    versions = [path for path in _DEBIAN.glob("*/bin") if (path / "initdb").exists()]
    if versions:
        return max(versions, key=lambda path: int(path.parent.name))
    found = shutil.which("initdb")
    return Path(found).parent if found else None


def _miss(what: str) -> NoReturn:
    if "CI" in os.environ:
        raise FileNotFoundError(what)
    pytest.skip(what)


def _run(*command: str) -> None:
    as_nobody = {"user": _UNPRIVILEGED, "group": _UNPRIVILEGED} if os.geteuid() == 0 else {}
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", **as_nobody
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")
