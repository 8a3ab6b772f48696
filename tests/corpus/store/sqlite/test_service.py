from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from corpus.access import Grant, Scope, new_key, opens, rotated_key
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


def test_service_store_a_restored_backup_brings_keys_back_but_nothing_revoked_or_rotated_to_life(
    data: DataFolder, service_store: ServiceStore, tmp_path: Path
) -> None:
    valid, lost, told = (new_key(name, BOUNDED)[0] for name in ("valid", "lost", "told"))
    for key in (valid, lost, told):
        service_store.keys.add(key)
    former = service_store.link_secret()
    backup(data, tmp_path / "saved")
    service_store.keys.revoke(lost.id)
    rotated, _ = rotated_key(told, timedelta(hours=1), None, datetime.now(UTC))
    assert service_store.keys.rotate(told, rotated)
    secret = service_store.rotate_link_secret(timedelta())
    service_store.close()

    restore(tmp_path / "saved", data, replace=True)
    restore(tmp_path / "saved", DataFolder(tmp_path / "new"))

    with open_service_store(data) as restored:
        keys = {key.name: key for key in restored.keys.all()}
        assert {name: bool(key.revoked) for name, key in keys.items()} == {"valid": False, "lost": True, "told": False}
        assert (keys["told"], restored.link_secret()) == (rotated, secret)
    with open_service_store(DataFolder(tmp_path / "new")) as new:
        assert new.keys.all() == [valid, lost, told]
        assert new.link_secret() == former
    backup(data, tmp_path / "newer")
    restore(tmp_path / "newer", DataFolder(tmp_path / "new"), replace=True)
    with open_service_store(DataFolder(tmp_path / "new")) as newer:
        assert rotated in newer.keys.all(), "the later rotation holds, wherever it is"
        assert newer.link_secret() == secret
