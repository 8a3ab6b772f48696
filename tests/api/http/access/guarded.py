"""A served assistant with keys to it, for tests of who gets in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from assistant.ask import Assistant
from assistant.settings import AccessOptions, HttpOptions, Settings
from corpus.access import Grant, Scope, new_key
from corpus.store import DataFolder, open_service_store
from corpus.store.service_protocols import ServiceStore
from tests.api.conftest import serving

SITE = "https://site.example"
QUESTION = {"question": "what does China say about semiconductors?"}


@dataclass(frozen=True)
class Guarded:
    """A service over the sample articles, whose keys and counts are in a folder of its own."""

    url: str
    store: ServiceStore
    settings: Settings

    def key(self, *scopes: Scope, **grant: object) -> dict[str, str]:
        """The header of a new key, once every worker knows it."""
        return self.bearer(self.new_key(Grant(scopes or (Scope.ASK,), **grant)))  # type: ignore[arg-type]

    def site_key(self, *origins: str, **grant: object) -> dict[str, str]:
        """The headers that a page of the first of `origins` sends with a new publishable key."""
        key = self.key(publishable=True, origins=origins or (SITE,), **grant)
        return {**key, "Origin": (origins or (SITE,))[0]}

    def new_key(self, grant: Grant) -> str:
        key, text = new_key("test", grant)
        self.store.keys.add(key)
        header = self.bearer(text)
        if grant.origins:
            header["Origin"] = grant.origins[0]
        self.wait_for(header)
        return text

    def wait_for(self, header: dict[str, str]) -> None:
        """Until the service knows the key in this header, which costs none of its requests."""
        nowhere = "/v1/nowhere"
        eventually(lambda: (self.get(nowhere).status_code, self.get(nowhere, header).status_code) == (401, 404))

    def get(self, path: str, headers: dict[str, str] | None = None, **more: object) -> httpx.Response:
        return httpx.get(self.url + path, headers=headers, timeout=60, **more)  # type: ignore[arg-type]

    def post(self, path: str, headers: dict[str, str] | None = None, **more: object) -> httpx.Response:
        return httpx.post(self.url + path, headers=headers, timeout=60, **more)  # type: ignore[arg-type]

    @staticmethod
    def bearer(text: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {text}"}


@contextmanager
def guarded(
    helper: Assistant, folder: Path, serving_as: HttpOptions | None = None, **options: object
) -> Iterator[Guarded]:
    """No keys yet; `options` are those of `AccessOptions`."""
    settings = Settings(
        data=folder,
        serving=serving_as or HttpOptions(port=0),
        access=replace(AccessOptions(), **options),  # type: ignore[arg-type]
    )
    with open_service_store(DataFolder(folder)) as store, serving(helper, settings) as url:
        yield Guarded(url, store, settings)


def eventually(holds: Callable[[], bool]) -> None:
    """Wait for what comes true within a second on an idle machine, and a good while longer on a busy one."""
    for _ in range(300):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come true")
