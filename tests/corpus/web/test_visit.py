from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import timedelta

import pytest

from corpus.article import SourceWarning, article_id
from corpus.errors import NotFetched
from corpus.source import Page
from corpus.web.fetcher import Fetcher
from corpus.web.options import SourceOptions
from corpus.web.page import FetchedPage, posted_page, read_page
from corpus.web.visit import Event, Found, LeftOut, ListNoted, NewPage, RemovedPage, SamePage, Visitor
from tests.corpus.web.site import LOOPBACK, SITEMAP, Reply, Request, Route, entry, feed, page, serving, sitemap


@pytest.fixture
def visitor(fetcher: Fetcher) -> Visitor:
    return Visitor(fetcher, most_pages=100)


def visit(visitor: Visitor, url: str, known: dict[str, Page] | None = None, **more: bool) -> list[Event]:
    return list(visitor.visit(url, known or {}, **more))


def pages(events: list[Event]) -> list[FetchedPage]:
    return [event.fetched for event in events if isinstance(event, NewPage)]


def same(events: list[Event]) -> list[str]:
    return [event.url for event in events if isinstance(event, SamePage)]


def failures(events: list[Event]) -> dict[str, str]:
    return {event.source: event.reason for event in events if isinstance(event, NotFetched)}


def noted(events: list[Event]) -> dict[str, Page]:
    """What is known after all of it was stored."""
    found = [event.page for event in events if isinstance(event, (NewPage, ListNoted))]
    stored = {event.page.url for event in events if isinstance(event, NewPage)}
    return {one.url: replace(one, article_id="a-1" if one.url in stored else None) for one in found}


def test_visit_of_a_page_gives_it_under_the_address_where_it_was_found(visitor: Visitor) -> None:
    routes = {"/old": Reply(status=301, headers={"Location": "/ferry?utm_source=x"}), "/ferry": page("Halcyon")}
    with serving(routes) as site:
        events = visit(visitor, site.url("/old"))
    [found] = pages(events)
    assert events[0] == Found("page", None, 1)
    assert found.url == site.url("/ferry")
    article, warnings = read_page(found, 1000)
    assert (article.external_id, article.url, article.origin, article.title) == (*[site.url("/ferry")] * 3, "Halcyon")
    assert warnings == []


def test_visit_of_a_feed_gives_the_pages_of_its_entries(visitor: Visitor) -> None:
    dated = "<title>From the feed</title><pubDate>Mon, 28 Jul 2025 10:00:00 GMT</pubDate>"
    own = '<meta property="article:published_time" content="2024-01-02">'
    routes = {"/feed": feed(entry("/a", dated), entry("/b", dated)), "/a": page("A"), "/b": page("B", own)}
    with serving(routes) as site:
        events = visit(visitor, site.url("/feed"))
    assert events[0] == Found("feed", "Ferries", 2)
    articles = [read_page(found, 1000)[0] for found in pages(events)]
    assert [(str(one.published), one.date_source) for one in articles] == [
        ("2025-07-28", "feed"),
        ("2024-01-02", "meta"),
    ]
    assert [one.title for one in articles] == ["A", "B"]
    assert isinstance(events[-1], ListNoted)


def test_visit_asks_again_only_for_what_may_have_changed(visitor: Visitor) -> None:
    def conditional(request: Request) -> Reply:
        return (
            Reply(status=304) if request.headers.get("if-none-match") == '"1"' else page("A", headers={"ETag": '"1"'})
        )

    routes: dict[str, Route] = {"/feed": feed(entry("/a"), entry("/b")), "/a": conditional, "/b": page("B")}
    with serving(routes) as site:
        known = noted(visit(visitor, site.url("/feed")))
        again = visit(visitor, site.url("/feed"), known)
        assert (pages(again), same(again)) == ([], [site.url("/a"), site.url("/b")])
        site.routes["/b"] = page("B, corrected")
        site.routes["/a"] = page("A, corrected", headers={"ETag": '"2"'})
        changed = visit(visitor, site.url("/feed"), known)
        assert len(pages(changed)) == 2
        known[site.url("/a")] = replace(known[site.url("/a")], is_removed=True)  # its article was deleted here
        removed = visit(visitor, site.url("/feed"), known, is_thorough=True)
        assert [event.url for event in removed if isinstance(event, RemovedPage)] == [site.url("/a")]
        assert [found.url for found in pages(removed)] == [site.url("/b")]


def test_visit_of_a_list_that_did_not_change_asks_for_nothing_else_unless_it_is_thorough(visitor: Visitor) -> None:
    def conditional(request: Request) -> Reply:
        if request.headers.get("if-none-match") == '"1"':
            return Reply(status=304)
        return replace(feed(entry("/a")), headers={"ETag": '"1"'})

    with serving({"/feed": conditional, "/a": page("A")}) as site:
        known = noted(visit(visitor, site.url("/feed")))
        site.requests.clear()
        assert same(visit(visitor, site.url("/feed"), known)) == [site.url("/a")]
        assert site.paths() == ["/feed"]
        del site.routes["/a"]
        [gone] = [
            one for one in visit(visitor, site.url("/feed"), known, is_thorough=True) if isinstance(one, NotFetched)
        ]
        assert (gone.source, gone.is_gone) == (site.url("/a"), True)


def test_visit_a_list_is_not_noted_while_pages_of_it_are_missing(visitor: Visitor) -> None:
    with serving({"/feed": feed(entry("/a"), entry("/b")), "/a": page("A"), "/b": Reply(status=500)}) as site:
        events = visit(visitor, site.url("/feed"))
    assert failures(events) == {site.url("/b"): "its server failed (500)."}
    assert len(pages(events)) == 1
    assert not [event for event in events if isinstance(event, ListNoted)]


def test_visit_a_page_that_did_not_change_by_its_list_is_not_asked_for(visitor: Visitor) -> None:
    with serving({"/a": page("A")}) as site:
        site.routes["/map"] = sitemap(site.url("/a"), lastmod="2025-07-28")
        known = noted(visit(visitor, site.url("/map")))
        site.requests.clear()
        assert same(visit(visitor, site.url("/map"), known)) == [site.url("/a")]
        assert site.paths() == ["/map"]
        site.routes["/map"] = sitemap(site.url("/a"), lastmod="2025-07-29")
        [asked] = [event for event in visit(visitor, site.url("/map"), known) if isinstance(event, SamePage)]
        assert site.paths() == ["/map", "/map", "/a"]
        assert asked.page is not None
        assert (asked.page.changed, asked.page.article_id) == ("2025-07-29", "a-1")
        week_old = replace(asked.page, fetched=asked.page.fetched - timedelta(days=8))
        visit(visitor, site.url("/map"), known | {asked.page.url: asked.page})
        visit(visitor, site.url("/map"), known | {asked.page.url: week_old})
        assert site.paths()[3:] == ["/map", "/map", "/a"]


def test_visit_fetches_so_many_pages_and_goes_on_from_there_the_next_time(fetcher: Fetcher) -> None:
    visitor = Visitor(fetcher, most_pages=2)
    with serving({f"/{n}": page(f"Ferry {n}") for n in range(5)}) as site:
        site.routes["/map"] = sitemap(*(site.url(f"/{n}") for n in range(5)), lastmod="2025-07-28")
        known: dict[str, Page] = {}
        found = []
        for _ in range(3):
            events = visit(visitor, site.url("/map"), known)
            found.append((len(pages(events)), [event.pages for event in events if isinstance(event, LeftOut)]))
            known |= noted(events)
    assert found == [(2, [3]), (2, [1]), (1, [])]


def test_visit_leaves_a_server_alone_that_asks_for_it_and_no_other() -> None:
    tired = Reply(status=429, headers={"Retry-After": "60"})
    with serving({"/b": tired}) as tired_site, serving({"/a": page("A"), "/d": page("D")}) as site:
        options = SourceOptions(allowed_hosts=f"{LOOPBACK}, localhost", delay_seconds=0)
        elsewhere = [tired_site.url(path, host="localhost") for path in ("/b", "/c")]
        site.routes["/feed"] = feed(*map(entry, ["/a", *elsewhere, "/d"]))
        events = visit(Visitor(Fetcher(options), most_pages=100), site.url("/feed"))
        assert site.paths() == ["/feed", "/a", "/d"]
        assert tired_site.paths() == ["/b"]
    assert [event.pages for event in events if isinstance(event, LeftOut)] == [1]


def test_visit_of_an_index_reads_each_sitemap_once_however_they_loop(visitor: Visitor) -> None:
    def index(*paths: str) -> Reply:
        listed = "".join(f"<sitemap><loc>{path}</loc></sitemap>" for path in paths)
        return Reply(f"<sitemapindex {SITEMAP}>{listed}</sitemapindex>".encode(), type="text/xml")

    with serving({"/a": page("A"), "/b": page("B")}) as site:
        packed = gzip.compress(sitemap(site.url("/b")).body)
        site.routes |= {
            "/index": index(*map(site.url, ("/index", "/1.xml", "/2.xml.gz", "/1.xml", "/inner", "/missing", "/a"))),
            "/inner": index(site.url("/index"), site.url("/inner")),
            "/1.xml": sitemap(site.url("/a")),
            "/2.xml.gz": Reply(packed, type="application/gzip"),
        }
        events = visit(visitor, site.url("/index"))
        assert site.paths() == ["/index", "/1.xml", "/2.xml.gz", "/inner", "/missing", "/a", "/a", "/b"]
    assert len(pages(events)) == 2
    assert failures(events) == {
        site.url("/missing"): "it is not there (404).",
        site.url("/a"): "it is no sitemap.",
    }


def test_visit_of_a_sitemap_leaves_out_pages_of_other_hosts(visitor: Visitor) -> None:
    with serving({"/a": page("A")}) as site:
        site.routes["/map"] = sitemap(site.url("/a"), "https://victim.example/1", "https://victim.example/2")
        events = visit(visitor, site.url("/map"))
    [warning] = [event for event in events if isinstance(event, SourceWarning)]
    assert warning.reason == "it lists 2 pages of other hosts, which are left out."
    assert len(pages(events)) == 1


@pytest.mark.parametrize("declared", ["/own", "{site}/own", "/own#top", "//{host}/own"])
def test_visit_takes_the_page_at_the_address_that_a_page_declares_to_be_its_own(
    visitor: Visitor, declared: str
) -> None:
    with serving({"/own": page("Own")}) as site:
        where = declared.format(site=site.url("").rstrip("/"), host=f"{LOOPBACK}:{site.port}")
        site.routes["/amp"] = page("Amp", f'<link rel="canonical" href="{where}">')
        [found] = pages(visit(visitor, site.url("/amp")))
    assert (found.url, b"Own sails" in found.body) == (site.url("/own"), True)


@pytest.mark.parametrize(
    "declared",
    [
        "https://victim.example/news", "http://127.0.0.1:9/", "/missing", "/", "/index.html", "javascript:alert(1)", "",
        "/moved-away", "/picture", "/hostile",
    ],
)  # fmt: skip
def test_visit_a_page_that_declares_another_address_than_it_may_keeps_its_own(visitor: Visitor, declared: str) -> None:
    with serving({}) as site, serving({"/": page("Other")}) as other:
        site.routes |= {
            "/hostile": page("Hostile", f'<link rel="canonical" href="{declared}">'
                             f'<meta property="og:url" content="https://victim.example/news">'),
            "/": page("Front"),
            "/index.html": page("Front"),
            "/moved-away": Reply(status=302, headers={"Location": other.url().replace(LOOPBACK, "localhost")}),
            "/picture": Reply(b"\x89PNG", type="image/png"),
        }  # fmt: skip
        [found] = pages(visit(visitor, site.url("/hostile")))
    article, _ = read_page(found, 1000)
    assert (article.external_id, article.url, article.id) == (
        *[site.url("/hostile")] * 2,
        article_id(site.url("/hostile")),
    )


def test_visit_takes_an_entry_from_its_feed_where_the_page_is_refused(visitor: Visitor) -> None:
    content = "<description>&lt;p&gt;Short.&lt;/p&gt;</description>"
    whole = (
        '<c:encoded xmlns:c="http://purl.org/rss/1.0/modules/content/">&lt;p&gt;The whole text of the entry stands '
        "here, as the feed gives it away.&lt;/p&gt;</c:encoded><title>Whole</title>"
    )
    routes: dict[str, Route] = {
        "/feed": feed(
            entry("/whole", whole),
            entry("/short", content),
            entry("/gone", whole),
            entry("http://elsewhere.example:9/", whole),
        ),
        "/whole": Reply(status=403),
        "/short": Reply(status=403),
    }
    with serving(routes) as site:
        events = visit(visitor, site.url("/feed"))
        [found] = pages(events)
        article, _ = read_page(found, 1000)
        assert (article.external_id, article.title) == (site.url("/whole"), "Whole")
        assert "as the feed gives it away" in article.text
        assert set(failures(events)) >= {site.url("/short"), site.url("/gone")}
        assert site.url("/whole") in same(visit(visitor, site.url("/feed"), noted(events)))


@pytest.mark.parametrize(
    ("charset", "encoded", "meta"),
    [
        ("windows-1251", "windows-1251", "utf-8"),  # what the server says counts more
        ("utf-8", "utf-8", "windows-1251"),
        ("utf-8", "windows-1251", "windows-1251"),  # unless it is plainly wrong
        ("x-unknown", "windows-1251", "windows-1251"),
        ("", "windows-1251", "windows-1251"),
        ("koi8-r", "koi8-r", ""),
    ],
)
def test_visit_reads_the_encoding_that_the_server_declares(
    visitor: Visitor, charset: str, encoded: str, meta: str
) -> None:
    text = "Паром ходит каждое утро, и на нём сорок машин."
    declared = f'<meta charset="{meta}">' if meta else ""
    body = f"<html><head>{declared}<title>Паром</title></head><body><p>{text}</p></body></html>".encode(encoded)
    with serving({"/": Reply(body, type=f"text/html; charset={charset}" if charset else "text/html")}) as site:
        [found] = pages(visit(visitor, site.url()))
    assert read_page(found, 1000)[0].text == text


@pytest.mark.parametrize(
    ("path", "media_type", "its_format"),
    [
        ("/a", "text/html", "html"),
        ("/a", "application/xhtml+xml", "html"),
        ("/a.md", "text/html", "html"),
        ("/a.md", "text/plain", "markdown"),
        ("/a", "text/markdown", "markdown"),
        ("/a.md", "application/octet-stream", "markdown"),
        ("/a.md", "", "markdown"),
        ("/a", "text/plain", "text"),
        ("/a.txt?download=1", "application/octet-stream", "text"),
    ],
)
def test_visit_tells_the_format_by_type_and_path(visitor: Visitor, path: str, media_type: str, its_format: str) -> None:
    with serving({path: Reply(b"<p>The ferry sails.</p>", type=media_type)}) as site:
        [found] = pages(visit(visitor, site.url(path)))
    assert found.format == its_format


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(b"\x89PNG", type="image/png"), "it is image/png, which is not read."),
        (Reply(b"x", type=""), "it is of no known type, which is not read."),
        (Reply(b"{}", type="application/json"), "neither a page nor"),
        (Reply(b"<a/>", type="application/xml"), "neither a page nor"),
        (Reply(b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>", type="application/rss+xml"), "neither a page nor"),
        (Reply(b"PK", type="application/zip"), "it is application/zip, which is not read."),
        (Reply(b"\x1f\x8bjunk", type="application/gzip"), "cannot be unpacked"),
        (Reply(b"<rss version='2.0'>" + b" " * 8 * 2**20, type="application/rss+xml"), "the most for a feed"),
    ],
)
def test_visit_says_what_cannot_be_read(visitor: Visitor, reply: Reply, why: str) -> None:
    with serving({"/": reply}) as site, pytest.raises(NotFetched) as refused:
        visit(visitor, site.url())
    assert why in refused.value.reason


def test_visit_tells_what_it_got_in_linear_time(visitor: Visitor) -> None:
    tricky = b"<!---->" * 500 + b"<?xml?>" * 50 + b"<!DOCTYPE x>" * 50 + b"<p>The ferry sails.</p>"
    with serving({"/": Reply(tricky)}) as site:
        assert len(pages(visit(visitor, site.url()))) == 1


def test_visit_reads_a_feed_that_is_served_as_a_page(visitor: Visitor) -> None:
    with serving({"/": replace(feed(entry("/a")), type="text/html"), "/a": page("A")}) as site:
        assert len(pages(visit(visitor, site.url()))) == 1


def test_visit_follows_no_feed_in_a_feed(visitor: Visitor) -> None:
    with serving({"/": feed(entry("/inner")), "/inner": feed(entry("/a")), "/a": page("A")}) as site:
        events = visit(visitor, site.url())
        assert site.paths() == ["/", "/inner"]
    assert failures(events) == {site.url("/inner"): "it is a feed or sitemap, which is a source of its own."}


def test_visit_fetches_no_entry_from_where_nothing_may_be_fetched() -> None:
    fetcher = Fetcher(SourceOptions(allowed_hosts="site.test", delay_seconds=0), resolve=lambda *_: [LOOPBACK])
    with serving({"/secret": page("Secret")}) as site:
        places = [f"http://{LOOPBACK}:{site.port}/secret", "http://169.254.169.254/latest", "file:///etc/passwd"]
        site.routes["/feed"] = feed(*map(entry, [*places, "http://[::1", "javascript:alert(1)"]))
        events = visit(Visitor(fetcher, 100), site.url("/feed", host="site.test"))
        assert site.paths() == ["/feed"]
    assert pages(events) == []
    assert len(failures(events)) == 5


def test_fetched_page_comes_out_of_a_job_as_it_went_in() -> None:
    page = FetchedPage("https://example.org/ü", "html", b"\n\x00<p>\xff\n", "A\nB", None)
    assert posted_page(page.as_posted()) == page
