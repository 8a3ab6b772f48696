"""Hashes of the files of an index, by which a change of any byte is noticed before the file is read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MANIFEST_FILE = "manifest.json"

ByteRanges = Sequence[tuple[int, int]]
"""[start, end) in bytes, ascending or not, within one file."""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file as its builder left it. `rewritten` bytes may change later and are hashed as zeros."""

    bytes: int
    sha256: str
    rewritten: ByteRanges = ()


def record_files(folder: Path, rewritten: Mapping[str, ByteRanges]) -> dict[str, FileRecord]:
    """Record every file below `folder` by its relative path; nobody may be writing them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [path.relative_to(folder).as_posix() for path in files]
    return {name: record_file(folder / name, rewritten.get(name, ())) for name in names}


def record_file(path: Path, rewritten: ByteRanges) -> FileRecord:
    """Record one file. Raises `OSError` when it cannot be read."""
    size = path.stat().st_size
    return FileRecord(size, _sha256(path, rewritten), tuple(rewritten))


def manifest_digest(folder: Path) -> str:
    """Return 16 hex digits that go into the folder's name, so that a changed manifest no longer fits it."""
    return hashlib.sha256((folder / MANIFEST_FILE).read_bytes()).hexdigest()[:16]


def _sha256(path: Path, rewritten: ByteRanges) -> str:
    if not rewritten:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    content = bytearray(path.read_bytes())
    for start, end in rewritten:
        content[start:end] = bytes(end - start)
    return hashlib.sha256(content).hexdigest()
