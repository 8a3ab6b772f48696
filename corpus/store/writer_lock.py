"""One writer at a time on a data folder. Readers need no lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import DataFolderBusy, DataFolderUnusable

LOCK_FILE = "writer.lock"


@contextmanager
def writer_lock(folder: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the writer's place in `folder`, which is made when it is missing.

    The operating system frees the lock of a process that dies. Waits `patience` seconds for another writer,
    then raises DataFolderBusy; DataFolderUnusable when the lock file cannot be written.
    """
    # The catalog may be closed by another thread than the one that opened it.
    lock = FileLock(folder / LOCK_FILE, timeout=patience, thread_local=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise DataFolderBusy(
            f"The data folder {folder} is being written by another process; try again when it is done."
        ) from None
    except OSError as error:
        raise DataFolderUnusable(
            f"The data folder {folder} cannot be written ({error.strerror}); "
            "check the path, its permissions and the free space."
        ) from error
    try:
        yield
    finally:
        lock.release()
