"""How changes are sent to webhooks: signed, again and again, through the deaths of those who send."""

from __future__ import annotations

import hmac
import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from assistant.ask import Assistant
from assistant.settings import Settings, WatchOptions
from assistant.watching import teller
from assistant.watching.signing import webhook_secret
from assistant.watching.teller import Teller
from corpus.article import ArticleFilter
from corpus.errors import DataFolderBusy
from corpus.store import open_service_store, open_store
from corpus.store.protocols import Store
from corpus.watch import CitedSpan, Fact, NewChange, Watch
from tests.corpus.web.site import LOOPBACK, Reply, Site, Talk, rude, serving

PATIENCE_SECONDS = 60.0
"""Only stops a hang."""

GONE = Fact((CitedSpan("a-gone", "sha256:0", 0, 1),))
TAKEN, BUSY = Reply(status=204), Reply(status=503)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", watching=WatchOptions(webhook_hosts=LOOPBACK))


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with open_store(settings.data_folder) as store:
        yield store


@pytest.fixture
def site() -> Iterator[Site]:
    with serving({"/hook": TAKEN}) as site:
        yield site


def changed(store: Store, address: str, changes: int = 1) -> Watch:
    """A question with changes that are to be sent."""
    watch = store.watches.add("When does it <open>?", datetime.now(UTC), ArticleFilter(), webhook=address)
    store.watches.settle(watch, watch.seq, [], [NewChange(added=(GONE,))] * changes, datetime.now(UTC))
    return watch


def test_teller_signs_what_it_sends_so_that_the_receiver_can_check_it(
    settings: Settings, store: Store, site: Site
) -> None:
    watch = changed(store, site.url("/hook"))
    Teller(settings).tell_once()
    now = store.watches.get(watch.id)
    assert store.watches.settle(now, now.seq, [], [NewChange(added=(GONE,))], datetime.now(UTC))
    with open_service_store(settings.data_folder) as service:
        keys = [_webhook_key(service.link_secret().present, watch)]
        service.rotate_link_secret(timedelta(hours=1))
        keys.insert(0, _webhook_key(service.link_secret().present, watch))
    Teller(settings).tell_once()
    first, second = site.requests
    for request, having in ((first, keys[1:]), (second, keys)):
        headers = request.headers
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + request.body
        signatures = [b64encode(hmac.digest(key, signed, "sha256")).decode() for key in having]
        assert headers["webhook-signature"] == " ".join(f"v1,{signature}" for signature in signatures)
    message = json.loads(first.body)
    assert (message["type"], message["data"]["question"]) == ("watch.changed", "When does it <open>?")
    assert (message["data"]["added"], message["data"]["ended"]) == ([{"verdict": None, "quotes": []}], [])
    assert second.headers["webhook-id"] != first.headers["webhook-id"]
    assert store.watches.unsent() == 0


def _webhook_key(secret: bytes, watch: Watch) -> bytes:
    return b64decode(webhook_secret(secret, watch.id).removeprefix("whsec_"))


def test_teller_gives_no_two_messages_the_same_id(settings: Settings, store: Store, site: Site) -> None:
    removed = changed(store, site.url("/hook"))
    Teller(settings).tell_once()
    store.watches.remove(removed.id)
    changed(store, site.url("/hook"))
    Teller(settings).tell_once()
    assert len({request.headers["webhook-id"] for request in site.requests}) == 2


def test_teller_tries_again_later_and_tells_why_it_could_not_send(settings: Settings, store: Store, site: Site) -> None:
    site.routes["/hook"] = BUSY
    watch = changed(store, site.url("/hook"))
    Teller(settings).tell_once()
    (change,) = store.watches.changes(watch.id, 1)
    assert (change.failures, change.trouble) == (1, "Its server answered with status 503.")
    assert change.next_try is not None
    assert change.next_try > datetime.now(UTC) + timedelta(seconds=30)
    Teller(settings).tell_once()
    assert len(site.requests) == 1  # not before its time

    site.routes["/hook"] = TAKEN
    store.watches.note_unsent(change.number, datetime.now(UTC), "")
    Teller(settings).tell_once()
    assert (len(site.requests), store.watches.unsent()) == (2, 0)


@pytest.mark.parametrize("allowed", ["", "hooks.example.org", f"{LOOPBACK}:1"])
def test_teller_sends_nothing_to_hosts_that_are_not_allowed(store: Store, site: Site, allowed: str) -> None:
    data = store.changes._database.data.path  # type: ignore[attr-defined]
    watch = changed(store, site.url("/hook"))
    Teller(Settings(data=data, watching=WatchOptions(webhook_hosts=allowed))).tell_once()
    (change,) = store.watches.changes(watch.id, 1)
    assert change.trouble is not None
    assert "ASSISTANT_WATCHING__WEBHOOK_HOSTS" in change.trouble
    assert (site.requests, store.watches.unsent()) == ([], 1)


def test_teller_lets_a_slow_receiver_hold_up_no_other(settings: Settings, store: Store, site: Site) -> None:
    over = Event()

    @rude
    def slow(talk: Talk) -> None:
        while not over.is_set() and talk.wait(0.05):
            pass

    site.routes["/slow"] = slow
    changed(store, site.url("/slow"))
    changed(store, site.url("/hook"), changes=2)
    with ThreadPoolExecutor(1) as threads:
        telling = threads.submit(Teller(settings).tell_once)
        until = time.monotonic() + PATIENCE_SECONDS
        while "/hook" not in site.paths() and time.monotonic() < until:
            time.sleep(0.05)
        over.set()
        telling.result()
    assert sorted(site.paths()) == ["/hook", "/hook", "/slow"]
    assert store.watches.unsent() == 1


def test_teller_follows_no_redirect(settings: Settings, store: Store, site: Site) -> None:
    site.routes |= {"/hook": Reply(status=307, headers={"Location": site.url("/other")}), "/other": TAKEN}
    changed(store, site.url("/hook"))
    Teller(settings).tell_once()
    assert (site.paths(), store.watches.unsent()) == (["/hook"], 1)


def test_teller_that_is_killed_while_it_sends_loses_nothing(settings: Settings, store: Store, site: Site) -> None:
    @rude
    def never_answers(talk: Talk) -> None:
        while talk.wait(0.1):
            pass

    site.routes["/hook"] = never_answers
    changed(store, site.url("/hook"))
    program = "from assistant.settings import *; from assistant.watching.teller import Teller; "
    program += "Teller(load_settings()).tell_once()"
    environment = os.environ | {
        "ASSISTANT_DATA": str(settings.data),
        "ASSISTANT_WATCHING__WEBHOOK_HOSTS": LOOPBACK,
    }
    child = subprocess.Popen([sys.executable, "-c", program], env=environment)
    until = time.monotonic() + PATIENCE_SECONDS
    while not site.requests and time.monotonic() < until:
        time.sleep(0.05)
    with pytest.raises(DataFolderBusy, match="Another process"):
        Teller(settings).tell_once()  # one at a time
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert store.watches.unsent() == 1

    site.routes["/hook"] = TAKEN
    Teller(settings).tell_once()
    first, again = (request.headers["webhook-id"] for request in site.requests)
    assert (first == again, store.watches.unsent()) == (True, 0)


def test_teller_sends_while_questions_are_behind_and_tells_once_of_one_that_fails(
    settings: Settings, store: Store, site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failing = store.watches.add("Why?", datetime.now(UTC), ArticleFilter())
    asked = store.watches.add("When?", datetime.now(UTC), ArticleFilter(), webhook=site.url("/hook"))
    asks = []

    def ask(_: Assistant, store: Store, watch: Watch) -> None:
        if watch.id == failing.id:
            raise ValueError("unforeseen")
        until = time.monotonic() + PATIENCE_SECONDS
        while store.watches.unsent() and time.monotonic() < until:
            time.sleep(0.02)
        asks.append(store.watches.unsent())
        seq, changes = (watch.seq - 1, [NewChange((GONE,))]) if watch.facts is None else (asked.seq, [])
        store.watches.settle(watch, seq, [], changes, datetime.now(UTC))

    monkeypatch.setattr(teller, "_ask", ask)
    monkeypatch.setattr(teller, "_SECONDS_AFTER_TROUBLE", 0.0)
    one = Teller(settings, lambda _: nullcontext())  # type: ignore[arg-type,return-value]
    for _ in range(2):
        one.tell_once()
    assert asks == [0, 0]
    assert len(site.requests) == 1
    assert [record.levelname for record in caplog.records].count("ERROR") == 1
