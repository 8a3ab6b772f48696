"""The revision of a file: which program wrote it, and how it is brought up to date."""

from __future__ import annotations

from pathlib import Path

from corpus.store.sql import migrations
from corpus.store.sqlite.engine import for_writing, open_engine, stored_revision, use_wal


def bring_up_to_date(file: Path) -> None:
    """Migrate a store to the newest revision, all of it or nothing; a missing one is made.

    For the one who holds the writer's lock. Raises StoreTooNew.
    """
    refuse_newer_revision(file)
    if migrations.is_current(stored_revision(file)):
        return
    use_wal(file)
    # A migration that rebuilds a table drops the old one: foreign keys would take others' rows along.
    engine = open_engine(file, foreign_keys=False)
    try:
        with for_writing(engine).begin() as connection:
            migrations.migrate(connection)
    finally:
        engine.dispose()


def refuse_other_revision(file: Path) -> None:
    """Raise StoreTooNew or StoreTooOld when this program and the file do not fit."""
    migrations.refuse_other_revision(stored_revision(file), _named(file))


def refuse_newer_revision(file: Path) -> None:
    """Raise StoreTooNew when only a newer program can read the file."""
    migrations.refuse_newer_revision(stored_revision(file), _named(file))


def _named(file: Path) -> str:
    return f"The catalog {file}"
