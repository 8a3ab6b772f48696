"""Deliveries to webhooks: several at once, so that a receiver that is slow does not hold up the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from assistant.settings import Settings
from assistant.watching.signing import webhook_headers
from assistant.watching.told import as_json, told_change
from corpus.errors import NotFetched, UnknownWatch
from corpus.store import open_service_store
from corpus.store.protocols import Store
from corpus.watch import Watch, WatchChange
from corpus.web.sender import Sender

_AT_ONCE, _AT_ONCE_TO_ONE = 8, 2
"""Deliveries, and those to one host."""

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=12)
"""Until a change that could not be sent is tried again; twice as long each time, and never given up."""


class Deliveries:
    """Those under way, of changes in one store. Of a question one change is sent after another."""

    def __init__(self, settings: Settings, store: Store, threads: ThreadPoolExecutor) -> None:
        self._data = settings.data_folder
        self._store = store
        self._sender = Sender(settings.watching.webhook_hosts)
        self._threads = threads
        self._under_way: dict[str, tuple[str, Future[None]]] = {}  # host and delivery, by the question's id

    @classmethod
    @contextmanager
    def open(cls, settings: Settings, store: Store) -> Iterator[Self]:
        """In the end those under way are waited for: half a minute at most."""
        with ThreadPoolExecutor(_AT_ONCE, "webhook") as threads:
            yield cls(settings, store, threads)

    def start_due(self) -> None:
        """Send what is to be sent now, as far as it may go at once. Raises what an earlier delivery met."""
        self._forget_done()
        for change in self._store.watches.to_send(datetime.now(UTC)):
            if len(self._under_way) >= _AT_ONCE:
                return
            if change.watch_id in self._under_way:
                continue
            try:
                watch = self._store.watches.get(change.watch_id)
            except UnknownWatch:
                continue  # removed meanwhile
            host = urlsplit(watch.webhook or "").netloc
            if [one for one, _ in self._under_way.values()].count(host) < _AT_ONCE_TO_ONE:
                self._under_way[watch.id] = host, self._threads.submit(self._deliver, watch, change)

    def finish(self) -> None:
        """Send all that is to be sent now, and wait for it."""
        self.start_due()
        while self._under_way:
            for _, delivery in list(self._under_way.values()):
                delivery.exception()  # waits
            self.start_due()

    def _forget_done(self) -> None:
        done = {watch_id: delivery for watch_id, (_, delivery) in self._under_way.items() if delivery.done()}
        for watch_id in done:
            del self._under_way[watch_id]
        for delivery in done.values():
            delivery.result()

    def _deliver(self, watch: Watch, change: WatchChange) -> None:
        try:
            self._send(watch, change)
        except NotFetched as error:
            pause = min(_FIRST_PAUSE * 2 ** min(change.failures, 20), _LONGEST_PAUSE)
            reason = error.reason[:1].upper() + error.reason[1:]
            self._store.watches.note_unsent(change.number, datetime.now(UTC) + pause, reason)
        else:
            self._store.watches.note_sent(change.number, datetime.now(UTC))

    def _send(self, watch: Watch, change: WatchChange) -> None:
        assert watch.webhook is not None
        told = told_change(self._store, watch, change)
        data = {"watch_id": watch.id, "question": watch.question, **asdict(told)}
        message = {"type": "watch.changed", "timestamp": change.noted, "data": data}
        body = json.dumps(message, default=as_json).encode()
        with open_service_store(self._data) as service:
            secrets = service.link_secret().accepted(datetime.now(UTC))
        # With the question, since SQLite gives the number of a change that was removed with its question once more.
        message_id = f"{watch.id}-{told.id}"
        headers = webhook_headers(secrets, watch.id, message_id, datetime.now(UTC), body)
        self._sender.post(watch.webhook, body, headers)
