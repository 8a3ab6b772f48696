"""A visit of an address: the page there, or the pages that a feed or sitemap there lists."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape

from corpus.article import SourceWarning
from corpus.errors import BadAddress, NotFetched
from corpus.source import Page, body_hash
from corpus.web.addresses import WebAddress, parse_address
from corpus.web.canonical import declared_address
from corpus.web.content import ListKind, body_of_page, format_of_page, list_of, most_bytes
from corpus.web.feeds import parse_feed
from corpus.web.fetcher import Fetched, Fetcher, Validators
from corpus.web.listed import Listed, PageList
from corpus.web.page import FetchedPage
from corpus.web.sitemaps import parse_sitemap

MOST_SITEMAPS = 100
"""Files of one sitemap's index that are read in a visit; an index may list 50,000."""

MOST_LISTED = 100_000
"""Pages of all of them together: 30 MB."""

PAGE = "page"
"""The kind of a source that is one page or file."""

_HTML = "html"

_LOOKED_AT_AGAIN = timedelta(days=7)
"""When to ask for a page again although its list says that it did not change: not all lists are kept with care."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an address turned out to be, before anything else is said. `listed` counts its pages.

    `kind` is None for a list that did not change.
    """

    kind: str | None
    title: str | None
    listed: int


@dataclass(frozen=True, slots=True)
class NewPage:
    """A page that came. `page` is to be noted, with its article, once that is taken in."""

    fetched: FetchedPage
    page: Page


@dataclass(frozen=True, slots=True)
class SamePage:
    """A page that did not change since it was noted. `page` is to be noted anew, when it was asked for."""

    url: str
    page: Page | None = None


@dataclass(frozen=True, slots=True)
class RemovedPage:
    """A page whose article was deleted here: it is not asked for."""

    url: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """So many pages are left for the next visit, for `reason`, which is one sentence."""

    pages: int
    reason: str


@dataclass(frozen=True, slots=True)
class ListNoted:
    """All pages of the list were dealt with; `page` is to be noted, so that a list that did not change is not read."""

    page: Page


Event = Found | NewPage | SamePage | RemovedPage | NotFetched | SourceWarning | LeftOut | ListNoted
"""What a visit says as it goes on: `NotFetched` of a page that cannot be had, `SourceWarning` of the whole list."""


class Visitor:
    """Visits addresses, at most `most_pages` pages of each at a time."""

    def __init__(self, fetcher: Fetcher, most_pages: int) -> None:
        self._fetcher = fetcher
        self._most_pages = most_pages

    def visit(self, url: str, known: Mapping[str, Page], is_thorough: bool = False) -> Iterator[Event]:
        """Yield what is at an address. `known` are the pages of it that were noted, by `Page.url`.

        One that `is_thorough` also asks for the known pages that are listed no more, or did not change by the list.
        Raises `NotFetched` when the address itself cannot be had.
        """
        if url in known and known[url].is_removed:
            yield Found(PAGE, None, 1)
            yield RemovedPage(url)
            return
        root = self._fetcher.fetch(url, most_bytes, _validators(known.get(url)))
        if root is None and known[url].article_id is not None:
            yield Found(PAGE, None, 1)
            yield _same(Listed(url), known[url])
            return
        if root is None:
            yield from self._visit_unchanged_list(url, known, is_thorough)
            return
        found = list_of(root)
        if found is None:
            yield Found(PAGE, None, 1)
            yield self._read(Listed(url), root, known.get(url))
        else:
            yield from self._visit_list(url, root, *found, known, is_thorough)

    def _visit_unchanged_list(self, url: str, known: Mapping[str, Page], is_thorough: bool) -> Iterator[Event]:
        pages = [Listed(page.url) for page in known.values() if page.url != url]
        yield Found(None, None, len(pages))
        if is_thorough:
            yield from self._visit_pages(pages, parse_address(known[url].found_at), known, is_thorough)
        else:
            yield from (
                RemovedPage(url) if known[url].is_removed else SamePage(url) for url in (one.url for one in pages)
            )

    def _visit_list(
        self, url: str, root: Fetched, kind: ListKind, body: bytes, known: Mapping[str, Page], is_thorough: bool
    ) -> Iterator[Event]:
        problems: list[NotFetched | SourceWarning] = []
        listed = self._parse(kind, body, root, problems)
        pages = list(listed.pages)
        if is_thorough:
            here = {page.url for page in pages} | {url}
            pages += [Listed(page.url) for page in known.values() if page.url not in here]
        yield Found(kind, listed.title, len(pages))
        yield from problems
        is_whole = not any(isinstance(problem, NotFetched) for problem in problems)
        for event in self._visit_pages(pages, root.address, known, is_thorough):
            is_whole = is_whole and not isinstance(event, (NotFetched, LeftOut))
            yield event
        if is_whole:
            yield ListNoted(_page(Listed(url), root, None))

    def _visit_pages(
        self, pages: list[Listed], list_at: WebAddress, known: Mapping[str, Page], is_thorough: bool
    ) -> Iterator[Event]:
        asked = spared = 0
        tired: set[str] = set()
        for position, listed in enumerate(pages):
            before = known.get(listed.url)
            if (told := _told_without_asking(listed, before, is_thorough)) is not None:
                yield told
            elif asked == self._most_pages:
                yield LeftOut(len(pages) - position, f"at most {self._most_pages} pages are fetched in one visit.")
                break
            elif host_of(listed.url) in tired:
                spared += 1
            else:
                asked += 1
                event = self._visit_page(listed, list_at, before)
                if isinstance(event, NotFetched) and event.retry_seconds is not None:
                    tired.add(host_of(listed.url))
                yield event
        if spared:
            yield LeftOut(spared, "their server asks to be left alone for now.")

    def _visit_page(self, listed: Listed, list_at: WebAddress, known: Page | None) -> Event:
        try:
            return self._ask_for_page(listed, list_at, known)
        except NotFetched as error:
            return error.of(listed.url)

    def _ask_for_page(self, listed: Listed, list_at: WebAddress, known: Page | None) -> Event:
        try:
            fetched = self._fetcher.fetch(listed.url, most_bytes, _validators(known), named_by=list_at)
        except NotFetched as error:
            own = _whole_entry(listed, list_at) if error.is_refused else None
            if own is None:
                raise
            return self._read(listed, own, known)
        if fetched is None:
            return _same(listed, known)
        if list_of(fetched) is not None:
            raise NotFetched(listed.url, "it is a feed or sitemap, which is a source of its own.")
        return self._read(listed, fetched, known)

    def _read(self, listed: Listed, fetched: Fetched, known: Page | None) -> Event:
        """Make a page of what came, or of what stands at the address that it declares to be its own."""
        its_format = format_of_page(fetched)
        if its_format.name == _HTML:
            declared = self._declared(fetched, known)
            if declared is None:
                return _same(listed, known)
            fetched = declared
        page = _page(listed, fetched, known)
        if known is not None and known.article_id and page.body_hash == known.body_hash:
            return SamePage(listed.url, page)
        body = body_of_page(fetched)
        return NewPage(FetchedPage(fetched.address.url, its_format.name, body, listed.title, listed.published), page)

    def _declared(self, fetched: Fetched, known: Page | None) -> Fetched | None:
        """Return what to take for the page; None when that did not change."""
        address = declared_address(fetched.body, fetched.address)
        if address is None:
            return fetched
        try:
            own = self._fetcher.fetch(address.url, most_bytes, _validators(known), named_by=fetched.address)
            is_page = own is None or (own.address.host == address.host and format_of_page(own).name == _HTML)
        except NotFetched:
            return fetched
        return own if is_page else fetched

    def _parse(
        self, kind: ListKind, body: bytes, root: Fetched, problems: list[NotFetched | SourceWarning]
    ) -> PageList:
        if kind is ListKind.FEED:
            return parse_feed(body, root.address.url)
        pages = self._parse_sitemaps(body, root, problems)
        own = tuple(page for page in pages if _is_of_site(page.url, root.address))
        if len(own) < len(pages):
            reason = f"it lists {len(pages) - len(own)} pages of other hosts, which are left out."
            problems.append(SourceWarning(root.address.url, reason))
        return PageList(own)

    def _parse_sitemaps(self, body: bytes, root: Fetched, problems: list[NotFetched | SourceWarning]) -> list[Listed]:
        """Read a sitemap, and those that it lists, each once; those that cannot be had are `problems`."""
        top = parse_sitemap(body, root.address.url)
        pages = {page.url: page for page in top.pages}
        waiting, seen = deque(top.sitemaps), {root.address.url}
        while waiting and len(seen) <= MOST_SITEMAPS and len(pages) < MOST_LISTED:
            place = waiting.popleft()
            if place in seen:
                continue
            seen.add(place)
            try:
                inner = self._fetch_sitemap(place, root.address)
            except NotFetched as error:
                problems.append(error)
                continue
            pages |= {page.url: page for page in inner.pages if page.url not in pages}
            waiting += inner.sitemaps
        if not seen.issuperset(waiting):
            problems.append(
                SourceWarning(root.address.url, "it lists more sitemaps than are read; the rest is left out.")
            )
        return list(pages.values())[:MOST_LISTED]

    def _fetch_sitemap(self, url: str, named_by: WebAddress) -> PageList:
        fetched = self._fetcher.fetch(url, most_bytes, named_by=named_by)
        found = list_of(fetched) if fetched else None
        if fetched is None or found is None or found[0] is not ListKind.SITEMAP:
            raise NotFetched(url, "it is no sitemap.")
        return parse_sitemap(found[1], fetched.address.url)


def _whole_entry(listed: Listed, list_at: WebAddress) -> Fetched | None:
    """What a feed itself holds of an entry whose page is refused, if both are of one host.

    Of a page elsewhere it could hold anything.
    """
    try:
        address = parse_address(listed.url)
    except BadAddress:
        return None
    if not listed.content or list_at.host != address.host:
        return None
    page = f"<html><head><title>{escape(listed.title or '')}</title></head><body><article>{listed.content}"
    return Fetched(address, "text/html", None, page.encode("utf-8", "replace"), Validators())


def host_of(url: str) -> str:
    """Return the host of an address; empty when it is none."""
    try:
        return parse_address(url).host
    except BadAddress:
        return ""


def _is_of_site(url: str, address: WebAddress) -> bool:
    """Whether a page is of the host of its sitemap, as the protocol has it; with or without `www.`."""
    try:
        host = parse_address(url).host
    except BadAddress:
        return True  # refused, with its reason, when it is fetched
    return host.removeprefix("www.") == address.host.removeprefix("www.")


def _same(listed: Listed, known: Page | None) -> SamePage:
    """A page of which its server said that it did not change."""
    page = replace(known, fetched=datetime.now(UTC), changed=listed.changed) if known else None
    return SamePage(listed.url, page)


def _told_without_asking(listed: Listed, before: Page | None, is_thorough: bool) -> Event | None:
    if before is None:
        return None
    if before.is_removed:
        return RemovedPage(listed.url)
    return SamePage(listed.url) if not is_thorough and _is_same_by_list(listed, before) else None


def _is_same_by_list(listed: Listed, before: Page) -> bool:
    if before.article_id is None or listed.changed is None or listed.changed != before.changed:
        return False
    return datetime.now(UTC) - before.fetched < _LOOKED_AT_AGAIN


def _validators(known: Page | None) -> Validators | None:
    return Validators(known.found_at, known.etag, known.last_modified) if known else None


def _page(listed: Listed, fetched: Fetched, known: Page | None) -> Page:
    return Page(
        url=listed.url,
        fetched=datetime.now(UTC),
        found_at=fetched.validators.url,
        etag=fetched.validators.etag,
        last_modified=fetched.validators.last_modified,
        body_hash=body_hash(fetched.body),
        changed=listed.changed,
        article_id=known.article_id if known else None,
    )
