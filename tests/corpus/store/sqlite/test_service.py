from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from corpus.access import Grant, Scope, new_key, opens
from corpus.article import ArticleFilter
from corpus.errors import DataFolderBusy
from corpus.feedback import Feedback
from corpus.store import DataFolder, backup, open_service_store, restore
from corpus.store.service_protocols import ServiceStore
from corpus.store.sqlite.engine import stored_revision

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
BOUNDED = Grant(
    (Scope.ASK,), ArticleFilter(publisher=("Harbour News",)), True, ("https://example.org",), requests_per_day=100
)


def feedback(answer_id: str, received: datetime, comment: str = "Good.") -> Feedback:
    return Feedback(answer_id, "up", comment, "Who?", "Li Qiang.", received)


def test_service_store_the_text_of_a_key_is_kept_nowhere(data: DataFolder, service_store: ServiceStore) -> None:
    key, text = new_key("A site", BOUNDED)
    service_store.keys.add(key)

    assert service_store.keys.all() == [key]
    assert opens(text, key)
    service_store.close()
    for file in data.path.iterdir():
        assert text[-20:].encode() not in file.read_bytes()


def test_service_store_one_who_will_not_wait_for_anothers_transaction_is_told_so(
    data: DataFolder, service_store: ServiceStore
) -> None:
    key, _ = new_key("", BOUNDED)
    with (
        open_service_store(data, patience=0) as impatient,
        closing(sqlite3.connect(data.database, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DataFolderBusy):
            impatient.keys.add(key)
        assert impatient.keys.all() == []
        other.execute("ROLLBACK")
        impatient.keys.add(key)


def test_service_store_removed_feedback_is_gone_from_the_files(data: DataFolder, service_store: ServiceStore) -> None:
    service_store.feedback.add(feedback("ans_1", datetime(2026, 11, 23, 23, 59, tzinfo=UTC), "sesame-sesame" * 50))
    service_store.feedback.add(feedback("ans_2", datetime(2026, 11, 24, tzinfo=UTC)))

    assert service_store.feedback.remove(TUESDAY) == 1
    assert [one.answer_id for one in service_store.feedback.all()] == ["ans_2"]
    assert not any(b"sesame" in file.read_bytes() for file in data.path.iterdir())


def test_service_store_a_folder_from_before_there_were_keys_is_migrated(tmp_path: Path) -> None:
    from alembic import command

    from corpus.store.sql.migrations import alembic_config
    from corpus.store.sqlite.engine import for_writing, open_engine, use_wal

    file = DataFolder(tmp_path).database
    use_wal(file)
    engine = open_engine(file)
    with for_writing(engine).begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    assert stored_revision(file) == "0001"

    with open_service_store(DataFolder(tmp_path)) as service_store:
        assert service_store.keys.all() == []


def test_service_store_a_restored_backup_brings_keys_back_but_no_revoked_one_to_life(
    data: DataFolder, service_store: ServiceStore, tmp_path: Path
) -> None:
    valid, lost = (new_key(name, BOUNDED)[0] for name in ("valid", "lost"))
    for key in (valid, lost):
        service_store.keys.add(key)
    backup(data, tmp_path / "saved")
    service_store.keys.revoke(lost.id)
    service_store.close()

    restore(tmp_path / "saved", data, replace=True)
    restore(tmp_path / "saved", DataFolder(tmp_path / "new"))

    with open_service_store(data) as restored:
        assert {key.name: bool(key.revoked) for key in restored.keys.all()} == {"valid": False, "lost": True}
    with open_service_store(DataFolder(tmp_path / "new")) as new:
        assert not any(key.revoked for key in new.keys.all())
