"""What LangChain (langchain-openai 1.7) and LlamaIndex (llama-index-llms-openai-like 0.8) send, as recorded from them,
and Open WebUI (0.11) and LibreChat, as their code has it.

The words are ours; fields, their order and their nulls are theirs.
"""

from __future__ import annotations

from typing import Any

QUESTION = "what does China say about semiconductors?"
_USER = {"role": "user", "content": QUESTION}
_SAID = "Computer chips appear twice in China's message. [1]"
_ADD = {
    "name": "add",
    "description": "adds",
    "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
}
_TOOLS = [{"type": "function", "function": _ADD}]
_TITLE = {"title": "Title", "type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}

_CALLED: list[dict[str, Any]] = [
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"type": "function", "id": "call_1", "function": {"name": "add", "arguments": '{"a": 1}'}}],
    },
    {"role": "tool", "content": "3", "tool_call_id": "call_1"},
]


def _llamaindex(*messages: dict[str, Any], stream: bool = False, **more: Any) -> dict[str, Any]:
    return {"messages": messages, "model": "cited-assistant", "stream": stream, "temperature": 0.1, **more}


def _langchain(*messages: dict[str, Any], stream: bool = False, **more: Any) -> dict[str, Any]:
    return {"messages": messages, "model": "cited-assistant", "stream": stream, **more}


ANSWERED: dict[str, dict[str, Any]] = {
    "llamaindex-chat": _llamaindex(_USER),
    "llamaindex-context-chat-engine": _llamaindex(
        {"role": "system", "content": "Help the user with this context.\n-----\nThe ferry sails at noon.\n-----\n"},
        {"role": "user", "content": "Hello."},
        {"role": "assistant", "content": _SAID},
        _USER,
    ),
    "llamaindex-agent-without-tools": _llamaindex(_USER, stream=True, tool_choice=None, tools=None),
    "langchain-invoke": _langchain(
        _USER, max_completion_tokens=5_000, n=1, seed=3, stop=["Observation:"], temperature=0.0, top_p=0.5
    ),
    "langchain-stream-with-usage": _langchain(_USER, stream=True, stream_options={"include_usage": True}),
    "langchain-content-blocks": _langchain(
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello."},
        {"role": "assistant", "content": [{"type": "text", "text": _SAID}]},
        {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
    ),
    "langchain-after-a-tool": _langchain(
        {"role": "user", "content": "Hello."},
        *_CALLED,
        {"role": "assistant", "content": _SAID},
        _USER,
    ),
    "langchain-agent": _langchain(_USER, tools=_TOOLS),
    "langchain-agent-that-called-a-tool": _langchain(_USER, *_CALLED, tools=_TOOLS),
    "llamaindex-agent": _llamaindex(_USER, stream=True, parallel_tool_calls=True, tool_choice="auto", tools=_TOOLS),
    "open-webui-with-its-own-tools": {
        "stream": True,
        "model": "cited-assistant",
        "messages": [_USER],
        "tools": [{"type": "function", "function": _ADD | {"name": "search_web"}}],
    },
    "open-webui-with-a-picture": {
        "stream": True,
        "model": "cited-assistant",
        "messages": [
            {"role": "user", "content": "Hello."},
            {"role": "assistant", "content": _SAID},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": QUESTION},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                ],
            },
        ],
        "stream_options": {"include_usage": True},
        "max_tokens": 1_000,
    },
    "librechat": {
        "model": "cited-assistant",
        "temperature": 0.7,
        "top_p": 1,
        "frequency_penalty": 0,
        "presence_penalty": 0,
        "user": "66f0c0ffee",
        "stream": True,
        "stream_options": {"include_usage": True},
        "messages": [
            {
                "role": "user",
                "content": 'Attached document(s):\n```md# "ferry.txt"\nIt sails at noon.\n\n```\n' + QUESTION,
            },
        ],
    },
}
"""Requests that ask `QUESTION`, by name."""

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "llamaindex-structured-by-tool": (
        _llamaindex(_USER, parallel_tool_calls=False, tool_choice="required", tools=_TOOLS),
        "tool_choice",
    ),
    "llamaindex-structured-by-prompt": (_llamaindex(_USER, tool_choice="required"), "tool_choice"),
    "langchain-structured": (
        _langchain(
            _USER,
            response_format={"type": "json_schema", "json_schema": {"schema": _TITLE, "name": "T", "strict": True}},
        ),
        "response_format",
    ),
    "langchain-json-mode": (_langchain(_USER, response_format={"type": "json_object"}), "response_format"),
}
"""Requests for what is not done here, by name, each with the parameter that its refusal names."""

COMPLETIONS: dict[str, dict[str, Any]] = {
    "llamaindex-by-default": {"model": "cited-assistant", "prompt": QUESTION, "stream": False, "temperature": 0.1},
    "langchain-openai": {"model": "cited-assistant", "prompt": [QUESTION], "logprobs": None, "max_tokens": 256, "n": 1},
}
"""Prompts that are to be completed, as clients send them that were not told of the chat."""
