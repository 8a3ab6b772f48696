"""What the widget asks beside questions: what there is to filter by, and passages as blocks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.web.reading_page import Group, passage_groups
from assistant.ask import Assistant
from assistant.ingestion.ingest import ingest_paths
from assistant.settings import HttpOptions, Settings
from corpus.access import Grant, Scope, new_key
from corpus.article import Article, ArticleFilter, content_hash
from corpus.readers.text_blocks import structure_of_text
from corpus.store import open_service_store
from tests.api.conftest import serving

PORT = """# Port of Quell

## Ships

It had:

| Year | Ships | Crew |
|---|---|---|
| 1931 | 12 | 300 |
| 1932 | 14 | 310 |

## Sheds

1. tall ones
2. small ones

Correction: An earlier version of this article gave a wrong number of sheds.
"""


def port_article() -> Article:
    text = structure_of_text(PORT, "markdown")
    return Article("a-1", "a", "a.md", "Port of Quell", text.text, content_hash(text.text), blocks=text.blocks)


def texts(shown: list[Group]) -> list[str]:
    return [
        " | ".join("".join(piece.text for piece in cell.pieces) for cell in block.cells)
        or "".join(piece.text for piece in block.pieces)
        for group in shown
        for block in group.blocks
    ]


def test_passage_groups_bring_the_heading_the_heads_of_the_table_and_corrections() -> None:
    article = port_article()
    at = article.text.index("310")
    shown = list(passage_groups(article, (at - 2, at + 3), (at, at + 3)))

    said = texts(shown)
    assert said[:3] == ["Ships", "Year | Ships | Crew", "1932 | 14 | 310"]
    assert said[3].startswith("Correction:")
    assert len(said) == 4
    heads, row = shown[1].blocks
    assert [cell.names_marked for cell in heads.cells] == [False, False, True]
    assert [(cell.scope, cell.names_marked) for cell in row.cells] == [("row", True), ("", False), ("", False)]
    assert [piece.marked for piece in row.cells[2].pieces] == [True]


def test_passage_groups_of_a_text_without_blocks_are_its_paragraphs() -> None:
    text = "One.\n\nTwo.\n\nThree."
    article = Article("a-1", "a", "a.md", "A", text, content_hash(text))
    assert texts(list(passage_groups(article, (7, 8), (0, 0)))) == ["Two."]
    assert list(passage_groups(article, (900, 901), (0, 0))) == []


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data=tmp_path_factory.mktemp("port"), serving=HttpOptions(port=0))
    folder = tmp_path_factory.mktemp("articles")
    (folder / "port.md").write_text(f"---\npublisher: Port & Co\npublished: 2024-05-01\nlanguage: en\n---\n{PORT}")
    (folder / "hafen.md").write_text("---\npublisher: Hafenbote\nlanguage: de\n---\nDer Hafen liegt am Meer.\n")
    (folder / "other.md").write_text("---\npublisher: Port & Co\nlanguage: en\n---\nThe crane stands there.\n")
    ingest_paths(settings, [folder])
    return settings


@pytest.fixture(scope="module")
def keyless(port: Settings) -> Iterator[httpx.Client]:
    with (
        Assistant.open(port) as helper,
        serving(helper, port) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        yield client


def test_library_says_what_can_be_filtered_by(keyless: httpx.Client) -> None:
    library = keyless.get("/v1/library").json()
    assert library == {
        "object": "library",
        "articles": 3,
        "publishers": [{"value": "Port & Co", "count": 2}, {"value": "Hafenbote", "count": 1}],
        "languages": [{"value": "en", "count": 2}, {"value": "de", "count": 1}],
        "earliest": "2024-05-01",
        "latest": "2024-05-01",
    }


def test_library_passages_are_text_in_blocks(keyless: httpx.Client) -> None:
    (listed,) = keyless.get("/v1/articles", params={"q": "Port of"}).json()["data"]
    article = keyless.get(f"/v1/articles/{listed['article_id']}").json()
    at = article["text"].index("14")
    wanted = {"v": article["content_hash"], "start": at, "end": at + 2, "mark_start": at, "mark_end": at + 2}
    view = keyless.get(f"/articles/{listed['article_id']}/passage", params=wanted).json()

    assert [[block["kind"] for block in group] for group in view["groups"]][:2] == [["heading"], ["row", "row"]]
    cell = view["groups"][1][1]["cells"][1]
    assert cell == {"pieces": [{"text": "14", "marked": True}], "scope": "", "names_marked": False}
    assert view["page"] is None
    assert view["path"] == f"/articles/{listed['article_id']}?v={article['content_hash'].replace(':', '%3A')}"
    assert keyless.get(f"/articles/{listed['article_id']}/passage").status_code == 422
    wanted["v"] = "sha256:none"
    assert keyless.get(f"/articles/{listed['article_id']}/passage", params=wanted).status_code == 404


def test_library_keys_see_within_their_bounds_and_links_open_one_version(port: Settings, tmp_path: Path) -> None:
    bounded, bounded_text = new_key(
        "bounded", Grant((Scope.ASK,), bounds=ArticleFilter(publisher=("Hafenbote",)), requests_per_day=1)
    )
    free, free_text = new_key("free", Grant((Scope.ASK,)))
    with open_service_store(port.data_folder) as records:
        records.keys.add(bounded)
        records.keys.add(free)
    with (
        Assistant.open(port) as helper,
        serving(helper, port) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        by_bounded, by_free = ({"Authorization": f"Bearer {text}"} for text in (bounded_text, free_text))
        library = client.get("/v1/library", headers=by_bounded).json()
        assert client.get("/v1/library", headers=by_bounded).status_code == 200  # neither is the one of its day
        assert [one["value"] for one in library["publishers"]] == ["Hafenbote"]
        assert client.get("/v1/library").status_code == 401

        (listed,) = client.get("/v1/articles", params={"q": "Port of"}, headers=by_free).json()["data"]
        article_id, version = listed["article_id"], listed["content_hash"]
        path, wanted = f"/articles/{article_id}/passage", {"v": version, "start": 0, "end": 9}
        page = client.get(path, params=wanted, headers=by_free).json()["path"]
        assert client.get(page).status_code == 200
        assert client.get(path, params=wanted, headers=by_bounded).status_code == 404
        assert client.get(path, params=wanted).status_code == 401
        link = {"article_id": article_id, "content_hash": version}
        signed = client.post("/v1/links", json=link, headers=by_free).json()["path"]
        token = httpx.URL(signed).params["t"]
        assert client.get(path, params={**wanted, "t": token}).status_code == 200
        assert client.get(path, params={**wanted, "v": "sha256:other", "t": token}).status_code == 403
        expired = f"{int(time.time()) - 5}.{token.partition('.')[2]}"
        assert client.get(path, params={**wanted, "t": expired}).status_code == 403
