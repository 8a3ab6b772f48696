"""The history of the schema, one for both databases. An older store is brought up to date by its next writer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import StoreTooNew, StoreTooOld
from corpus.store.sql.schema import HEAD

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

_SCRIPTS = Path(__file__).parent


def is_current(revision: str | None) -> bool:
    """Whether a store of this revision (None: an empty one) is as this program reads and writes it."""
    return revision == HEAD


def migrate(connection: Connection) -> None:
    """Bring a store to the newest revision, as part of the caller's transaction; an empty one is filled."""
    from alembic import command  # costs 0.3 s, which only a first or an old store should pay

    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def refuse_other_revision(revision: str | None, store: str) -> None:
    """Raise StoreTooNew or StoreTooOld when this program and a store, called `store` in the message, do not fit."""
    refuse_newer_revision(revision, store)
    if not is_current(revision):
        raise StoreTooOld(
            f"{store} was written by an older version of this program; "
            "any command that writes, such as `assistant rebuild`, brings it up to date."
        )


def refuse_newer_revision(revision: str | None, store: str) -> None:
    """Raise StoreTooNew when only a newer program can read the store, called `store` in the message."""
    if (revision or HEAD) > HEAD:
        raise StoreTooNew(
            f"{store} was written by a newer version of this program; "
            "upgrade the program, or set ASSISTANT_DATA to another place."
        )


def alembic_config() -> Config:
    """Alembic's settings, made here because a wheel carries no alembic.ini."""
    from alembic.config import Config

    config = Config()
    # Alembic interpolates percent signs.
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
