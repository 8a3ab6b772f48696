"""A real PostgreSQL for tests: Debian's, started for this run in a temporary folder and ended by it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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
    """A running server, reached by a socket in a folder, and on loopback where it has a port."""

    folder: Path
    programs: Path
    port: int | None = None
    inside: tuple[str, ...] = ()
    """What commands begin with that see its disk."""

    def url(self, database: str) -> str:
        if self.port is not None:
            return f"postgresql://assistant@127.0.0.1:{self.port}/{database}"
        return f"postgresql://assistant@/{database}?host={quote(str(self.folder), safe='')}"

    @property
    def socket(self) -> Path:
        return self.folder / f".s.PGSQL.{self.port or 5432}"

    def new_database(self) -> str:
        """Make an empty database; returns its address."""
        import psycopg  # an extra

        name = f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        return self.url(name)

    def start(self) -> None:
        # Its promises about the power are its own affair: without fsync a test takes a tenth of the time.
        where = f"-c listen_addresses=127.0.0.1 -p {self.port}" if self.port else "-c listen_addresses=''"
        options = f"{where} -k {self.folder} -c fsync=off -c max_connections=200"
        self._control("start", "-w", "-l", str(self.folder / "log"), "-o", options)

    def stop(self) -> None:
        """End it at once, as a crash would, but for what is on the disk. A second time does nothing."""
        if (self.folder / "data" / "postmaster.pid").exists() or self.inside:
            self._control("stop", "-m", "immediate")

    @contextmanager
    def standby(self) -> Iterator[PostgresServer]:
        """Another server, on loopback as this one, that has followed it before anything is acknowledged from now on."""
        import psycopg  # an extra

        with _folder() as folder:
            standby = PostgresServer(folder, self.programs, free_port())
            whole = ("-h", str(self.folder), "-p", str(self.port), "-U", "assistant", "--checkpoint=fast")
            _run(str(self.programs / "pg_basebackup"), "-D", str(folder / "data"), "--write-recovery-conf", *whole)
            standby.start()
            # Not before the copy, which would wait for one of its own when it is promoted.
            with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            self._control("reload")
            try:
                yield standby
            finally:
                standby.stop()

    @contextmanager
    def full(self) -> Iterator[None]:
        """Its disk is full until the end of the block."""
        filler = str(self.folder / "data" / "others")
        subprocess.run([*self.inside, "dd", "if=/dev/zero", f"of={filler}", "bs=1k"], stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            _run(*self.inside, "rm", filler)

    def promote(self) -> None:
        """Have a standby become one that is written."""
        self._control("promote", "-w")

    def _control(self, *arguments: str) -> None:
        _run(*self.inside, str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), *arguments)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
        return found


@contextmanager
def postgres_server(on_loopback: bool = False, disk: str = "") -> Iterator[PostgresServer]:
    """Start one; skips the test where PostgreSQL or its driver is not installed, and fails it in CI.

    With `disk`, a size such as 200m, its tables have a disk of their own; its log of writes is elsewhere.
    """
    programs = _programs()
    if programs is None:
        _miss("No PostgreSQL; on Debian: apt install postgresql")
    if find_spec("psycopg") is None:
        _miss("No driver of PostgreSQL; pip install '.[postgres]'")
    with _folder() as folder, ExitStack() as held:
        inside = held.enter_context(_disk(folder / "data", disk)) if disk else ()
        server = PostgresServer(folder, programs, free_port() if on_loopback else None, inside)
        _run(
            *inside, str(programs / "initdb"), "-D", str(folder / "data"), "-U", "assistant", "-A", "trust", "-E",
            "UTF8", "-N", "--locale", "C.UTF-8", "--waldir", str(folder / "wal"),
        )  # fmt: skip
        server.start()
        yield server
        server.stop()


@contextmanager
def _folder() -> Iterator[Path]:
    # A socket's path has at most 107 characters, which pytest's own folders exceed.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if os.geteuid() == 0:
        os.chown(folder, _UNPRIVILEGED, _UNPRIVILEGED)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _disk(folder: Path, size: str) -> Iterator[tuple[str, ...]]:
    """A disk of this size, which is gone with the block; what commands begin with that see it.

    It is a tmpfs in a namespace of its own. Only root can make one for a server that refuses to be run by root.
    """
    if os.geteuid() != 0:
        pytest.skip("Only root can make a small disk for PostgreSQL.")
    folder.mkdir()
    mount = f'mount -t tmpfs -o size={size},uid={_UNPRIVILEGED},gid={_UNPRIVILEGED},mode=700 none "$1"'
    holder = ["unshare", "--mount", "sh", "-c", f"{mount} && echo mounted && exec cat", "sh", str(folder)]
    with subprocess.Popen(holder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        if process.stdout.readline() != "mounted\n":
            _miss("No disk can be mounted here.")
        as_nobody = ["setpriv", f"--reuid={_UNPRIVILEGED}", f"--regid={_UNPRIVILEGED}", "--clear-groups"]
        try:
            yield ("nsenter", "--target", str(process.pid), "--mount", *as_nobody)
        finally:
            process.kill()


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
    # Who enters a namespace has to be root, and becomes nobody there.
    becomes_nobody = os.geteuid() == 0 and command[0] != "nsenter"
    as_nobody = {"user": _UNPRIVILEGED, "group": _UNPRIVILEGED} if becomes_nobody else {}
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", **as_nobody
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")
