from __future__ import annotations

import gzip
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from hashlib import sha384
from html import unescape
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.routes import pages as page_routes
from api.http.routes.pages import question_about, web_address
from api.web.bundle import LATER, SOURCES, widget
from api.web.reading_page import Group, Piece, groups
from assistant.ask import Assistant
from assistant.ingestion.ingest import ingest_paths
from assistant.settings import HttpOptions, Settings
from corpus.access import Grant, Scope, new_key
from corpus.article import Article, content_hash
from corpus.readers.pieces import Structured
from corpus.readers.text_blocks import structure_of_text
from corpus.store import open_service_store
from tests.api.conftest import serving

FIRST = "The harbour opened in 1931. Ships come daily.\n\nIts cranes 🏗️ are tall; 港口 lies east of it."
SECOND = "Ships come daily.\n\nIts cranes are small now."


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder in which one article has two versions."""
    settings = Settings(data=tmp_path_factory.mktemp("changed"), serving=HttpOptions(port=0))
    source = tmp_path_factory.mktemp("articles") / "harbour.md"
    for text in (FIRST, SECOND):
        source.write_text(
            f"---\ntitle: The <b>harbour</b>\nurl: https://example.org/harbour\npublisher: Port & Co\n---\n{text}\n"
        )
        ingest_paths(settings, [source])
    return settings


@pytest.fixture(scope="module")
def pages(changed: Settings) -> Iterator[httpx.Client]:
    with (
        Assistant.open(changed) as helper,
        serving(helper, changed) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def harbour(pages: httpx.Client) -> tuple[str, str, str]:
    """The article's id, and the hashes of its newest and its first version."""
    (listed,) = pages.get("/v1/articles").json()["data"]
    versions = pages.get(f"/v1/articles/{listed['article_id']}").json()["versions"]
    return listed["article_id"], versions[0]["content_hash"], versions[1]["content_hash"]


def marked(page: httpx.Response) -> str:
    return unescape("".join(re.findall(r"<mark[^>]*>(.*?)</mark>", page.text, re.DOTALL)))


def test_pages_the_widget_is_at_most_15_kilobytes(client: httpx.Client) -> None:
    assert len(gzip.compress(client.get("/widget.js").content, 9)) <= 15_000


def test_pages_the_widget_has_an_etag_and_is_not_sent_twice(client: httpx.Client) -> None:
    first = client.get("/widget.js")
    again = client.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["content-type"].startswith("text/javascript")
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    assert (again.status_code, again.content) == (304, b"")


def test_pages_the_widget_is_sent_compressed_to_those_who_take_that(client: httpx.Client) -> None:
    assert client.get("/widget.js").headers["content-encoding"] == "gzip"
    plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == widget().body


def test_pages_a_version_has_an_address_of_its_own_and_the_integrity_that_the_page_says(client: httpx.Client) -> None:
    home = unescape(client.get("/").text)
    address = re.search(r'src="([^"]*/widget/[0-9a-f]+\.js)"', home)
    assert address

    script = client.get(address[1])

    assert "immutable" in script.headers["cache-control"]
    assert f'integrity="sha384-{b64encode(sha384(script.content).digest()).decode()}"' in home
    assert client.get("/widget/0123456789abcdef.js").status_code == 404
    assert client.get("/page/nothing.css").status_code == 404


def test_pages_allow_themselves_nothing_inline_and_nothing_from_elsewhere(client: httpx.Client) -> None:
    page = client.get("/")

    assert "'unsafe" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert not re.search(r"<style|style=|<script(?! [^>]*src=)|\son\w+=", page.text)
    assert not re.search(r'(?:src|href)="(?!/|#)', page.text)


def test_pages_home_shows_the_articles_and_questions_about_the_newest(client: httpx.Client) -> None:
    page = client.get("/").text

    assert "16 articles" in page
    assert "Sample Tech Review" in page
    (questions,) = re.findall(r'data-questions="([^"]*)"', page)
    assert len(questions.split("|")) == 3
    for question in unescape(questions).split("|"):
        assert client.post("/v1/ask", json={"question": question}).json()["status"] == "answered"


def test_pages_the_articles_can_be_searched_and_narrowed_to_a_publisher(client: httpx.Client) -> None:
    found = client.get("/", params={"q": "chips"}).text
    assert "Computer chips appear twice" in found
    assert "Li Qiang warns" not in found

    narrowed = client.get("/", params={"publisher": "Sample Tribune"}).text
    assert "Li Qiang warns" in narrowed
    assert "Computer chips appear twice" not in narrowed

    narrowed = client.get("/", params={"since": "2025-07-30", "until": "", "language": "en"}).text
    assert 'value="2025-07-30"' in narrowed
    assert len(re.findall("<li><div>", narrowed)) == 2
    assert "since=2025-07-30" in narrowed  # the publishers' links keep it
    assert client.get("/", params={"language": "de"}).text.count("<li><div>") == 0

    nothing = client.get("/", params={"q": '"><script>alert(1)</script>'}).text
    assert "No article has these words" in nothing
    assert "<script>alert" not in nothing


def test_pages_a_reading_page_marks_the_span(pages: httpx.Client, harbour: tuple[str, str, str]) -> None:
    article_id, newest, _ = harbour

    page = pages.get(f"/articles/{article_id}", params={"v": newest, "start": 0, "end": 17})

    assert marked(page) == "Ships come daily."
    assert 'id="quote"' in page.text
    assert "exactly so" in page.text
    assert "The &lt;b&gt;harbour&lt;/b&gt;" in page.text


def test_pages_spans_count_code_points_and_may_cross_paragraphs(
    pages: httpx.Client, harbour: tuple[str, str, str]
) -> None:
    article_id, _, first = harbour
    start, end = FIRST.index("Ships"), FIRST.index(" lies")

    page = pages.get(f"/articles/{article_id}", params={"v": first, "start": start, "end": end})

    assert marked(page) == FIRST[start:end].replace("\n\n", "")
    assert page.text.count('id="quote"') == 1


def test_pages_a_passage_that_changed_is_said_to_have_changed(
    pages: httpx.Client, harbour: tuple[str, str, str]
) -> None:
    article_id, newest, first = harbour

    gone = pages.get(f"/articles/{article_id}", params={"v": first, "start": 0, "end": 27})
    assert marked(gone) == "The harbour opened in 1931."
    assert "This passage has changed since." in gone.text

    kept = pages.get(f"/articles/{article_id}", params={"v": first, "start": 28, "end": 45})
    assert marked(kept) == "Ships come daily."
    assert "but not this passage" in kept.text
    link = re.search(r'href="([^"]+)">see it in the newest', kept.text)
    assert link
    there = pages.get(unescape(link[1]))
    assert marked(there) == "Ships come daily."
    assert newest[7:] in unescape(link[1])


@pytest.mark.parametrize(
    ("article_id", "wanted", "status", "said"),
    [
        ("a-0000000000000000", {}, 404, "This article is not stored"),
        (None, {"v": "sha256:none"}, 404, "This version is no longer stored"),
        (None, {"start": 5, "end": 90_000}, 200, "nothing is marked"),
        (None, {"start": 9, "end": 3}, 200, "nothing is marked"),
    ],
)
def test_pages_links_that_lead_nowhere_say_so(
    pages: httpx.Client,
    harbour: tuple[str, str, str],
    article_id: str | None,
    wanted: dict[str, str],
    status: int,
    said: str,
) -> None:
    page = pages.get(f"/articles/{article_id or harbour[0]}", params=wanted)

    assert page.status_code == status
    assert said in page.text
    assert "<mark" not in page.text


@pytest.mark.parametrize("path", ["/", "/articles/{id}"])
def test_pages_what_mail_and_chat_programs_add_to_a_link_does_no_harm(
    pages: httpx.Client, harbour: tuple[str, str, str], path: str
) -> None:
    added = {"utm_source": "mail", "fbclid": "x1"}
    assert pages.get(path.format(id=harbour[0]), params=added).status_code == 200


@pytest.mark.parametrize("path", ["/?page=none", "/?since=tomorrow", "/articles/{id}?start=a", "/articles/{id}?end=-1"])
def test_pages_a_link_with_a_wrong_value_is_told_as_a_page(
    pages: httpx.Client, harbour: tuple[str, str, str], path: str
) -> None:
    page = pages.get(path.format(id=harbour[0]))

    assert (page.status_code, page.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert "This link is not quite right" in page.text


def test_pages_with_keys_a_reading_page_opens_by_a_signed_link_and_the_first_page_lists_nothing(
    changed: Settings, tmp_path: Path
) -> None:
    settings = changed.model_copy(update={"data": tmp_path, "serving": replace(changed.serving)})
    source = tmp_path / "harbour.md"
    source.write_text(f"---\ntitle: Harbour\n---\n{FIRST}\n")
    ingest_paths(settings, [source])
    key, text = new_key("test", Grant((Scope.ASK,)))
    with open_service_store(settings.data_folder) as records:
        records.keys.add(key)
    with (
        Assistant.open(settings) as helper,
        serving(helper, settings) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        allowed = {"Authorization": f"Bearer {text}"}
        (article,) = client.get("/v1/articles", headers=allowed).json()["data"]
        wanted = {"article_id": article["article_id"], "content_hash": article["content_hash"]}
        assert client.post("/v1/links", json=wanted).status_code == 401
        path = client.post("/v1/links", json=wanted, headers=allowed).json()["path"]

        page = client.get(f"{path}&start=0&end=27")
        assert marked(page) == "The harbour opened in 1931."
        assert "Read this version" not in page.text
        assert "/articles/" not in page.text
        closed = client.get(f"/articles/{article['article_id']}")
        assert (closed.status_code, "opens by a link only" in closed.text) == (401, True)
        forged = client.get(path[:-3] + "xyz")
        assert (forged.status_code, "This link has expired" in forged.text) == (403, True)
        home = client.get("/").text
        assert "Your key" in home
        assert "Harbour" not in home
        other = {**wanted, "content_hash": "sha256:other"}
        assert client.post("/v1/links", json=other, headers=allowed).status_code == 404


def article_of(text: Structured, title: str = "Harbour") -> Article:
    return Article("a-1", "a", "a.md", title, text.text, content_hash(text.text), blocks=text.blocks)


def shown_pieces(shown: Iterable[Group]) -> list[Piece]:
    blocks = [block for group in shown for block in group.blocks]
    return [piece for block in blocks for piece in (*block.pieces, *(p for cell in block.cells for p in cell.pieces))]


def test_pages_blocks_are_shown_as_what_they_are_and_a_cited_cell_is_marked(page_of: Callable[[str], str]) -> None:
    html = page_of(
        "# Harbour\n\nIt has:\n\n- cranes\n  - tall ones\n- sheds\n\n"
        "| Year | Ships |\n|---|---|\n| 1931 | 12 |\n| 1932 | |\n\n> All is well.\n"
    )
    assert "<h1" in html
    assert html.count("Harbour</h") == 1  # the title, once
    assert '<li dir="auto" class="level-2">tall ones</li>' in html
    assert '<th dir="auto" scope="col" class="names">Ships</th>' in html
    assert (
        '<th dir="auto" scope="row" class="names">1931</th><td dir="auto"><mark id="quote" tabindex="-1">12</mark></td>'
        in html
    )
    assert '<blockquote dir="auto">All is well.</blockquote>' in html


@pytest.fixture
def page_of(tmp_path: Path) -> Callable[[str], str]:
    """Returns the reading page of a Markdown text, the 12 in it marked."""

    def shown(markdown: str) -> str:
        text = structure_of_text(markdown, "markdown")
        article = article_of(text)
        start = text.text.index("12")
        return (
            page_routes._templates()
            .get_template("article.html")
            .render(
                article=article,
                groups=list(groups(article, start, start + 2)),
                marked=None,
                missed=False,
                versions=(),
                may_look_around=False,
                newest=article,
            )
        )

    return shown


@given(st.text(alphabet="ab\n \t🏗\u0301", max_size=40), st.integers(0, 45), st.integers(0, 45))
def test_pages_paragraphs_keep_every_letter_and_mark_the_span(text: str, start: int, end: int) -> None:
    pieces = shown_pieces(groups(article_of(Structured(text, ())), start, end))

    assert "".join("".join(piece.text for piece in pieces).split()) == "".join(text.split())
    assert "".join("".join(p.text for p in pieces if p.marked).split()) == "".join(text[start:end].split())
    assert sum(piece.first for piece in pieces) == any(piece.marked for piece in pieces)


@pytest.mark.parametrize(
    ("title", "question"),
    [
        ("Ferry sold", "What does “Ferry sold” say?"),
        ("Ferry|sold", "What does “Ferry sold” say?"),
        ("渡" * 81, f"What does “{'渡' * 79}…” say?"),
    ],
)
def test_pages_question_about_an_article_is_short_and_holds_no_separator(title: str, question: str) -> None:
    assert question_about(title) == question


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://example.org/a", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https://[", False),
        (None, False),
    ],
)
def test_pages_only_web_addresses_become_links(url: str | None, is_link: bool) -> None:
    assert (web_address(url) is not None) is is_link


def test_pages_the_widget_is_made_of_all_its_sources() -> None:
    folder = Path(__file__).parents[4] / "api/web/widget"
    assert {path.name for path in folder.glob("*.js")} == set(SOURCES)
    assert {path.name for path in (folder / "later").glob("*.js")} == set(LATER)
