from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any, cast

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from mcp import Client, StdioServerParameters
from mcp.server.streamable_http import StreamableHTTPServerTransport

from assistant.ask import Assistant
from assistant.settings import Settings
from tests.api.conftest import serving
from tests.api.http.streams import Slow
from tests.api.http.test_error_handlers import SECRET, assert_is_problem
from tests.api.http.test_streaming import QUESTIONS, shared

QUESTION = "what does China say about semiconductors?"

COMMAND = [sys.executable, "-W", "ignore", "-c", "from api.cli import main; main()", "mcp"]

Use = Callable[[Client], Awaitable[Any]]


@pytest.fixture(scope="module", params=["http", "stdio"])
def with_client(
    request: pytest.FixtureRequest, client: httpx.Client, settings: Settings
) -> Iterator[Callable[[Use], Any]]:
    """Run what uses the SDK's own client, connected over the network or to a program that is started once."""
    # A program loads its models when it is first asked; a busy machine is no failure.
    environment = {**os.environ, "ASSISTANT_DATA": str(settings.data), "ASSISTANT_LOAD__READ_SECONDS": "120"}
    transports = {
        "http": f"{client.base_url}/mcp",
        "stdio": StdioServerParameters(command=COMMAND[0], args=COMMAND[1:], env=environment),
    }
    connecting = Client(transports[request.param])
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(connecting) as connected:
        yield lambda use: portal.call(use, connected)


def test_mcp_the_tools_read_and_change_nothing(with_client: Callable[[Use], Any]) -> None:
    async def use(connected: Client) -> Any:
        return (await connected.list_tools()).tools

    tools = with_client(use)

    assert [tool.name for tool in tools] == ["ask", "search", "fetch"]
    assert all(tool.annotations.read_only_hint for tool in tools)
    assert all(tool.output_schema for tool in tools)
    assert all(tool.input_schema["additionalProperties"] is False for tool in tools)


def test_mcp_ask_search_and_fetch_give_what_http_gives(with_client: Callable[[Use], Any], client: httpx.Client) -> None:
    async def use(connected: Client) -> Any:
        answer = (await connected.call_tool("ask", {"question": QUESTION})).structured_content
        found = (await connected.call_tool("search", {"query": QUESTION, "limit": 3})).structured_content
        wanted = {"article_id": found["data"][0]["article_id"]}
        return answer, found, (await connected.call_tool("fetch", wanted)).structured_content

    answer, found, article = with_client(use)

    whole = client.post("/v1/ask", json={"question": QUESTION}).json()
    assert {**whole, **answer, "sources": whole["sources"]} == whole | {"sources": whole["sources"]}
    assert answer["sources"] == [
        {name: source[name] for name in answer["sources"][0]} for source in whole["sources"] if source["cited"]
    ]
    assert shared(found) == shared(client.post("/v1/search", json={"query": QUESTION, "limit": 3}).json())
    assert article == client.get(f"/v1/articles/{article['article_id']}").json()
    (citation, *_) = answer["citations"]
    assert citation["quote"] in answer["answer"]["text"]


def ask(connected: Client, question: str, **more: Any) -> Any:
    return connected.call_tool("ask", {"question": question, **more})


@pytest.mark.parametrize("question", [*QUESTIONS[1::4], "how do I bake sourdough bread at home?"])
def test_mcp_an_answer_is_short_and_tells_no_passage_twice(client: httpx.Client, question: str) -> None:
    async def use() -> Any:
        async with Client(f"{client.base_url}/mcp") as connected:
            return await ask(connected, question)

    result = asyncio.run(use())

    (text,) = result.content
    answer = result.structured_content
    assert len(result.model_dump_json()) < 12_000
    assert "passage" not in str(answer.keys() | {name for source in answer["sources"] for name in source})
    assert all(f"[{source['number']}] " in text.text for source in answer["sources"])
    assert all(source["article_id"] in text.text for source in answer["sources"])
    if not answer["citations"]:
        assert text.text.startswith("I found no answer")


def test_mcp_an_answer_about_the_articles_names_them_for_fetch(client: httpx.Client) -> None:
    async def use() -> Any:
        async with Client(f"{client.base_url}/mcp") as connected:
            return await ask(connected, "Which articles mention semiconductors?")

    result = asyncio.run(use())

    (text,) = result.content
    sources = result.structured_content["sources"]
    assert sources
    assert all(source["number"] is None and f"({source['article_id']})" in text.text for source in sources)
    assert not any(line.endswith(" ") for line in text.text.splitlines())


def test_mcp_a_follow_up_is_understood_by_its_history(with_client: Callable[[Use], Any]) -> None:
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "The supply of chips."}]

    async def use(connected: Client) -> Any:
        return (await ask(connected, "and the US?", history=history)).structured_content

    answer = with_client(use)

    assert "semiconductors" in answer["standalone_question"]


def piped(settings: Settings, *messages: dict[str, Any]) -> dict[int, Any]:
    """What `assistant mcp` answers to messages from a pipe, by their ids."""
    lines = "".join(json.dumps({"jsonrpc": "2.0", **message}) + "\n" for message in messages)
    done = subprocess.run(
        COMMAND,
        input=lines,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "ASSISTANT_DATA": str(settings.data)},
        check=True,
    )
    answered = [json.loads(line) for line in done.stdout.splitlines()]
    assert len({answer["id"] for answer in answered}) == len(answered)
    return {answer["id"]: answer for answer in answered}


INITIALIZE = {
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "pipe", "version": "1"}},
}


def call(number: int, **arguments: Any) -> dict[str, Any]:
    return {"id": number, "method": "tools/call", "params": {"name": "ask", "arguments": arguments}}


def test_mcp_all_that_comes_from_a_pipe_is_answered_before_it_ends(settings: Settings) -> None:
    ready = {"method": "notifications/initialized"}

    answered = piped(settings, INITIALIZE, ready, call(2, question=QUESTION), call(3, question=" "), call(4))

    assert sorted(answered) == [1, 2, 3, 4]
    assert answered[2]["result"]["structuredContent"]["citations"]
    assert answered[3]["result"]["isError"]
    assert answered[4]["result"]["isError"]


def test_mcp_a_pipe_ends_where_a_call_was_cancelled(settings: Settings) -> None:
    cancelled = {"method": "notifications/cancelled", "params": {"requestId": 2}}

    answered = piped(settings, INITIALIZE, call(2, question=QUESTION), cancelled)

    assert 1 in answered


def test_mcp_a_pipe_that_says_nothing_ends(settings: Settings) -> None:
    assert piped(settings) == {}


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("ask", {"question": " "}, "The question is empty"),
        ("fetch", {"article_id": "nothing"}, "No article"),
        ("ask", {"question": "a", "filters": {"publishers": []}}, "filters"),
        ("search", {"query": "a", "limit": 0}, "limit"),
        ("ask", {"question": "a", SECRET: {"publisher": ["b"]}}, "arguments: There is a field here that is not known."),
        ("search", {"query": {"a": SECRET}, "limit": SECRET}, "query: "),
    ],
)
def test_mcp_what_is_wrong_is_told_to_the_model(
    with_client: Callable[[Use], Any], tool: str, arguments: dict[str, Any], told: str
) -> None:
    async def use(connected: Client) -> Any:
        return await connected.call_tool(tool, arguments)

    result = with_client(use)

    assert result.is_error
    assert told in result.content[0].text
    assert SECRET not in result.content[0].text


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
def test_mcp_the_protocol_is_for_this_machine_only_as_all_else_is(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"of": SECRET}}

    assert_is_problem(client.post("/mcp", json=message, headers=headers), 403, "not_local")


def test_mcp_who_leaves_while_waiting_leaves_no_task_and_no_stream(settings: Settings) -> None:
    narrow = settings.model_copy(update={"load": replace(settings.load, read_at_once=1, at_once=1)})
    slow = Slow()
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "ask", "arguments": {"question": "a"}},
    }
    accepted = {"Accept": "application/json, text/event-stream"}

    async def leave_many(url: str) -> None:
        async with httpx.AsyncClient(base_url=url, headers=accepted, timeout=60) as client:
            first = asyncio.create_task(client.post("/mcp", json=body))
            while not slow.begun.is_set():
                await asyncio.sleep(0.01)
            before = unfinished()
            for _ in range(20):
                with pytest.raises(httpx.ReadTimeout):
                    await client.post("/mcp", json=body, timeout=httpx.Timeout(60, read=0.05))
            for _ in range(300):
                if unfinished() <= before:
                    break
                await asyncio.sleep(0.1)
            assert unfinished() <= before
            slow.go_on.set()
            assert (await first).json()["result"]["isError"] is False

    with serving(cast(Assistant, slow), narrow) as url:
        asyncio.run(leave_many(url))


def unfinished() -> tuple[int, int]:
    """The numbers of tasks and of MCP's transports in this process, on all event loops."""
    gc.collect()
    # By their types alone: some objects of torch warn when they are asked for anything.
    kinds = [type(one) for one in gc.get_objects() if not (issubclass(type(one), asyncio.Task) and one.done())]
    return kinds.count(asyncio.Task), kinds.count(StreamableHTTPServerTransport)
