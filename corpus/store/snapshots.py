"""Backup folder: snapshots of one file, each a list of chunks, and every chunk once, under a name made of its content.

So a snapshot costs what changed since those before, and each can be restored whatever becomes of the others. Chunks
are written first, then the snapshot that names them; removing goes the other way round. Whatever a killed backup
leaves is complete chunks that nobody names, which the next one uses or removes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.durable import flush, write_durably
from corpus.errors import BackupUnusable
from corpus.store.privacy import create_private, make_private_folder
from corpus.store.sealing import Seal

_CHUNK_BYTES = 256 * 1024
"""A changed page costs one; an article changes some forty pages. Smaller ones are many files to make durable."""

_FORMAT = 1
_CHUNK_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NAME = re.compile(r"[0-9]{6}-[0-9]{8}T[0-9]{6}Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A file at one moment: its bytes, their SHA-256, its chunks in order; of each of its tables rows and digest."""

    size: int
    sha256: str
    chunks: list[str] = field(repr=False)
    tables: dict[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Written:
    """A snapshot that was added, by its name, and how many of its bytes were not in the folder before."""

    name: str
    snapshot: Snapshot
    new_bytes: int


class BackupFolder:
    """Snapshots are numbered, so that setting a clock back makes none older than it is."""

    def __init__(self, folder: Path, seal: Seal) -> None:
        """Raise BackupUnusable when the folder holds something else, or needs another key."""
        self._folder = folder
        self._seal = seal
        self._snapshots = folder / "snapshots"
        self._chunks = folder / "chunks"
        self._about = folder / "backup.json"
        self._refuse_other()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer's place in the folder, which is made when it is missing."""
        make_private_folder(self._folder)
        lock = FileLock(self._folder / ".lock", timeout=0, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            raise BackupUnusable(f"Another backup is being written into {self._folder}; try again later.") from None
        try:
            if not self._about.exists():
                about = {"format": _FORMAT, "seal": self._seal.mark}
                write_durably(self._about, json.dumps(about).encode())
            yield
        finally:
            lock.release()

    def names(self) -> list[str]:
        """Return the names of all snapshots, the newest first."""
        found = self._snapshots.iterdir() if self._snapshots.is_dir() else ()
        return sorted((path.name for path in found if _NAME.fullmatch(path.name)), reverse=True)

    def read(self, name: str) -> Snapshot:
        """Return a snapshot. Raise BackupUnusable for one that is missing or damaged."""
        if name not in self.names():
            raise BackupUnusable(f"There is no snapshot {name} in {self._folder}; see {self._snapshots}.")
        try:
            kept = self._seal.open((self._snapshots / name).read_bytes(), name)
            told = json.loads(kept)
            tables = {table: (rows, digest) for table, (rows, digest) in told.pop("tables").items()}
            snapshot = Snapshot(**told, tables=tables)
            if not all(map(_CHUNK_NAME.fullmatch, snapshot.chunks)):
                raise ValueError("it names what are no chunks")
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupUnusable(f"The snapshot {name} cannot be read ({error}); restore another one.") from error
        return snapshot

    def add(self, file: Path, tables: dict[str, tuple[int, str]]) -> Written:
        """Add a snapshot of a file that nobody writes."""
        whole, names, new_bytes = hashlib.sha256(), list[str](), 0
        with file.open("rb") as opened:
            while content := opened.read(_CHUNK_BYTES):
                whole.update(content)
                names.append(self._seal.name(content))
                new_bytes += self._keep(names[-1], content)
        snapshot = Snapshot(file.stat().st_size, whole.hexdigest(), names, tables)
        number = int(next(iter(self.names()), "0").partition("-")[0]) + 1
        name = f"{number:06}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        make_private_folder(self._snapshots)
        for folder in (self._chunks, self._folder):  # or a power failure may take new folders with what is in them
            flush(folder)
        write_durably(self._snapshots / name, self._seal.close(json.dumps(asdict(snapshot)).encode(), name))
        return Written(name, snapshot, new_bytes)

    def write_file(self, snapshot: Snapshot, target: Path) -> None:
        """Write the file of a snapshot. Raise BackupUnusable unless it is the very one that was added."""
        create_private(target)
        whole = hashlib.sha256()
        with target.open("wb") as opened:
            for name in snapshot.chunks:
                content = self._chunk(name)
                whole.update(content)
                opened.write(content)
        if whole.hexdigest() != snapshot.sha256:
            raise BackupUnusable(f"What {self._folder} holds is not what was backed up; restore another snapshot.")

    def remove_old(self, keep: int) -> int:
        """Remove all but the newest snapshots and the chunks that none of these names; return how many went."""
        old = self.names()[keep:]
        named = {name for snapshot in self.names()[:keep] for name in self.read(snapshot).chunks}
        for name in old:
            (self._snapshots / name).unlink()
        for chunk in self._chunks.glob("??/*"):
            if chunk.name not in named:
                chunk.unlink()
        return len(old)

    def _keep(self, name: str, content: bytes) -> int:
        """Keep a chunk unless it is there; return how many bytes that took."""
        place = self._place(name)
        if place.exists():
            return 0
        make_private_folder(self._chunks)
        make_private_folder(place.parent)
        write_durably(place, self._seal.close(content, name))
        return len(content)

    def _chunk(self, name: str) -> bytes:
        try:
            content = self._seal.open(self._place(name).read_bytes(), name)
        except OSError as error:
            raise BackupUnusable(f"A chunk of the backup {self._folder} cannot be read ({error}).") from error
        if self._seal.name(content) != name:
            raise BackupUnusable(
                f"{self._place(name)} is damaged: remove it, and back up again to have what it held written anew."
            )
        return content

    def _place(self, name: str) -> Path:
        return self._chunks / name[:2] / name

    def _refuse_other(self) -> None:
        if not self._about.exists():
            if self._folder.exists() and not self._folder.is_dir():
                raise BackupUnusable(f"{self._folder} is a file; name a folder for incremental backups.")
            if self._folder.is_dir() and any(not path.name.startswith(".") for path in self._folder.iterdir()):
                raise BackupUnusable(f"{self._folder} holds something else than backups; name an empty folder.")
            return
        try:
            about = json.loads(self._about.read_bytes())
            form, mark = about["format"], about["seal"]
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise BackupUnusable(f"{self._about} cannot be read ({error}).") from error
        if form != _FORMAT:
            raise BackupUnusable(f"{self._folder} was written by a newer version of this program; upgrade it.")
        if mark != self._seal.mark:
            raise BackupUnusable(_WRONG_KEY[mark == "none"].format(folder=self._folder))


_WRONG_KEY = {
    False: "The backups in {folder} need their key, and another one or none is set; see ASSISTANT_BACKUP__KEY_FILE.",
    True: "The backups in {folder} are not encrypted, and a key is set; name another folder, or take the key away.",
}
