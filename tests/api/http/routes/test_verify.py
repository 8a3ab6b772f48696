"""`POST /v1/verify` over HTTP: any text against sources, or against the articles."""

from __future__ import annotations

import httpx
import pytest

from corpus.text.sentences import sentence_spans

PAY = {
    "title": "Pay deal",
    "published": "2024-05-03",
    "text": "🪙 May. Pay rose by 10 per cent, said Ida Brandt.",
}


def test_verify_a_text_is_held_against_the_sources_that_are_given(client: httpx.Client) -> None:
    text = "Pay rose by 10 per cent, said Ida Brandt. The Globex Corporation moved to Freedonia in 1977."
    done = client.post("/v1/verify", json={"text": text, "sources": [PAY]})

    right, wrong = done.raise_for_status().json()["sentences"]
    assert (right["verdict"], wrong["verdict"]) == ("supported", "not_confirmed")
    (quote,) = right["evidence"]
    assert (quote["source"], quote["article"]) == (0, None)
    assert PAY["text"][quote["start"] : quote["end"]] == quote["quote"]
    assert text[wrong["start"] : wrong["end"]] == wrong["text"]
    assert {"name", "number"} <= set(wrong["faults"])
    assert wrong["evidence"] == []


def test_verify_says_how_often_it_is_wrong(client: httpx.Client) -> None:
    measured = client.post("/v1/verify", json={"text": "It rains.", "sources": [PAY]}).json()["measured"]

    assert measured["claims"] > 100
    assert 0.0 < measured["wrong_among_supported"] <= 0.1


def test_verify_without_sources_quotes_the_articles(client: httpx.Client) -> None:
    found = client.post("/v1/search", json={"query": "China action plan", "limit": 1}).json()["data"][0]
    text = found["passage"]["text"]
    start, end = sentence_spans(text)[0]
    (checked,) = client.post("/v1/verify", json={"text": text[start:end]}).json()["sentences"]

    assert checked["verdict"] == "supported"
    quote = checked["evidence"][0]
    article = client.get(f"/v1/articles/{quote['article']['article_id']}").json()
    assert article["text"][quote["start"] : quote["end"]] == quote["quote"]
    assert quote["source"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "a" * 10_001}, "text"),
        ({"text": "It rains.", "sources": [{"title": "No text"}]}, "text"),
        ({"text": "It rains.", "sources": [PAY] * 21}, "sources"),
        ({"text": "It rains.", "sources": [{**PAY, "published": "last week"}]}, "published"),
        ({"text": "It rains.", "source": [PAY]}, "unknown_field"),
        ({"text": "It rains.", "sources": [PAY], "filters": {"publisher": ["Acme"]}}, "Filters"),
    ],
)
def test_verify_names_the_field_that_is_wrong(client: httpx.Client, body: dict, field: str) -> None:
    done = client.post("/v1/verify", json=body)

    assert done.status_code == 422
    assert field in done.text


def test_verify_a_text_of_too_many_sentences_is_refused(client: httpx.Client) -> None:
    done = client.post("/v1/verify", json={"text": "It rains. " * 60, "sources": [PAY]})

    assert (done.status_code, done.json()["code"]) == (422, "bad_text")


def test_verify_no_sources_at_all_confirm_nothing(client: httpx.Client) -> None:
    (checked,) = client.post("/v1/verify", json={"text": "China presented a plan.", "sources": []}).json()["sentences"]

    assert (checked["verdict"], checked["faults"], checked["evidence"]) == ("not_confirmed", ["no evidence"], [])
