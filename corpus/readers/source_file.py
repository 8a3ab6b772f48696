"""The files that may hold articles, and their bytes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from corpus.errors import UnreadableSource

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Largest file, or line of a BEIR corpus, that becomes one article: 64 MiB."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """`name` is the path relative to the folder that was ingested, with `/` on every platform."""

    path: Path
    name: str

    @property
    def origin(self) -> str:
        return printable(self.path)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that was met in a folder and is of no kind that is read. `name` is its path within the folder."""

    name: str

    @property
    def ending(self) -> str:
        """What tells its kind, in small letters: `.png`; empty where its name has no ending."""
        return PurePosixPath(self.name).suffix.lower()


def printable(path: str | Path) -> str:
    r"""`path` as text that can be stored and shown: bytes that are no UTF-8 appear as `\xhh`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def find_source_files(
    place: Path, may_hold: Callable[[Path, bool], bool], benchmark: str
) -> Iterator[SourceFile | LeftOut | UnreadableSource]:
    """The file `place`, or all files below the folder `place`, sorted in each folder.

    Those that `may_hold` articles come back as source files, the others as left out; it is asked with the path, and
    whether a file called `benchmark` lies in its folder or above. Hidden files and folders are passed over. Links are
    followed, but no folder is entered twice, so that a loop of links ends. A folder that cannot be listed comes back as
    an error.
    """
    # The place itself is resolved; below it names count as they stand there, not where a link points.
    place = Path(os.path.realpath(place))
    if not place.is_dir():
        yield SourceFile(place, printable(place.name))
        return
    of_benchmark: set[str] = set()
    unlisted: list[OSError] = []
    for folder, names in _walk(place, unlisted):
        if benchmark in names or str(Path(folder).parent) in of_benchmark:
            of_benchmark.add(folder)
        for name in names:
            path = Path(folder, name)
            relative = printable(path.relative_to(place).as_posix())
            yield SourceFile(path, relative) if may_hold(path, folder in of_benchmark) else LeftOut(relative)
    yield from (UnreadableSource(printable(error.filename), _why(error)) for error in unlisted)


def _walk(top: Path, unlisted: list[OSError]) -> Iterator[tuple[str, list[str]]]:
    """Yield each folder with its files' names, in order; what cannot be listed goes to `unlisted`."""
    entered = {os.path.realpath(top)}
    for folder, subfolders, names in os.walk(top, followlinks=True, onerror=unlisted.append):
        subfolders[:] = [name for name in sorted(subfolders) if _is_new(Path(folder, name), entered)]
        yield folder, [name for name in sorted(names) if not _is_hidden(name)]


def _is_new(folder: Path, entered: set[str]) -> bool:
    """Whether to enter `folder`; remembers it."""
    real = os.path.realpath(folder)
    if _is_hidden(folder.name) or real in entered:
        return False
    entered.add(real)
    return True


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def read_bytes(path: Path, limit: int = MAX_FILE_BYTES) -> bytes:
    """Return all bytes of the file. Raises `UnreadableSource`, also for a file of more than `limit` bytes."""
    with opened(path) as file:
        raw = file.read(limit + 1)
    if len(raw) > limit:
        raise UnreadableSource(
            printable(path), f"it is larger than {limit // 2**20} MiB, the most for one article; split it."
        )
    return raw


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading. Whatever the disk refuses, then or later, becomes `UnreadableSource`."""
    if path.exists() and not path.is_file():
        # A pipe or device would be waited for, perhaps for ever.
        raise UnreadableSource(printable(path), "it is not a regular file.")
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise UnreadableSource(printable(path), _why(error)) from error


def _why(error: OSError) -> str:
    return f"it cannot be read ({(error.strerror or 'input/output error').lower()})."
