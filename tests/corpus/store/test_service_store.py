from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from corpus.access import Grant, Scope, is_over, key_id, new_key, opens, rotated_key
from corpus.article import ArticleFilter
from corpus.feedback import Feedback
from corpus.store.protocols import Store
from corpus.store.service_protocols import ServiceStore
from tests.corpus.store.conftest import Implementation
from tests.corpus.store.examples import article, put_unsplit

NOW, DAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC), timedelta(days=1)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
BOUNDED = Grant(
    (Scope.ASK,), ArticleFilter(publisher=("Harbour News",)), True, ("https://example.org",), requests_per_day=100
)


def feedback(answer_id: str, received: datetime, comment: str = "Good.") -> Feedback:
    return Feedback(answer_id, "up", comment, "Who?", "Li Qiang.", received)


def test_service_store_the_text_of_a_key_opens_that_key_only() -> None:
    (mine, my_text), (other, _) = (new_key("", Grant((Scope.ASK,))) for _ in range(2))

    assert key_id(my_text) == mine.id
    assert not opens(my_text, other)
    assert not any(opens(wrong, mine) for wrong in ("", my_text[:-1], my_text + "a", "p" + my_text[1:], "\ud800"))


def test_service_store_publishable_keys_are_told_from_secret_ones_by_their_first_letters() -> None:
    assert new_key("", BOUNDED)[1].startswith("pk_")
    assert new_key("", Grant((Scope.ASK,)))[1].startswith("sk_")


def test_service_store_a_revoked_key_stays_revoked_from_the_first_time_on(service_store: ServiceStore) -> None:
    key, _ = new_key("", BOUNDED)
    service_store.keys.add(key)

    assert service_store.keys.revoke(key.id)
    (first,) = service_store.keys.all()
    assert service_store.keys.revoke(key.id)
    assert service_store.keys.all() == [first]
    assert first.revoked
    assert not service_store.keys.revoke("key_unknown")


def test_service_store_requests_are_counted_by_key_and_day(service_store: ServiceStore) -> None:
    mine, other = (new_key("", BOUNDED)[0] for _ in range(2))
    for key in (mine, other):
        service_store.keys.add(key)

    service_store.quotas.add({(mine.id, MONDAY): 2, (other.id, MONDAY): 1})
    service_store.quotas.add({(mine.id, MONDAY): 3, (mine.id, TUESDAY): 1})
    service_store.quotas.add({})

    assert service_store.quotas.requests_on(MONDAY) == {mine.id: 5, other.id: 1}
    assert service_store.quotas.requests_on(TUESDAY) == {mine.id: 1}


def test_service_store_feedback_comes_back_in_order_whatever_it_holds(service_store: ServiceStore) -> None:
    given = [feedback(f"ans_{n}", datetime.now(UTC), "\ud800 or '); DROP TABLE keys") for n in range(3)]
    for one in given:
        service_store.feedback.add(one)

    assert service_store.feedback.all() == given


def test_service_store_the_secret_is_a_folders_own_and_stays(
    implementation: Implementation, service_store: ServiceStore, tmp_path: Path
) -> None:
    with implementation.open_service(implementation.new_folder(tmp_path / "other")) as other:
        assert service_store.link_secret() == service_store.link_secret() != other.link_secret()
        assert len(other.link_secret().present) == 32


def test_service_store_a_key_comes_back_as_it_was_made(service_store: ServiceStore) -> None:
    key, text = new_key("A site", BOUNDED)
    service_store.keys.add(key)

    assert service_store.keys.all() == [key]
    assert opens(text, key)


def test_service_store_a_rotated_key_is_the_same_with_another_text_and_the_one_before_for_a_while(
    service_store: ServiceStore,
) -> None:
    key, text = new_key("A site", BOUNDED, NOW + 90 * DAY)
    service_store.keys.add(key)
    service_store.quotas.add({(key.id, MONDAY): 5})
    rotated, new_text = rotated_key(key, DAY, NOW + 180 * DAY, NOW)
    again, _ = rotated_key(rotated, 2 * 180 * DAY, None, NOW)

    assert service_store.keys.rotate(key, rotated)
    assert not service_store.keys.rotate(key, again), "somebody else was faster"
    assert service_store.keys.all() == [rotated]
    assert replace(rotated, digest=key.digest, expires=key.expires, former=None, rotated=None) == key
    assert service_store.quotas.requests_on(MONDAY) == {key.id: 5}
    assert (opens(text, rotated), opens(new_text, rotated), opens(text, again)) == (True, True, False)
    assert [is_over(text, rotated, NOW + late) for late in (timedelta(), DAY)] == [False, True]
    assert [is_over(new_text, rotated, NOW + late) for late in (DAY, 180 * DAY)] == [False, True]
    assert again.former is not None
    assert again.former.until == NOW + 180 * DAY, "no text works longer than it would have"
    assert rotated_key(key, timedelta(), None, NOW)[0].former is None
    service_store.keys.revoke(key.id)
    assert not service_store.keys.rotate(rotated, again)


def test_service_store_the_secret_is_rotated_and_the_one_before_is_accepted_for_a_while(
    service_store: ServiceStore,
) -> None:
    first = service_store.link_secret()
    second = service_store.rotate_link_secret(DAY)
    now = datetime.now(UTC)

    assert service_store.link_secret() == second
    assert second.accepted(now) == (second.present, first.present)
    assert second.accepted(now + DAY) == (second.present,)
    third = service_store.rotate_link_secret(DAY)
    assert third.accepted(now) == (third.present, second.present), "that was the end of the first one"
    fourth = service_store.rotate_link_secret(timedelta())
    assert fourth.accepted(now) == (fourth.present,)


def test_service_store_feedback_of_days_before_is_removed(service_store: ServiceStore) -> None:
    service_store.feedback.add(feedback("ans_1", datetime(2026, 11, 23, 23, 59, tzinfo=UTC)))
    service_store.feedback.add(feedback("ans_2", datetime(2026, 11, 24, tzinfo=UTC)))

    assert service_store.feedback.remove(TUESDAY) == 1
    assert [one.answer_id for one in service_store.feedback.all()] == ["ans_2"]


def test_service_store_all_of_it_can_be_written_while_a_writer_has_its_lock(
    store: Store, service_store: ServiceStore
) -> None:
    key, _ = new_key("", BOUNDED)
    service_store.keys.add(key)
    put_unsplit(store, [article("ferry", "The ferry keeps to its timetable.")])
    service_store.quotas.add({(key.id, MONDAY): 1})
    service_store.feedback.add(feedback("ans_1", datetime.now(UTC)))

    assert (
        len(service_store.keys.all()),
        len(service_store.feedback.all()),
        service_store.quotas.requests_on(MONDAY),
    ) == (1, 1, {key.id: 1})
