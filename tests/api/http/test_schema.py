"""Requests that nobody thinks of, made from the OpenAPI document."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis.checks import (
    not_a_server_error,
)
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from api.http.app import describe_service
from corpus.readers.posted import media_types
from tests.api.http.test_error_handlers import JSON, SECRET, assert_is_problem


@schemathesis.serializer(*(kind for kind in media_types() if not kind.startswith("text/")))
def file_as_it_is(_: object, value: Any) -> Any:
    """A body that is a file: its bytes go over the wire as they were made."""
    return getattr(value, "data", value)


SCHEMA = schemathesis.openapi.from_dict(describe_service().openapi())
BOUNDED = hypothesis_settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)


@SCHEMA.parametrize()
@BOUNDED
def test_openapi_every_route_answers_as_the_document_says(case: Any, client: httpx.Client) -> None:
    case.call_and_validate(
        base_url=str(client.base_url),
        checks=[not_a_server_error, content_type_conformance, response_schema_conformance],
    )


def test_openapi_the_document_says_where_a_key_is_needed() -> None:
    document = describe_service().openapi()
    paths = document["paths"]

    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert paths["/v1/ask"]["post"]["security"] == [{"key": []}]
    assert paths["/healthz"]["get"]["security"] == []
    assert paths["/metrics"]["get"]["security"] == [{}, {"key": []}]
    assert "Idempotency-Key" in {given["name"] for given in paths["/v1/articles/{article_id}"]["delete"]["parameters"]}


STRANGE = [
    "'; DROP TABLE articles; --",
    "(a+)+$ [",
    "\x00",
    "\u202eevil\u202c",
    "chi\u200bna\ufeff",
    "../../etc/passwd",
    "{{7*7}} ${7*7} <script>alert(1)</script>",
    'AND OR NOT "china" title:x~2^9 *',
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 50,
]


ASKING = ["/v1/ask", "/v1/search", "/v1/chat/completions", "/v1/responses"]


@pytest.mark.parametrize("question", STRANGE)
@pytest.mark.parametrize("path", ASKING)
def test_openapi_strange_questions_are_questions(client: httpx.Client, path: str, question: str) -> None:
    bodies = {
        "/v1/ask": {"question": question, "filters": {"publisher": [question]}},
        "/v1/search": {"query": question, "filters": {"article_id": [question]}},
        "/v1/chat/completions": {"messages": [{"role": "user", "content": question}]},
        "/v1/responses": {"input": question},
    }

    assert client.post(path, json=bodies[path]).status_code == 200


@pytest.mark.parametrize("path", ASKING)
@given(
    st.dictionaries(
        st.sampled_from(["question", "query", "messages", "input", "filters", "stream", "top_k", "limit"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["role", "content", "a"]), inner, max_size=3)
            ),
            max_leaves=8,
        ),
    )
)
@BOUNDED
def test_openapi_whatever_json_is_sent_no_route_breaks(client: httpx.Client, path: str, sent: dict[str, Any]) -> None:
    assert client.post(path, content=json.dumps(sent), headers=JSON).status_code in (200, 422)


@pytest.mark.parametrize("opening", [b"[", b'{"":', b"[["])
def test_openapi_bodies_nested_thousands_deep_are_malformed(client: httpx.Client, opening: bytes) -> None:
    assert_is_problem(
        client.post("/v1/ask", content=opening * 4_000, headers=JSON),
        400,
        "malformed_json",
    )


def test_openapi_sixty_megabytes_are_refused_before_they_are_sent(client: httpx.Client) -> None:
    response = client.post("/v1/chat/completions", content=b"a" * 60_000_000, headers=JSON)

    assert (response.status_code, response.json()["error"]["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("top_k", ["0", "-1", "1e9", "1e999", "null", "true", '"six"', "[]"])
def test_openapi_a_number_of_passages_that_cannot_be_is_named(client: httpx.Client, top_k: str) -> None:
    response = client.post("/v1/ask", content=f'{{"question": "{SECRET}", "top_k": {top_k}}}', headers=JSON)

    (error,) = assert_is_problem(response, 422, "invalid_request")["errors"]  # type: ignore[misc]
    assert error["field"] == "top_k"


@pytest.mark.parametrize("charset", ["latin-1", "shift_jis"])
def test_openapi_json_is_read_as_utf_8_whatever_it_says(client: httpx.Client, charset: str) -> None:
    sent = json.dumps({"question": "Où?"}, ensure_ascii=False).encode("latin-1")

    response = client.post("/v1/ask", content=sent, headers={"Content-Type": f"application/json; charset={charset}"})

    assert_is_problem(response, 400, "malformed_json")
