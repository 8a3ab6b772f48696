"""The disk of a data folder: whether it can be written, and the reserve with which a full one is read and cleared.

SQLite needs some space even to read, and deleting needs more. So a file of some megabytes lies in the folder, which is
removed when others have filled the disk. From then on nothing is taken in until there is space again.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from corpus.errors import DataFolderFull, DataFolderReadOnly, DataFolderUnusable

RESERVE_FILE = "reserve"

RESERVE_BYTES = 4 * 1024 * 1024
"""As far as SQLite lets its log grow before it copies it back, by default (1,000 pages of 4 KiB)."""

_SCARCE_BYTES = 1024 * 1024
"""With less than this left, the reserve is given up."""

_LEAST_BYTES = 128 * 1024
"""With less than this left, nothing can be written: the index of SQLite's log alone takes 32 KiB."""

_NO_LIMIT = 1 << 60
"""Bytes that are said to be free where the disk has no size: file systems in memory, and some over a network."""

_FULL = (errno.ENOSPC, errno.EDQUOT)
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


class DiskState(StrEnum):
    """What can be done with a data folder besides reading it."""

    WRITABLE = "writable"
    FULL = "full"
    """New articles are refused; deleting goes on."""
    READ_ONLY = "read-only"


def disk_state(folder: Path) -> DiskState:
    """Return the state of an existing folder."""
    if not is_writable(folder):
        return DiskState.READ_ONLY
    return DiskState.FULL if _is_low(folder) else DiskState.WRITABLE


def is_writable(folder: Path) -> bool:
    """Whether files can be made in the folder, as far as its permissions and its mount tell."""
    return os.access(folder, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def free_bytes(folder: Path) -> int:
    """Return the space that is left for users. Raise OSError for a folder that is not there."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize if disk.f_blocks else _NO_LIMIT


def is_exhausted(folder: Path) -> bool:
    """Whether not even the smallest change can be written."""
    return free_bytes(folder) < _LEAST_BYTES


def refuse_when_full(folder: Path) -> None:
    """Raise DataFolderFull when only as much is left as deleting may need."""
    if _is_low(folder):
        raise full(folder)


def _is_low(folder: Path) -> bool:
    # No more than what giving up the reserve leaves.
    return free_bytes(folder) < RESERVE_BYTES + _SCARCE_BYTES


def keep_reserve(folder: Path) -> None:
    """Put the reserve into the folder unless it is there, or would take the last space."""
    reserve = folder / RESERVE_FILE
    with suppress(OSError):  # the next start tries again
        if not reserve.exists() and free_bytes(folder) > 2 * RESERVE_BYTES:
            _allocate(reserve)


def make_room(folder: Path) -> None:
    """Give up the reserve when hardly anything else is left."""
    with suppress(OSError):  # read-only, or not there: whoever uses it is told
        if free_bytes(folder) < _SCARCE_BYTES:
            (folder / RESERVE_FILE).unlink(missing_ok=True)


def explained(folder: Path, error: OSError) -> DataFolderUnusable:
    """Return the error to raise for one of the operating system."""
    if error.errno in _FULL:
        return full(folder)
    if error.errno in _READ_ONLY:
        return read_only(folder, error.strerror)
    return unusable(folder, error.strerror)


def full(folder: Path) -> DataFolderFull:
    return DataFolderFull(
        f"The disk of the data folder {folder} is full, so that nothing more can be stored; free some space, or remove "
        "articles with `assistant articles remove`."
    )


def read_only(folder: Path, reason: object) -> DataFolderReadOnly:
    return DataFolderReadOnly(
        f"The data folder {folder} is read-only and cannot be written ({reason}); check its permissions and how its "
        "disk is mounted."
    )


def unusable(folder: Path, reason: object) -> DataFolderUnusable:
    return DataFolderUnusable(
        f"The data folder {folder} cannot be used ({reason}); check the path, its permissions and the free space."
    )


def _allocate(file: Path) -> None:
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, RESERVE_BYTES)
        else:  # macOS
            os.write(descriptor, bytes(RESERVE_BYTES))
    except OSError:
        file.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
