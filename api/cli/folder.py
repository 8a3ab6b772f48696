"""`assistant status`, `backup` and `restore`: the data folder as a whole."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsJson
from api.cli.terminal import say, say_json

if TYPE_CHECKING:
    from assistant.settings import Settings


def status(as_json: AsJson = False) -> None:
    """Say what the data folder holds: counts, index, sizes."""
    from assistant.settings import load_settings
    from corpus.store.sqlite import Catalog

    settings = load_settings()
    folder = settings.data
    with Catalog.open(folder) as catalog:
        kept = catalog.kept_generations()
        found = {
            "data": str(folder.resolve()),
            "articles": catalog.count_articles(),
            "passages": catalog.count_passages(),
            "seq": catalog.seq(),
            "live_generation": catalog.live_generation(),
            "kept_generations": [record.name for record in kept],
            "calibration": _calibration(settings),
            "bytes": _sizes(folder),
        }
    if as_json:
        say_json(found)
        return
    for name, value in found.items():
        say(f"{name.replace('_', ' ') + ':':<18}{_as_text(value)}")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
) -> None:
    """Write all articles into one file, while others may go on."""
    from assistant.settings import load_settings
    from corpus.store.sqlite.backup import backup as write_backup

    write_backup(load_settings().data, file)
    say(f"Wrote {file} ({_megabytes(file.stat().st_size)}).")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `assistant backup` wrote.")],
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Replace what the data folder holds; otherwise it must be empty."),
    ] = False,
) -> None:
    """Put the articles of a backup into the data folder.

    Nothing is touched before the backup has been checked.
    """
    from assistant.settings import load_settings
    from corpus.store.sqlite.backup import restore as read_backup

    folder = load_settings().data
    read_backup(file, folder, replace)
    say(f"Restored {file} into {folder}. Build its index with: assistant rebuild")


def _calibration(settings: Settings) -> str:
    """Whether confidence was fitted for the models and settings that answer, else how they differ."""
    from assistant.errors import AssistantError
    from assistant.reading.calibration import shipped_calibration
    from assistant.reading.fingerprint import calibration_fingerprint
    from assistant.reading.models.load import load_reading_model
    from index.encoders.load import load_encoder
    from index.errors import IndexRoomError

    try:
        encoder = load_encoder(settings.retrieval.encoder)
        reader = load_reading_model(settings.answering.reader)
    except (AssistantError, IndexRoomError) as error:
        return f"not known: {error}"
    mismatches = shipped_calibration().mismatches(calibration_fingerprint(settings, encoder, reader))
    return f"does not fit: {'; '.join(mismatches)}" if mismatches else "fits"


def _sizes(folder: Path) -> dict[str, int]:
    """Bytes on disk. The catalog is files in the data folder, the index is folders in it."""
    sizes = {"catalog": 0, "index": 0}
    for path in folder.rglob("*"):
        # Files come and go while others write.
        with suppress(FileNotFoundError):
            if path.is_file():
                sizes["catalog" if path.parent == folder else "index"] += path.stat().st_size
    return sizes


def _as_text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_megabytes(size)}" for name, size in value.items())
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return "none" if value is None else str(value)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
