"""Backup and restore: the whole store as one file, and back. The index is left out: it is made again from the store."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import DBAPIError

from corpus.article import content_hash
from corpus.durable import move_durably
from corpus.errors import BackupUnusable, DataFolderUnusable
from corpus.store.data_folder import DataFolder
from corpus.store.sql.schema import generation_table, key_table, version_table
from corpus.store.sql.types import without_zone
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


def backup(data: DataFolder, target: Path) -> None:
    """`corpus.store.backup`."""
    _refuse_other_file(target)
    with errors_in_our_words(data.path):
        if stored_revision(data.database) is None:
            raise DataFolderUnusable(f"There is no catalog in {data} to back up; check ASSISTANT_DATA.")
    try:
        with _partial(target) as staged:
            write_copy(data.database, staged)
            _refuse_damaged(staged, data.database)
            move_durably(staged, target)
    except (OSError, sqlite3.Error) as error:
        raise BackupUnusable(
            f"The backup {target} cannot be written ({error}); check the path, the disk and the catalog."
        ) from error


def restore(source: Path, data: DataFolder, replace: bool = False) -> None:
    """`corpus.store.restore`."""
    _refuse_unusable(source)
    _refuse_filled(data, replace)
    target = data.database
    with data.locked(), errors_in_our_words(data.path), _partial(target) as staged:
        write_copy(source, staged)
        bring_up_to_date(staged)
        _forget_generations(staged)
        _keep_revoked(staged, _revoked_keys(target))
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


def _refuse_unusable(source: Path) -> None:
    if not source.is_file():
        raise BackupUnusable(f"There is no file {source} to restore; check the path.")
    _refuse_damaged(source, source)
    refuse_newer_revision(source)


def _refuse_damaged(file: Path, named: Path) -> None:
    """Refuse a file unless every page is sound and every text has its hash: SQLite does not see a changed letter."""
    damage = find_damage(file)
    if damage is None and stored_revision(file) is None:
        damage = "it holds no catalog"
    damage = damage or _find_changed_text(file)
    if damage:
        raise BackupUnusable(f"{named} cannot be trusted ({damage}); use another backup.")


def _find_changed_text(file: Path) -> str | None:
    texts = select(version_table.c.article_id, version_table.c.content_hash, version_table.c.text)
    with _engine(file) as engine, engine.begin() as connection:
        for article_id, expected, text in connection.execute(texts):
            if content_hash(text) != expected:
                return f"the text of article {article_id} is not what was stored"
    return None


def _refuse_filled(data: DataFolder, replace: bool) -> None:
    held = set(data.path.iterdir()) if data.path.is_dir() else set()
    if not held - {data.writer_lock, data.teller_lock, data.reserve}:
        return
    if not replace:
        raise DataFolderUnusable(
            f"The data folder {data} is not empty; choose an empty one, or ask for it to be replaced."
        )
    if not held & {data.database, data.writer_lock} and not data.generations.is_dir():
        raise DataFolderUnusable(f"{data} is not a data folder and was left alone; check ASSISTANT_DATA.")


def _forget_generations(file: Path) -> None:
    with _engine(file) as engine, for_writing(engine).begin() as connection:
        connection.execute(delete(generation_table))


def _revoked_keys(file: Path) -> list[str]:
    """The ids of the keys that must not work again; none where the store is missing, older than keys, or damaged."""
    try:
        if not file.exists() or (stored_revision(file) or "") < _FIRST_WITH_KEYS:
            return []
        with _engine(file) as engine, engine.begin() as connection:
            return list(connection.execute(select(key_table.c.id).where(key_table.c.revoked.is_not(None))).scalars())
    except (sqlite3.Error, DBAPIError):
        return []  # what is damaged beyond reading is what a restore is for


def _keep_revoked(file: Path, key_ids: list[str]) -> None:
    still_valid = key_table.c.revoked.is_(None)
    now = without_zone(datetime.now(UTC))
    with _engine(file) as engine, for_writing(engine).begin() as connection:
        connection.execute(update(key_table).where(key_table.c.id.in_(key_ids), still_valid).values(revoked=now))


@contextmanager
def _engine(file: Path) -> Iterator[Engine]:
    engine = open_engine(file)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
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
