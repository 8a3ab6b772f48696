from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import openai
import pytest
from langchain_openai import OpenAIEmbeddings

from api.wire.chat_completions import MODEL
from api.wire.embeddings import MAX_TEXT_CHARACTERS, MAX_TEXTS
from assistant.ask import Assistant
from corpus.access import Scope
from tests.api.http.access.guarded import guarded
from tests.api.http.test_error_handlers import SECRET

TEXTS = ["The chips are scarce.", "There are too few semiconductors.", "The ferry Petrel was sold."]


@pytest.fixture(scope="module")
def official(client: httpx.Client) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{client.base_url}/v1", api_key="not-needed", max_retries=0) as official:
        yield official


def test_embeddings_the_official_client_gets_the_vectors_of_the_encoder(
    official: openai.OpenAI, helper: Assistant
) -> None:
    encoder = helper.stages.encoder

    told = official.embeddings.create(model="any-model", input=TEXTS)  # which asks for base64 and reads it

    assert [one.index for one in told.data] == [0, 1, 2]
    vectors = np.array([one.embedding for one in told.data])
    assert np.allclose(vectors, encoder.embed_passages(TEXTS), atol=1e-3)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    tokens = sum(map(encoder.count_tokens, TEXTS))
    assert (told.model, told.usage.prompt_tokens, told.usage.total_tokens) == (MODEL, tokens, tokens)
    assert told.encoder == encoder.fingerprint  # type: ignore[attr-defined]


@pytest.mark.parametrize("more", [{}, {"encoding_format": "float"}, {"dimensions": 384}])
def test_embeddings_numbers_are_those_of_the_base64(official: openai.OpenAI, more: dict[str, Any]) -> None:
    (told,) = official.embeddings.create(model=MODEL, input=TEXTS[0]).data

    (numbers,) = httpx.post(f"{official.base_url}embeddings", json={"input": TEXTS[0], **more}, timeout=60).json()[
        "data"
    ]

    assert np.allclose(numbers["embedding"], told.embedding, atol=1e-6)


def test_embeddings_langchain_embeds_unchanged(official: openai.OpenAI) -> None:
    langchain = OpenAIEmbeddings(
        model=MODEL, base_url=str(official.base_url), api_key="not-needed", check_embedding_ctx_length=False
    )

    assert len(langchain.embed_query(TEXTS[0])) == 384
    assert len(langchain.embed_documents(TEXTS)) == len(TEXTS)


NO_TEXT = "Only text is embedded, no tokens: let input be a string, or up to 64 strings."


@pytest.mark.parametrize(
    ("sent", "param", "message"),
    [
        ({"input": [1, 2, 3]}, "input", NO_TEXT),
        ({"input": [[1, 2], [3]]}, "input", NO_TEXT),
        ({"input": [SECRET, None]}, "input", NO_TEXT),
        ({"input": None}, "input", NO_TEXT),
        ({"input": {"image": SECRET}}, "input", NO_TEXT),
        (
            {"input": ["a", "chip " * 300]},
            "input",
            "Text 2 has 300 tokens, and the encoder reads 254: send it in pieces.",
        ),
        (
            {"input": "a", "dimensions": 256},
            "dimensions",
            "Vectors have 384 dimensions here: leave dimensions out, or let it be 384.",
        ),
    ],
)
def test_embeddings_what_cannot_be_embedded_is_refused_in_a_sentence(
    client: httpx.Client, sent: dict[str, Any], param: str, message: str
) -> None:
    response = client.post("/v1/embeddings", json=sent)

    assert response.status_code == 400
    assert response.json()["error"] == {
        "message": message,
        "type": "invalid_request_error",
        "param": param,
        "code": "unsupported_value",
    }


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"input": ""},
        {"input": []},
        {"input": ["a", ""]},
        {"input": ["a"] * (MAX_TEXTS + 1)},
        {"input": "a" * (MAX_TEXT_CHARACTERS + 1)},
        {"input": "a", "encoding_format": SECRET},
        {"input": "a", "dimensions": 0},
    ],
)
def test_embeddings_wrong_fields_are_named(client: httpx.Client, sent: dict[str, Any]) -> None:
    response = client.post("/v1/embeddings", json=sent)

    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (422, "invalid_request")
    assert error["param"].split(".")[0] in ("input", "encoding_format", "dimensions")
    assert SECRET not in response.text


def test_embeddings_ask_for_a_key_that_may_ask_and_count_against_its_limits(helper: Assistant, tmp_path: Path) -> None:
    wanted = {"input": TEXTS[0]}
    with guarded(helper, tmp_path) as service:
        may_ask, may_not = service.key(requests_per_day=1), service.key(Scope.INGEST)
        statuses = [service.post("/v1/embeddings", header, json=wanted) for header in (may_not, may_ask, may_ask)]

    assert [response.status_code for response in statuses] == [403, 200, 429]
    assert [response.json()["error"]["code"] for response in statuses[::2]] == ["scope_missing", "quota_reached"]
