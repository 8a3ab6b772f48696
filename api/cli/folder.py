"""`assistant status`, `backup`, `restore` and `copy`: the data folder as a whole."""

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
            "storage": disk_state(_nearest_folder(data.path)).value,
        }
    if as_json:
        say_json(found)
        return
    for name, value in found.items():
        say(f"{name.replace('_', ' ') + ':':<18}{_as_text(value)}")


def backup(
    place: Annotated[
        Path, typer.Argument(metavar="PLACE", help="The file to write, or the folder of incremental backups.")
    ],
    incremental: Annotated[
        bool, typer.Option("--incremental", help="Write into a folder what changed since the backups there.")
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Then restore it into a temporary folder, and compare all rows. Incremental only."
        ),
    ] = False,
    keep: Annotated[
        int | None,
        typer.Option(
            min=1, max=10_000, help="Then remove all but the newest so many. Incremental only.", show_default="all"
        ),
    ] = None,
) -> None:
    """Write all that is stored into one file, or what changed into a folder of backups, while others may go on.

    Incremental backups are encrypted when ASSISTANT_BACKUP__KEY_FILE or ASSISTANT_BACKUP__KEY says with what.
    """
    from assistant.errors import BadSettings
    from assistant.settings import load_settings
    from corpus.store import backup as write_backup

    settings = load_settings()
    if incremental:
        _add_snapshot(settings, place, check, keep)
        return
    if check or keep:
        raise BadSettings("--check and --keep are for incremental backups; say --incremental, too.")
    if settings.backup.key or settings.backup.key_file:
        raise BadSettings("A single file is not encrypted, and a key is set; say --incremental, or take the key away.")
    write_backup(settings.data_folder, place)
    say(f"Wrote {place} ({_megabytes(place.stat().st_size)}).")


def _add_snapshot(settings: Settings, folder: Path, check: bool, keep: int | None) -> None:
    from corpus.store import add_snapshot, check_snapshot, remove_old_snapshots

    key = _backup_key(settings)
    written = add_snapshot(settings.data_folder, folder, key)
    say(f"Wrote {written.name}: {_megabytes(written.new_bytes)} of {_megabytes(written.snapshot.size)} are new.")
    if check:
        check_snapshot(folder, written.name, key)
        say(f"Restored and compared: {sum(rows for rows, _ in written.snapshot.tables.values())} rows are the same.")
    if keep:
        say(f"{remove_old_snapshots(folder, keep, key)} older ones removed.")


def restore(
    place: Annotated[Path, typer.Argument(metavar="PLACE", help="A file or folder that `assistant backup` wrote.")],
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Replace what the data folder holds; otherwise it must be empty."),
    ] = False,
    snapshot: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Which backup of a folder, by its name in `snapshots`.", show_default="the newest"
        ),
    ] = None,
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
    read_backup(place, data, replace, _backup_key(settings), snapshot)
    CommandAudit(settings, "restore").note(AuditEvent.FOLDER_RESTORED, replaced=replace)
    say(f"Restored {place} into {data}. Build its index with: assistant rebuild")


def _backup_key(settings: Settings) -> bytes | None:
    """Return the key of incremental backups, None where none is set. Raise BadSettings for what is no key."""
    from assistant.errors import BadSettings
    from corpus.store.sealing import key_from

    options = settings.backup
    if options.key and options.key_file:
        raise BadSettings("Set ASSISTANT_BACKUP__KEY or ASSISTANT_BACKUP__KEY_FILE, not both.")
    if not (options.key or options.key_file):
        return None
    try:
        text = options.key_file.read_text("ascii") if options.key_file else ""
    except (OSError, UnicodeError) as error:
        raise BadSettings(f"The key of backups cannot be read ({error}); see ASSISTANT_BACKUP__KEY_FILE.") from None
    key = key_from(options.key.get_secret_value() if options.key else text)
    if key is None:
        raise BadSettings("The key of backups is not 32 bytes in base64; make one with: openssl rand -base64 32")
    return key


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
    target = load_settings(data=to).data_folder
    copy_store(load_settings().data_folder, target, copied.__setitem__)
    told = ", ".join(f"{count} {table.replace('_', ' ')}" for table, count in copied.items() if count)
    say(f"Copied and compared: {told or 'nothing, as nothing is stored'}. Now set ASSISTANT_DATA to the other place.")
    if not target.is_shared:
        say("Build its index with: assistant rebuild")


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


def _nearest_folder(folder: Path) -> Path:
    """Return the folder, or that above it in which it would be made: a cache folder may not be there yet."""
    return next(place for place in (folder, *folder.absolute().parents) if place.is_dir())


def _sizes(data: DataFolder) -> dict[str, int]:
    """Bytes on this machine's disk, by what the output calls them.

    The catalog is files in the data folder, the index folders in it. What a database takes is not on this machine.
    """
    sizes = {"catalog": 0, "index": 0}
    for path in data.path.rglob("*"):
        # Files come and go while others write.
        with suppress(FileNotFoundError):
            if path.is_file() and path != data.reserve:
                sizes["catalog" if path.parent == data.path else "index"] += path.stat().st_size
    return {"index": sizes["index"]} if data.is_shared else sizes


def _as_text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_megabytes(size)}" for name, size in value.items())
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return "none" if value is None else str(value)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
