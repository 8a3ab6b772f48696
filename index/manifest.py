"""What a generation says about itself: what it covers, and what every byte of its files must be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.errors import GenerationDamaged

MANIFEST_FILE = "manifest.json"

ByteRanges = Sequence[tuple[int, int]]
"""[start, end) in bytes, ascending or not, within one file."""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file as its builder left it. `rewritten` bytes may change later and are hashed as zeros."""

    bytes: int
    sha256: str
    rewritten: ByteRanges = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """`seq` is what the store's was, `passages_hash` is `hash_of_ids` of all passages that it covers.

    Its collection holds each different vector once, under the id of its first passage: `vectors` of them. For
    `copies` and `strays` see `index.vectors.generation`; `canaries` are ids whose vectors the graph must find.
    """

    encoder: str
    seq: int
    passages_hash: str
    vectors: int
    canaries: tuple[str, ...]
    strays: tuple[str, ...]
    copies: dict[str, list[str]]
    files: dict[str, FileRecord]


def hash_of_ids(passage_ids: Iterable[str]) -> str:
    """Equal for equal sets of ids, whatever their order."""
    return hashlib.sha256("\n".join(sorted(passage_ids)).encode()).hexdigest()


def record_files(folder: Path, rewritten: Mapping[str, ByteRanges]) -> dict[str, FileRecord]:
    """Every file below `folder` by its relative path; nobody may be writing them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [path.relative_to(folder).as_posix() for path in files]
    return {name: _record(folder / name, rewritten.get(name, ())) for name in names}


def write_manifest(folder: Path, manifest: Manifest) -> None:
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True)
    (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")


def manifest_digest(folder: Path) -> str:
    """Names a generation, so that a changed manifest no longer fits its folder's name."""
    return hashlib.sha256((folder / MANIFEST_FILE).read_bytes()).hexdigest()[:16]


def read_manifest(folder: Path) -> Manifest:
    """Raise `GenerationDamaged` when there is none or it cannot be understood."""
    try:
        fields = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        return _manifest(fields)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise GenerationDamaged(f"The manifest of {folder} cannot be read: {error}.") from error


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raise `GenerationDamaged`, naming the file, unless every file is what the builder wrote."""
    for name, expected in manifest.files.items():
        try:
            found = _record(folder / name, expected.rewritten)
        except OSError as error:
            raise GenerationDamaged(f"{folder / name} cannot be read: {error.strerror}.") from error
        if found != expected:
            raise GenerationDamaged(f"{folder / name} is not the file that was built.")


def _manifest(fields: dict[str, Any]) -> Manifest:
    files = {name: _file_record(record) for name, record in fields.pop("files").items()}
    canaries, strays = tuple(fields.pop("canaries")), tuple(fields.pop("strays"))
    return Manifest(canaries=canaries, strays=strays, files=files, **fields)


def _file_record(fields: dict[str, Any]) -> FileRecord:
    rewritten = tuple((start, end) for start, end in fields.pop("rewritten"))
    return FileRecord(rewritten=rewritten, **fields)


def _record(path: Path, rewritten: ByteRanges) -> FileRecord:
    size = path.stat().st_size
    return FileRecord(size, _sha256(path, rewritten), tuple(rewritten))


def _sha256(path: Path, rewritten: ByteRanges) -> str:
    if not rewritten:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    content = bytearray(path.read_bytes())
    for start, end in rewritten:
        content[start:end] = bytes(end - start)
    return hashlib.sha256(content).hexdigest()
