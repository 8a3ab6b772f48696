"""The revision of a database: which program made its tables, how they are brought up to date, and whose they are."""

from __future__ import annotations

from sqlalchemy import Engine

from corpus.store.postgres.engine import for_reading, migrating, stored_revision
from corpus.store.sql import migrations
from corpus.store.sql.secrets import store_identity


def bring_up_to_date(engine: Engine, name: str, may_migrate: bool) -> None:
    """Migrate an older store if that is allowed, and an empty one always, all of it or nothing.

    Raises StoreTooOld and StoreTooNew, which call the database `name`.
    """
    with for_reading(engine).begin() as connection:
        revision = stored_revision(connection)
    migrations.refuse_newer_revision(revision, f"The database {name}")
    if revision is None or (may_migrate and not migrations.is_current(revision)):
        with engine.begin() as connection:
            migrating(connection)
            if not migrations.is_current(stored_revision(connection)):  # another may have been faster
                migrations.migrate(connection)
    else:
        migrations.refuse_other_revision(revision, f"The database {name}")


def identity_of(engine: Engine) -> str:
    """Tell this store from every other: by what was made at random with it."""
    with for_reading(engine).begin() as connection:
        return store_identity(connection)
