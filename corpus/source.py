"""The nouns of sources: addresses whose articles are fetched again and again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

MOST_PROBLEMS_KEPT = 20
"""Of one visit: enough to see what is the matter."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something of a source that was not taken; `reason` is one sentence without the address."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What became of one visit. `outcome` is one sentence; `failures` counts the visits in a row that failed.

    Times are UTC. `problems` are at most `MOST_PROBLEMS_KEPT`. `kind` is page, feed or sitemap; None: nobody knows.
    """

    finished: datetime
    next_visit: datetime
    outcome: str
    failures: int = 0
    problems: tuple[Problem, ...] = ()
    kind: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """An address that is visited every `every_seconds`, or as often as the setting says.

    `begun` is when the last visit began; it is later than the last visit's end while one goes on, or was killed.
    `articles` counts the stored articles that came from here. `succeeded` is when the last visit ended that did not
    fail; None: none is known.
    """

    id: str
    url: str
    added: datetime
    next_visit: datetime
    every_seconds: float | None = None
    begun: datetime | None = None
    last: Visit | None = None
    articles: int = 0
    succeeded: datetime | None = None

    @property
    def is_under_way(self) -> bool:
        return self.begun is not None and (self.last is None or self.begun > self.last.finished)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a source, as it was last fetched. `url` is what the source lists, or the source's own address.

    `found_at` is where it was after redirects; `etag` and `last_modified` are its server's, `body_hash` names what
    came, and `changed` is what the list said of it. `article_id` is None for a list. Of a page that `is_removed`
    somebody deleted the article here: it is not to come back by itself.
    """

    url: str
    fetched: datetime
    found_at: str = ""
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    changed: str | None = None
    article_id: str | None = None
    is_removed: bool = False


def source_id(url: str) -> str:
    """Return our opaque id for the source at an address."""
    return "src-" + hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def body_hash(body: bytes) -> str:
    """Return `sha256:<hex>` of what a server sent."""
    return "sha256:" + hashlib.sha256(body).hexdigest()
