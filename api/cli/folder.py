"""`assistant status`, `backup` and `restore`: the data folder as a whole."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsJson
from api.cli.terminal import say, say_json
from corpus.store.data_folder import DataFolder

if TYPE_CHECKING:
    from assistant.settings import Settings


def status(as_json: AsJson = False) -> None:
    """Say what the data folder holds: counts, index, sizes."""
    from assistant.settings import load_settings
    from corpus.store import open_store
    from corpus.store.disk import disk_state

    settings = load_settings()
    data = settings.data_folder
    with open_store(data) as store:
        kept = store.generations.kept()
        found = {
            "data": data.store_name,
            "articles": store.articles.count(),
            "passages": store.passages.count(),
            "not_found_yet": store.passages.count_unfindable_articles(),
            "seq": store.changes.seq(),
            "live_generation": next((record.name for record in kept if record.live), None),
            "kept_generations": [record.name for record in kept],
            "calibration": _calibration(settings),
            "bytes": _sizes(data),
            "storage": disk_state(data.path).value,
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
    from corpus.store import backup as write_backup

    write_backup(load_settings().data_folder, file)
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
    from api.cli.auditing import CommandAudit
    from assistant.settings import load_settings
    from corpus.audit import AuditEvent
    from corpus.store import restore as read_backup

    settings = load_settings()
    data = settings.data_folder
    read_backup(file, data, replace)
    CommandAudit(settings, "restore").note(AuditEvent.FOLDER_RESTORED, replaced=replace)
    say(f"Restored {file} into {data}. Build its index with: assistant rebuild")


def copy(
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="PLACE", help="A folder, or the address of a database: postgresql://USER@HOST/NAME."
        ),
    ],
) -> None:
    """Copy all that is stored into another folder or database, and compare the two.

    Stop what serves either first. It may be interrupted, and goes on where it was. The index is not copied: what serves
    the other place makes it, without embedding anything.
    """
    from assistant.settings import load_settings
    from corpus.store import copy_store

    copied: dict[str, int] = {}
    copy_store(load_settings().data_folder, load_settings(data=to).data_folder, copied.__setitem__)
    told = ", ".join(f"{count} {table.replace('_', ' ')}" for table, count in copied.items() if count)
    say(f"Copied and compared: {told or 'nothing, as nothing is stored'}. Now set ASSISTANT_DATA to the other place.")


def _calibration(settings: Settings) -> str:
    """Return whether confidence was fitted for the models and settings that answer, else how they differ."""
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


def _sizes(data: DataFolder) -> dict[str, int]:
    """Bytes on disk, by what the output calls them: the store is files in the data folder, the index folders in it."""
    sizes = {"catalog": 0, "index": 0}
    for path in data.path.rglob("*"):
        # Files come and go while others write.
        with suppress(FileNotFoundError):
            if path.is_file() and path != data.reserve:
                sizes["catalog" if path.parent == data.path else "index"] += path.stat().st_size
    return sizes


def _as_text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_megabytes(size)}" for name, size in value.items())
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return "none" if value is None else str(value)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
