from __future__ import annotations

import json

import pytest

from tests.api.cli.conftest import Command

QUESTION = "what does China say about semiconductors?"


def test_ask_an_answer_is_printed_with_its_numbers_and_quotes(with_samples: Command) -> None:
    done = with_samples("ask", QUESTION)

    answer, *sources = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    assert "[1]" in answer
    assert any(line.startswith("[1] ") for line in sources)
    assert any(line.startswith("    “") for line in sources)
    assert any("characters " in line for line in sources)


def test_ask_the_json_of_an_answer_is_the_body_that_http_sends(with_samples: Command) -> None:
    done = with_samples("ask", QUESTION, "--json")

    body = json.loads(done.out)
    assert (done.code, body["object"], body["status"]) == (0, "answer", "answered")
    assert body["citations"][0]["verified"] is True


def test_ask_a_question_that_the_articles_do_not_answer_is_no_failure(with_samples: Command) -> None:
    done = with_samples("ask", "how do I bake sourdough bread at home?")

    assert done.code == 0
    assert done.out.startswith("No answer: ")


def test_ask_why_an_answer_came_out_so_is_explained(with_samples: Command) -> None:
    done = with_samples("ask", QUESTION, "--explain")

    assert "\nWhy (answered, " in done.out
    assert "The nearest evidence, best first:" in done.out


def test_ask_filters_that_keep_nothing_leave_no_answer(with_samples: Command) -> None:
    done = with_samples("ask", QUESTION, "--publisher", "Nobody", "--from", "2025-01-01", "--to", "2025-12-31")

    assert (done.code, done.out.startswith("No answer: ")) == (0, True)


def test_ask_found_passages_are_listed_best_first(with_samples: Command) -> None:
    done = with_samples("search", QUESTION, "--limit", "3")

    assert done.code == 0
    assert [line[:3] for line in done.out.splitlines() if line[:1].isdigit()] == ["1. ", "2. ", "3. "]
    assert len(json.loads(with_samples("search", QUESTION, "--limit", "3", "--json").out)["data"]) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", ""),
        ("ask", "x" * 1_000_000),
        ("ask", QUESTION, "--from", "yesterday"),
        ("search", QUESTION, "--limit", "0"),
        ("nothing",),
    ],
)
def test_ask_wrong_usage_is_one_remark_and_no_traceback(with_samples: Command, arguments: tuple[str, ...]) -> None:
    done = with_samples(*arguments)

    assert (done.code, done.out) == (2, "")
    assert done.err
    assert "Traceback" not in done.err
    assert len(done.err) < 1000


def test_ask_asking_an_empty_data_folder_says_what_to_do(assistant: Command) -> None:
    done = assistant("ask", QUESTION)

    assert done.code == 0
    assert "assistant ingest" in done.out


def test_ask_a_misspelt_setting_is_told_with_the_nearest_one(
    assistant: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_DATE", "x")

    done = assistant("ask", QUESTION)

    assert (done.code, done.out) == (2, "")
    assert "ASSISTANT_DATA" in done.err
