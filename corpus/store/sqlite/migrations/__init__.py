"""The history of the schema. A folder of any older version is brought up to date by its next writer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import StoreTooNew, StoreTooOld
from corpus.store.sqlite.engine import for_writing, open_engine, stored_revision, use_wal
from corpus.store.sqlite.schema import HEAD

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS = Path(__file__).parent


def bring_up_to_date(file: Path) -> None:
    """Migrate a store to the newest revision, all of it or nothing; a missing one is made.

    For the one who holds the writer's lock. Raises StoreTooNew.
    """
    refuse_newer_revision(file)
    if stored_revision(file) != HEAD:
        _migrate(file)


def _migrate(file: Path) -> None:
    from alembic import command  # costs 0.3 s, which only a first or an old folder should pay

    use_wal(file)
    # A migration that rebuilds a table drops the old one: foreign keys would take others' rows along.
    engine = open_engine(file, foreign_keys=False)
    try:
        with for_writing(engine).begin() as connection:
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def refuse_other_revision(file: Path) -> None:
    """Raise StoreTooNew or StoreTooOld when this program and the file do not fit."""
    refuse_newer_revision(file)
    if stored_revision(file) != HEAD:
        raise StoreTooOld(
            f"The catalog {file} was written by an older version of this program; "
            "any command that writes, such as `assistant rebuild`, brings it up to date."
        )


def refuse_newer_revision(file: Path) -> None:
    """Raise StoreTooNew when only a newer program can read the file."""
    if (stored_revision(file) or HEAD) > HEAD:
        raise StoreTooNew(
            f"The catalog {file} was written by a newer version of this program; "
            "upgrade the program, or set ASSISTANT_DATA to another folder."
        )


def alembic_config() -> Config:
    """Alembic's settings, made here because a wheel carries no alembic.ini."""
    from alembic.config import Config

    config = Config()
    # Alembic interpolates percent signs.
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
