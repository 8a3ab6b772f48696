"""The fetcher: nothing else in the product asks an address that came from outside for anything.

It asks politely (robots.txt, a pause between requests to one host), believes nothing (every hop of a redirect is
checked anew, whatever comes is bounded in size and time), and carries no cookies, credentials or referrer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from time import sleep

from corpus.errors import BadAddress, NotFetched
from corpus.web.addresses import AllowedHosts, Resolve, WebAddress, checked_addresses, look_up, parse_address
from corpus.web.bodies import ACCEPT_ENCODING, read_body, too_large
from corpus.web.connections import Answer, TimeLimits, answered
from corpus.web.options import SourceOptions
from corpus.web.pacing import HostPacing, Wait
from corpus.web.robots import MOST_ROBOTS_BYTES, ROBOT, Robots

MOST_REDIRECTS = 5
"""As many as RFC 9309 asks robots to follow; browsers follow 20, and no page needs more than two or three."""

_ACCEPT = "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, */*;q=0.5"

_REDIRECTS = (301, 302, 303, 307, 308)
_NOT_MODIFIED = 304
_TOO_MANY = (429, 503)

_MAX_VALIDATOR_CHARS = 500
"""Longer ETags are not kept: no server needs them to tell versions apart."""

_VISIBLE = re.compile(r"[ -~]+")

_LONGEST_RETRY_SECONDS = 7 * 24 * 3600.0
"""What a host asks for beyond a week is cut to that."""

_STATUS_REASONS = {
    401: "its server wants a login (401).",
    402: "its server wants to be paid (402).",
    403: "its server refuses to give it to robots (403).",
    404: "it is not there (404).",
    407: "its server wants a login (407).",
    410: "it was taken away (410).",
    429: "its server says that too many requests came (429).",
    451: "its server may not give it out for legal reasons (451).",
    503: "its server is overloaded or under repair (503).",
}
_GONE = (404, 410)
_REFUSED = (401, 402, 403, 451)

_ROBOTS_FORBID = "its site's robots.txt asks robots to leave it alone."
_ROBOTS_UNKNOWN = "its site's robots.txt cannot be had, and until then nothing is fetched there."


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a server tells whether `url` changed since it was fetched."""

    url: str = ""
    etag: str | None = None
    last_modified: str | None = None

    def headers(self, address: WebAddress) -> dict[str, str]:
        """Return the headers of a conditional request; none for another address than they are of."""
        if address.url != self.url:
            return {}
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave. `address` is where it was found after redirects.

    `media_type` is in lower case, without parameters, and may be empty. `charset` is what the server said.
    """

    address: WebAddress
    media_type: str
    charset: str | None
    body: bytes
    validators: Validators


MostBytes = Callable[[str, WebAddress], int]
"""From a media type and its address to the largest body of that kind. Raises `NotFetched` for what cannot be read."""


class Fetcher:
    """Fetches one address after another, on whichever thread it is asked. It remembers robots.txt and pauses.

    `resolve` looks names up; `wait` waits so many seconds, and ends a fetch by raising.
    """

    def __init__(
        self,
        options: SourceOptions,
        limits: TimeLimits | None = None,
        resolve: Resolve = look_up,
        wait: Wait = sleep,
    ) -> None:
        self._allowed = AllowedHosts(options.allowed_hosts)
        self._delay_seconds = options.delay_seconds
        self._limits = limits or TimeLimits()
        self._resolve = resolve
        self._pacing = HostPacing(wait)
        self._robots = Robots(self._load_robots)

    def fetch(
        self, url: str, most_bytes: MostBytes, validators: Validators | None = None, named_by: WebAddress | None = None
    ) -> Fetched | None:
        """Return what is at an address; None when it did not change since the `validators` were given.

        `named_by` is the list that names the address, None when somebody did who may: what is out there leads to no
        host that only the operator's word opens. Raises `NotFetched` with one sentence, whatever else comes.
        """
        try:
            address = parse_address(url)
            for _ in range(MOST_REDIRECTS + 1):
                self._refuse_way_in(address, named_by)
                delay = self._delay_allowed_by_robots(address)
                found = self._ask(address, most_bytes, validators or Validators(), delay)
                if not isinstance(found, WebAddress):
                    return found
                address, named_by = found, address
        except BadAddress as error:
            raise NotFetched(url, str(error)) from None
        except NotFetched as error:
            raise error.of(url) from None
        raise NotFetched(url, f"it redirects more than {MOST_REDIRECTS} times, or in a circle.")

    def _refuse_way_in(self, address: WebAddress, named_by: WebAddress | None) -> None:
        """Raise `BadAddress` for a host of the operator's own that somebody else's page, redirect or list leads to."""
        if named_by is not None and address in self._allowed and named_by not in self._allowed:
            raise BadAddress("it is on an allowed host, to which only allowed hosts may lead.")

    def _delay_allowed_by_robots(self, address: WebAddress) -> float:
        """How long to leave the host alone after this. Raises `NotFetched` when its rules forbid the page."""
        rules = self._robots.of(address)
        if not rules.allow(address):
            raise NotFetched(address.url, rules.trouble or _ROBOTS_FORBID, is_refused=rules.trouble is None)
        return max(self._delay_seconds, rules.delay_seconds)

    def _ask(
        self, address: WebAddress, most_bytes: MostBytes, validators: Validators, delay: float
    ) -> Fetched | WebAddress | None:
        """Make one request: what it gives, where it leads, or None for what did not change."""
        numeric = self._look_up(address)
        self._pacing.take_turn(address.host, delay)
        with answered(address, numeric, _headers(validators.headers(address)), self._limits) as answer:
            if answer.status in _REDIRECTS and (location := answer.headers.get("location")):
                return address.joined(location)
            if answer.status == _NOT_MODIFIED and validators.headers(address):
                return None
            if answer.status != 200:
                raise _refusal(address, answer)
            return _take(address, answer, most_bytes)

    def _look_up(self, address: WebAddress) -> list[str]:
        try:
            numeric = checked_addresses(address, self._resolve, self._allowed)
        except (OSError, UnicodeError):
            numeric = []
        if not numeric:
            raise NotFetched(address.url, "its host is not known to DNS, or DNS cannot be asked.")
        return numeric

    def _load_robots(self, address: WebAddress) -> str:
        """Return the text of a robots.txt, empty where there is none. Raises `NotFetched` or `BadAddress`."""
        for _ in range(MOST_REDIRECTS + 1):
            numeric = self._look_up(address)
            self._pacing.take_turn(address.host, self._delay_seconds)
            with answered(address, numeric, _headers({}), self._limits) as answer:
                if answer.status in _REDIRECTS and (location := answer.headers.get("location")):
                    target = address.joined(location)
                    self._refuse_way_in(target, address)
                    address = target
                    continue
                return _robots_text(address, answer)
        return ""  # too many redirects count as no rules (RFC 9309, 2.3.1.2)


def _robots_text(address: WebAddress, answer: Answer) -> str:
    if 200 <= answer.status < 300:
        encoding = answer.headers.get("content-encoding", "")
        raw = read_body(address.url, answer.chunks, encoding, MOST_ROBOTS_BYTES, cut=True)
        return raw.decode("utf-8", "replace")
    # Who is told to come less often was not told that there are no rules.
    if 400 <= answer.status < 500 and answer.status not in _TOO_MANY:
        return ""
    raise NotFetched(address.url, _ROBOTS_UNKNOWN)


def _headers(more: Mapping[str, str]) -> dict[str, str]:
    return {"User-Agent": _user_agent(), "Accept": _ACCEPT, "Accept-Encoding": ACCEPT_ENCODING, **more}


def _user_agent() -> str:
    try:
        return f"{ROBOT}/{version(ROBOT)}"
    except PackageNotFoundError:  # run from a checkout that is not installed
        return ROBOT


def _take(address: WebAddress, answer: Answer, most_bytes: MostBytes) -> Fetched:
    media_type, charset = _content_type(answer.headers.get("content-type", ""))
    most = most_bytes(media_type, address)
    length = answer.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > most:
        raise too_large(address.url, most)
    body = read_body(address.url, answer.chunks, answer.headers.get("content-encoding", ""), most)
    etag, last_modified = (_validator(answer.headers.get(name)) for name in ("etag", "last-modified"))
    return Fetched(address, media_type, charset, body, Validators(address.url, etag, last_modified))


def _content_type(header: str) -> tuple[str, str | None]:
    """Return media type and charset; the header is only looked at as far as any real one goes."""
    media_type, *parameters = header[:_MAX_VALIDATOR_CHARS].split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return media_type.strip().lower(), value.strip().strip("\"'") or None
    return media_type.strip().lower(), None


def _validator(value: str | None) -> str | None:
    """A validator that can be sent back as it came."""
    is_plain = value and len(value) <= _MAX_VALIDATOR_CHARS and _VISIBLE.fullmatch(value)
    return value if is_plain else None


def _refusal(address: WebAddress, answer: Answer) -> NotFetched:
    status = answer.status
    retry = _retry_seconds(answer.headers.get("retry-after", "")) if status in _TOO_MANY else None
    reason = _STATUS_REASONS.get(status) or (
        f"its server failed ({status})." if status >= 500 else f"its server answered with status {status}."
    )
    return NotFetched(address.url, reason, is_gone=status in _GONE, is_refused=status in _REFUSED, retry_seconds=retry)


def _retry_seconds(header: str) -> float | None:
    """`Retry-After`, in seconds or as a date (RFC 9110, 10.2.3); None when it says nothing."""
    if header.isdecimal():
        return min(float(header[:10]), _LONGEST_RETRY_SECONDS)
    with suppress(ValueError, TypeError, OverflowError):
        moment = parsedate_to_datetime(header)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max((moment - datetime.now(UTC)).total_seconds(), 0.0), _LONGEST_RETRY_SECONDS)
    return None
