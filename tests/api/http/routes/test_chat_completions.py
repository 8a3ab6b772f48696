from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

import httpx
import openai
import pytest
from langchain_openai import ChatOpenAI

from api.wire.chat_completions import MODEL
from api.wire.markdown import from_markdown
from api.wire.task_prompts import Task
from assistant.ask import Assistant
from assistant.settings import Settings
from index.errors import EncoderMismatch
from tests.api.conftest import serving
from tests.api.context_prompts import PASSAGES
from tests.api.context_prompts import PROMPTS as CONTEXT_PROMPTS
from tests.api.context_prompts import QUESTION as ASKED_IN_CONTEXT
from tests.api.framework_requests import ANSWERED, COMPLETIONS, REFUSED
from tests.api.http.streams import Repeating, Slow
from tests.api.http.test_error_handlers import SECRET
from tests.api.http.test_streaming import QUESTIONS, shared
from tests.api.task_prompts import PROMPTS
from tests.assistant.scripted_model import ScriptedModel, as_json, evidence_lines

QUESTION = "what does China say about semiconductors?"
NO_ANSWER = "how do I bake sourdough bread at home?"


@pytest.fixture(scope="module")
def official(client: httpx.Client) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{client.base_url}/v1", api_key="not-needed", max_retries=0) as official:
        yield official


def asked(question: Any = QUESTION) -> Any:
    return [{"role": "user", "content": question}]


@pytest.mark.parametrize("question", QUESTIONS[::4])
def test_chat_completions_the_official_client_gets_the_answer_with_citations_that_fit_its_content(
    official: openai.OpenAI, client: httpx.Client, question: str
) -> None:
    completion = official.chat.completions.create(model=MODEL, messages=asked(question))

    (choice,) = completion.choices
    content, native = choice.message.content, completion.assistant  # type: ignore[attr-defined]
    assert shared(native) == shared(client.post("/v1/ask", json={"question": question}).json())
    assert choice.finish_reason == "stop"
    assert len(choice.message.annotations) == len(native["citations"])
    numbers = {citation["quote"]: citation["number"] for citation in native["citations"]}
    for annotation in choice.message.annotations:
        cited = annotation.url_citation
        sentence, _, marker = content[cited.start_index : cited.end_index].rpartition(" ")
        assert f"[{numbers[from_markdown(sentence)]}]" in marker
        assert cited.url in {source["url"] for source in native["sources"]}


@pytest.mark.parametrize("question", [*QUESTIONS[::4], NO_ANSWER])
def test_chat_completions_a_stream_adds_up_to_the_completion(official: openai.OpenAI, question: str) -> None:
    whole = official.chat.completions.create(model=MODEL, messages=asked(question))

    *chunks, last = official.chat.completions.create(
        model=MODEL, messages=asked(question), stream=True, stream_options={"include_usage": True}
    )

    deltas = [chunk.choices[0].delta for chunk in chunks]
    annotations = [one for delta in deltas for one in getattr(delta, "annotations", None) or []]
    assert "".join(delta.content or "" for delta in deltas) == whole.choices[0].message.content
    assert annotations == [one.model_dump() for one in whole.choices[0].message.annotations or []]
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert shared(chunks[-1].assistant) == shared(whole.assistant)  # type: ignore[attr-defined]
    assert len({chunk.id for chunk in (*chunks, last)}) == 1
    assert (last.choices, last.usage.total_tokens) == ([], 0)


def test_chat_completions_an_answer_about_the_articles_lists_them(official: openai.OpenAI) -> None:
    question = "Which articles mention semiconductors?"
    (choice,) = official.chat.completions.create(model=MODEL, messages=asked(question)).choices
    head, *items = (choice.message.content or "").split("\n")
    assert "mention “semiconductors”" in head
    assert items
    assert all(item.startswith("- “") and item.endswith(".") for item in items)
    assert not choice.message.annotations


@pytest.fixture(scope="module")
def counted(settings: Settings) -> Iterator[str]:
    """The address of a service whose language model quotes the first evidence, and whose server counts tokens."""
    model = ScriptedModel(lambda user: as_json((evidence_lines(user)[1], [1])), tokens=(120, 9))
    with Assistant.open(settings, model=model) as helper, serving(helper, settings) as url:
        yield url


USAGE = {"prompt_tokens": 120, "completion_tokens": 9, "total_tokens": 129}


def test_chat_completions_tokens_of_the_language_model_are_passed_on(counted: str) -> None:
    native = httpx.post(f"{counted}/v1/ask", json={"question": QUESTION}, timeout=60).json()
    assert (native["mode"], native["usage"]) == ("generative", USAGE)
    quoted = httpx.post(f"{counted}/v1/ask", json={"question": QUESTION, "mode": "extractive"}, timeout=60).json()
    assert quoted["usage"] == {}
    with openai.OpenAI(base_url=f"{counted}/v1", api_key="a", max_retries=0) as official:
        whole = official.chat.completions.create(model=MODEL, messages=asked())
    assert whole.usage is not None
    assert whole.usage.to_dict() == whole.assistant["usage"] == USAGE  # type: ignore[attr-defined]


@pytest.mark.parametrize("wanted", [True, False])
def test_chat_completions_a_stream_tells_tokens_at_its_end_to_whom_wants_them(counted: str, wanted: bool) -> None:
    body = {"messages": asked(), "stream": True, **({"stream_options": {"include_usage": True}} if wanted else {})}
    lines = httpx.post(f"{counted}/v1/chat/completions", json=body, timeout=60).text.split("\n\n")
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: {")]
    if not wanted:
        assert not any("usage" in chunk for chunk in chunks)
        return
    *others, last = chunks
    assert (last["choices"], last["usage"]) == ([], USAGE)
    assert [chunk["usage"] for chunk in others] == [None] * len(others)


def test_chat_completions_a_stream_says_that_it_is_done(client: httpx.Client) -> None:
    response = client.post("/v1/chat/completions", json={"messages": asked(), "stream": True})

    assert response.text.endswith("\n\ndata: [DONE]\n\n")


def test_chat_completions_langchain_asks_unchanged(client: httpx.Client, official: openai.OpenAI) -> None:
    chat = ChatOpenAI(model=MODEL, base_url=f"{client.base_url}/v1", api_key="not-needed")

    said = official.chat.completions.create(model=MODEL, messages=asked()).choices[0].message.content
    assert chat.invoke(QUESTION).content == said
    assert "".join(str(chunk.content) for chunk in chat.stream(QUESTION)) == said


def test_chat_completions_an_agent_of_llamaindex_is_answered_as_everybody_is(
    client: httpx.Client, official: openai.OpenAI
) -> None:
    text = client.post("/v1/chat/completions", json=ANSWERED["llamaindex-agent-without-tools"]).text

    lines = [line.removeprefix("data: ") for line in text.split("\n\n") if line.startswith("data: {")]
    choices = [choice for line in lines for choice in json.loads(line)["choices"]]
    said = official.chat.completions.create(model=MODEL, messages=asked()).choices[0].message.content
    assert "".join(choice["delta"].get("content", "") for choice in choices) == said


@pytest.mark.parametrize("name", ["llamaindex", "langchain", "open webui", "librechat: text of files"])
def test_chat_completions_a_question_among_passages_of_a_client_is_answered_from_the_articles(
    official: openai.OpenAI, client: httpx.Client, name: str
) -> None:
    prompt = CONTEXT_PROMPTS[name].replace(PASSAGES, PASSAGES * 20).replace(ASKED_IN_CONTEXT, QUESTION)
    assert len(prompt) > 2_000

    completion = official.chat.completions.create(model=MODEL, messages=asked(prompt))
    *_, last = official.chat.completions.create(model=MODEL, messages=asked(prompt), stream=True)

    native = completion.assistant  # type: ignore[attr-defined]
    alone = client.post("/v1/ask", json={"question": QUESTION}).json()
    assert native["degraded"] == [*alone["degraded"], "context_ignored"]
    assert shared(native | {"degraded": alone["degraded"]}) == shared(alone)
    assert shared(last.assistant) == shared(native)  # type: ignore[attr-defined]
    assert completion.choices[0].message.annotations


@pytest.mark.parametrize("name", REFUSED)
def test_chat_completions_frameworks_are_told_what_is_not_done(client: httpx.Client, name: str) -> None:
    sent, param = REFUSED[name]

    response = client.post("/v1/chat/completions", json=sent)

    error = response.json()["error"]
    assert (response.status_code, error["code"], error["param"]) == (400, "unsupported_value", param)


@pytest.mark.parametrize("name", COMPLETIONS)
def test_chat_completions_who_sends_a_prompt_to_be_completed_is_told_where_to_ask(
    client: httpx.Client, name: str
) -> None:
    response = client.post("/v1/completions", json=COMPLETIONS[name])

    assert (response.status_code, response.json()["error"]["code"]) == (404, "only_chats")
    assert "/v1/chat/completions" in response.json()["error"]["message"]


def test_chat_completions_no_answer_is_a_plain_sentence_without_a_citation(official: openai.OpenAI) -> None:
    message = official.chat.completions.create(model=MODEL, messages=asked(NO_ANSWER)).choices[0].message

    assert message.content.startswith("I found no answer")
    assert message.annotations == []


def test_chat_completions_the_last_message_of_the_user_is_the_question_and_parts_of_it_are_joined(
    official: openai.OpenAI,
) -> None:
    said = official.chat.completions.create(
        model="any-model",
        messages=[
            {"role": "system", "content": "Answer in French."},
            {"role": "user", "content": "hello"},
            {"role": "assistant", "content": None, "tool_calls": []},
            {
                "role": "user",
                "content": [{"type": "text", "text": "what does China say"}, {"type": "text", "text": "about chips?"}],
            },
        ],
        temperature=0.2,
        extra_body={"of_tomorrow": 1e300},
    )

    assert said.assistant["question"] == "what does China say\nabout chips?"  # type: ignore[attr-defined]


PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
SOUND = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}


def test_chat_completions_parts_that_are_no_text_are_left_out_of_a_conversation(official: openai.OpenAI) -> None:
    before: Any = [
        {"role": "user", "content": [{"type": "text", "text": "What is in this picture?"}, PICTURE]},
        {"role": "user", "content": [SOUND]},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "I cannot see pictures."}]},
    ]
    question = [{"type": "of_tomorrow"}, {"type": "text", "text": QUESTION}, PICTURE]

    said = official.chat.completions.create(model=MODEL, messages=[*before, *asked(question)])

    alone = official.chat.completions.create(model=MODEL, messages=asked())
    assert said.choices[0].message == alone.choices[0].message


def refusal(official: openai.OpenAI, **sent: Any) -> openai.BadRequestError:
    with pytest.raises(openai.BadRequestError) as raised:
        official.chat.completions.create(**{"model": MODEL, "messages": asked(), **sent})
    return raised.value


@pytest.mark.parametrize("stream", [True, False])
def test_chat_completions_a_question_that_is_a_picture_is_refused_in_a_sentence(
    official: openai.OpenAI, stream: bool
) -> None:
    error = refusal(official, messages=asked([PICTURE, SOUND]), stream=stream)

    assert error.body == {
        "message": "Only text is read, and the last message of the user holds something else alone.",
        "type": "invalid_request_error",
        "param": "messages",
        "code": "unsupported_value",
    }


TOOL = {"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {}}}}
SCHEMA = {"type": "json_schema", "json_schema": {"name": SECRET, "schema": {"properties": {"a": {}}}}}


@pytest.mark.parametrize(
    ("sent", "param"),
    [
        ({"n": 2}, "n"),
        ({"n": 0}, "n"),
        ({"tools": [TOOL], "tool_choice": "required"}, "tool_choice"),
        ({"tool_choice": {"type": "function", "function": {"name": SECRET}}}, "tool_choice"),
        ({"functions": [TOOL["function"]], "function_call": {"name": SECRET}}, "function_call"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"response_format": SCHEMA}, "response_format"),
        ({"response_format": {"type": SECRET}}, "response_format"),
        ({"logprobs": True}, "logprobs"),
        ({"logprobs": True, "top_logprobs": 3}, "logprobs"),
        ({"logit_bias": {"1734": 100}}, "logit_bias"),
        ({"modalities": ["text", "audio"]}, "modalities"),
        ({"web_search_options": {}}, "web_search_options"),
    ],
)
def test_chat_completions_what_would_be_missed_is_refused(
    official: openai.OpenAI, sent: dict[str, Any], param: str
) -> None:
    error = refusal(official, **sent)

    assert (error.param, error.code, error.type) == (param, "unsupported_value", "invalid_request_error")
    assert SECRET not in str(error.body)
    assert "here is a field" not in error.message


def test_chat_completions_what_changes_nothing_is_taken(official: openai.OpenAI) -> None:
    plain = official.chat.completions.create(model=MODEL, messages=asked())

    said = official.chat.completions.create(
        model=MODEL,
        messages=asked(),
        n=1,
        tools=[TOOL],  # type: ignore[list-item]  # as clients send it
        functions=[TOOL["function"]],  # type: ignore[list-item]
        function_call="auto",
        response_format={"type": "text"},
        logprobs=False,
        logit_bias={},
        modalities=["text"],
        parallel_tool_calls=True,
        temperature=0,
        top_p=0.1,
        seed=7,
        presence_penalty=1,
        reasoning_effort="low",
        user="somebody",
        stop=[],
        max_tokens=4_096,
    )

    assert said.choices == plain.choices


@pytest.mark.parametrize(
    "sent",
    [
        {"max_tokens": 0},
        {"max_completion_tokens": "many"},
        {"stop": ""},
        {"stop": ["a"] * 5},
        {"n": "one"},
        {"tools": ["add"]},
        {"tools": [TOOL] * 1_001},
    ],
)
def test_chat_completions_limits_that_are_none_are_wrong_fields(official: openai.OpenAI, sent: dict[str, Any]) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as raised:
        official.chat.completions.create(model=MODEL, messages=asked(), **sent)

    assert (raised.value.param or "").split(".")[0] in sent


def limited(official: openai.OpenAI, stream: bool, **limits: Any) -> tuple[str, str, list[Any], Any]:
    """The content, why it ended, its annotations, and the native answer."""
    if not stream:
        whole = official.chat.completions.create(model=MODEL, messages=asked(TWO), **limits)
        (choice,) = whole.choices
        annotations = [one.model_dump() for one in choice.message.annotations or []]
        return choice.message.content or "", choice.finish_reason, annotations, whole.assistant  # type: ignore[attr-defined]
    chunks = list(official.chat.completions.create(model=MODEL, messages=asked(TWO), stream=True, **limits))
    deltas = [chunk.choices[0].delta for chunk in chunks]
    content = "".join(delta.content or "" for delta in deltas)
    annotations = [one for delta in deltas for one in getattr(delta, "annotations", None) or []]
    return content, chunks[-1].choices[0].finish_reason, annotations, chunks[-1].assistant


TWO = "what do China and the US say about semiconductors?"


@pytest.fixture(scope="module")
def told_of_two(helper: Assistant, settings: Settings) -> Iterator[openai.OpenAI]:
    """A client of an assistant that has answered the question already."""
    with (
        serving(cast(Assistant, Repeating(helper, TWO)), settings) as url,
        openai.OpenAI(base_url=f"{url}/v1", api_key="not-needed", max_retries=0) as official,
    ):
        yield official


@pytest.mark.parametrize("stream", [True, False])
def test_chat_completions_content_ends_at_a_sentence_within_its_limits(
    told_of_two: openai.OpenAI, stream: bool
) -> None:
    content, reason, annotations, native = limited(told_of_two, stream)
    assert reason == "stop"
    assert len(annotations) > 1
    first_end = annotations[0]["url_citation"]["end_index"]
    second = annotations[1]["url_citation"]
    word = content[second["start_index"] : second["end_index"]].split()[3]
    assert word not in content[:first_end]

    for limits, expected in (
        ({"max_tokens": len(content) // 4}, "length"),
        ({"max_completion_tokens": first_end // 4 + 1, "max_tokens": 10_000}, "length"),
        ({"stop": word}, "stop"),
        ({"stop": ["nowhere at all", word]}, "stop"),
    ):
        cut, why, kept, whole = limited(told_of_two, stream, **limits)
        assert why == (expected if cut != content else "stop")
        assert content.startswith(cut)
        assert kept == [one for one in annotations if one["url_citation"]["end_index"] <= len(cut)]
        assert all(one["url_citation"]["end_index"] <= len(cut) for one in kept)
        assert shared(whole) == shared(native)
        if "stop" in limits:
            assert len(cut) == first_end
    assert limited(told_of_two, stream, max_tokens=1)[:3] == ("", "length", [])


@pytest.mark.parametrize("name", PROMPTS)
@pytest.mark.parametrize("stream", [True, False])
def test_chat_completions_task_prompts_of_clients_are_answered_without_articles(
    client: httpx.Client, name: str, stream: bool
) -> None:
    said, task, told = PROMPTS[name]
    messages = [{"role": role, "content": text} for role, text in said]

    response = client.post("/v1/chat/completions", json={"messages": messages, "stream": stream})

    if stream:
        assert response.text.endswith("data: [DONE]\n\n")
        lines = [line for line in response.text.split("\n\n") if line.startswith("data: {")]
        chunks = [json.loads(line.removeprefix("data: ")) for line in lines]
        content = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
        assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
        assert chunks[-1]["assistant"] is None
    else:
        body = response.json()
        content = body["choices"][0]["message"]["content"]
        assert (body["assistant"], body["choices"][0]["message"]["annotations"]) == (None, [])
        assert body["choices"][0]["finish_reason"] == "stop"
    assert content == told if task is not Task.STANDALONE_QUESTION else "born" in content


def test_chat_completions_a_task_prompt_gets_the_json_that_its_request_asks_for(official: openai.OpenAI) -> None:
    messages: Any = [{"role": role, "content": text} for role, text in PROMPTS["librechat"][0]]
    one: Any = {"properties": {"name": {"type": "string"}}, "required": ["name"]}
    two: Any = {"properties": {"name": {"type": "string"}, "language": {"type": "string"}}}

    def reply(response_format: Any) -> Any:
        said = official.chat.completions.create(model=MODEL, messages=messages, response_format=response_format)
        return json.loads(said.choices[0].message.content or "")

    assert reply({"type": "json_object"}) == {"title": "Who founded Noctis Audio"}
    assert reply({"type": "json_schema", "json_schema": {"name": "a", "schema": one}}) == {
        "name": "Who founded Noctis Audio"
    }
    with pytest.raises(openai.BadRequestError):
        reply({"type": "json_schema", "json_schema": {"name": "a", "schema": two}})


def test_chat_completions_there_is_one_model(official: openai.OpenAI) -> None:
    assert [model.id for model in official.models.list()] == [MODEL]
    assert official.models.retrieve(MODEL).id == MODEL
    with pytest.raises(openai.NotFoundError):
        official.models.retrieve(SECRET)


@pytest.mark.parametrize(
    ("messages", "code", "param"),
    [
        ([], "invalid_request", "messages"),
        ([{"role": SECRET, "content": "a"}], "invalid_request", "messages.0.role"),
        (asked(" "), "bad_question", None),
        ([{"role": "system", "content": SECRET}], "bad_question", None),
        (asked("a" * 2_001), "bad_question", None),
        (asked([{"type": "text", "text": {"of": SECRET}}]), "invalid_request", None),
        (asked([{"type": "text", "text": None}]), "invalid_request", None),
        (asked([{"type": "text"}]), "invalid_request", None),
        (asked([{"image_url": SECRET}]), "invalid_request", None),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_chat_completions_errors_are_those_that_the_official_client_reads(
    official: openai.OpenAI, messages: Any, code: str, param: str | None, stream: bool
) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as raised:
        official.chat.completions.create(model=MODEL, messages=messages, stream=stream)

    error = raised.value
    assert (error.code, error.type) == (code, "invalid_request_error")
    assert param is None or error.param == param
    assert error.request_id is not None
    assert SECRET not in str(error.body)


def test_chat_completions_what_is_not_there_is_told_in_the_same_envelope(official: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="nothing at this address"):
        official.responses.retrieve("resp_1")
    with pytest.raises(openai.NotFoundError, match="ask POST /v1/chat/completions"):
        official.completions.create(model=MODEL, prompt="a")


def test_chat_completions_a_wrong_field_is_told_without_pointing_to_a_list_that_is_not_there(
    official: openai.OpenAI,
) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as raised:
        official.chat.completions.create(model=MODEL, messages=[])

    assert "see errors" not in raised.value.message


def test_chat_completions_who_may_not_ask_is_told_in_the_same_envelope(client: httpx.Client) -> None:
    foreign = openai.OpenAI(
        base_url=f"{client.base_url}/v1", api_key="a", default_headers={"Origin": "https://evil.example"}
    )

    with foreign, pytest.raises(openai.PermissionDeniedError) as raised:
        foreign.models.list()

    assert raised.value.code == "not_local"


def test_chat_completions_what_fails_on_the_way_is_raised_by_the_official_client(settings: Settings) -> None:
    slow = Slow(fail=EncoderMismatch(SECRET))
    slow.go_on.set()
    with (
        serving(cast(Assistant, slow), settings) as url,
        openai.OpenAI(base_url=f"{url}/v1", api_key="a", max_retries=0) as official,
        pytest.raises(openai.APIError) as raised,
    ):
        list(official.chat.completions.create(model=MODEL, messages=asked(), stream=True))

    assert raised.value.code == "index_unavailable"
    assert SECRET not in str(raised.value)
