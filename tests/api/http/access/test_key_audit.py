from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from api.http.access import key_audit
from api.http.access.key_audit import RefusedKeys, StoredKeys
from assistant.ask import Assistant
from corpus.access import Grant, Key, Scope, new_key, rotated_key
from corpus.store import DataFolder, open_service_store
from corpus.store.service_protocols import ServiceStore
from tests.api.http.access.guarded import QUESTION, SITE, guarded
from tests.corpus.test_audit import lines

TODAY = datetime.now(UTC).date()


@pytest.fixture(autouse=True)
def told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "audit")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ServiceStore]:
    with open_service_store(DataFolder(tmp_path)) as store:
        yield store


def made(store: ServiceStore, name: str = "Ours") -> Key:
    key, _ = new_key(name, Grant((Scope.ASK,)))
    store.keys.add(key)
    return key


def test_stored_keys_that_others_make_use_and_revoke_are_told_once(
    store: ServiceStore, caplog: pytest.LogCaptureFixture
) -> None:
    before = made(store)
    keys = StoredKeys(store)
    after = made(store, "Nightly")
    for _ in range(2):
        keys.look()
        store.keys.revoke(before.id)
        store.quotas.add({(after.id, TODAY): 3})

    keys.look()

    first, *others = lines(caplog)
    assert (first["event"], first["key_id"], first["name"]) == ("key_made", after.id, "Nightly")
    assert (first["scopes"], first["publishable"], first["limited"]) == (["ask"], False, False)
    assert [(line["event"], line["key_id"]) for line in others] == [
        ("key_revoked", before.id),
        ("key_first_used", after.id),
    ]


def test_stored_keys_that_are_rotated_or_expire_are_told_once(
    store: ServiceStore, caplog: pytest.LogCaptureFixture
) -> None:
    key, ended = made(store), made(store)
    keys = StoredKeys(store)
    now = datetime.now(UTC)
    rotated, _ = rotated_key(key, timedelta(hours=1), now + timedelta(days=90), now)
    store.keys.rotate(key, rotated)
    store.keys.rotate(ended, replace(ended, expires=datetime.now(UTC)))
    secret = store.rotate_link_secret(timedelta(days=7))
    for _ in range(2):
        keys.look()

    assert keys.working == 1
    told = {line["event"]: line for line in lines(caplog)}
    assert list(told) == ["key_rotated", "key_expired", "links_rotated"]
    assert (told["key_rotated"]["key_id"], told["key_expired"]["key_id"]) == (key.id, ended.id)
    assert rotated.former is not None
    assert rotated.expires is not None
    assert told["key_rotated"]["former_until"] == rotated.former.until.isoformat()
    assert told["key_rotated"]["expires"] == rotated.expires.isoformat()
    assert secret.former_until is not None
    assert told["links_rotated"]["former_until"] == secret.former_until.isoformat()


def test_stored_keys_used_before_a_restart_are_told_again_only_on_the_next_day(
    store: ServiceStore, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, tomorrow = made(store), TODAY + timedelta(days=1)
    store.quotas.add({(key.id, TODAY): 1, (key.id, tomorrow): 1})
    keys = StoredKeys(store)
    keys.look()
    assert lines(caplog) == []

    class Tomorrow(datetime):
        def date(self) -> date:
            return tomorrow

    monkeypatch.setattr(key_audit, "datetime", Tomorrow)
    keys.look()

    assert [(line["event"], line["day"]) for line in lines(caplog)] == [("key_first_used", tomorrow.isoformat())]


def test_refused_keys_are_told_once_a_minute_and_how_often(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(key_audit, "monotonic", lambda: now)
    refused = RefusedKeys()
    for _ in range(5):
        refused.note(None, "wrong_key", "/v1/ask")
    refused.note("key_1", "scope_missing", "/metrics")
    now += 60
    refused.note(None, "wrong_key", "/v1/ask")

    assert [(line["key_id"], line["problem"], line["requests"]) for line in lines(caplog)] == [
        (None, "wrong_key", 1),
        ("key_1", "scope_missing", 1),
        (None, "wrong_key", 5),
    ]


def test_refused_keys_are_named_but_their_texts_and_questions_are_not(
    helper: Assistant, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with guarded(helper, tmp_path) as service:
        text = service.new_key(Grant((Scope.ASK,)))
        (key,) = service.store.keys.all()
        service.get("/metrics", service.bearer(text))
        page = service.site_key()
        service.post("/v1/ask", {**page, "Origin": "https://other.example"}, json=QUESTION)
        caplog.clear()
        service.store.keys.revoke(key.id)
        other = service.new_key(Grant((Scope.ASK,)))  # which is known once the revocation is
        caplog.clear()
        service.post("/v1/ask", service.bearer(text), json=QUESTION)
        service.post("/v1/ask", service.bearer(f"{text}x"), json=QUESTION)
        service.get("/metrics", service.bearer(other))

    said = {(line["key_id"] == key.id, line["problem"], line["route"]) for line in lines(caplog)}
    assert (True, "wrong_key", "/v1/ask") in said
    assert (False, "scope_missing", "/metrics") in said
    told = "".join(map(str, lines(caplog)))
    assert text not in told
    assert QUESTION["question"] not in told
    assert SITE not in told
