"""Backup and restore: the whole store as one file, and back. The index is left out: it is made again from the store."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    TableClause,
    and_,
    column,
    delete,
    func,
    select,
    table,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError

from corpus.article import content_hash
from corpus.durable import move_durably
from corpus.errors import BackupUnusable, DataFolderUnusable
from corpus.store.data_folder import DataFolder
from corpus.store.sql.schema import STORE_SECRET, generation_table, version_table
from corpus.store.sqlite.engine import (
    errors_in_our_words,
    find_damage,
    for_writing,
    open_engine,
    remove_log,
    stored_revision,
    use_wal,
    write_copy,
)
from corpus.store.sqlite.revisions import bring_up_to_date, refuse_newer_revision

_SQLITE = b"SQLite format 3\0"
"""How every file of SQLite begins, so every backup."""

_FIRST_WITH_KEYS = "0002"
"""The revision of the store from which on it holds keys."""

# Without types: what they hold is taken over as it is.
_KEYS = table("keys", *map(column, ("id", "revoked", "digest", "expires", "rotated", "former_digest", "former_until")))
_SECRETS = table("secrets", *map(column, ("name", "value", "rotated", "former", "former_until")))
_NEVER_ROTATED = ("id", "name", "revoked")


def backup(data: DataFolder, target: Path) -> None:
    """`corpus.store.backup`."""
    _refuse_other_file(target)
    with errors_in_our_words(data.path):
        if stored_revision(data.database) is None:
            raise DataFolderUnusable(f"There is no catalog in {data} to back up; check ASSISTANT_DATA.")
    try:
        with partial(target) as staged:
            write_copy(data.database, staged)
            refuse_damaged(staged, data.database)
            move_durably(staged, target)
    except (OSError, sqlite3.Error) as error:
        raise BackupUnusable(
            f"The backup {target} cannot be written ({error}); check the path, the disk and the catalog."
        ) from error


def restore(source: Path, data: DataFolder, replace: bool = False) -> None:
    """`corpus.store.restore`, of one file."""
    if not source.is_file():
        raise BackupUnusable(f"There is no file or folder {source} to restore; check the path.")
    refuse_unusable(source, source)
    refuse_filled(data, replace)
    put_in_place(data, lambda staged: write_copy(source, staged))


def refuse_unusable(file: Path, named: Path) -> None:
    """Raise BackupUnusable or StoreTooNew for a file that is not sound, or of a newer program."""
    refuse_damaged(file, named)
    refuse_newer_revision(file)


def put_in_place(data: DataFolder, write: Callable[[Path], None]) -> None:
    """Put a store that is sound, and written to a path by `write`, in the place of what the folder holds."""
    target = data.database
    with data.locked(), errors_in_our_words(data.path), partial(target) as staged:
        write(staged)
        bring_up_to_date(staged)
        _forget_generations(staged)
        _keep_access(staged, target)
        use_wal(staged)  # a copy forgets it
        shutil.rmtree(data.index, ignore_errors=True)  # none of it fits what was restored
        remove_log(target)  # or what the former store had in it would be replayed into this one
        move_durably(staged, target)


def _refuse_other_file(target: Path) -> None:
    if target.is_dir():
        raise BackupUnusable(f"The backup cannot be written to {target}, which is a folder; name a file in it.")
    if target.is_file() and _beginning(target) != _SQLITE:
        raise BackupUnusable(f"{target} is there already and is no backup; name a new file.")


def _beginning(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(len(_SQLITE))


def refuse_damaged(file: Path, named: Path) -> None:
    """Refuse a file unless every page is sound and every text has its hash: SQLite does not see a changed letter."""
    damage = find_damage(file)
    if damage is None and stored_revision(file) is None:
        damage = "it holds no catalog"
    damage = damage or _find_changed_text(file)
    if damage:
        raise BackupUnusable(f"{named} cannot be trusted ({damage}); use another backup.")


def _find_changed_text(file: Path) -> str | None:
    texts = select(version_table.c.article_id, version_table.c.content_hash, version_table.c.text)
    with engine_of(file) as engine, engine.begin() as connection:
        for article_id, expected, text in connection.execute(texts):
            if content_hash(text) != expected:
                return f"the text of article {article_id} is not what was stored"
    return None


def refuse_filled(data: DataFolder, replace: bool) -> None:
    held = set(data.path.iterdir()) if data.path.is_dir() else set()
    if not held - {data.writer_lock, data.teller_lock, data.backup_lock, data.reserve}:
        return
    if not replace:
        raise DataFolderUnusable(f"The data folder {data} is not empty; choose an empty one, or say --replace.")
    if not held & {data.database, data.writer_lock} and not data.generations.is_dir():
        raise DataFolderUnusable(f"{data} is not a data folder and was left alone; check ASSISTANT_DATA.")


def _forget_generations(file: Path) -> None:
    with engine_of(file) as engine, for_writing(engine).begin() as connection:
        connection.execute(delete(generation_table))


def _keep_access(staged: Path, replaced: Path) -> None:
    """Let what was revoked or rotated in the store that is replaced not work again: others may have it.

    There is nothing to keep where that store is missing, older than keys, or damaged.
    """
    try:
        if not replaced.exists() or (stored_revision(replaced) or "") < _FIRST_WITH_KEYS:
            return
        keys, secrets = _rows(replaced, _KEYS), _rows(replaced, _SECRETS)
    except (sqlite3.Error, DBAPIError):
        return  # what is damaged beyond reading is what a restore is for
    with engine_of(staged) as engine, for_writing(engine).begin() as connection:
        is_same_store = _store_secret(connection.execute(select(_SECRETS)).mappings()) == _store_secret(secrets)
        for row in keys:
            _keep_rotated(connection, _KEYS, _KEYS.c.id == row["id"], row)
            is_valid = and_(_KEYS.c.id == row["id"], _KEYS.c.revoked.is_(None))
            connection.execute(update(_KEYS).where(is_valid).values(revoked=row["revoked"]))
        for row in secrets if is_same_store else ():
            _keep_rotated(connection, _SECRETS, _SECRETS.c.name == row["name"], row)


def _rows(file: Path, of: TableClause) -> Sequence[RowMapping]:
    """Whole rows of a store of any revision, so that none of its columns has to be there."""
    with engine_of(file) as engine, engine.begin() as connection:
        return connection.execute(select(text("*")).select_from(of)).mappings().all()


def _store_secret(rows: Iterable[RowMapping]) -> object:
    return next((row["value"] for row in rows if row["name"] == STORE_SECRET), None)


def _keep_rotated(connection: Connection, of: TableClause, chosen: ColumnElement[bool], row: RowMapping) -> None:
    """Keep what a row is since its rotation, unless that in the backup is the later one."""
    if row.get("rotated"):
        kept = {each.name: row[each.name] for each in of.c if each.name not in _NEVER_ROTATED}
        is_older = func.coalesce(of.c.rotated, "") < row["rotated"]
        connection.execute(update(of).where(chosen, is_older).values(kept))


@contextmanager
def engine_of(file: Path) -> Iterator[Engine]:
    engine = open_engine(file)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def partial(target: Path) -> Iterator[Path]:
    """A place on the same disk to write `target` first; cleared before and after."""
    staged = target.with_name(f".{target.name}.partial")
    _clear(staged)
    try:
        yield staged
    finally:
        _clear(staged)


def _clear(file: Path) -> None:
    file.unlink(missing_ok=True)
    remove_log(file)
