from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

import httpx
import openai
import pytest
from langchain_openai import ChatOpenAI

from api.wire.chat_completions import MODEL
from assistant.ask import Assistant
from assistant.settings import Settings
from index.errors import EncoderMismatch
from tests.api.conftest import serving
from tests.api.http.streams import Slow
from tests.api.http.test_error_handlers import SECRET
from tests.api.http.test_streaming import shared
from tests.api.task_prompts import PROMPTS
from tests.assistant.scripted_model import ScriptedModel, as_json, evidence_lines

QUESTION = "what does China say about semiconductors?"
TWO = "what do China and the US say about semiconductors?"
NO_ANSWER = "how do I bake sourdough bread at home?"


@pytest.fixture(scope="module")
def official(client: httpx.Client) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{client.base_url}/v1", api_key="not-needed", max_retries=0) as official:
        yield official


def message_of(response: Any) -> Any:
    (message,) = response.output
    assert (message.type, message.role) == ("message", "assistant")
    return message


def flat(annotations: Any) -> list[dict[str, Any]]:
    """A chat completion's annotations as those of a response."""
    return [{"type": "url_citation", **one.url_citation.model_dump()} for one in annotations]


@pytest.mark.parametrize("question", [QUESTION, TWO, NO_ANSWER])
def test_responses_the_official_client_gets_the_text_and_citations_of_a_chat_completion(
    official: openai.OpenAI, question: str
) -> None:
    completion = official.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": question}])
    said = completion.choices[0].message

    response = official.responses.create(model="any-model", input=question)

    (part,) = message_of(response).content
    assert response.output_text == part.text == said.content
    assert [one.model_dump() for one in part.annotations] == flat(said.annotations)
    assert bool(part.annotations) == (question != NO_ANSWER)
    native = response.assistant  # type: ignore[attr-defined]
    assert shared(native) == shared(completion.assistant)  # type: ignore[attr-defined]
    assert (response.status, message_of(response).status) == ("completed", "completed")
    assert (response.model, response.error, response.incomplete_details) == (MODEL, None, None)
    assert response.usage is not None
    assert response.usage.total_tokens == 0


BEGINNING = [
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
]
END = ["response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"]


@pytest.mark.parametrize("question", [TWO, NO_ANSWER])
def test_responses_a_stream_adds_up_to_the_response(official: openai.OpenAI, question: str) -> None:
    whole = official.responses.create(model=MODEL, input=question)

    events: list[Any] = list(official.responses.create(model=MODEL, input=question, stream=True))

    names = [event.type for event in events]
    assert (names[:4], names[-4:]) == (BEGINNING, END)
    assert set(names[4:-4]) <= {"response.output_text.delta", "response.output_text.annotation.added"}
    assert [event.sequence_number for event in events] == list(range(len(events)))
    (part,) = message_of(whole).content
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    added = [event for event in events if event.type == "response.output_text.annotation.added"]
    assert "".join(deltas) == part.text
    assert [event.annotation.to_dict() for event in added] == [one.to_dict() for one in part.annotations]
    assert [event.annotation_index for event in added] == list(range(len(added)))
    begun, item, text_done, part_done, item_done, ended = events[0], events[2], *events[-4:]
    assert (begun.response.status, begun.response.output, begun.response.usage) == ("in_progress", [], None)
    assert (item.item.status, item.item.content) == ("in_progress", [])
    assert (text_done.text, part_done.part) == (part.text, part)
    assert ended.response.output == [item_done.item]
    assert ended.response.output[0].content == [part]
    assert begun.response.id == ended.response.id
    assert {event.item_id for event in events if hasattr(event, "item_id")} == {item.item.id}
    assert shared(ended.response.assistant) == shared(whole.assistant)  # type: ignore[attr-defined]


def test_responses_the_stream_helper_of_the_official_client_puts_the_response_together(
    official: openai.OpenAI,
) -> None:
    with official.responses.stream(model=MODEL, input=QUESTION) as stream:
        final = stream.get_final_response()

    assert final.output_text == official.responses.create(model=MODEL, input=QUESTION).output_text


def test_responses_a_stream_names_its_events_and_ends_with_the_last(client: httpx.Client) -> None:
    text = client.post("/v1/responses", json={"input": QUESTION, "stream": True}).text

    for block in text.strip().split("\n\n"):
        name, data = block.split("\n")
        assert json.loads(data.removeprefix("data: "))["type"] == name.removeprefix("event: ")
    assert name == "event: response.completed"


def test_responses_langchain_asks_unchanged(client: httpx.Client, official: openai.OpenAI) -> None:
    chat = ChatOpenAI(model=MODEL, base_url=f"{client.base_url}/v1", api_key="not-needed", use_responses_api=True)

    said = official.responses.create(model=MODEL, input=QUESTION).output_text
    assert chat.invoke(QUESTION).text == said
    assert "".join(chunk.text for chunk in chat.stream(QUESTION)) == said


PICTURE = {"type": "input_image", "image_url": "data:image/png;base64,AAAA"}


def test_responses_a_conversation_comes_back_with_what_was_told_and_other_items_are_left_out(
    official: openai.OpenAI,
) -> None:
    first = official.responses.create(model=MODEL, input=QUESTION)
    told = [item.to_dict() for item in first.output]
    others = [
        {"type": "reasoning", "id": "rs_1", "summary": [], "content": [{"type": "reasoning_text", "text": "Hm."}]},
        {"type": "function_call", "call_id": "c1", "name": "add", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "3"},
    ]
    question = {"type": "message", "role": "user", "content": [PICTURE, {"type": "input_text", "text": "and the US?"}]}

    asked: Any = [{"role": "user", "content": QUESTION}, *told, *others, question]
    response = official.responses.create(model=MODEL, input=asked, instructions="Answer in French.")

    native = response.assistant  # type: ignore[attr-defined]
    assert native["question"] == "and the US?"
    assert native["standalone_question"] == "what does the US say about semiconductors?"


def refusal(official: openai.OpenAI, **sent: Any) -> openai.BadRequestError:
    with pytest.raises(openai.BadRequestError) as raised:
        official.responses.create(**{"model": MODEL, "input": QUESTION, **sent})
    return raised.value


TOOL = {"type": "function", "name": "add", "parameters": {"type": "object", "properties": {}}}
SCHEMA = {"type": "json_schema", "name": SECRET, "schema": {"properties": {"a": {}}}}


@pytest.mark.parametrize(
    ("sent", "param"),
    [
        ({"tools": [TOOL], "tool_choice": "required"}, "tool_choice"),
        ({"text": {"format": {"type": "json_object"}}}, "text.format"),
        ({"text": {"format": SCHEMA}}, "text.format"),
        ({"text": {"format": {"type": SECRET}}}, "text.format"),
        ({"previous_response_id": SECRET}, "previous_response_id"),
        ({"conversation": {"id": SECRET}}, "conversation"),
        ({"prompt": {"id": SECRET}}, "prompt"),
        ({"background": True}, "background"),
        ({"store": True}, "store"),
        ({"moderation": {"model": SECRET}}, "moderation"),
        ({"include": ["message.output_text.logprobs"]}, "include"),
        ({"top_logprobs": 3}, "top_logprobs"),
        ({"input": [{"role": "user", "content": [PICTURE]}]}, "input"),
        ({"input": [{"type": "item_reference", "id": SECRET}, {"role": "user", "content": "a"}]}, "input"),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_responses_what_would_be_missed_is_refused(
    official: openai.OpenAI, sent: dict[str, Any], param: str, stream: bool
) -> None:
    error = refusal(official, **sent, stream=stream)

    assert (error.param, error.code, error.type) == (param, "unsupported_value", "invalid_request_error")
    assert SECRET not in str(error.body)
    assert "here is a field" not in error.message


def test_responses_what_changes_nothing_is_taken(official: openai.OpenAI) -> None:
    plain = official.responses.create(model=MODEL, input=QUESTION)

    response = official.responses.create(
        model=MODEL,
        input=QUESTION,
        tools=[TOOL, {"type": "web_search"}],  # type: ignore[list-item]  # as clients send it
        tool_choice="auto",
        text={"format": {"type": "text"}, "verbosity": "low"},
        store=False,
        background=False,
        include=["reasoning.encrypted_content"],
        reasoning={"effort": "low"},
        truncation="auto",
        parallel_tool_calls=True,
        temperature=0,
        user="somebody",
        metadata={"from": "a test"},
        max_output_tokens=4_096,
        extra_body={"of_tomorrow": 1},
    )

    assert response.output_text == plain.output_text
    assert (response.metadata, response.max_output_tokens) == ({"from": "a test"}, 4_096)


@pytest.mark.parametrize("stream", [True, False])
def test_responses_text_ends_at_a_sentence_within_its_length(official: openai.OpenAI, stream: bool) -> None:
    whole: Any = official.responses.create(model=MODEL, input=TWO)
    (part,) = message_of(whole).content
    first_end = part.annotations[0].end_index
    assert first_end < len(part.text)

    cut: Any = official.responses.create(model=MODEL, input=TWO, max_output_tokens=first_end // 4 + 1, stream=stream)
    if stream:
        cut = list(cut)[-1]
        assert cut.type == "response.incomplete"
        cut = cut.response

    assert (cut.status, message_of(cut).status, cut.completed_at) == ("incomplete", "incomplete", None)
    assert cut.incomplete_details.reason == "max_output_tokens"
    assert cut.output_text == part.text[:first_end]
    (kept,) = message_of(cut).content
    assert kept.annotations == [one for one in part.annotations if one.end_index <= first_end]
    assert shared(cut.assistant) == shared(whole.assistant)


def test_responses_task_prompts_are_answered_without_articles_and_in_the_json_that_is_asked_for(
    official: openai.OpenAI,
) -> None:
    asked: Any = [{"role": role, "content": text} for role, text in PROMPTS["librechat"][0]]
    one: Any = {"type": "json_schema", "name": "a", "schema": {"properties": {"name": {"type": "string"}}}}

    plain = official.responses.create(model=MODEL, input=asked)
    as_one = official.responses.create(model=MODEL, input=asked, text={"format": one})

    assert plain.assistant is None  # type: ignore[attr-defined]
    assert plain.output_text == PROMPTS["librechat"][2]
    assert json.loads(as_one.output_text) == {"name": "Who founded Noctis Audio"}


@pytest.mark.parametrize(
    ("sent", "code", "param"),
    [
        ({"input": []}, "invalid_request", "input"),
        ({"input": None}, "invalid_request", "input"),
        ({}, "invalid_request", "input"),
        ({"input": [{"role": SECRET, "content": "a"}]}, "invalid_request", "input.0.role"),
        ({"input": [{"role": "user", "content": [{"type": "input_text"}]}]}, "invalid_request", None),
        ({"input": " "}, "bad_question", None),
        ({"input": "a" * 2_001}, "bad_question", None),
        ({"input": [{"role": "developer", "content": SECRET}]}, "bad_question", None),
        ({"input": "a", "max_output_tokens": 0}, "invalid_request", "max_output_tokens"),
        ({"input": "a", "metadata": {"a": 1}}, "invalid_request", "metadata.a"),
    ],
)
def test_responses_errors_are_in_the_envelope_of_the_protocol(
    client: httpx.Client, sent: dict[str, Any], code: str, param: str | None
) -> None:
    response = client.post("/v1/responses", json=sent)

    error = response.json()["error"]
    assert (response.status_code, error["code"], error["type"]) == (422, code, "invalid_request_error")
    assert param is None or error["param"] == param
    assert SECRET not in response.text


def test_responses_what_fails_on_the_way_is_the_last_event(settings: Settings) -> None:
    slow = Slow(fail=EncoderMismatch(SECRET))
    slow.go_on.set()
    with (
        serving(cast(Assistant, slow), settings) as url,
        openai.OpenAI(base_url=f"{url}/v1", api_key="a", max_retries=0) as official,
    ):
        events: list[Any] = list(official.responses.create(model=MODEL, input=QUESTION, stream=True))

    last = events[-1]
    assert (last.type, last.sequence_number) == ("response.failed", len(events) - 1)
    assert (last.response.status, last.response.error.code) == ("failed", "index_unavailable")
    assert SECRET not in str(events)


def test_responses_tokens_of_the_language_model_are_passed_on(settings: Settings) -> None:
    model = ScriptedModel(lambda user: as_json((evidence_lines(user)[1], [1])), tokens=(120, 9))
    with (
        Assistant.open(settings, model=model) as helper,
        serving(helper, settings) as url,
        openai.OpenAI(base_url=f"{url}/v1", api_key="a", max_retries=0) as official,
    ):
        usage = official.responses.create(model=MODEL, input=QUESTION).usage

    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens, usage.total_tokens) == (120, 9, 129)
