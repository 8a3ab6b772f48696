"""Servers of many makers, as they answer when all is well and when it is not, on a real loopback server."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from assistant.errors import (
    ContentFiltered,
    ContextTooLong,
    CutOff,
    ModelFailed,
    ModelNotFound,
    ModelRateLimited,
    ModelRefused,
    ModelTimedOut,
    ModelUnavailable,
    ModelUnreachable,
    SchemaRefused,
)
from assistant.language_models.circuit_breaker import CircuitBreaker
from assistant.language_models.failures import seconds_to_wait
from assistant.language_models.language_model import ChatMessage, LanguageModel, TimeLimits, TokenUsage
from assistant.language_models.load import load_language_model
from assistant.settings import ModelOptions
from tests.assistant.language_models import recorded
from tests.assistant.language_models.recorded import TEXT, USAGE, chunk, said, usage_chunk
from tests.assistant.recorded_server import KEY, Recorded, RecordedServer, events, recorded_server

ASKED = (ChatMessage("system", "Be brief."), ChatMessage("user", "Who spoke of the secret plan?"))
LIMITS = TimeLimits(60.0, 60.0)
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}


@pytest.fixture
def server() -> Iterator[RecordedServer]:
    with recorded_server() as server:
        yield server


def load(server: RecordedServer, **options: object) -> LanguageModel:
    model = load_language_model(server.options(name="m", **options))
    assert model is not None
    return model


def ask(model: LanguageModel, usage: TokenUsage | None = None, schema: dict[str, object] | None = None) -> str:
    return "".join(model.stream(ASKED, LIMITS, usage or TokenUsage(), schema))


def failure(server: RecordedServer, *answers: Recorded, **options: object) -> ModelFailed:
    server.answers = answers
    with pytest.raises(ModelFailed) as raised:
        ask(load(server, **options))
    return raised.value


SPOKEN = {
    "openai": events(
        chunk({"role": "assistant", "content": "", "refusal": None}, usage=None),
        *(one | {"usage": None} for one in said("Li ", "Qiang spoke.")),
        chunk({}, "stop", usage=None),
        usage_chunk(),
    ),
    "azure": events(
        recorded.AZURE_FIRST,
        *said("Li ", "Qiang spoke."),
        chunk({}, "stop"),
        usage_chunk(),
    ),
    "azure with its filter behind": events(
        recorded.AZURE_FIRST,
        *said("Li ", "Qiang spoke."),
        {
            **chunk(None),
            "choices": [
                {
                    "index": 0,
                    "finish_reason": None,
                    "content_filter_offsets": {"check_offset": 1, "start_offset": 1, "end_offset": 15},
                    "content_filter_results": recorded.SAFE,
                }
            ],
        },
        chunk({}, "stop"),
        usage_chunk(),
    ),
    "openrouter": events(
        recorded.OPENROUTER_COMMENT,
        recorded.OPENROUTER_COMMENT,
        chunk({"role": "assistant", "content": "Li ", "reasoning": None}, provider="a", native_finish_reason=None),
        recorded.OPENROUTER_COMMENT,
        *said("Qiang spoke."),
        chunk({"content": ""}, "stop"),
        chunk({"role": "assistant", "content": ""}, usage={**USAGE, "cost": 0.00014, "is_byok": False}),
    ),
    "vllm that thinks": events(
        chunk({"role": "assistant", "content": ""}),
        chunk({"reasoning_content": "They ask who spoke."}),
        chunk({"reasoning": "It was he."}),
        *said("Li ", "Qiang spoke."),
        chunk({"content": ""}, "stop", stop_reason=None),
        usage_chunk(),
    ),
    "vllm that counts with every chunk": events(
        chunk({"content": "Li "}, usage={"prompt_tokens": 31, "completion_tokens": 1, "total_tokens": 32}),
        chunk({"content": "Qiang spoke."}, usage={"prompt_tokens": 31, "completion_tokens": 3, "total_tokens": 34}),
        chunk({}, "stop", usage=USAGE),
    ),
    "llama.cpp": events(
        chunk({"role": "assistant", "content": None}),
        *said("Li ", "Qiang spoke."),
        {**chunk({}, "stop"), "usage": USAGE, "timings": {"prompt_n": 31, "predicted_n": 4, "predicted_ms": 9.5}},
    ),
    "ollama": events(
        *(chunk({"role": "assistant", "content": piece}, system_fingerprint="fp_ollama") for piece in ("Li ", "Qiang")),
        chunk({"role": "assistant", "content": " spoke."}, "stop"),
        {name: value for name, value in usage_chunk().items() if name not in ("id", "created")},
    ),
    "lm studio": events(*said("Li ", "Qiang spoke."), chunk({}, "stop", stats={}), usage_chunk(system_fingerprint="m")),
    "lines that end like those of Windows": events(
        *said("Li ", "Qiang spoke."), chunk({}, "stop"), usage_chunk(), end="\r\n\r\n"
    ),
    "no [DONE]": events(*said("Li ", "Qiang spoke."), chunk({}, "stop"), usage_chunk(), done=False),
}


@pytest.mark.parametrize("name", SPOKEN)
def test_servers_text_and_tokens_are_read_from_every_dialect(server: RecordedServer, name: str) -> None:
    server.answers = [SPOKEN[name]]
    usage = TokenUsage()
    assert ask(load(server), usage) == TEXT
    assert usage.told() == USAGE
    assert server.requests[0]["stream_options"] == {"include_usage": True}
    assert len(server.requests) == 1


@pytest.mark.parametrize("tokens", [None, {}, {"prompt_tokens": None, "completion_tokens": None}])
def test_servers_no_tokens_are_told_of_a_server_that_tells_none(
    server: RecordedServer, tokens: dict[str, object] | None
) -> None:
    server.answers = [events(*said(TEXT), chunk({}, "stop", usage=tokens))]
    usage = TokenUsage()
    assert ask(load(server), usage) == TEXT
    assert usage.told() == {}


def test_servers_tokens_of_several_calls_add_up(server: RecordedServer) -> None:
    server.answers = [SPOKEN["openai"]]
    model, usage = load(server), TokenUsage()
    ask(model, usage)
    ask(model, usage)
    assert usage.told() == {"prompt_tokens": 62, "completion_tokens": 8, "total_tokens": 70}


@pytest.mark.parametrize("status", [400, 422])
def test_servers_one_that_knows_no_tokens_is_not_asked_for_them_again(server: RecordedServer, status: int) -> None:
    refusal = Recorded(status, {"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs are forbidden"}]})
    server.answers = [refusal, events(*said(TEXT), chunk({}, "stop"))]
    model = load(server)
    assert [ask(model, schema=SCHEMA), ask(model, schema=SCHEMA)] == [TEXT, TEXT]
    assert ["stream_options" in request for request in server.requests] == [True, False, False]
    assert model.follows_schemas


TROUBLE = [
    (recorded.OPENAI_WRONG_KEY, ModelRefused),
    (recorded.AZURE_WRONG_KEY, ModelRefused),
    (recorded.OPENROUTER_WRONG_KEY, ModelRefused),
    (recorded.VLLM_WRONG_KEY, ModelRefused),
    (recorded.LLAMA_CPP_WRONG_KEY, ModelRefused),
    (recorded.OPENAI_REGION, ModelRefused),
    (recorded.OPENAI_NO_CREDIT, ModelRefused),
    (recorded.OPENROUTER_NO_CREDIT, ModelRefused),
    (recorded.OPENAI_NO_MODEL, ModelNotFound),
    (recorded.AZURE_NO_DEPLOYMENT, ModelNotFound),
    (recorded.OPENROUTER_NO_MODEL, ModelNotFound),
    (recorded.OPENROUTER_NO_ENDPOINT, ModelNotFound),
    (recorded.VLLM_NO_MODEL, ModelNotFound),
    (recorded.OLLAMA_NO_MODEL, ModelNotFound),
    (recorded.OLLAMA_NO_MODEL_BEFORE, ModelNotFound),
    (recorded.LM_STUDIO_NOTHING_LOADED, ModelNotFound),
    (recorded.LM_STUDIO_NOTHING_LOADED_SINCE, ModelNotFound),
    (recorded.OPENAI_RATE_LIMITED, ModelRateLimited),
    (recorded.AZURE_RATE_LIMITED, ModelRateLimited),
    (recorded.AZURE_TOO_LONG, ContextTooLong),
    (recorded.OPENROUTER_TOO_LONG, ContextTooLong),
    (recorded.OPENROUTER_TOO_LONG_UPSTREAM, ContextTooLong),
    (recorded.VLLM_TOO_LONG_BEFORE, ContextTooLong),
    (recorded.VLLM_TOO_LONG, ContextTooLong),
    (recorded.VLLM_NO_ROOM, ContextTooLong),
    (recorded.LLAMA_CPP_TOO_LONG, ContextTooLong),
    (recorded.LLAMA_CPP_TOO_LONG_BEFORE, ContextTooLong),
    (recorded.LLAMA_CPP_TOO_LONG_IN_A_STREAM, ContextTooLong),
    (recorded.OLLAMA_TOO_LONG, ContextTooLong),
    (recorded.LM_STUDIO_TOO_LONG, ContextTooLong),
    (recorded.LM_STUDIO_TOO_LONG_EVENT, ContextTooLong),
    (Recorded(413, b"<html>Request Entity Too Large</html>"), ContextTooLong),
    (recorded.AZURE_FILTERED, ContentFiltered),
    (recorded.OPENROUTER_FLAGGED, ContentFiltered),
    (events(recorded.AZURE_FIRST, *said("Li "), chunk({}, "content_filter"), usage_chunk()), ContentFiltered),
    (recorded.OPENAI_WRONG_KEY, ModelRefused),
    (recorded.OPENROUTER_TOO_SLOW, ModelTimedOut),
    (Recorded(504, b"<html>Gateway Time-out</html>"), ModelTimedOut),
    (recorded.OPENROUTER_RATE_LIMITED_MIDWAY, ModelRateLimited),
    (recorded.OPENROUTER_DOWN, ModelUnavailable),
    (recorded.LLAMA_CPP_LOADING, ModelUnavailable),
    (recorded.LLAMA_CPP_NO_ADDRESS, ModelUnavailable),
    (recorded.OLLAMA_NO_ADDRESS, ModelUnavailable),
    (recorded.LM_STUDIO_SCHEMA, ModelUnavailable),
    (recorded.LM_STUDIO_BROKE, ModelUnavailable),
    (recorded.LLAMA_CPP_ERROR_FIELD, ModelUnavailable),
    (events(recorded.OPENROUTER_COMMENT, *said("Li "), recorded.OPENROUTER_MIDWAY), ModelUnavailable),
    (events(*said("Li "), chunk({"content": ""}, "error")), ModelUnavailable),
    (events(*said("Li ")), ModelUnavailable),
    (Recorded(200, {"error": "Unexpected endpoint or method. (POST /chat/completions)"}), ModelUnavailable),
]


@pytest.mark.parametrize(("answer", "kind"), TROUBLE)
def test_servers_trouble_is_told_apart_in_one_sentence(
    server: RecordedServer, caplog: pytest.LogCaptureFixture, answer: Recorded, kind: type[ModelFailed]
) -> None:
    with caplog.at_level(logging.WARNING, "assistant"):
        told = failure(server, answer)
    assert type(told) is kind
    logged = [record.getMessage() for record in caplog.records if record.name.startswith("assistant")]
    assert logged == [str(told)]
    assert_tells_nothing_on(str(told))


def assert_tells_nothing_on(told: str) -> None:
    """One sentence: no key, no words of the asker, and none of the server."""
    assert told.endswith(".")
    assert "\n" not in told
    known = (KEY, "secret plan", "billing", "subscription", "86400", "moderation", "pulling", "9412", "html", "{")
    assert [word for word in known if word in told] == []


def test_servers_what_the_operator_has_to_correct_is_named(server: RecordedServer) -> None:
    assert "no model m " in str(failure(server, recorded.OLLAMA_NO_MODEL))
    assert "ASSISTANT_MODEL__API_KEY" in str(failure(server, recorded.OPENAI_WRONG_KEY))
    assert "ASSISTANT_MODEL__BASE_URL" in str(failure(server, recorded.LLAMA_CPP_NO_ADDRESS))
    assert "ASSISTANT_MODEL__CONTEXT_TOKENS" in str(failure(server, recorded.VLLM_TOO_LONG))
    assert "ASSISTANT_MODEL__MAX_TOKENS" in str(
        failure(server, events(chunk({"reasoning_content": "They ask"}), chunk({}, "length"), usage_chunk()))
    )


def test_servers_a_text_that_became_too_long_is_read_and_said_to_be_cut_off(server: RecordedServer) -> None:
    server.answers = [events(chunk({"content": "Li "}), chunk({"content": "spoke"}), chunk({}, "length"))]
    model = load_language_model(server.options())
    assert model is not None
    pieces = model.stream(ASKED, LIMITS, TokenUsage())
    assert (next(pieces), next(pieces)) == ("Li ", "spoke")
    with pytest.raises(CutOff, match="MAX_TOKENS"):
        next(pieces)


def test_servers_one_that_nobody_listens_at_is_unreachable() -> None:
    with recorded_server() as gone:
        options = gone.options()
    model = load_language_model(options)
    assert model is not None
    with pytest.raises(ModelUnreachable):
        ask(model)


@pytest.mark.parametrize("answer", [recorded.AZURE_TOO_LONG, recorded.AZURE_FILTERED, recorded.OPENAI_WRONG_KEY])
def test_servers_what_will_not_pass_is_not_retried(server: RecordedServer, answer: Recorded) -> None:
    failure(server, answer)
    assert len(server.requests) == 1


@pytest.mark.parametrize("answer", [recorded.OPENAI_WRONG_KEY, recorded.OLLAMA_NO_MODEL, recorded.OPENAI_NO_CREDIT])
def test_servers_one_that_refuses_is_not_asked_with_every_question(server: RecordedServer, answer: Recorded) -> None:
    server.answers = [answer]
    model = load(server)
    told = []
    for _ in range(3):
        with pytest.raises(ModelFailed) as raised:
            ask(model)
        told.append((type(raised.value), str(raised.value)))
    assert len(set(told)) == 1
    assert len(server.requests) == 1


@pytest.mark.parametrize("answer", [recorded.OPENAI_RATE_LIMITED, recorded.AZURE_RATE_LIMITED])
def test_servers_one_that_limits_the_rate_is_left_alone_as_long_as_it_says(
    server: RecordedServer, answer: Recorded
) -> None:
    server.answers = [answer, SPOKEN["openai"]]
    model = load(server)
    for _ in range(2):
        with pytest.raises(ModelRateLimited):
            ask(model)
    assert len(server.requests) == 1


def test_servers_a_short_wait_is_waited_for(server: RecordedServer) -> None:
    server.answers = [Recorded(429, {}, {"Retry-After": "9", "retry-after-ms": "300"}), SPOKEN["openai"]]
    assert ask(load(server)) == TEXT


def test_servers_one_that_is_overloaded_is_left_alone_too(server: RecordedServer) -> None:
    server.answers = [Recorded(503, {"error": {"message": "Overloaded"}}, {"Retry-After": "30"}), SPOKEN["openai"]]
    model = load(server)
    for _ in range(2):
        with pytest.raises(ModelUnavailable, match="status 503"):
            ask(model)
    assert len(server.requests) == 1


@pytest.mark.parametrize("answer", [recorded.AZURE_TOO_LONG, recorded.AZURE_FILTERED])
def test_servers_what_one_question_is_to_blame_for_does_not_keep_others_from_asking(
    server: RecordedServer, answer: Recorded
) -> None:
    server.answers = [answer] * 4 + [SPOKEN["openai"]]
    model = load(server)
    for _ in range(4):
        with pytest.raises(ModelFailed):
            ask(model)
    assert ask(model) == TEXT


def test_servers_midway_a_full_context_is_no_reason_to_ask_again(server: RecordedServer) -> None:
    full = {"error": {"message": "Context size has been exceeded.", "code": 500, "type": "server_error"}}
    told = failure(server, events(*said("Li "), full))
    assert type(told) is ModelUnavailable
    assert "its context is full" in str(told)


@pytest.mark.parametrize(
    "answer",
    [recorded.LM_STUDIO_SCHEMA, Recorded(404, {"error": {"message": "No endpoints found that can handle this."}})],
)
def test_servers_a_schema_that_is_refused_is_told_from_other_trouble(server: RecordedServer, answer: Recorded) -> None:
    server.answers = [answer]
    with pytest.raises(SchemaRefused):
        ask(load(server), schema=SCHEMA)
    server.answers = [recorded.OPENAI_NO_MODEL]
    with pytest.raises(ModelNotFound):
        ask(load(server), schema=SCHEMA)


def test_servers_azure_by_its_own_name_is_read_as_well(server: RecordedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", server.url.removesuffix("/v1"))
    monkeypatch.setenv("OPENAI_API_VERSION", "2024-10-21")
    server.answers = [SPOKEN["azure"], Recorded(307, b"", {"Location": "http://127.0.0.1:9/"}), recorded.AZURE_FILTERED]
    model = load_language_model(ModelOptions(name="azure_openai:m", api_key=server.options().api_key))
    assert model is not None
    usage = TokenUsage()
    assert model.follows_schemas
    assert ask(model, usage, SCHEMA) == TEXT
    assert usage.told() == USAGE
    with pytest.raises(ModelUnavailable, match="redirects"):
        ask(model)
    with pytest.raises(ContentFiltered):
        ask(model)
    assert server.paths[0] == "/openai/deployments/m/chat/completions?api-version=2024-10-21"


class Answered(Exception):
    """An error with the headers of a response."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__("429")
        self.response = self
        self.headers = headers


HUGE = "Wed, 21 Oct 99999999999999999999 07:28:00 GMT"


def test_servers_retry_after_is_read_as_seconds_or_date() -> None:
    assert seconds_to_wait(Answered({"retry-after": "12"})) == 12.0
    assert seconds_to_wait(Answered({"retry-after": "12", "retry-after-ms": "1500"})) == 1.5
    soon = datetime.now(UTC) + timedelta(seconds=100)
    assert 95 < seconds_to_wait(Answered({"retry-after": format_datetime(soon, usegmt=True)})) <= 100
    gone = datetime.now(UTC) - timedelta(seconds=100)
    assert seconds_to_wait(Answered({"retry-after": format_datetime(gone, usegmt=True)})) == 0.0
    for nonsense in ("", "soon", "-3", "inf", "nan", "1e999", "9" * 500, "Mon, 99 Foo 2026 99:99:99 GMT", HUGE):
        assert seconds_to_wait(Answered({"retry-after": nonsense})) == 0.0
    assert seconds_to_wait(ValueError("no response")) == 0.0


def test_circuit_breaker_rests_as_long_as_it_is_told_whoever_succeeds_meanwhile() -> None:
    now = 0.0
    breaker = CircuitBreaker(3, 30.0, clock=lambda: now)
    breaker.rest(20.0)
    breaker.rest(5.0)
    breaker.succeeded()
    now = 19.0
    assert not breaker.allows()
    now = 20.0
    assert breaker.allows()
    assert breaker.allows()
