"""A real chat model client against a server that fails in every way that servers do."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from pydantic import SecretStr

from assistant.errors import BadSettings, ModelTimedOut, ModelUnavailable, SchemaRefused
from assistant.language_models.circuit_breaker import CircuitBreaker
from assistant.language_models.hanging_up import NobodyWaits, asked_until
from assistant.language_models.language_model import ChatMessage, LanguageModel, TimeLimits, TokenUsage, complete
from assistant.language_models.load import load_language_model
from assistant.settings import ModelOptions, load_settings
from tests.assistant.model_server import Fault, ModelServer, model_server

ASKED = (ChatMessage("system", "Be brief."), ChatMessage("user", "Who spoke?"))
PATIENT = TimeLimits(60.0, 60.0)
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


def load(server: ModelServer, **options: object) -> LanguageModel:
    model = load_language_model(server.options(**options))
    assert model is not None
    return model


def test_chat_model_no_model_is_configured_at_first() -> None:
    assert load_language_model(ModelOptions()) is None


def test_chat_model_nothing_of_langchain_is_imported_without_a_model() -> None:
    code = (
        "import sys, assistant.ask, assistant.language_models.load as m;"
        "from assistant.settings import ModelOptions;"
        "assert m.load_language_model(ModelOptions()) is None;"
        "sys.exit(any(name.split('.')[0] in ('langchain', 'langchain_openai', 'openai') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_chat_model_text_comes_in_pieces(server: ModelServer) -> None:
    server.script = lambda _: ["Li ", "Qiang ", "spoke."]
    assert list(load(server).stream(ASKED, PATIENT, TokenUsage())) == ["Li ", "Qiang ", "spoke."]
    assert server.requests[0]["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Who spoke?"},
    ]


def test_chat_model_a_completion_is_all_of_the_text(server: ModelServer) -> None:
    server.script = lambda _: ["Li ", "Qiang"]
    assert complete(load(server), "Be brief.", "Who spoke?", 5.0, TokenUsage()) == "Li Qiang"


def test_chat_model_the_model_is_held_to_a_schema(server: ModelServer) -> None:
    list(load(server).stream(ASKED, PATIENT, TokenUsage(), SCHEMA))
    assert server.requests[0]["response_format"]["json_schema"]["schema"] == SCHEMA


def test_chat_model_a_server_without_schemas_is_not_asked_for_one_again(server: ModelServer) -> None:
    server.fault = Fault.NO_SCHEMAS
    model = load(server)
    assert model.follows_schemas
    with pytest.raises(SchemaRefused):
        list(model.stream(ASKED, PATIENT, TokenUsage(), SCHEMA))
    assert not model.follows_schemas
    assert list(model.stream(ASKED, PATIENT, TokenUsage())) == ["Nothing."]


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.RATE_LIMITED])
def test_chat_model_a_failure_before_the_first_word_is_retried_once(server: ModelServer, fault: Fault) -> None:
    server.fault, server.failures = fault, 1
    assert list(load(server).stream(ASKED, PATIENT, TokenUsage())) == ["Nothing."]
    assert len(server.requests) == 2


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.RATE_LIMITED])
def test_chat_model_a_failure_that_lasts_makes_the_model_unavailable(server: ModelServer, fault: Fault) -> None:
    server.fault = fault
    with pytest.raises(ModelUnavailable):
        list(load(server).stream(ASKED, PATIENT, TokenUsage()))
    assert len(server.requests) == 2


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.MALFORMED, Fault.ENDLESS])
def test_chat_model_after_the_first_word_nothing_is_retried(server: ModelServer, fault: Fault) -> None:
    server.fault, server.script = fault, lambda _: ["Li ", "Qiang "]
    with pytest.raises(ModelUnavailable):
        list(load(server).stream(ASKED, PATIENT, TokenUsage()))
    assert len(server.requests) == 1


def test_chat_model_a_port_where_nobody_listens_makes_the_model_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    model = load_language_model(ModelOptions(base_url=f"http://127.0.0.1:{port}/v1"))
    assert model is not None
    with pytest.raises(ModelUnavailable):
        list(model.stream(ASKED, PATIENT, TokenUsage()))


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.STALLS])
def test_chat_model_a_model_that_is_too_slow_is_hung_up_on(server: ModelServer, fault: Fault) -> None:
    server.fault, server.script = fault, lambda _: ["Li ", "Qiang "]
    with pytest.raises(ModelTimedOut):
        list(load(server).stream(ASKED, TimeLimits(0.3, 0.6), TokenUsage()))
    assert server.gone.wait(5.0)


def test_chat_model_a_model_that_nobody_listens_to_any_more_is_hung_up_on(server: ModelServer) -> None:
    server.fault, server.script = Fault.STALLS, lambda _: ["Li ", "Qiang "]
    with closing(load(server).stream(ASKED, PATIENT, TokenUsage())) as pieces:
        assert next(pieces) == "Li "
    assert server.gone.wait(5.0)


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.STALLS])
def test_chat_model_a_model_stops_when_the_asker_has_left(server: ModelServer, fault: Fault) -> None:
    left = Event()

    def leaves(_: object) -> list[str]:
        left.set()
        return ["Li ", "Qiang "]

    server.fault, server.script = fault, leaves
    with asked_until(left), pytest.raises(NobodyWaits):
        list(load(server).stream(ASKED, PATIENT, TokenUsage()))
    assert server.gone.wait(5.0)


def test_chat_model_a_model_that_failed_three_times_is_left_alone(server: ModelServer) -> None:
    server.fault, server.script = Fault.CUT, lambda _: ["Li ", "Qiang "]
    model = load(server)
    for _ in range(4):
        with pytest.raises(ModelUnavailable):
            list(model.stream(ASKED, PATIENT, TokenUsage()))
    assert len(server.requests) == 3


def test_chat_model_a_model_that_was_read_as_far_as_was_wanted_has_not_failed(server: ModelServer) -> None:
    server.script = lambda _: ["Li ", "Qiang "]
    model = load(server)
    for fault in (Fault.CUT, Fault.CUT, Fault.NONE, Fault.CUT, Fault.CUT):
        server.fault = fault
        if fault is Fault.NONE:
            with closing(model.stream(ASKED, PATIENT, TokenUsage())) as pieces:
                assert next(pieces) == "Li "
        else:
            with pytest.raises(ModelUnavailable):
                list(model.stream(ASKED, PATIENT, TokenUsage()))
    server.fault = Fault.NONE
    assert list(model.stream(ASKED, PATIENT, TokenUsage())) == ["Li ", "Qiang "]


def test_chat_model_a_failure_that_leaves_no_time_to_ask_again_is_named(server: ModelServer) -> None:
    server.fault = Fault.ERROR
    with pytest.raises(ModelUnavailable, match="status 500") as raised:
        list(load(server).stream(ASKED, TimeLimits(0.4, 0.4), TokenUsage()))
    assert raised.value.__cause__ is not None


def test_chat_model_a_model_that_is_left_alone_may_try_once_a_while() -> None:
    now = 0.0
    breaker = CircuitBreaker(2, 30.0, clock=lambda: now)
    breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    now = 31.0
    assert breaker.allows()
    assert not breaker.allows()
    breaker.succeeded()
    assert breaker.allows()


@pytest.mark.parametrize("name", ["nonsense", "nobody:model", "anthropic:claude"])
def test_chat_model_a_model_that_cannot_be_is_an_error_of_the_settings(name: str) -> None:
    with pytest.raises(BadSettings, match="ASSISTANT_MODEL__NAME"):
        load_language_model(ModelOptions(name=name))


def test_chat_model_a_key_from_the_environment_is_sent_and_never_shown(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_MODEL__BASE_URL", server.url)
    monkeypatch.setenv("ASSISTANT_MODEL__API_KEY", "very-secret")
    settings = load_settings()
    model = load_language_model(settings.model)
    assert model is not None
    assert complete(model, "Be brief.", "Who spoke?", 5.0, TokenUsage()) == "Nothing."
    assert server.keys == ["Bearer very-secret"]
    assert "very-secret" not in repr(settings)


def test_chat_model_a_redirect_is_not_followed(server: ModelServer) -> None:
    with model_server() as elsewhere:
        server.fault, server.redirect_to = Fault.REDIRECTED, elsewhere.url
        with pytest.raises(ModelUnavailable, match="status 307"):
            complete(load(server, api_key=SecretStr("sk-of-this-server")), "Be brief.", "Who spoke?", 5.0, TokenUsage())
        assert len(server.requests) == 1
        assert elsewhere.requests == []


def test_chat_model_a_line_that_never_ends_is_cut_long_before_the_time_limit(server: ModelServer) -> None:
    server.fault = Fault.FLOOD
    with pytest.raises(ModelUnavailable):
        complete(load(server), "Be brief.", "Who spoke?", 60.0, TokenUsage())
    assert server.gone.wait(10)
    assert server.sent < 64_000_000  # what the sockets hold is sent, too
    assert len(server.requests) == 1


def test_chat_model_compressed_text_is_refused(server: ModelServer) -> None:
    server.fault = Fault.COMPRESSED
    with pytest.raises(ModelUnavailable):
        complete(load(server), "Be brief.", "Who spoke?", 60.0, TokenUsage())
    assert len(server.requests) == 1


def test_chat_model_a_server_of_ones_own_is_asked_past_the_proxy_of_the_environment(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with model_server() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        assert complete(load(server), "Be brief.", "Who spoke?", 5.0, TokenUsage()) == "Nothing."
        assert (len(server.requests), len(proxy.requests)) == (1, 0)


def test_chat_model_a_server_of_ones_own_is_trusted_by_the_certificates_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=test -addext subjectAltName=IP:127.0.0.1"
    command = [*made.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with model_server(context) as server:
        with pytest.raises(ModelUnavailable):
            complete(load(server), "Be brief.", "Who spoke?", 5.0, TokenUsage())
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert complete(load(server), "Be brief.", "Who spoke?", 5.0, TokenUsage()) == "Nothing."
