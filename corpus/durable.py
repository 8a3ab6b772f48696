"""Files that are whole when they appear, also when the power fails."""

from __future__ import annotations

import os
from pathlib import Path


def move_durably(source: Path, target: Path) -> None:
    """Rename a finished file or folder. After this `target` is whole on the disk; before it, it is what it was.

    A file replaces what `target` was; a folder needs that there is no `target`.
    """
    for path in [*source.rglob("*"), source]:
        flush(path)
    source.replace(target)
    flush(target.parent)


def write_durably(target: Path, content: bytes) -> None:
    """Make or replace a file, which is the old one or the new one at any moment, also after a power failure."""
    staged = target.with_name(f".{target.name}.partial")
    staged.write_bytes(content)
    move_durably(staged, target)


def flush(path: Path) -> None:
    """fsync of a file, or of a folder's list of names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
