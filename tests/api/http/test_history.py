from __future__ import annotations

import httpx
import pytest

QUESTION = "what does China say about semiconductors?"
HISTORY = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "It offers to share them."}]
MEANT = "what does the US say about semiconductors?"


def test_history_a_follow_up_is_answered_as_what_it_means(client: httpx.Client) -> None:
    body = client.post("/v1/ask", json={"question": "and the US?", "history": HISTORY}).json()

    assert (body["question"], body["standalone_question"]) == ("and the US?", MEANT)


def test_history_a_question_that_stands_by_itself_is_not_told_twice(client: httpx.Client) -> None:
    assert client.post("/v1/ask", json={"question": QUESTION, "history": HISTORY}).json()["standalone_question"] is None


def test_history_a_search_takes_a_conversation_too(client: httpx.Client) -> None:
    wanted = {"query": "Which obstacles are named?", "limit": 16}
    alone = client.post("/v1/search", json=wanted).json()["data"]
    together = client.post("/v1/search", json={**wanted, "history": HISTORY}).json()["data"]

    assert [hit["passage"]["id"] for hit in alone] != [hit["passage"]["id"] for hit in together]


def test_history_small_talk_is_told_what_there_is_to_ask_about(client: httpx.Client) -> None:
    body = client.post("/v1/ask", json={"question": "who are you?"}).json()

    assert (body["status"], body["no_answer_reason"]) == ("no_answer", "not_a_question")
    assert body["about"].startswith("I answer questions from ")
    assert (body["answer"]["text"], body["answer"]["sentences"]) == ("", [])
    assert (body["citations"], body["sources"]) == ([], [])


def test_history_a_chat_window_shows_what_there_is_to_ask_about(client: httpx.Client) -> None:
    body = client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "hello"}]}).json()

    assert body["choices"][0]["message"]["content"].startswith("I answer questions from ")


@pytest.mark.parametrize(
    "history",
    [
        HISTORY * 26,
        [{"role": "user", "content": "x" * 20_001}],
        [{"role": "system", "content": "x"}],
        [{"role": "user"}],
        [{"role": "user", "content": "x", "name": "y"}],
        "x",
    ],
)
def test_history_that_is_none_is_refused(client: httpx.Client, history: object) -> None:
    refused = client.post("/v1/ask", json={"question": "and the US?", "history": history})

    assert refused.status_code == 422
    assert "history" in str(refused.json()["errors"][0])


@pytest.mark.parametrize(
    "content", ["", "\u202e\u0000", "<script>alert(1)</script>", "it " * 6_000, "this x " * 2_500, "\U0001f600" * 5_000]
)
def test_history_any_text_may_have_been_said(client: httpx.Client, content: str) -> None:
    history = [{"role": role, "content": content} for role in ("user", "assistant")] * 5
    answered = client.post("/v1/ask", json={"question": "why was it built?", "history": history})

    assert answered.status_code == 200
    assert "<script>" not in (answered.json()["standalone_question"] or "")
