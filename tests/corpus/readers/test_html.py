from __future__ import annotations

import json
import socket
from datetime import date
from pathlib import Path
from typing import NoReturn

import pytest
from lxml.html import document_fromstring

from corpus.article import Article, SourceWarning
from corpus.errors import UnreadableSource
from corpus.readers import Reading, read_articles
from corpus.readers.html import MAX_PAGE_BYTES, parse_html

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


def test_html_the_main_text_is_kept_in_blocks_without_what_surrounds_it(tmp_path: Path) -> None:
    assert read_one(tmp_path, page()).text.split("\n\n") == [
        "Cranes stand still in Port Marlow",
        "Two of the three cranes have failed, and 14 cargo ships are waiting outside the breakwater.",
        "The harbour master said that the repair would take nine days & cost a fortune.",
        "The ferry keeps to its timetable.",
        "Fishing boats are not affected.",
    ]


def test_html_metadata_is_read_from_json_ld(tmp_path: Path) -> None:
    article = read_one(tmp_path, page(json_ld(NEWS_ARTICLE)))
    assert article.title == "Cranes stand still in Port Marlow"
    assert article.author == "Ines Calder"
    assert article.publisher == "Marlow Gazette"
    assert (article.published, article.date_source) == (date(2025, 3, 4), "json-ld")
    assert article.language == "en"


def test_html_metadata_is_read_from_meta_and_opengraph(tmp_path: Path) -> None:
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
def test_html_json_ld_may_be_a_list_or_a_graph(tmp_path: Path, data: object) -> None:
    assert read_one(tmp_path, page(json_ld(data))).published == date(2025, 3, 4)


def test_html_the_date_of_a_linked_article_is_not_ours(tmp_path: Path) -> None:
    linked = {"@type": "WebPage", "hasPart": [NEWS_ARTICLE]}
    assert read_one(tmp_path, page(json_ld(linked))).published is None


@pytest.mark.parametrize(
    "mark",
    [
        '<meta name="DC.date.issued" content="4 March 2025">',
        '<time datetime="2025-03-04" pubdate>Tuesday</time>',
    ],
)
def test_html_other_declared_dates_are_read(tmp_path: Path, mark: str) -> None:
    assert read_one(tmp_path, page(body=mark + BODY)).published == date(2025, 3, 4)


def test_html_a_date_in_the_text_or_of_a_change_is_not_taken_for_a_publication_date(tmp_path: Path) -> None:
    head = '<meta property="article:modified_time" content="2025-03-09">'
    body = BODY.replace("nine days", "until 4 March 2025").replace("Copyright", "Copyright 2024")
    article = read_one(tmp_path, page(head, body))
    assert article.published is None
    assert article.date_source is None


def test_html_a_date_in_the_future_is_said_and_not_taken(tmp_path: Path) -> None:
    warning, article = read(tmp_path, page('<meta property="article:published_time" content="2999-01-01">'))
    assert isinstance(article, Article)
    assert isinstance(warning, SourceWarning)
    assert article.published is None
    assert "2999-01-01" in warning.reason
    assert "future" in warning.reason


def test_html_without_metadata_the_heading_is_the_title_and_the_name_the_identity(tmp_path: Path) -> None:
    article = read_one(tmp_path, page().replace(b"<title>Cranes</title>", b""))
    assert (article.title, article.external_id) == ("Cranes stand still in Port Marlow", "story.html")
    assert (article.url, article.publisher, article.author) == (None, None, None)


def test_html_a_declared_encoding_is_used(tmp_path: Path) -> None:
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
def test_html_hostile_metadata_does_not_cost_the_text(tmp_path: Path, head: str) -> None:
    article = read_one(tmp_path, page(head))
    assert "Two of the three cranes" in article.text
    assert article.url is None
    assert article.published is None


def test_html_no_entity_brings_a_file_into_the_text(tmp_path: Path) -> None:
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
def test_html_a_page_without_an_article_is_unreadable(tmp_path: Path, raw: bytes) -> None:
    (error,) = read(tmp_path, raw)
    assert isinstance(error, UnreadableSource)
    assert error.reason == "it holds no article text."


def test_html_a_page_beyond_the_limit_is_refused_with_the_limit(tmp_path: Path) -> None:
    (error,) = read(tmp_path, page(body="<p>word</p>" * (MAX_PAGE_BYTES // 10)))
    assert isinstance(error, UnreadableSource)
    assert "larger than 4 MiB" in error.reason


SHORT = "<p>Only one short line.</p>"

LONG = "<p>The budget was shown on Monday by the minister, who said that it is <b>good</b> and as it should be.</p>"


def blocks(folder: Path, body: str, head: str = "") -> list[str]:
    return read_one(folder, page(head, body)).text.split("\n\n")


@pytest.mark.parametrize(
    "body",
    [
        f"<article><h1>Prices</h1><figure><img src=x><figcaption>Photo: Ann Lee</figcaption></figure>{SHORT}</article>",
        f"<article><h1>Prices</h1>{SHORT}<ul><li>The ferry is late.</li><li>It is lost.</li></ul></article>",
        f"<article><h1>Prices</h1>{SHORT}<blockquote>It is late.</blockquote><h2>Why?</h2>{SHORT}</article>",
        f"<div><h1>Prices</h1><div>One line in a part.</div><div>And another in a part.</div></div><p>{SHORT}</p>",
        f"{SHORT}{LONG}",
        f"<article><h1>Prices</h1>{LONG}{SHORT}</article>",
    ],
)
def test_html_every_block_of_the_text_is_that_of_one_element_of_the_page(tmp_path: Path, body: str) -> None:
    elements = document_fromstring(body).iter("h1", "h2", "p", "li", "blockquote", "div", "figcaption")
    shown = {" ".join(element.text_content().split()) for element in elements}
    found = blocks(tmp_path, body, json_ld({"articleBody": "Words that the page does not show. " * 20}))
    assert set(found) <= shown
    assert "Only one short line." in found or "And another in a part." in found


def test_html_a_row_of_a_table_is_its_cells(tmp_path: Path) -> None:
    table = """
      <table><thead><tr><th>Department</th><th>2024</th><th>2025</th></tr></thead>
      <tbody><tr><th>Schools</th><td>4.1<b>bn</b></td><td>5.2bn</td></tr>
      <tr><td>Roads</td><td></td><td>1bn | 2bn</td><td>more</td></tr></tbody></table>"""
    assert blocks(tmp_path, f"<article>{LONG}{table}{LONG}</article>")[1:-1] == [
        "Department\t2024\t2025",
        "Schools\t4.1bn\t5.2bn",
        "Roads\t1bn | 2bn\tmore",
    ]


def test_html_a_row_of_a_table_without_a_header_is_its_cells(tmp_path: Path) -> None:
    table = "<table><tr><td>Ann</td><td><p>five</p><p>six</p></td></tr><tr><td>Bo</td><td>seven</td></tr></table>"
    assert blocks(tmp_path, f"<article>{LONG}{table}{LONG}</article>")[1:-1] == ["Ann\tfive six", "Bo\tseven"]


def test_html_a_page_that_is_laid_out_by_a_table_keeps_its_paragraphs(tmp_path: Path) -> None:
    inner = "<table><tr><td>Ann</td><td>five</td></tr></table>"
    found = blocks(tmp_path, f"<table><tr><td><h1>Prices</h1>{LONG}{inner}{LONG}</td></tr></table>")
    assert (len(found), found[0], found[2:4]) == (5, "Prices", ["Ann", "five"])


def test_html_quoted_words_keep_their_marks(tmp_path: Path) -> None:
    quoted = "<p>She said <q>I will <b>never</b> go</q>, and left. <q>“Why?”</q> he asked.</p>"
    assert blocks(tmp_path, f"<article>{LONG}{quoted}{LONG}</article>")[1:-1] == [
        "She said “I will never go”, and left. “Why?” he asked."
    ]


def test_html_what_a_page_does_not_show_is_left_out(tmp_path: Path) -> None:
    hidden = "<p hidden>Secret one.</p><div aria-hidden=true><p>Secret two.</p></div>"
    assert "Secret" not in "".join(blocks(tmp_path, f"<article>{LONG}{hidden}{LONG}</article>"))


def test_html_a_page_that_was_saved_behind_a_dialogue_is_read(tmp_path: Path) -> None:
    assert len(blocks(tmp_path, f"<div aria-hidden=true><article>{LONG}{SHORT}</article></div>")) == 2


def test_html_the_place_of_an_advertisement_is_furniture(tmp_path: Path) -> None:
    places = "<p>Advertisement</p><p>Story continues below advertisement</p><p>Advertisements were banned.</p>"
    article = read_one(tmp_path, page(body=f"<article>{LONG}{places}{LONG}</article>"))
    assert [block.kind for block in article.blocks[1:-1]] == ["furniture", "furniture", "paragraph"]


@pytest.mark.parametrize("trouble", [MemoryError, OSError, ImportError])
def test_parse_html_does_not_blame_the_page_for_trouble_of_the_machine(
    trouble: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise trouble

    monkeypatch.setattr("corpus.readers.html._extract", fail)
    with pytest.raises(trouble):
        parse_html(b"<html><body><p>The ferry is late.</p></body></html>", "page.html")
