"""The word index on disk: numbered folders, each complete and never changed; the highest number counts.

    <folder>/staging/             being written; left over when a writer is killed
    <folder>/<number>-<digest>/   files of the engine and a manifest that tells the hash of each

The digest is the manifest's, so that no byte of it can change unseen either.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.durable import move_durably
from index.errors import WordIndexDamaged
from index.file_records import MANIFEST_FILE, manifest_digest, record_files

_STAGING = "staging"

_FORMAT = 4
"""Raised when words are analysed or stored differently, so that older folders are made anew."""


@dataclass(frozen=True, slots=True)
class _Manifest:
    format: int
    seq: int
    sha256: dict[str, str]


def newest(folder: Path) -> Path | None:
    """Return the folder that counts, unchecked."""
    numbered = [path for path in folder.glob("*-*") if path.name.split("-")[0].isdigit()]
    return max(numbered, key=_number, default=None)


def newest_seq(folder: Path) -> int:
    """Return the `seq` that the folder which counts says it covers, unchecked; 0 without one or when it cannot say."""
    path = newest(folder)
    try:
        return _read_manifest(path).seq if path else 0
    except (OSError, ValueError, TypeError, WordIndexDamaged):
        return 0


def checked_seq(folder: Path) -> int:
    """Return the `seq` that a numbered folder covers. Raises `WordIndexDamaged` unless it is what was written."""
    try:
        manifest = _read_manifest(folder)
        found = _hashes(folder)
    except (OSError, ValueError, TypeError) as error:
        raise WordIndexDamaged(f"The word index in {folder} cannot be read: {error}.") from error
    for name, written in manifest.sha256.items():
        if found.get(name) != written:
            raise WordIndexDamaged(f"{folder / name} is not the file that was written.")
    return manifest.seq


def stage(folder: Path, base: Path | None = None) -> Path:
    """Make an empty folder to write in. It shares the files of `base` until either of them replaces one."""
    staging = folder / _STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    for path in base.iterdir() if base else ():
        if path.name != MANIFEST_FILE:
            _link(path, staging / path.name)
    return staging


def publish(folder: Path, seq: int, volatile: Collection[str]) -> None:
    """Make what was staged the folder that counts; `volatile` names files that may change later and mean nothing."""
    staging, before = folder / _STAGING, newest(folder)
    hashes = {name: written for name, written in _hashes(staging).items() if name not in volatile}
    text = json.dumps(asdict(_Manifest(_FORMAT, seq, hashes)), indent=1, sort_keys=True)
    (staging / MANIFEST_FILE).write_text(text, encoding="utf-8")
    number = 1 + (_number(before) if before else 0)
    target = folder / f"{number:08d}-{manifest_digest(staging)}"
    move_durably(staging, target)
    sweep(folder)


def sweep(folder: Path) -> None:
    """Remove all but the folder that counts, also what a killed writer left. Readers keep what they have open."""
    keep = newest(folder)
    for path in folder.glob("*"):
        if path != keep:
            shutil.rmtree(path, ignore_errors=True)


def _read_manifest(folder: Path) -> _Manifest:
    if not folder.name.endswith(f"-{manifest_digest(folder)}"):
        raise WordIndexDamaged(f"The manifest of {folder} is not the one that was written.")
    manifest = _Manifest(**json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8")))
    if manifest.format != _FORMAT:
        raise WordIndexDamaged(f"The word index in {folder} was written by another version of this program.")
    return manifest


def _hashes(folder: Path) -> dict[str, str]:
    return {name: record.sha256 for name, record in record_files(folder, {}).items()}


def _link(source: Path, target: Path) -> None:
    """Link a file, which the engine never changes in place; copy it where the disk cannot do that."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _number(folder: Path) -> int:
    return int(folder.name.split("-")[0])
