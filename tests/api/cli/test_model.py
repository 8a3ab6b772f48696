from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.problems import ExitCode
from tests.api.cli.conftest import Command
from tests.assistant.language_models import recorded
from tests.assistant.model_server import Fault, ModelServer, Script, model_server
from tests.assistant.recorded_server import recorded_server
from tests.assistant.scripted_judge import IS_RIGHT, WrongOneTimeIn, claims_in, user_of, verdicts
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


def judging(is_right: Callable[[str], bool]) -> Script:
    """A model that writes as above, and judges the packaged claims like this."""

    def script(body: dict) -> list[str]:
        user = user_of(body)
        return verdicts(user, is_right) if claims_in(user) else as_json((TRUE, [1]), (FALSE, [2]))

    return script


def test_model_that_judges_well_is_admitted(assistant: Command, server: ModelServer, tmp_path: Path) -> None:
    server.script = judging(IS_RIGHT.__getitem__)
    done = assistant("model", "check")
    assert f"verbatim:  {TRUE}" in done.out
    assert "called supported:  100 of 100 right claims" in done.out
    assert "95 % interval: 0.0% to 3.7%" in done.out
    assert "Admitted" in done.out
    assert "judging claims: 200 of 200" in done.err
    assert "Admitted" not in done.err
    kept = json.loads((tmp_path / "data" / "judge.json").read_text(encoding="utf-8"))
    assert (kept["model"], kept["address"], kept["operating_point"]) == ("default", server.url, 0.5)


def test_model_that_is_wrong_one_time_in_four_is_told_that_it_is_not_admitted(
    assistant: Command, server: ModelServer
) -> None:
    server.script = judging(WrongOneTimeIn(4))
    done = assistant("model", "check", "--judge")
    assert (done.code, "Asked:" in done.out) == (0, False)
    assert "25.0% of what it calls supported" in done.out
    assert "Not admitted, since it is wrong too often" in done.out


def test_model_that_gives_no_verdicts_is_not_admitted(assistant: Command, server: ModelServer) -> None:
    done = assistant("model", "check")
    assert "Not admitted, since it called only 0 claims supported" in done.out


def test_model_is_measured_as_a_judge_for_programs_too(assistant: Command, server: ModelServer) -> None:
    server.script = judging(WrongOneTimeIn(50))
    body = json.loads(assistant("model", "check", "--judge", "--json").out)
    judge = body["judge"]
    assert (judge["admitted"], judge["right_supported"], judge["wrong_supported"]) == (True, 98, 2)
    assert judge["interval"] == [pytest.approx(0.0055, abs=1e-3), pytest.approx(0.0696, abs=1e-3)]


def test_model_that_judges_may_be_a_second_one(
    assistant: Command, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with model_server() as second:
        second.script = judging(IS_RIGHT.__getitem__)
        monkeypatch.setenv("ASSISTANT_JUDGE__BASE_URL", second.url)
        monkeypatch.setenv("ASSISTANT_JUDGE__NAME", "careful")
        monkeypatch.setenv("ASSISTANT_JUDGE__API_KEY", "its-own-key")
        body = json.loads(assistant("model", "check", "--json").out)
        assert set(second.keys) == {"Bearer its-own-key"}
    assert (body["name"], body["judge"]["model"], body["judge"]["admitted"]) == ("default", "careful", True)
    assert not any(claims_in(user_of(request)) for request in server.requests)


def test_model_that_is_too_slow_to_judge_is_an_error(
    assistant: Command, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.fault = Fault.STALLS
    monkeypatch.setenv("ASSISTANT_JUDGE__WHOLE_SECONDS", "1")
    done = assistant("model", "check", "--judge")
    assert done.code == ExitCode.MODEL_OR_INDEX
    assert "within 1 seconds" in done.err
