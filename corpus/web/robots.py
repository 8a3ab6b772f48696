"""The rules that sites have for robots, as RFC 9309 says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from corpus.errors import BadAddress, NotFetched
from corpus.web.addresses import WebAddress

if TYPE_CHECKING:
    from protego import Protego

ROBOT = "cited-assistant"
"""The name that rules for us stand under."""

MOST_ROBOTS_BYTES = 500 * 1024
"""What RFC 9309 (2.5) has every robot read; what stands behind is not looked at."""

_SECONDS_KEPT = 24 * 3600.0
"""The longest that RFC 9309 (2.4) allows."""

_SECONDS_TROUBLE_KEPT = 600.0
"""A site that is down is asked again soon, but not for each of its pages."""

_MOST_KEPT = 10_000
"""Sites: a hostile list names a new host for each page."""

MOST_DELAY_SECONDS = 60.0
"""Longest `Crawl-delay` that is kept to: with more, no page of a list would come before the next visit."""


@dataclass(frozen=True, slots=True)
class SiteRules:
    """What a site lets robots do. Without rules everything is allowed; with `trouble`, one sentence, nothing is."""

    rules: Protego | None = None
    trouble: str | None = None

    def allow(self, address: WebAddress) -> bool:
        """Whether to fetch this page of the site."""
        return self.trouble is None and (self.rules is None or self.rules.can_fetch(address.url, ROBOT))

    @property
    def delay_seconds(self) -> float:
        """How long to leave the site alone between two requests."""
        asked = self.rules.crawl_delay(ROBOT) if self.rules else None
        return min(max(asked or 0.0, 0.0), MOST_DELAY_SECONDS)


class Robots:
    """The rules of sites, each read when first needed and kept for a day; usable from several threads.

    `load` returns the text of a site's `/robots.txt`, empty when it has none. It raises `NotFetched` or `BadAddress`
    when nobody can tell.
    """

    def __init__(self, load: Callable[[WebAddress], str]) -> None:
        self._load = load
        self._kept: dict[str, tuple[float, SiteRules]] = {}
        self._changing = Lock()

    def of(self, address: WebAddress) -> SiteRules:
        """The rules of the site that an address belongs to."""
        kept_until, rules = self._kept.get(address.origin, (0.0, SiteRules()))
        if monotonic() < kept_until:
            return rules
        rules = self._read(address)
        seconds = _SECONDS_TROUBLE_KEPT if rules.trouble else _SECONDS_KEPT
        with self._changing:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[address.origin] = monotonic() + seconds, rules
        return rules

    def _read(self, address: WebAddress) -> SiteRules:
        from protego import Protego

        try:
            text = self._load(address.joined("/robots.txt"))
        except NotFetched as error:
            return SiteRules(trouble=error.reason)
        except BadAddress as error:
            return SiteRules(trouble=str(error))
        return SiteRules(Protego.parse(text) if text else None)
