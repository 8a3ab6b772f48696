from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import cast

import httpx
import pytest

from assistant.answer import NoAnswerReason
from assistant.ask import Assistant
from assistant.events import Completed
from assistant.limits import MAX_QUESTION_CHARACTERS
from assistant.settings import Settings
from tests.api.conftest import serving
from tests.api.examples import StandIn, refused

QUESTION = "what does China say about semiconductors?"


def ask(client: httpx.Client, question: str = QUESTION, **more: object) -> httpx.Response:
    return client.post("/v1/ask", json={"question": question, **more})


def test_ask_every_sentence_of_an_answer_is_quoted_from_an_article_that_can_be_fetched(
    client: httpx.Client,
) -> None:
    body = ask(client).json()

    assert body["status"] == "answered"
    sources = {source["id"]: source for source in body["sources"]}
    for citation in body["citations"]:
        source = sources[citation["source_id"]]
        stored = client.get(f"/v1/articles/{source['article_id']}", params={"v": source["content_hash"]}).json()
        said, told = citation["source_span"], citation["answer_span"]
        assert stored["text"][said["start"] : said["end"]] == citation["quote"]
        assert body["answer"]["text"][told["start"] : told["end"]] == citation["quote"]
    cited = {citation["id"] for citation in body["citations"]}
    assert all(sentence["citations"] for sentence in body["answer"]["sentences"])
    assert {one for sentence in body["answer"]["sentences"] for one in sentence["citations"]} == cited


def test_ask_a_question_that_the_articles_do_not_answer_is_a_good_request(client: httpx.Client) -> None:
    response = ask(client, "how do I bake sourdough bread at home?")

    assert response.status_code == 200
    body = response.json()
    assert (body["status"], body["citations"], body["answer"]["text"]) == ("no_answer", [], "")
    assert body["no_answer_reason"]


def test_ask_why_an_answer_came_out_so_is_told_on_request(client: httpx.Client) -> None:
    assert "explanation" not in ask(client).json()
    assert ask(client, explain=True).json()["explanation"]["nearest"]


@pytest.mark.parametrize("tag", ["EN", "en-US", "en_GB"])
def test_ask_a_language_is_found_however_its_tag_is_written(client: httpx.Client, tag: str) -> None:
    plain, tagged = (
        client.post("/v1/search", json={"query": "chips", "filters": {"language": [language]}}).json()["data"]
        for language in ("en", tag)
    )
    assert plain
    assert tagged == plain


def test_ask_filters_decide_which_articles_are_read(client: httpx.Client) -> None:
    everything = ask(client).json()["sources"]
    publisher = everything[0]["publisher"]

    kept = ask(client, filters={"publisher": [publisher]}).json()["sources"]

    assert {source["publisher"] for source in everything} != {publisher}
    assert {source["publisher"] for source in kept} == {publisher}


def test_ask_a_search_gives_the_passages_of_the_articles_best_first(client: httpx.Client) -> None:
    body = client.post("/v1/search", json={"query": QUESTION, "limit": 3}).json()

    scores = [hit["score"] for hit in body["data"]]
    assert (body["object"], len(scores)) == ("list", 3)
    assert scores == sorted(scores, reverse=True)
    best = body["data"][0]
    stored = client.get(f"/v1/articles/{best['article_id']}").json()
    assert stored["text"][best["passage"]["start"] : best["passage"]["end"]] == best["passage"]["text"]


def test_ask_paging_meets_every_article_once(client: httpx.Client) -> None:
    met, cursor = [], None
    while not met or cursor:
        page = client.get("/v1/articles", params={"limit": 5, **({"cursor": cursor} if cursor else {})}).json()
        met += [article["article_id"] for article in page["data"]]
        cursor = page["next_cursor"]

    whole = client.get("/v1/articles", params={"limit": 200}).json()
    assert met == [article["article_id"] for article in whole["data"]]
    assert len(set(met)) == len(met) > 10
    assert whole["next_cursor"] is None


def test_ask_articles_are_listed_by_publisher_and_by_words_of_their_title(client: httpx.Client) -> None:
    (first, *_) = client.get("/v1/articles").json()["data"]

    by_publisher = client.get("/v1/articles", params={"publisher": first["publisher"]}).json()["data"]
    by_title = client.get("/v1/articles", params={"q": first["title"]}).json()["data"]

    assert {article["publisher"] for article in by_publisher} == {first["publisher"]}
    assert first in by_title
    assert "text" not in first


def test_ask_an_article_shows_its_versions_and_not_where_it_was_read_from(client: httpx.Client) -> None:
    (first, *_) = client.get("/v1/articles").json()["data"]

    article = client.get(f"/v1/articles/{first['article_id']}").json()

    assert [version["content_hash"] for version in article["versions"]] == [article["content_hash"]]
    assert "origin" not in article


def test_ask_the_service_says_that_it_lives_and_that_it_is_ready(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    ready = client.get("/readyz").json()
    assert (ready["status"], ready["searched_change"]) == ("ready", ready["stored_change"])


def test_ask_no_page_loads_scripts_from_elsewhere(client: httpx.Client) -> None:
    assert client.get("/redoc").status_code == 404
    assert "<script" not in client.get("/docs").text


def test_ask_every_request_gets_its_own_id(client: httpx.Client) -> None:
    first, second = ask(client), client.get("/healthz", headers={"X-Request-ID": "mine"})

    assert first.headers["X-Request-ID"] == first.json()["request_id"]
    assert second.headers["X-Request-ID"] not in ("mine", first.headers["X-Request-ID"])


@pytest.mark.parametrize("question", ["?!...", "什么是半导体？", "​", "x" * MAX_QUESTION_CHARACTERS])
def test_ask_any_question_is_answered_or_refused_as_a_value(client: httpx.Client, question: str) -> None:
    response = ask(client, question)

    assert response.status_code == 200
    assert response.json()["question"] == question


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/widget.js", "/docs", "/openapi.json", "/v1/articles"])
def test_ask_head_is_answered_like_get_without_the_body(client: httpx.Client, path: str) -> None:
    asked, fetched = client.head(path), client.get(path)

    assert (asked.status_code, asked.content) == (200, b"")
    assert {name: asked.headers.get(name) for name in SAID_OF_A_BODY} == {
        name: fetched.headers.get(name) for name in SAID_OF_A_BODY
    }


SAID_OF_A_BODY = ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Content-Security-Policy")


@pytest.mark.parametrize("path", ["/v1/ask", "/mcp"])
def test_ask_head_of_what_nobody_gets_is_refused(client: httpx.Client, path: str) -> None:
    assert client.head(path).status_code == 405


class Pausing(StandIn):
    """Stands where the assistant stands, and answers only once it is told to."""

    def __init__(self) -> None:
        self.asked, self.go_on = Event(), Event()

    def stream(self, question: str, *_: object, **__: object) -> Generator[Completed]:
        self.asked.set()
        self.go_on.wait()
        yield Completed(refused(question, NoAnswerReason.NO_ARTICLES))


def test_ask_a_slow_question_holds_up_nobody_else(settings: Settings) -> None:
    pausing = Pausing()
    with serving(cast(Assistant, pausing), settings) as url, ThreadPoolExecutor(1) as executor:
        slow = executor.submit(httpx.post, f"{url}/v1/ask", json={"question": "a"}, timeout=60)
        pausing.asked.wait()
        alive = httpx.get(f"{url}/healthz", timeout=60)
        pausing.go_on.set()

        assert alive.status_code == slow.result().status_code == 200
