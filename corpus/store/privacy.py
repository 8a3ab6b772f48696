"""Privacy of the data folder: articles, questions and keys are read by nobody but the user who runs the program."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from corpus.errors import DataFolderUnusable

_log = logging.getLogger(__name__)

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600

_OWN_FOLDERS = {"index", "evaluation", "lost+found"}
"""Folders in a data folder; with any other one in it, it is a folder of somebody's work, or a whole disk."""


def make_files_private() -> None:
    """Let no other user read what this process and its children write from now on, libraries included."""
    os.umask(_OTHERS)


def create_private(file: Path) -> None:
    """Make an empty file, unless it is there, that only its owner may read. SQLite gives its log the same rights."""
    os.close(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, _PRIVATE_FILE))


def make_private_folder(folder: Path) -> None:
    """Make a folder, unless it is there, that only its owner may enter."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)


def keep_private(folder: Path) -> None:
    """Take from others what they may read in a data folder (an older version's, or a copied one), and say so.

    Where that cannot be done it is said, too. Raise DataFolderUnusable for a link that another user made.
    """
    _refuse_foreign_link(folder)
    with suppress(OSError):  # missing, or not to be looked at: whoever opens it is told
        found = folder.stat()
        if not stat.S_ISDIR(found.st_mode):
            return
        if os.geteuid() != 0 and found.st_uid not in (0, os.geteuid()):  # root reads everything anyhow
            _log.warning(
                "The data folder %s belongs to another user, who can read and change all that is in it.", folder
            )
        elif any(map(_is_open, _top(folder))):
            if _holds_other_things(folder):
                _log.warning(
                    "Other users can read the data folder %s, which was left so, since it holds other things, too; set "
                    "ASSISTANT_DATA to a folder of its own.",
                    folder,
                )
            else:
                _mend(folder)


def _refuse_foreign_link(folder: Path) -> None:
    if folder.is_symlink() and (maker := folder.lstat().st_uid) not in (0, os.geteuid()):
        raise DataFolderUnusable(
            f"The data folder {folder} is a link that another user made (number {maker}), who may point it elsewhere; "
            "set ASSISTANT_DATA to the folder itself."
        )


def _top(folder: Path) -> Iterator[Path]:
    # What lies deeper is as safe as the folder above it.
    yield folder
    yield from (path for path in folder.iterdir() if not path.is_dir())


def _holds_other_things(folder: Path) -> bool:
    """Whether the folder is a home, a checkout or /tmp: others may need to enter it."""
    is_for_all = bool(folder.stat().st_mode & stat.S_ISVTX)
    return is_for_all or any(path.is_dir() and path.name not in _OWN_FOLDERS for path in folder.iterdir())


def _mend(folder: Path) -> None:
    try:
        for path in (folder, *folder.rglob("*")):
            if _is_open(path):
                path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OTHERS)
    except FileNotFoundError:
        return  # somebody writes here, and the next start looks again
    except OSError as error:
        _log.warning(
            "Other users can read the data folder %s, and that cannot be changed (%s).", folder, error.strerror
        )
        return
    if _is_open(folder):  # a file system without permissions accepts them and forgets
        _log.warning("Other users can read the data folder %s: its disk keeps no permissions.", folder)
    else:
        _log.warning("Other users could read the data folder %s; now only its owner can.", folder)


def _is_open(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    return bool(mode & _OTHERS) and not stat.S_ISLNK(mode)
