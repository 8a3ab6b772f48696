from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import replace
from typing import cast

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from api import problems
from api.problems import PROBLEMS
from assistant.ask import Assistant
from assistant.events import Event
from assistant.limits import MAX_QUESTION_CHARACTERS
from assistant.settings import Settings
from corpus.errors import DataFolderUnusable
from index.errors import EncoderMismatch
from tests.api.conftest import serving
from tests.api.examples import StandIn

SECRET = "sesame-sesame"
JSON = {"Content-Type": "application/json"}


def assert_is_problem(response: httpx.Response, status: int, code: str) -> dict[str, object]:
    """The one shape of all errors, and no trace of what was sent."""
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code)
    assert list(body) == ["type", "title", "status", "detail", "instance", "code", "request_id", "errors"]
    assert body["request_id"] == response.headers["X-Request-ID"]
    assert SECRET not in response.text
    return body


@pytest.mark.parametrize(
    ("sent", "field", "code"),
    [
        ({}, "question", "missing"),
        ({"question": ""}, "question", "string_too_short"),
        ({"question": SECRET, SECRET: 1}, "body", "unknown_field"),
        ({"question": SECRET, "filters": {SECRET: 1}}, "filters", "unknown_field"),
        ({"question": {"a": SECRET}}, "question", "string_type"),
        ({"question": SECRET, "top_k": 0}, "top_k", "greater_than_equal"),
        ({"question": SECRET, "top_k": 51}, "top_k", "less_than_equal"),
        ({"question": SECRET, "top_k": SECRET}, "top_k", "int_type"),
        ({"question": SECRET, "mode": SECRET}, "mode", "literal_error"),
        ({"question": SECRET, "stream": SECRET}, "stream", "bool_type"),
        *(
            ({"question": SECRET, "filters": {"published_from": day}}, "filters.published_from", "date_format")
            for day in (SECRET, 0, "86400", "2025-7-1", "2025-07-01T00:00:00")
        ),
        (
            {"question": SECRET, "filters": {"published_to": "2025-02-30"}},
            "filters.published_to",
            "date_from_datetime_parsing",
        ),
        ({"question": SECRET, "filters": {"language": [SECRET]}}, "filters.language.0", "language_tag"),
        ({"question": SECRET, "filters": {"publisher": [""]}}, "filters.publisher.0", "string_too_short"),
        (
            {"question": SECRET, "history": [{"role": "system", "content": SECRET}]},
            "history.0.role",
            "literal_error",
        ),
        ([SECRET], "body", "model_attributes_type"),
    ],
)
def test_error_handlers_a_wrong_field_is_named_and_nothing_is_echoed(
    client: httpx.Client, sent: object, field: str, code: str
) -> None:
    body = assert_is_problem(client.post("/v1/ask", json=sent), 422, "invalid_request")

    (error,) = body["errors"]
    assert (error["field"], error["code"]) == (field, code)
    assert error["detail"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/ask", {f"field{number}": 0 for number in range(30_000)}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": [0] * 100_000}]}),
        ("/v1/chat/completions", {"messages": [0] * 100_000}),
        ("/v1/articles", {"articles": [0] * 300_000}),
    ],
)
def test_error_handlers_a_small_request_with_many_faults_gets_a_small_answer(
    client: httpx.Client, path: str, body: dict[str, object]
) -> None:
    response = client.post(path, json=body)

    assert response.status_code == 422
    assert len(response.content) < 5_000


def test_error_handlers_a_question_of_a_megabyte_is_told_how_long_one_may_be(client: httpx.Client) -> None:
    body = assert_is_problem(client.post("/v1/ask", json={"question": "a" * 1_000_000}), 422, "invalid_request")

    (error,) = body["errors"]
    assert error["field"] == "question"
    assert f"{MAX_QUESTION_CHARACTERS} characters" in error["detail"]


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "9" * 4000])
def test_error_handlers_numbers_without_end_are_invalid_not_fatal(client: httpx.Client, number: str) -> None:
    response = client.post("/v1/ask", content=f'{{"question": "a", "top_k": {number}}}', headers=JSON)

    assert_is_problem(response, 422, "invalid_request")


@pytest.mark.parametrize("place", ["question", "mode", "unknown\\ud800"])
def test_error_handlers_lone_surrogates_are_invalid_not_fatal(client: httpx.Client, place: str) -> None:
    response = client.post("/v1/ask", content=f'{{"{place}": "\\ud800"}}', headers=JSON)

    assert_is_problem(response, 422, "invalid_request")


@pytest.mark.parametrize(
    "content",
    [
        b'{"question": ',
        b"\xff\xfe\x00",
        b"[" * 9_000,
        b'{"question": "' + SECRET.encode(),
        b'{"top_k": ' + b"9" * 9000 + b"}",
    ],
)
def test_error_handlers_what_is_no_json_is_malformed(client: httpx.Client, content: bytes) -> None:
    assert_is_problem(client.post("/v1/ask", content=content, headers=JSON), 400, "malformed_json")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"])
def test_error_handlers_what_is_not_sent_as_json_is_not_read(client: httpx.Client, media_type: str) -> None:
    response = client.post("/v1/ask", content=b'{"question": "a"}', headers={"Content-Type": media_type})

    assert_is_problem(response, 415, "not_json")


def test_error_handlers_generated_prose_needs_a_model_that_is_configured(client: httpx.Client) -> None:
    response = client.post("/v1/ask", json={"question": SECRET, "mode": "generative"})

    assert_is_problem(response, 422, "mode_unavailable")


def test_error_handlers_a_blank_question_is_invalid(client: httpx.Client) -> None:
    assert_is_problem(client.post("/v1/ask", json={"question": " \n "}), 422, "bad_question")


@pytest.mark.parametrize("path", ["/nothing", "/v1/ask/more", "/v1/articles/"])
def test_error_handlers_an_unknown_address_is_not_found(client: httpx.Client, path: str) -> None:
    assert_is_problem(client.get(path), 404, "not_found")


@pytest.mark.parametrize("path", [f"/v1/articles/{SECRET}", "/v1/articles/%00", "/v1/articles/%ff"])
def test_error_handlers_an_unknown_article_is_not_found(client: httpx.Client, path: str) -> None:
    assert_is_problem(client.get(path), 404, "unknown_article")


def test_error_handlers_an_unknown_version_is_not_found(client: httpx.Client) -> None:
    (first, *_) = client.get("/v1/articles").json()["data"]

    response = client.get(f"/v1/articles/{first['article_id']}", params={"v": SECRET})

    assert_is_problem(response, 404, "unknown_article")


def test_error_handlers_a_misspelt_query_parameter_is_refused(client: httpx.Client) -> None:
    body = assert_is_problem(client.get("/v1/articles", params={SECRET: "x"}), 422, "invalid_request")

    assert [(error["field"], error["code"]) for error in body["errors"]] == [("query", "unknown_field")]


@pytest.mark.parametrize(
    ("path", "right"),
    [("/v1/ask", {"POST"}), ("/v1/articles", {"GET", "POST"}), ("/v1/articles/a-1", {"GET", "DELETE"})],
)
def test_error_handlers_a_wrong_method_is_told_which_are_right(
    client: httpx.Client, path: str, right: set[str]
) -> None:
    response = client.put(path)

    assert_is_problem(response, 405, "method_not_allowed")
    assert set(response.headers["Allow"].split(", ")) - {"HEAD"} == right


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/feedback"])
def test_error_handlers_a_body_that_is_too_large_is_refused_by_its_declared_length(
    client: httpx.Client, path: str
) -> None:
    response = client.post(path, content=b"a" * (1_048_576 + 1), headers=JSON)

    assert_is_problem(response, 413, "body_too_large")


def test_error_handlers_a_body_that_is_too_large_is_refused_when_it_comes_in_chunks(client: httpx.Client) -> None:
    response = client.post("/v1/ask", content=(b"a" * 65_536 for _ in range(17)), headers=JSON)

    assert_is_problem(response, 413, "body_too_large")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"X-Forwarded-For": "203.0.113.7"},
    ],
)
def test_error_handlers_what_does_not_come_from_this_machine_is_refused(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    for path in ("/v1/articles", "/healthz", "/", "/openapi.json"):
        assert_is_problem(client.get(path, headers=headers), 403, "not_local")


def test_error_handlers_anyone_may_come_through_a_proxy_when_the_operator_said_so(
    helper: Assistant, settings: Settings
) -> None:
    open_to_all = settings.model_copy(update={"serving": replace(settings.serving, allow_anyone_to_ask=True)})
    with serving(helper, open_to_all) as url:
        response = httpx.get(f"{url}/v1/articles", headers={"Host": "example.org", "Via": "1.1 proxy"}, timeout=60)

    assert response.status_code == 200


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
FIELDS = st.sampled_from(["question", "history", "filters", "top_k", "mode", "stream", "explain", "other"])


@given(st.dictionaries(FIELDS, JSON_VALUES))
@hypothesis_settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_error_handlers_whatever_json_is_sent_the_answer_is_an_answer_or_a_problem(
    client: httpx.Client, sent: dict[str, object]
) -> None:
    response = client.post("/v1/ask", content=json.dumps(sent), headers=JSON)

    assert response.status_code in (200, 422)
    if response.status_code == 422:
        assert_is_problem(response, 422, response.json()["code"])


def test_error_handlers_every_problem_has_its_own_code() -> None:
    codes = [problem.code for problem in PROBLEMS]

    assert len(codes) == len(set(codes))
    assert {problem for problem in vars(problems).values() if isinstance(problem, problems.Problem)} == set(PROBLEMS)


class Breaking(StandIn):
    """Stands where the assistant stands, and fails as it is told to."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def stream(self, *_: object, **__: object) -> Generator[Event]:
        raise self.error
        yield


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ZeroDivisionError(f"{SECRET} in /home/someone"), 500, "internal_error"),
        (DataFolderUnusable(f"{SECRET} in /home/someone is read-only."), 503, "data_unavailable"),
        (EncoderMismatch(f"{SECRET}: rebuild."), 503, "index_unavailable"),
    ],
)
def test_error_handlers_what_breaks_inside_is_told_in_the_log_and_not_to_whoever_asks(
    error: Exception, status: int, code: str, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(cast(Assistant, Breaking(error)), settings) as url:
        response = httpx.post(f"{url}/v1/ask", json={"question": "a"}, timeout=60)

    assert_is_problem(response, status, code)
    assert response.headers["X-Request-ID"] in caplog.text
