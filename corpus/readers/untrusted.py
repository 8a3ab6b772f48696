"""Parsing of untrusted files in a child process, so that a hostile or damaged one costs a sentence and nothing else.

One child serves this whole process, file after file: starting it takes longer than reading most files. It has limits of
memory and time, can write no file, and can neither open a connection nor start a program. It ends with its parent.
"""

from __future__ import annotations

import atexit
import json
import logging
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from math import ceil
from threading import Lock, Timer
from time import process_time
from traceback import format_exc
from typing import IO

from corpus.block import blocks_as_json, blocks_from_json
from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft, not_an_article

_logger = logging.getLogger(__name__)

_MOST_CPU_SECONDS = 60
"""Of a processor's time for one file: 2,000 pages of PDF take half of it."""

_MOST_SECONDS = 600.0
"""For one file, on a machine that is busy with ten other things."""

_MOST_MEMORY_BYTES = 1536 * 2**20
"""Address space of the child, 1.5 GiB: an XML document of 64 MiB takes half of it."""

_MOST_CHARACTERS = 10_000_000
"""Of one article: ten long novels."""

_MOST_COLUMNS = 1_000
"""Of a table: a spreadsheet that somebody reads has fifty."""

_MOST_ANSWER_BYTES = 512 * 2**20
"""What is taken from the child: as many characters, all of them written as escapes, with their blocks."""

_FILES_A_CHILD = 500
"""Libraries in C leak."""

_LENGTH_BYTES = 8
_KILL = 9
_OUT_OF_TIME = getattr(signal, "SIGXCPU", signal.SIGTERM)

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from corpus.readers.untrusted import serve; serve()"

_TOO_SLOW = f"reading it takes more than {_MOST_CPU_SECONDS} seconds; split it, or save it anew in a simpler form."
_TOO_LARGE_IN_MEMORY = f"reading it takes more than {_MOST_MEMORY_BYTES / 2**30:.1f} GiB of memory; split it."
_TOO_WIDE = f"it holds a table with more than {_MOST_COLUMNS:,} columns, which is no text."
_TOO_LONG = f"it has more than {_MOST_CHARACTERS:,} characters, the most for one article; split it."
_CRASHED = "the process that read it broke down ({}): it is damaged, or made to do harm."

Parse = Callable[[bytes, str], Draft]
"""The article in a file's bytes. Raises `UnreadableSource` naming the origin, its second argument."""


def in_child(module: str) -> Parse:
    """Return a parser that lets `parse` of a module in this package do its work in the child."""

    def parse(raw: bytes, origin: str) -> Draft:
        return _parse_in_child(module, raw, origin)

    return parse


class _Broken(Exception):
    """The child ended, or was ended, before it answered; the message is the reason for the user."""


class _Killed(_Broken):
    """Somebody else ended the child, such as a machine that is out of memory."""


class _Child:
    """The process at work. Not safe for threads."""

    def __init__(self) -> None:
        # A session of its own keeps Ctrl-C for the parent. Isolated, it has no site of a user and writes no .pyc.
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            [sys.executable, "-B", "-c", _START, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._files_left = _FILES_A_CHILD
        self._is_late = False

    def is_usable(self) -> bool:
        return self._files_left > 0 and self._process.poll() is None

    def end(self) -> None:
        self._process.kill()
        with suppress(BrokenPipeError):
            self._process.communicate()

    def ask(self, module: str, raw: bytes) -> dict[str, object]:
        """Return what the child says of a file; raise `_Broken` if it says nothing."""
        self._files_left -= 1
        timer = Timer(_MOST_SECONDS, self._end_late)
        timer.daemon = True
        timer.start()
        try:
            return self._exchange(module, raw)
        finally:
            timer.cancel()

    def _exchange(self, module: str, raw: bytes) -> dict[str, object]:
        sent, said = self._process.stdin, self._process.stdout
        assert sent is not None
        assert said is not None
        with suppress(BrokenPipeError):  # it is told from what it says
            sent.write(json.dumps([module, len(raw)]).encode() + b"\n" + raw)
            sent.flush()
        length = int.from_bytes(said.read(_LENGTH_BYTES))
        answer = said.read(length) if 0 < length <= _MOST_ANSWER_BYTES else b""
        if not answer or len(answer) < length:
            self.end()
            if self._is_late or self._process.returncode == -_OUT_OF_TIME:
                raise _Broken(_TOO_SLOW)
            was_killed = self._process.returncode == -_KILL
            raise (_Killed if was_killed else _Broken)(_CRASHED.format(self._how_it_ended()))
        found: dict[str, object] = json.loads(answer)
        return found

    def _end_late(self) -> None:
        self._is_late = True
        self._process.kill()

    def _how_it_ended(self) -> str:
        code = self._process.returncode or 0
        with suppress(ValueError):
            return signal.Signals(-code).name
        return f"exit code {code}"


class _Children:
    """The one child that lives, or none."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._child: _Child | None = None

    def ask(self, module: str, raw: bytes) -> dict[str, object]:
        with self._lock:
            try:
                return self._ask(module, raw)
            except _Killed:  # it may have been for another file
                return self._ask(module, raw)

    def _ask(self, module: str, raw: bytes) -> dict[str, object]:
        if self._child is None or not self._child.is_usable():
            self.end()
            self._child = _Child()
            atexit.register(self.end)
        try:
            return self._child.ask(module, raw)
        except BaseException:  # whatever it was, also Ctrl-C: what the child would say next is of this file
            self.end()
            raise

    def end(self) -> None:
        atexit.unregister(self.end)
        if self._child is not None:
            self._child.end()
            self._child = None


_CHILDREN = _Children()


def _parse_in_child(module: str, raw: bytes, origin: str) -> Draft:
    try:
        said = _CHILDREN.ask(module, raw)
    except _Broken as broken:
        raise UnreadableSource(origin, str(broken)) from None
    if trace := said.get("trace"):
        _logger.error("A source could not be read.\n%s", trace)
    if reason := said.get("refused"):
        raise UnreadableSource(origin, str(reason))
    fields: dict[str, object] = said["draft"]  # type: ignore[assignment]  # it is what `_answer` wrote
    blocks = blocks_from_json(str(fields.pop("blocks")))
    warnings = tuple(fields.pop("warnings"))  # type: ignore[arg-type, var-annotated]  # likewise
    return Draft(**fields, blocks=blocks, warnings=warnings)  # type: ignore[arg-type]  # likewise


def serve() -> None:
    """Answer the parent until it closes the pipe or dies; all that the child does."""
    requests, answers = sys.stdin.buffer, _private_stdout()
    _limit_resources()
    sys.addaudithook(_refuse_reaching_out)
    while line := requests.readline():
        module, length = json.loads(line)
        raw = requests.read(length)
        _limit_time()
        answer = json.dumps(_answer(module, raw)).encode()
        answers.write(len(answer).to_bytes(_LENGTH_BYTES) + answer)
        answers.flush()


def _private_stdout() -> IO[bytes]:
    """Return the pipe to the parent; what libraries print goes nowhere."""
    import os

    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return pipe


def _limit_resources() -> None:
    try:
        import resource
    except ImportError:  # Windows has none; the limits of time and size hold
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY_BYTES, _MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time() -> None:
    """Let the next file have its time: the process is ended when it takes more."""
    with suppress(ImportError):
        import resource

        end = ceil(process_time()) + _MOST_CPU_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (end, resource.RLIM_INFINITY))


def _refuse_reaching_out(event: str, _arguments: object) -> None:
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "urllib.")):
        raise PermissionError(f"A file that is read may not cause {event}.")


def _answer(module: str, raw: bytes) -> dict[str, object]:
    from importlib import import_module

    try:
        draft: Draft = import_module(f"corpus.readers.{module}").parse(raw, "")
        if len(draft.text) > _MOST_CHARACTERS:
            return {"refused": _TOO_LONG}
        if any(len(block.cells) > _MOST_COLUMNS for block in draft.blocks):
            return {"refused": _TOO_WIDE}
        fields = asdict(replace(draft, blocks=()))
        return {"draft": fields | {"blocks": blocks_as_json(draft.blocks)}}
    except UnreadableSource as refused:
        return {"refused": refused.reason}
    except MemoryError:
        return {"refused": _TOO_LARGE_IN_MEMORY}
    except RecursionError:
        return {"refused": "its parts are nested too deeply; save it anew in a simpler form."}
    except Exception as error:  # readers meet files that nobody foresaw
        return {"refused": not_an_article(error), "trace": format_exc()}
