from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from corpus.readers.html import parse_html
from corpus.readers.page_text import article_pieces

LONG = "<p>The harbour master of Port Marlow said on Monday that the repair of the crane would take nine days.</p>"
MORE = "<p>Fourteen ships wait outside the breakwater, and two have turned back to the port that they came from.</p>"


def read(body: str, head: str = "") -> list[tuple[str, str]]:
    draft = parse_html(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "page.html")
    return [(block.kind.value, draft.text[block.start : block.end]) for block in draft.blocks]


def told(body: str, head: str = "") -> str:
    """All text of the page's article that is not furniture."""
    return " | ".join(text for kind, text in read(body, head) if kind != "furniture")


@pytest.mark.parametrize(
    "around",
    [
        '<div class="cookie-notice"><h2>Cookies</h2><p>We use UNWANTED cookies.</p></div>',
        '<section id="gdprBox"><p>Our partners store UNWANTED things on your device, if you agree.</p></section>',
        '<div class="newsletter-signup"><p>UNWANTED: get our morning letter every day of the week.</p></div>',
        "<nav><ul><li><a href=/>UNWANTED</a></ul></nav>",
        '<p><a href="/x">UNWANTED: nine other stories that you may like to read</a></p>',
        "<p>Read more: UNWANTED story of the day</p>",
        '<ul class="related"><li><a href="/x">UNWANTED</a></ul>',
        '<div hidden><p>This is UNWANTED, and nobody sees it on the page at all.</p></div>',
        "<button>UNWANTED</button>",
    ],
)  # fmt: skip
def test_page_text_what_stands_around_is_not_told(around: str) -> None:
    found = told(f"<article><h1>Cranes of Marlow</h1>{LONG}{around}{MORE}</article>")
    assert "UNWANTED" not in found
    assert "nine days" in found
    assert "Fourteen ships" in found


def test_page_text_furniture_inside_the_article_stays_where_it_stood() -> None:
    found = read(f"<article><h1>Cranes of Marlow</h1>{LONG}<p>Read more: the ferry sinks</p>{MORE}</article>")
    assert [kind for kind, _ in found] == ["heading", "paragraph", "furniture", "paragraph"]


@pytest.mark.parametrize("line", ["Cranes stand", "The harbour master of Port Marlow said on Monday that cranes stand"])
def test_page_text_paragraphs_with_broken_lines_are_told(line: str) -> None:
    found = told(f"<article><h1>Cranes of Marlow</h1><p>{line}<br>still today.</p><p>{line}<br>till May.</p></article>")
    assert f"{line}\nstill today." in found
    assert f"{line}\ntill May." in found


def test_page_text_an_article_in_an_aside_is_one() -> None:
    found = told(f"<nav><a href=/>Home</a></nav><main><aside><h1>Cranes of Marlow</h1>{LONG}{MORE}</aside></main>")
    assert "Fourteen ships" in found


def test_page_text_a_text_beside_the_headline_is_not_taken_for_it() -> None:
    consent = (
        "<div class=box><p>We use biscuits to measure visits, and share what we learn with partners.</p></div>" * 3
    )
    found = told(f"{consent}<div class=wrap><h1>Cranes of Marlow</h1><div><p>Cranes stand still.</p>{LONG}</div></div>")
    assert "nine days" in found


def test_page_text_all_posts_of_a_live_blog_are_told() -> None:
    post = "<article><time datetime='2025-01-01T{0}:00'>{0}.00</time><h2>At {0}</h2><p>{1}</p></article>"
    posts = "".join(post.format(hour, f"The water stands at {hour} metres, says the mayor.") for hour in (12, 11, 10))
    found = told(f"<main><h1>Flood live</h1>{posts}</main>")
    assert all(f"stands at {hour} metres" in found for hour in (12, 11, 10))


def test_page_text_teasers_beside_an_article_are_no_posts() -> None:
    teaser = (
        "<article><time datetime=2025>1</time><h3><a href=/x>UNWANTED</a></h3><p>UNWANTED ship sinks.</p></article>"
    )
    found = told(f"<main><article><h1>Cranes of Marlow</h1>{LONG}{MORE}</article>{teaser * 3}</main>")
    assert "UNWANTED" not in found


BODY = "Cranes stand still. " + "The repair takes nine days, says the harbour master. It costs a fortune. " * 2


@pytest.mark.parametrize(
    ("body", "is_taken"),
    [
        ("<h1>Cranes</h1><p>Cranes stand still.</p><p>Subscribe to read on.</p>", True),
        ("<h1>Cranes</h1><p>The ferry is late again, and nobody on the island knows why that is.</p>", False),
    ],
)
def test_page_text_a_fuller_declared_text_of_the_same_article_is_taken(body: str, is_taken: bool) -> None:
    head = f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{BODY}"}}</script>'
    assert ("nine days" in told(f"<article>{body}</article>", head)) is is_taken


@pytest.mark.parametrize("body", ["", "<nav><a href=/>Home</a></nav>", "<script>x</script>"])
def test_page_text_a_page_without_an_article_has_no_pieces(body: str) -> None:
    assert article_pieces(document_fromstring(f"<html><body>{body}</body></html>")) == []
