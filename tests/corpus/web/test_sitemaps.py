from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import NotFetched
from corpus.web.listed import Listed
from corpus.web.sitemaps import MOST_ENTRIES, parse_sitemap

AT = "https://example.org/sitemap.xml"
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*entries: str) -> bytes:
    return f'<?xml version="1.0"?><urlset {NAMESPACE}>{"".join(entries)}</urlset>'.encode()


def test_parse_sitemap_gives_pages_with_the_moment_of_their_last_change() -> None:
    news = (
        '<news:news xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        "<news:publication_date>2025-07-28</news:publication_date><news:title>B</news:title></news:news>"
    )
    found = parse_sitemap(
        urlset(
            "<url><loc> https://example.org/a </loc><lastmod>2025-07-29</lastmod></url>",
            f"<url><loc>https://example.org/b</loc>{news}</url>",
            "<url><loc>https://example.org/a</loc></url>",
            "<url></url>",
        ),
        AT,
    )
    assert found.pages == (
        Listed("https://example.org/a", changed="2025-07-29"),
        Listed("https://example.org/b", published="2025-07-28", changed="2025-07-28"),
    )


def test_parse_sitemap_gives_the_sitemaps_of_an_index() -> None:
    entries = "".join(f"<sitemap><loc>https://example.org/{name}.xml</loc></sitemap>" for name in "ab")
    found = parse_sitemap(f"<sitemapindex {NAMESPACE}>{entries}</sitemapindex>".encode(), AT)
    assert found.sitemaps == ("https://example.org/a.xml", "https://example.org/b.xml")
    assert found.pages == ()


def test_parse_sitemap_takes_what_came_before_the_damage() -> None:
    damaged = urlset("<url><loc>https://example.org/a</loc></url>", "<url><loc>https://exa")[:-20]
    assert [page.url for page in parse_sitemap(damaged, AT).pages] == ["https://example.org/a"]


def test_parse_sitemap_looks_at_as_many_entries_as_the_protocol_allows() -> None:
    found = parse_sitemap(
        urlset(*(f"<url><loc>https://example.org/{n}</loc></url>" for n in range(MOST_ENTRIES + 9))), AT
    )
    assert len(found.pages) == MOST_ENTRIES


def test_parse_sitemap_expands_no_entities_and_reads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    bomb = '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    declared = f'<!DOCTYPE urlset [{bomb}<!ENTITY x SYSTEM "file://{secret}">]><urlset'
    sitemap = urlset("<url><loc>https://example.org/&x;</loc></url>", "<url><loc>https://example.org/&a9;</loc></url>")
    found = parse_sitemap(sitemap.replace(b"<urlset", declared.encode(), 1), AT)
    assert "secret" not in repr(found)
    assert all(len(page.url) < 100 for page in found.pages)


@pytest.mark.parametrize("junk", [b"", b"junk", b"<urlset", b"\xff\xfe\x00", b"<a>" * 100_000])
def test_parse_sitemap_says_of_anything_else_that_it_is_none(junk: bytes) -> None:
    with pytest.raises(NotFetched):
        parse_sitemap(junk, AT)
