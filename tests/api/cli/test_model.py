from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from api.problems import ExitCode
from tests.api.cli.conftest import Command
from tests.assistant.language_models import recorded
from tests.assistant.model_server import Fault, ModelServer, model_server
from tests.assistant.recorded_server import recorded_server
from tests.assistant.scripted_model import as_json

TRUE = "The new library of Aldermoor opens on 4 March, said Ida Brandt, its head."
FALSE = "The library has 14,000 books."


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """A model that is configured by one line of environment."""
    with model_server() as server:
        server.script = lambda _: as_json((TRUE, [1]), (FALSE, [2]))
        monkeypatch.setenv("ASSISTANT_MODEL__BASE_URL", server.url)
        yield server


def test_model_without_a_model_it_is_said_how_to_get_one(assistant: Command) -> None:
    done = assistant("model", "check")
    assert (done.code, "ASSISTANT_MODEL__NAME" in done.out) == (0, True)


def test_model_is_tried_and_its_answer_verified(assistant: Command, server: ModelServer) -> None:
    out = assistant("model", "check").out
    assert f"verbatim:  {TRUE}" in out
    assert f"left out:  {FALSE}" in out


def test_model_is_tried_for_programs_too(assistant: Command, server: ModelServer) -> None:
    body = json.loads(assistant("model", "check", "--json").out)
    assert (body["configured"], body["name"], body["follows_schemas"]) == (True, "default", True)
    assert [one["verdict"] for one in body["sentences"]] == ["verbatim", "left out"]


def test_model_trouble_is_told_by_its_reason(assistant: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with recorded_server() as server:
        monkeypatch.setenv("ASSISTANT_MODEL__BASE_URL", server.url)
        monkeypatch.setenv("ASSISTANT_MODEL__NAME", "gemma")
        for answer, reason in (
            (recorded.OPENAI_WRONG_KEY, "refuses the key"),
            (recorded.OLLAMA_NO_MODEL, "no model gemma"),
            (recorded.OPENAI_RATE_LIMITED, "takes no more requests for a while"),
            (recorded.LLAMA_CPP_NO_ADDRESS, "ASSISTANT_MODEL__BASE_URL"),
        ):
            server.answers = [answer]
            done = assistant("model", "check")
            assert done.code == ExitCode.MODEL_OR_INDEX
            assert reason in done.err


def test_model_that_does_not_answer_is_an_error_of_its_own(assistant: Command, server: ModelServer) -> None:
    server.fault = Fault.ERROR
    done = assistant("model", "check")
    assert done.code == ExitCode.MODEL_OR_INDEX
    assert "The language model failed" in done.err
