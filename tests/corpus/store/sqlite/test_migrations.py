from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

from corpus.errors import StoreTooNew, StoreTooOld
from corpus.store import DataFolder, backup, open_store, open_store_writer, restore
from corpus.store.sql import migrations
from corpus.store.sql.schema import HEAD, metadata
from corpus.store.sqlite.engine import open_engine, stored_revision
from tests.corpus.store.examples import article, passage, put_unsplit

FERRY = article("ferry", "The ferry keeps to its timetable.")

# It rebuilds a table that others refer to, which loses their rows when foreign keys are on.
NEXT_REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    with op.batch_alter_table("articles", recreate="always") as table:
        table.add_column(sa.Column("mood", sa.Text, server_default="calm"))
    {last}
"""


@pytest.fixture
def newer_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """From here on the program knows one revision more; returns where that stands."""
    scripts = tmp_path / "scripts"
    shutil.copytree(Path(migrations.__file__).parent, scripts)
    revision = scripts / "versions" / "9999_mood.py"
    revision.write_text(NEXT_REVISION.format(head=HEAD, last=""))
    monkeypatch.setattr(migrations, "_SCRIPTS", scripts)
    monkeypatch.setattr(migrations, "HEAD", "9999")
    return revision


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """A data folder of this version with an article in it."""
    folder = DataFolder(tmp_path / "data")
    with open_store_writer(folder) as store:
        put_unsplit(store, [FERRY])
        store.passages.put("splitter", {FERRY.id: [passage(FERRY)]})
    return folder


def test_migrations_end_at_the_revision_that_the_program_expects() -> None:
    scripts = ScriptDirectory.from_config(migrations.alembic_config())
    assert scripts.get_heads() == [HEAD]
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions == sorted(revisions, reverse=True), "older and newer are told apart by comparing revisions"


def test_migrations_make_the_tables_that_the_program_uses(folder: DataFolder) -> None:
    engine = open_engine(folder.database)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_migrations_a_writer_migrates_an_older_folder_and_loses_nothing(
    folder: DataFolder, newer_program: Path
) -> None:
    with open_store_writer(folder) as store:
        assert store.articles.get(FERRY.id) == FERRY
        assert store.passages.all() == [passage(FERRY)]
    assert stored_revision(folder.database) == "9999"
    open_store(folder).close()


def test_migrations_a_reader_of_an_older_folder_says_who_migrates_it(folder: DataFolder, newer_program: Path) -> None:
    with pytest.raises(StoreTooOld, match="any command that writes"):
        open_store(folder)


def test_migration_that_fails_changes_nothing(folder: DataFolder, newer_program: Path) -> None:
    newer_program.write_text(NEXT_REVISION.format(head=HEAD, last='op.execute("SELECT * FROM nowhere")'))
    with pytest.raises(OperationalError, match="nowhere"):
        open_store_writer(folder)
    assert stored_revision(folder.database) == HEAD
    newer_program.write_text(NEXT_REVISION.format(head=HEAD, last=""))
    with open_store_writer(folder) as store:
        assert store.articles.get(FERRY.id) == FERRY


def test_migrations_an_older_backup_is_migrated_when_it_is_restored(
    folder: DataFolder, newer_program: Path, tmp_path: Path
) -> None:
    backup(folder, tmp_path / "saved")
    restore(tmp_path / "saved", DataFolder(tmp_path / "new"))
    with open_store(DataFolder(tmp_path / "new")) as store:
        assert store.articles.get(FERRY.id) == FERRY
    assert stored_revision(folder.database) == stored_revision(tmp_path / "saved") == HEAD


@pytest.mark.parametrize("open_either", [open_store, open_store_writer])
def test_migrations_a_folder_of_a_newer_program_is_refused(
    folder: DataFolder, open_either, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "HEAD", "0000")
    with pytest.raises(StoreTooNew, match="upgrade the program"):
        open_either(folder)


def test_migrations_a_folder_that_is_up_to_date_opens_without_alembic(folder: DataFolder) -> None:
    script = (
        "import sys; from pathlib import Path; from corpus.store import DataFolder, open_store, open_store_writer\n"
        f"for each in (open_store, open_store_writer): each(DataFolder(Path({str(folder)!r}))).close()\n"
        "assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
