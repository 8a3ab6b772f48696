from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from corpus.errors import BackupUnusable, DataFolderReadOnly, DataFolderUnusable, StoreTooNew, StoreTooOld
from corpus.store import DataFolder, backup, open_store, open_store_writer
from corpus.store.postgres.engine import connect, open_engine
from corpus.store.protocols import Store
from corpus.store.sql.schema import metadata
from tests.corpus.store.examples import article, put_unsplit, run_together
from tests.postgres_server import PostgresServer, postgres_server

FERRY = article("ferry", "The ferry keeps to its timetable.")


def test_opening_migrations_make_the_tables_that_the_program_uses(data: DataFolder, store: Store) -> None:
    engine = open_engine(data.database_url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


def test_opening_many_machines_may_meet_an_empty_database_at_once(data: DataFolder, tmp_path: Path) -> None:
    machines = [DataFolder(tmp_path / str(number), data.database_url) for number in range(4)]
    run_together(*(lambda each=each: open_store(each).close() for each in machines))
    with open_store(data) as store:
        assert store.changes.seq() == 0


def test_opening_only_a_writer_migrates_an_older_store_and_nobody_touches_a_newer_one(data: DataFolder) -> None:
    open_store(data).close()
    newer = (
        "ALTER TABLE encoders DROP COLUMN puts",
        "DROP TABLE watch_changes",
        "DROP TABLE watches",
        "ALTER TABLE keys DROP COLUMN expires, DROP rotated, DROP former_digest, DROP former_until",
        "ALTER TABLE secrets DROP COLUMN rotated, DROP former, DROP former_until",
        "DELETE FROM secrets WHERE name = 'store'",
        "DROP TABLE asked_questions",
        "ALTER TABLE sources DROP COLUMN succeeded",
        "DROP INDEX versions_publisher, versions_published",
    )
    _run(data, "UPDATE alembic_version SET version_num = '0006'", *newer)
    with pytest.raises(StoreTooOld, match="any command that writes"):
        open_store(data)
    open_store_writer(data).close()
    open_store(data).close()
    _run(data, "UPDATE alembic_version SET version_num = '9999'")
    for open_either in (open_store, open_store_writer):
        with pytest.raises(StoreTooNew, match="upgrade the program"):
            open_either(data)


def test_connection_to_a_server_that_stands_still_is_given_up(data: DataFolder) -> None:
    assert data.database_url is not None
    connection = connect(data.database_url, autocommit=True, silence=1.0)
    assert connection.execute("SELECT 7").fetchone() == (7,)
    with pytest.raises(psycopg.OperationalError, match="has said nothing for 1 seconds"):
        connection.execute("SELECT pg_sleep(20)")
    assert connection.closed


def test_opening_a_server_that_is_gone_is_named_without_the_password(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data", "postgresql://reader:sesame@127.0.0.1:1/news")
    with pytest.raises(DataFolderUnusable, match=r"The database news on 127\.0\.0\.1:1 cannot be used") as raised:
        open_store(data)
    assert "sesame" not in str(raised.value)
    assert "sesame" not in repr(data)


def test_opening_an_address_that_is_none_is_refused_without_repeating_it(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data", "postgresql://reader:sesame@127.0.0.1:1/news?sesame=1")
    with pytest.raises(DataFolderUnusable, match="does not understand the address") as raised:
        open_store(data)
    assert "sesame" not in str(raised.value)


def test_opening_a_folder_that_holds_something_else_is_left_alone(
    data: DataFolder, postgres: PostgresServer, tmp_path: Path
) -> None:
    open_store_writer(data).close()
    with pytest.raises(DataFolderUnusable, match="index of another database"):
        open_store(DataFolder(data.path, postgres.new_database()))
    open_store(DataFolder(tmp_path / "folder")).close()
    with pytest.raises(DataFolderUnusable, match="ASSISTANT_CACHE"):
        open_store(DataFolder(tmp_path / "folder", data.database_url))


def test_opening_a_server_that_only_reads_says_so(data: DataFolder) -> None:
    open_store(data).close()
    _run(data, f"ALTER DATABASE {_name(data)} SET default_transaction_read_only = on")
    with open_store_writer(data) as store, pytest.raises(DataFolderReadOnly, match="primary"):
        put_unsplit(store, [FERRY])


def test_opening_a_backup_is_made_by_the_database(data: DataFolder, tmp_path: Path) -> None:
    with pytest.raises(BackupUnusable, match="pg_dump"):
        backup(data, tmp_path / "saved")


def test_opening_readers_go_on_when_the_server_was_started_again(tmp_path: Path) -> None:
    with postgres_server() as server:
        data = DataFolder(tmp_path / "data", server.new_database())
        with open_store_writer(data) as store:
            put_unsplit(store, [FERRY])
        with open_store(data) as reader:
            assert reader.articles.get(FERRY.id) == FERRY
            server.stop()
            with pytest.raises(DataFolderUnusable, match="cannot be used"):
                reader.articles.count()
            server.start()
            assert reader.articles.get(FERRY.id) == FERRY


def _name(data: DataFolder) -> str:
    with psycopg.connect(data.database_url) as connection:
        return connection.info.dbname


def _run(data: DataFolder, *statements: str) -> None:
    with psycopg.connect(data.database_url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
