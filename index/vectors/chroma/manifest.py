"""The manifest of a generation: what it covers, and the hash of each of its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.errors import GenerationDamaged
from index.file_records import MANIFEST_FILE, FileRecord, record_file

_UNREACHABLE = "strays"
"""The field `unreachable` as it is written, which older generations share."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`seq` is what the store's was, `passages_hash` is `hash_of_ids` of all passages that it covers.

    Its collection holds each different vector once, under the id of its first passage: `vectors` of them. For
    `copies` and `unreachable` see `ChromaGeneration`; `canaries` are ids whose vectors the graph must find.
    """

    encoder: str
    seq: int
    passages_hash: str
    vectors: int
    canaries: tuple[str, ...]
    unreachable: tuple[str, ...]
    copies: dict[str, list[str]]
    files: dict[str, FileRecord]


def hash_of_ids(passage_ids: Iterable[str]) -> str:
    """Return a hash that is equal for equal sets of ids, whatever their order."""
    return hashlib.sha256("\n".join(sorted(passage_ids)).encode()).hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    fields = asdict(manifest)
    fields[_UNREACHABLE] = fields.pop("unreachable")
    text = json.dumps(fields, indent=1, sort_keys=True)
    (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")


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
            found = record_file(folder / name, expected.rewritten)
        except OSError as error:
            raise GenerationDamaged(f"{folder / name} cannot be read: {error.strerror}.") from error
        if found != expected:
            raise GenerationDamaged(f"{folder / name} is not the file that was built.")


def _manifest(fields: dict[str, Any]) -> Manifest:
    files = {name: _file_record(record) for name, record in fields.pop("files").items()}
    canaries, unreachable = tuple(fields.pop("canaries")), tuple(fields.pop(_UNREACHABLE))
    return Manifest(canaries=canaries, unreachable=unreachable, files=files, **fields)


def _file_record(fields: dict[str, Any]) -> FileRecord:
    rewritten = tuple((start, end) for start, end in fields.pop("rewritten"))
    return FileRecord(rewritten=rewritten, **fields)
