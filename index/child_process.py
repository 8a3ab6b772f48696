"""Child processes: one long or dangerous task of the index in a process of its own.

The child is a fresh interpreter, never a fork: tokio and torch threads do not survive one. It does not run
the caller's main script again, as multiprocessing would, so that a script needs no `__main__` guard.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from threading import Thread
from typing import IO

from corpus.store.privacy import make_files_private

OnProgress = Callable[[int, int], None]
"""Called with how many are done, and of how many."""

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from {} import main; main({})"

NICENESS = 10
"""Out of 19: whoever answers questions goes first, yet the build is not starved on a busy machine."""


class ChildFailed(Exception):
    """The message is one clause that says why: the last thing the child complained of, or how it ended."""


def run_child(
    module: str, arguments: Sequence[str], on_progress: OnProgress | None = None, message: str | None = None
) -> None:
    """Run `main(arguments)` of `module` (its full name) to its end; raise `ChildFailed` when it fails or is killed.

    The child ends when this process does, however that happens, and when this call is interrupted. A `message` is one
    line, which no list of processes shows; the child calls `parents_message` first.
    """
    command = [sys.executable, "-c", _START.format(module, "sys.argv[2:]"), json.dumps(sys.path), *arguments]
    with TemporaryFile() as complaints, _started(command, complaints) as child:
        if message is not None:
            _tell(child, message)
        for done, of in _progress(child):
            if on_progress is not None:
                on_progress(done, of)
        if child.wait() != 0:
            raise ChildFailed(_how_it_ended(child.returncode, complaints))


def start_child(module: str, message: str, pass_fds: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """Start `main()` of `module` and leave it running; `message` is one line, which no list of processes shows.

    It calls `become_kept_child` first. Its end of the pipe closes when this process dies, however that happens.
    """
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
        [sys.executable, "-c", _START.format(module, ""), json.dumps(sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        pass_fds=pass_fds,
        start_new_session=True,
    )
    _tell(child, message)
    return child


def _tell(child: subprocess.Popen[bytes], message: str) -> None:
    assert child.stdin is not None
    # A child that died at once is noticed by whoever waits for it.
    with suppress(BrokenPipeError):
        child.stdin.write(message.encode() + b"\n")
        child.stdin.flush()


def parents_message() -> str:
    """Return the message of the parent, in a process that got one."""
    return sys.stdin.buffer.readline().decode().removesuffix("\n")


def become_kept_child(when_orphaned: Callable[[], object], niceness: int = 0) -> str:
    """Return the message of the parent, and end with it; the first call of what `start_child` started."""
    make_files_private()
    os.nice(niceness)
    message = parents_message()
    Thread(target=_await_parent, args=(when_orphaned,), daemon=True).start()
    return message


def _await_parent(when_orphaned: Callable[[], object]) -> None:
    # Nobody writes to this pipe any more: reading returns when the parent closes it or dies, even by kill -9. Past
    # Python's own buffers, which cannot be closed while a thread reads from them.
    os.read(sys.stdin.fileno(), 1)
    when_orphaned()


@contextmanager
def _started(command: Sequence[str], complaints: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    # A session of its own keeps Ctrl-C for the parent, which then ends the child.
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, start_new_session=True
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def _progress(child: subprocess.Popen[bytes]) -> Iterator[tuple[int, int]]:
    for line in child.stdout or ():
        done, of = line.split()
        yield int(done), int(of)


def _how_it_ended(returncode: int, complaints: IO[bytes]) -> str:
    complaints.seek(0)
    lines = complaints.read().decode(errors="replace").strip().splitlines()
    ending = f"ended by signal {-returncode}" if returncode < 0 else f"ended with code {returncode}"
    return f"{ending}, {lines[-1]}" if lines else ending


def become_child() -> OnProgress:
    """Tie the child's life to its parent's, below it in rank, and return how it reports progress; its first call."""
    make_files_private()
    os.nice(NICENESS)
    Thread(target=_await_parent, args=(lambda: os._exit(1),), daemon=True).start()
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    # What libraries print must not be taken for progress.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return lambda done, of: print(done, of, file=channel, flush=True)
