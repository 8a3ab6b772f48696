from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from corpus.access import Grant, Scope, key_id, new_key, opens
from corpus.article import ArticleFilter
from corpus.errors import DataFolderBusy
from corpus.feedback import Feedback
from corpus.store import DataFolder, open_service_store, open_store_writer
from corpus.store.service_protocols import ServiceStore
from corpus.store.sqlite.backup import backup, restore
from corpus.store.sqlite.engine import stored_revision
from tests.corpus.store.examples import article

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
BOUNDED = Grant(
    (Scope.ASK,), ArticleFilter(publisher=("Harbour News",)), True, ("https://example.org",), requests_per_day=100
)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[ServiceStore]:
    with open_service_store(DataFolder(tmp_path / "data")) as records:
        yield records


def feedback(answer_id: str, received: datetime, comment: str = "Good.") -> Feedback:
    return Feedback(answer_id, "up", comment, "Who?", "Li Qiang.", received)


def test_a_key_comes_back_as_it_was_made_and_its_text_is_kept_nowhere(records: ServiceStore) -> None:
    key, text = new_key("A site", BOUNDED)
    records.keys.add(key)

    assert records.keys.all() == [key]
    assert opens(text, key)
    records.close()
    for file in records.folder.iterdir():
        assert text.rpartition("_")[2].encode() not in file.read_bytes()


def test_the_text_of_a_key_opens_that_key_only() -> None:
    (mine, my_text), (other, _) = (new_key("", Grant((Scope.ASK,))) for _ in range(2))

    assert key_id(my_text) == mine.id
    assert not opens(my_text, other)
    assert not any(opens(wrong, mine) for wrong in ("", my_text[:-1], my_text + "a", "p" + my_text[1:], "\ud800"))


def test_publishable_keys_are_told_from_secret_ones_by_their_first_letters() -> None:
    assert new_key("", BOUNDED)[1].startswith("pk_")
    assert new_key("", Grant((Scope.ASK,)))[1].startswith("sk_")


def test_a_revoked_key_stays_revoked_from_the_first_time_on(records: ServiceStore) -> None:
    key, _ = new_key("", BOUNDED)
    records.keys.add(key)

    assert records.keys.revoke(key.id)
    (first,) = records.keys.all()
    assert records.keys.revoke(key.id)
    assert records.keys.all() == [first]
    assert first.revoked
    assert not records.keys.revoke("key_unknown")


def test_requests_are_counted_by_key_and_day(records: ServiceStore) -> None:
    mine, other = (new_key("", BOUNDED)[0] for _ in range(2))
    for key in (mine, other):
        records.keys.add(key)

    records.quotas.add({(mine.id, MONDAY): 2, (other.id, MONDAY): 1})
    records.quotas.add({(mine.id, MONDAY): 3, (mine.id, TUESDAY): 1})
    records.quotas.add({})

    assert records.quotas.requests_on(MONDAY) == {mine.id: 5, other.id: 1}
    assert records.quotas.requests_on(TUESDAY) == {mine.id: 1}


def test_all_of_it_can_be_written_while_a_writer_has_its_lock(records: ServiceStore) -> None:
    key, _ = new_key("", BOUNDED)
    with open_store_writer(data) as writer:
        records.keys.add(key)
        writer.articles.put([article("ferry", "The ferry keeps to its timetable.")])
        records.quotas.add({(key.id, MONDAY): 1})
        records.feedback.add(feedback("ans_1", datetime.now(UTC)))

    assert (len(records.keys.all()), len(records.feedback.all()), records.quotas.requests_on(MONDAY)) == (1, 1, {key.id: 1})


def test_one_who_will_not_wait_for_anothers_transaction_is_told_so(records: ServiceStore) -> None:
    key, _ = new_key("", BOUNDED)
    with (
        open_service_store(data, patience=0) as impatient,
        closing(sqlite3.connect(records.folder / CATALOG_FILE, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DataFolderBusy):
            impatient.keys.add(key)
        assert impatient.keys.all() == []
        other.execute("ROLLBACK")
        impatient.keys.add(key)


def test_feedback_comes_back_in_order_whatever_it_holds(records: ServiceStore) -> None:
    given = [feedback(f"ans_{n}", datetime.now(UTC), "\ud800 or '); DROP TABLE keys") for n in range(3)]
    for one in given:
        records.feedback.add(one)

    assert records.feedback.all() == given


def test_removed_feedback_is_gone_from_the_files(records: ServiceStore) -> None:
    records.feedback.add(feedback("ans_1", datetime(2026, 11, 23, 23, 59, tzinfo=UTC), "sesame-sesame" * 50))
    records.feedback.add(feedback("ans_2", datetime(2026, 11, 24, tzinfo=UTC)))

    assert records.feedback.remove(TUESDAY) == 1
    assert [one.answer_id for one in records.feedback.all()] == ["ans_2"]
    assert not any(b"sesame" in file.read_bytes() for file in records.folder.iterdir())


def test_the_secret_is_a_folders_own_and_stays(records: ServiceStore, tmp_path: Path) -> None:
    with open_service_store(DataFolder(tmp_path / "other")) as other:
        assert records.link_secret() == records.link_secret() != other.link_secret()
        assert len(other.link_secret()) == 32


def test_a_folder_from_before_there_were_keys_is_migrated(tmp_path: Path) -> None:
    from alembic import command

    from corpus.store.sqlite.engine import for_writing, open_engine, use_wal
    from corpus.store.sqlite.migrations import alembic_config

    file = tmp_path / CATALOG_FILE
    use_wal(file)
    engine = open_engine(file)
    with for_writing(engine).begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    assert stored_revision(file) == "0001"

    with open_service_store(DataFolder(tmp_path)) as records:
        assert records.keys.all() == []


def test_a_restored_backup_brings_keys_back_but_no_revoked_one_to_life(records: ServiceStore, tmp_path: Path) -> None:
    kept, lost = (new_key(name, BOUNDED)[0] for name in ("kept", "lost"))
    for key in (kept, lost):
        records.keys.add(key)
    backup(records.folder, tmp_path / "saved")
    records.keys.revoke(lost.id)
    records.close()

    restore(tmp_path / "saved", records.folder, replace=True)
    restore(tmp_path / "saved", tmp_path / "new")

    assert {key.name: bool(key.revoked) for key in records.keys.all()} == {"kept": False, "lost": True}
    with open_service_store(DataFolder(tmp_path / "new")) as new:
        assert not any(key.revoked for key in new.keys.all())
