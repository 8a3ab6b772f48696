"""Audit of keys: which were made, rotated, revoked, used for the first time in a day, and refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from time import monotonic

from api.http.access.refresher import Refresher
from assistant.settings import Settings, changed_settings
from corpus.access import Key
from corpus.audit import AuditEvent, audit, key_facts, links_facts, rotation_facts
from corpus.store import open_service_store
from corpus.store.service_protocols import ServiceStore

_SECONDS_BETWEEN_REFUSALS = 60.0


class StoredKeys:
    """Tells what became of keys, whichever command or process did it, from what is stored; one a service is enough."""

    def __init__(self, store: ServiceStore) -> None:
        """Take what is stored now as told."""
        self._store = store
        self._keys = self._by_id()
        self._links = store.link_secret()
        self._looked = datetime.now(UTC)
        self._day, self._used = self._used_today()

    @property
    def working(self) -> int:
        """How many keys are neither revoked nor expired."""
        now = datetime.now(UTC)
        return sum(key.works(now) for key in self._keys.values())

    def look(self) -> None:
        """Tell what happened since the last look. Raise CorpusError when the store cannot be read."""
        before, self._keys = self._keys, self._by_id()
        looked, self._looked = self._looked, datetime.now(UTC)
        for id_, key in self._keys.items():
            if id_ not in before:
                audit(AuditEvent.KEY_MADE, **key_facts(key))
            elif key.digest != before[id_].digest:
                audit(AuditEvent.KEY_ROTATED, **rotation_facts(key))
            if key.revoked and not (id_ in before and before[id_].revoked):
                audit(AuditEvent.KEY_REVOKED, key_id=id_)
            if not key.revoked and key.has_expired(self._looked) and not key.has_expired(looked):
                audit(AuditEvent.KEY_EXPIRED, key_id=id_)
        self._look_at_links()
        day, used = self._used_today()
        for id_ in sorted(used - (self._used if day == self._day else set())):
            audit(AuditEvent.KEY_FIRST_USED, key_id=id_, day=day.isoformat())
        self._day, self._used = day, used

    def _look_at_links(self) -> None:
        before, self._links = self._links, self._store.link_secret()
        if self._links.present != before.present:
            audit(AuditEvent.LINKS_ROTATED, **links_facts(self._links))

    def _by_id(self) -> dict[str, Key]:
        return {key.id: key for key in self._store.keys.all()}

    def _used_today(self) -> tuple[date, set[str]]:
        today = datetime.now(UTC).date()
        return today, set(self._store.quotas.requests_on(today))


class RefusedKeys:
    """Tells of requests that were refused with a key: once a minute for each key and reason, and how many it were.

    Keys that do not exist count as one, so that strangers fill neither the log nor the memory.
    """

    def __init__(self) -> None:
        self._told: dict[tuple[str | None, str], float] = {}
        self._kept_back: Counter[tuple[str | None, str]] = Counter()

    def note(self, key_id: str | None, problem: str, route: str) -> None:
        """Note a refusal with its problem's code; `key_id` is None for a key that does not exist."""
        what, now = (key_id, problem), monotonic()
        if what in self._told and now < self._told[what] + _SECONDS_BETWEEN_REFUSALS:
            self._kept_back[what] += 1
            return
        self._told[what] = now
        requests = 1 + self._kept_back.pop(what, 0)
        audit(AuditEvent.KEY_REFUSED, key_id=key_id, problem=problem, route=route, requests=requests)


@contextmanager
def auditing_keys(settings: Settings) -> Iterator[None]:
    """Tell that the service started, with which settings, and of its keys for as long as this is open."""
    if settings.access.audit == "off":
        yield
        return
    with open_service_store(settings.data_folder) as store:
        keys = StoredKeys(store)
        audit(AuditEvent.SERVICE_STARTED, keys=keys.working, settings=changed_settings(settings))
        with Refresher({"The keys cannot be read for the audit log": keys.look}).running():
            yield
