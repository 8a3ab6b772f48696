from __future__ import annotations

import json
import socket
from datetime import date
from pathlib import Path
from typing import NoReturn

import pytest

from corpus.article import Article, SourceWarning
from corpus.errors import UnreadableSource
from corpus.readers import Reading, read_articles
from corpus.readers.html import MAX_PAGE_BYTES

BODY = """
<nav><ul><li><a href="/">Home</a></li><li><a href="/harbour">Harbour news</a></li></ul></nav>
<article>
  <h1>Cranes stand still in Port Marlow</h1>
  <p>Two of the three cranes have failed,
     and 14 cargo ships are waiting outside the breakwater.</p>
  <p>The harbour master said that the repair would take nine days &amp; cost a fortune.</p>
  <ul><li>The ferry keeps to its timetable.</li><li>Fishing boats are not affected.</li></ul>
</article>
<script>document.write("pwned")</script>
<aside class="related"><a href="/other">Ten other stories you may like</a></aside>
<footer>Copyright Marlow Gazette. All rights reserved. <a href="/privacy">Privacy</a></footer>
"""

NEWS_ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Cranes stand still in Port Marlow",
    "datePublished": "2025-03-04T09:30:00Z",
    "dateModified": "2025-03-09",
    "author": {"@type": "Person", "name": "Ines Calder"},
    "publisher": {"@type": "Organization", "name": "Marlow Gazette"},
}


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a reader went to the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def page(head: str = "", body: str = BODY) -> bytes:
    head = f"<head><title>Cranes</title>{head}</head>"
    return f"<!DOCTYPE html><html lang='en-GB'>{head}<body>{body}</body></html>".encode()


def json_ld(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def read(folder: Path, raw: bytes) -> list[Reading]:
    file = folder / "story.html"
    file.write_bytes(raw)
    return list(read_articles(file))


def read_one(folder: Path, raw: bytes) -> Article:
    (article,) = read(folder, raw)
    assert isinstance(article, Article)
    return article


def test_the_main_text_is_kept_in_blocks_without_what_surrounds_it(tmp_path: Path) -> None:
    assert read_one(tmp_path, page()).text.split("\n\n") == [
        "Cranes stand still in Port Marlow",
        "Two of the three cranes have failed, and 14 cargo ships are waiting outside the breakwater.",
        "The harbour master said that the repair would take nine days & cost a fortune.",
        "- The ferry keeps to its timetable.",
        "- Fishing boats are not affected.",
    ]


def test_metadata_is_read_from_json_ld(tmp_path: Path) -> None:
    article = read_one(tmp_path, page(json_ld(NEWS_ARTICLE)))
    assert article.title == "Cranes stand still in Port Marlow"
    assert article.author == "Ines Calder"
    assert article.publisher == "Marlow Gazette"
    assert (article.published, article.date_source) == (date(2025, 3, 4), "json-ld")
    assert article.language == "en"


def test_metadata_is_read_from_meta_and_opengraph(tmp_path: Path) -> None:
    head = """
      <link rel="canonical" href="https://Example.org/marlow/cranes?utm_source=feed#top">
      <meta property="og:title" content="Cranes stand still">
      <meta property="og:site_name" content="Marlow Gazette">
      <meta name="author" content="Ines Calder">
      <meta property="article:modified_time" content="2025-03-09">
      <meta property="article:published_time" content="2025-03-04T09:30:00+00:00">
    """
    article = read_one(tmp_path, page(head))
    assert article.url == article.external_id == "https://example.org/marlow/cranes"
    assert (article.title, article.publisher, article.author) == (
        "Cranes stand still",
        "Marlow Gazette",
        "Ines Calder",
    )
    assert (article.published, article.date_source) == (date(2025, 3, 4), "meta")


@pytest.mark.parametrize(
    "data",
    [
        [{"@type": "WebSite"}, NEWS_ARTICLE],
        {"@graph": [{"@type": "Organization", "name": "x"}, NEWS_ARTICLE]},
    ],
)
def test_json_ld_may_be_a_list_or_a_graph(tmp_path: Path, data: object) -> None:
    assert read_one(tmp_path, page(json_ld(data))).published == date(2025, 3, 4)


def test_the_date_of_a_linked_article_is_not_ours(tmp_path: Path) -> None:
    linked = {"@type": "WebPage", "hasPart": [NEWS_ARTICLE]}
    assert read_one(tmp_path, page(json_ld(linked))).published is None


@pytest.mark.parametrize(
    "mark",
    [
        '<meta name="DC.date.issued" content="4 March 2025">',
        '<time datetime="2025-03-04" pubdate>Tuesday</time>',
    ],
)
def test_other_declared_dates_are_read(tmp_path: Path, mark: str) -> None:
    assert read_one(tmp_path, page(body=mark + BODY)).published == date(2025, 3, 4)


def test_a_date_in_the_text_or_of_a_change_is_not_taken_for_a_publication_date(tmp_path: Path) -> None:
    head = '<meta property="article:modified_time" content="2025-03-09">'
    body = BODY.replace("nine days", "until 4 March 2025").replace("Copyright", "Copyright 2024")
    article = read_one(tmp_path, page(head, body))
    assert article.published is None
    assert article.date_source is None


def test_a_date_in_the_future_is_said_and_not_taken(tmp_path: Path) -> None:
    warning, article = read(tmp_path, page('<meta property="article:published_time" content="2999-01-01">'))
    assert isinstance(article, Article)
    assert isinstance(warning, SourceWarning)
    assert article.published is None
    assert "2999-01-01" in warning.reason
    assert "future" in warning.reason


def test_without_metadata_the_heading_is_the_title_and_the_name_the_identity(tmp_path: Path) -> None:
    article = read_one(tmp_path, page().replace(b"<title>Cranes</title>", b""))
    assert (article.title, article.external_id) == ("Cranes stand still in Port Marlow", "story.html")
    assert (article.url, article.publisher, article.author) == (None, None, None)


def test_a_declared_encoding_is_used(tmp_path: Path) -> None:
    body = "<p>Le capitaine du port a déclaré que la réparation prendrait neuf jours.</p>"
    raw = page('<meta charset="iso-8859-1">', body).decode().encode("latin-1")
    assert "déclaré que la réparation" in read_one(tmp_path, raw).text


@pytest.mark.parametrize(
    "head",
    [
        json_ld(NEWS_ARTICLE).replace("}", ""),
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
        json_ld({"@type": "NewsArticle", "datePublished": {"x": 1}, "author": [[[]]], "publisher": 7}),
        json_ld(None),
        '<meta property="og:url" content="javascript:alert(1)">',
        '<link rel="canonical" href="http://[broken">',
        "<meta content><meta name content=x><link rel=canonical>",
    ],
)
def test_hostile_metadata_does_not_cost_the_text(tmp_path: Path, head: str) -> None:
    article = read_one(tmp_path, page(head))
    assert "Two of the three cranes" in article.text
    assert article.url is None
    assert article.published is None


def test_no_entity_brings_a_file_into_the_text(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("TOP SECRET")
    doctype = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{tmp_path / "secret"}">]>'
    raw = doctype.encode() + page(body=BODY.replace("Two of", "&x; Two of"))
    assert "TOP SECRET" not in read_one(tmp_path, raw).text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"just words without any markup",
        b"https://example.org/looks-like-an-address",
        page(body=""),
        page(body="<script>var words = 'Two of the three cranes have failed.'</script>"),
        page(body="<div>" * 20_000 + "Two of the three cranes have failed." + "</div>" * 20_000),
    ],
)
def test_a_page_without_an_article_is_unreadable(tmp_path: Path, raw: bytes) -> None:
    (error,) = read(tmp_path, raw)
    assert isinstance(error, UnreadableSource)
    assert error.reason == "it holds no article text."


def test_a_page_beyond_the_limit_is_refused_with_the_limit(tmp_path: Path) -> None:
    (error,) = read(tmp_path, page(body="<p>word</p>" * (MAX_PAGE_BYTES // 10)))
    assert isinstance(error, UnreadableSource)
    assert "larger than 4 MiB" in error.reason
