from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest

from corpus.errors import NotFetched
from corpus.web.feeds import MOST_ENTRIES, parse_feed
from corpus.web.listed import Listed

AT = "https://example.org/feeds/all"

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Ferries</title>
<item><title>The Halcyon &amp; its crew</title><link>https://example.org/halcyon?a=1&amp;b=2</link>
<pubDate>Mon, 28 Jul 2025 10:00:00 GMT</pubDate><content:encoded>&lt;p&gt;She sails.&lt;/p&gt;</content:encoded></item>
<item><title>No address</title></item>
<item><title>Again</title><link>https://example.org/halcyon?a=1&amp;b=2</link></item>
</channel></rss>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://example.org/"><title>Ferries</title></channel>
<item rdf:about="https://example.org/1"><title>One</title><link>https://example.org/1</link><dc:date>2025-07-28</dc:date>
</item></rdf:RDF>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/b/"><title>Ferries</title>
<entry><title>One</title><link rel="edit" href="edit"/><link rel="alternate" href="one"/><id>x</id>
<published>2025-07-28T10:00:00Z</published><updated>2025-07-29T10:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>She sails.</p></div></content></entry></feed>"""

JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Ferries",
        "items": [
            {
                "id": "1",
                "url": "/one",
                "title": "One",
                "date_published": "2025-07-28",
                "content_html": "<p>She sails.</p>",
            },
            {"id": "2", "title": "No address"},
            {"url": 7},
            "junk",
        ],
    }
)

SAILS = "<p>She sails.</p>"


@pytest.mark.parametrize(
    ("feed", "url", "title", "published", "changed", "content"),
    [
        (
            *(RSS, "https://example.org/halcyon?a=1&b=2", "The Halcyon & its crew"),
            *("Mon, 28 Jul 2025 10:00:00 GMT", "Mon, 28 Jul 2025 10:00:00 GMT", SAILS),
        ),
        (RDF, "https://example.org/1", "One", "2025-07-28", "2025-07-28", None),
        (
            *(ATOM, "https://example.org/b/one", "One", "2025-07-28T10:00:00Z", "2025-07-29T10:00:00Z"),
            f'<div xmlns="http://www.w3.org/1999/xhtml">{SAILS}</div>',
        ),
        (JSON, "https://example.org/one", "One", "2025-07-28", "2025-07-28", SAILS),
    ],
    ids=["rss", "rdf", "atom", "json"],
)
def test_parse_feed_lists_each_entry_with_an_address_once(
    feed: str, url: str, title: str, published: str, changed: str, content: str | None
) -> None:
    found = parse_feed(feed.encode(), AT)
    assert found.pages == (Listed(url, title, published, changed, content),)
    assert found.title == "Ferries"


def test_parse_feed_reads_what_is_not_quite_xml() -> None:
    feed = RSS.replace("&amp;b", "&b").replace("Halcyon &amp;", "Halcyon&nbsp;&amp;&unknown;")
    [found] = parse_feed(feed.encode(), AT).pages
    assert found.url == "https://example.org/halcyon?a=1&b=2"
    assert found.title == "The Halcyon\xa0&&unknown; its crew"


@pytest.mark.parametrize(
    "junk",
    [
        *(b"", b"{", b"[]", b"{}", b'{"items": 3}', b"<html><p>A page</p></html>", b"\x00\xff\xfe"),
        *(b"[" * 100_000, b"<rss>" * 500_000, b'{"version": "jsonfeed.org", "items":' + b"[" * 100_000),
    ],
)
def test_parse_feed_says_of_anything_else_that_it_is_none(junk: bytes) -> None:
    with pytest.raises(NotFetched) as refused:
        parse_feed(junk, AT)
    assert refused.value.reason.endswith(".")


def test_parse_feed_expands_no_entities() -> None:
    bomb = '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    feed = RSS.replace("<rss", f"<!DOCTYPE rss [{bomb}]><rss", 1).replace("Again", "&a9;").replace("Ferries", "&a9;")
    feed = feed.replace("<item>", '<item about="&a9;">')
    tracemalloc.start()
    found = parse_feed(feed.encode(), AT)
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()
    assert len(found.title or "") < 2_000


def test_parse_feed_reads_no_file_and_nothing_from_elsewhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    outside = f'<!ENTITY x SYSTEM "file://{secret}"><!ENTITY y SYSTEM "http://127.0.0.1:9/">'
    feed = RSS.replace("<rss", f"<!DOCTYPE rss [{outside}]><rss", 1).replace("The Halcyon", "&x;&y;")
    assert "secret" not in repr(parse_feed(feed.encode(), AT))


def test_parse_feed_takes_the_guid_for_the_address_only_where_it_is_one() -> None:
    feed = """<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
    <item><guid>https://example.org/1</guid><media:title>A picture</media:title><atom:link href="https://evil.example/"/></item>
    <item><guid isPermaLink="false">https://example.org/2</guid></item></channel></rss>"""
    assert parse_feed(feed.encode(), AT).pages == (Listed("https://example.org/1"),)


def test_parse_feed_writes_titles_without_their_markup() -> None:
    feed = RSS.replace("The Halcyon", "The &lt;b&gt;Halcyon&lt;/b&gt; &amp;amp; more")
    assert parse_feed(feed.encode(), AT).pages[0].title == "The Halcyon & more & its crew"


def test_parse_feed_looks_at_so_many_entries_and_no_more() -> None:
    items = "".join(f"<item><link>/{number}</link></item>" for number in range(MOST_ENTRIES + 100))
    found = parse_feed(f'<rss version="2.0"><channel>{items}</channel></rss>'.encode(), AT)
    assert len(found.pages) == MOST_ENTRIES
