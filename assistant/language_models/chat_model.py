"""Any chat model that LangChain knows, by name, or any server that speaks OpenAI's protocol; imports LangChain.

The model is listened to in one event loop of the process, beside all others, and its text handed over through a queue:
so a limit of time holds whatever the provider's library does, and a model whose text nobody wants any more is cut off
at once rather than at its next word.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from contextlib import aclosing
from functools import cache
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from langchain.chat_models import init_chat_model

from assistant.errors import (
    BadSettings,
    ContentFiltered,
    ContextTooLong,
    CutOff,
    ModelFailed,
    ModelNotFound,
    ModelRefused,
    ModelTimedOut,
    ModelUnavailable,
    SchemaRefused,
)
from assistant.language_models.circuit_breaker import CircuitBreaker
from assistant.language_models.failures import failure_of, may_pass, names_field, seconds_to_wait, status_of
from assistant.language_models.hanging_up import NobodyWaits, check_that_somebody_waits
from assistant.language_models.http_client import model_http_client
from assistant.language_models.language_model import ChatMessage, TimeLimits, TokenUsage
from assistant.settings import ChatOptions

_log = logging.getLogger(__name__)

_OPENAI = "openai"
_DEFAULT_NAME = "default"
"""What a server that has one model only is asked for; llama.cpp and LM Studio take any name."""

_NO_KEY = "none"
"""Servers of one's own take any key, but the client insists on one."""

_FAILURES, _REST_SECONDS = 3, 30.0
"""After so many failures in a row the model is left alone for so long: each costs an asker the time limit."""

_REFUSED_SECONDS = 60.0
"""For so long a server that refuses the key, or has no such model, is left alone: only its operator changes that."""

_LONGEST_REST = 300.0
"""No `Retry-After` is believed for longer: Azure says a day to those who have used up their minute."""

_RETRY_SECONDS, _LONGEST_RETRY_SECONDS = 0.5, 2.0
"""How long to wait before the one retry, and at most, where the server says for how long: the quotes are ready."""

_LOOK_SECONDS = 0.2
"""How often to look whether anybody still waits for a model that is silent."""

_CANCEL_SECONDS = 0.05
"""How long to wait before stopping a model again that has not stopped."""

_WRONG_REQUEST = frozenset({400, 404, 422, 501})
"""Statuses by which servers refuse what they do not know, a schema for one."""

_MOST_CHARACTERS = 50_000
"""No answer is as long; a stream that never ends must not fill the memory."""

_ENDED = ("finish_reason", "stop_reason", "done_reason")
"""Where providers say why a text ends."""

_NO_END = "error"
"""The reason by which OpenRouter says that a text was broken off."""

_FILTERED = "content_filter"
_NO_ROOM = frozenset({"length", "max_tokens", "MAX_TOKENS"})

_ASKS_USAGE = "stream_options"
"""The field of OpenAI's protocol by which tokens are asked for; not every server knows it."""

_OPENAI_PROTOCOL = ("ChatOpenAI", "AzureChatOpenAI")


class ChatModel:
    """A LangChain chat model as a `LanguageModel`. Raises `BadSettings` when there can be no such model."""

    def __init__(self, options: ChatOptions) -> None:
        self.name = options.name or _DEFAULT_NAME
        self._room = options.room
        self._model = _chat_model(self.name, options)
        self._schema_arguments = _SCHEMA_ARGUMENTS.get(type(self._model).__name__)
        self._says_its_end = self._tells_usage = type(self._model).__name__ in _OPENAI_PROTOCOL
        self._wants_prose = options.output == "prose"
        self._breaker = CircuitBreaker(_FAILURES, _REST_SECONDS)
        self._failure: ModelFailed = ModelUnavailable("The language model is left alone for a while.")

    @property
    def follows_schemas(self) -> bool:
        return self._schema_arguments is not None and not self._wants_prose

    def stream(
        self,
        messages: Sequence[ChatMessage],
        limits: TimeLimits,
        usage: TokenUsage,
        schema: Mapping[str, Any] | None = None,
    ) -> Generator[str]:
        if not self._breaker.allows():
            raise type(self._failure)(str(self._failure))
        try:
            yield from self._stream(messages, limits, usage, schema)
        except GeneratorExit:  # whoever has read enough of it closes it
            self._breaker.succeeded()
            raise
        except SchemaRefused:
            self._wants_prose = True
            raise
        except ModelFailed as error:
            self._note(error)
            raise
        self._breaker.succeeded()

    def _note(self, failure: ModelFailed) -> None:
        _log.warning("%s", failure)
        if isinstance(failure, (ContextTooLong, ContentFiltered, CutOff)):  # this request is to blame, no server
            self._breaker.succeeded()
            return
        self._failure = failure
        self._breaker.failed()
        if isinstance(failure, (ModelRefused, ModelNotFound)):
            self._breaker.rest(_REFUSED_SECONDS)

    def _stream(
        self, messages: Sequence[ChatMessage], limits: TimeLimits, usage: TokenUsage, schema: Mapping[str, Any] | None
    ) -> Generator[str]:
        started = monotonic()
        may_retry = True
        while True:
            has_begun = False
            try:
                with _Listening(self._listen(messages, usage, schema)) as listening:
                    while (piece := listening.next(started, limits, has_begun)) is not None:
                        has_begun = True
                        yield piece
                return
            except (ModelFailed, NobodyWaits):
                raise
            except Exception as error:
                if self._tells_usage and names_field(error, _ASKS_USAGE):
                    self._tells_usage = False
                    continue
                failure = failure_of(error, self.name, self._room, has_begun)
                if schema is not None and not has_begun and _refuses(error, failure):
                    raise SchemaRefused("The language model cannot be held to a JSON schema.") from None
                seconds = self._seconds_to_wait(error, failure)
                there_is_time = monotonic() + seconds < started + min(limits.first, limits.whole)
                if has_begun or not may_retry or not may_pass(error, failure) or not there_is_time:
                    raise failure from error
            may_retry = False
            threading.Event().wait(seconds)

    def _seconds_to_wait(self, error: Exception, failure: ModelFailed) -> float:
        """Return how long to wait before a retry. As long as a server wants to be left alone, nobody else asks it."""
        wanted = min(seconds_to_wait(error), _LONGEST_REST)
        if not wanted:
            return _RETRY_SECONDS
        self._failure = failure
        self._breaker.rest(wanted)
        return wanted if wanted <= _LONGEST_RETRY_SECONDS else float("inf")

    def _listen(self, messages: Sequence[ChatMessage], usage: TokenUsage, schema: Mapping[str, Any] | None) -> _Listen:
        """Return a function that hands over the model's text piece by piece, and None when it has ended well."""
        arguments = self._schema_arguments(schema) if schema is not None and self._schema_arguments else {}
        if self._tells_usage:
            arguments["stream_usage"] = True

        async def listen(hand_over: Callable[[str | None], None]) -> None:
            end = _End(self._room)
            said = [(message.role, message.content) for message in messages]
            try:
                async with aclosing(self._model.astream(said, **arguments)) as chunks:
                    async for chunk in chunks:
                        end.note(chunk)
                        if chunk.text:
                            hand_over(chunk.text)
            finally:
                usage.add(end.prompt, end.completion)
            end.check(self._says_its_end)
            hand_over(None)

        return listen


class _End:
    """Whether and how a text has ended, and the tokens it took."""

    def __init__(self, room: str) -> None:
        self._room = room
        self.prompt = self.completion = 0
        self._characters = 0
        self._reason: object = None

    def note(self, chunk: Any) -> None:
        """Note what a chunk says of it. Raise `ModelUnavailable` when there is no end to it."""
        self._characters += len(chunk.text)
        if self._characters > _MOST_CHARACTERS:
            raise ModelUnavailable("The language model does not come to an end.")
        self._reason = next(filter(None, map(chunk.response_metadata.get, _ENDED)), self._reason)
        if told := chunk.usage_metadata:  # some tell the sum so far with every chunk
            self.prompt = max(self.prompt, told["input_tokens"])
            self.completion = max(self.completion, told["output_tokens"])

    def check(self, says_its_end: bool) -> None:
        """Raise what became of the text where it has not ended well."""
        if self._reason == _FILTERED:
            raise ContentFiltered("A content filter of the language model's server stopped the answer.")
        if self._reason == _NO_END or (says_its_end and not self._reason):
            raise ModelUnavailable("The language model broke off.")
        if self._characters and self._reason in _NO_ROOM:
            raise CutOff(
                f"The language model's text was cut off; raise ASSISTANT_{self._room}__MAX_TOKENS, or give it a longer "
                "context."
            )
        if self._reason in _NO_ROOM:
            raise ModelUnavailable(
                "The language model had no room left before it began to answer; raise "
                f"ASSISTANT_{self._room}__MAX_TOKENS, or give it a longer context."
            )


_Listen = Callable[[Callable[[str | None], None]], Coroutine[None, None, None]]


class _Listening:
    """A model that is being listened to, until the `with` block is left."""

    def __init__(self, listen: _Listen) -> None:
        self._queue: SimpleQueue[str | Exception | None] = SimpleQueue()
        self._task: asyncio.Task[None] | None = None
        asyncio.run_coroutine_threadsafe(self._hand_over(listen), _loop())

    async def _hand_over(self, listen: _Listen) -> None:
        self._task = asyncio.current_task()
        try:
            await listen(self._queue.put)
        except Exception as error:
            self._queue.put(error)

    def next(self, started: float, limits: TimeLimits, has_begun: bool) -> str | None:
        """Return the next piece of text, None after the last. Raise `ModelTimedOut`, `NobodyWaits`, and what the model
        raised."""
        limit = limits.whole if has_begun else min(limits.first, limits.whole)
        while True:
            check_that_somebody_waits()
            left = started + limit - monotonic()
            try:
                item = self._queue.get(timeout=max(0.0, min(left, _LOOK_SECONDS)))
                break
            except Empty:
                if left > _LOOK_SECONDS:
                    continue
            what = "did not come to an end" if has_begun else "did not begin to answer"
            raise ModelTimedOut(f"The language model {what} within {limit:g} seconds.")
        if isinstance(item, Exception):
            raise item
        return item

    def __enter__(self) -> _Listening:
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), _loop())

    async def _stop(self) -> None:
        # Once is not enough: until Python 3.12, `asyncio.wait_for` swallows a cancellation that meets a result.
        while self._task is None or not self._task.done():
            if self._task:
                self._task.cancel()
            await asyncio.sleep(_CANCEL_SECONDS)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return the loop that all models are listened to in: providers share connections, which belong to one loop."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="language models", daemon=True).start()
    return loop


def _chat_model(name: str, options: ChatOptions) -> Any:
    arguments: dict[str, Any] = {"max_retries": 0, "max_tokens": options.max_tokens, "timeout": options.whole_seconds}
    temperature = options.temperature
    if options.base_url:
        temperature = temperature or 0.0
        name = name.removeprefix(f"{_OPENAI}:")
        arguments |= {"model_provider": _OPENAI, "base_url": options.base_url, "api_key": _NO_KEY}
    if options.api_key is not None:
        arguments["api_key"] = options.api_key.get_secret_value()
    if temperature is not None:
        arguments["temperature"] = temperature
    try:
        model = init_chat_model(name, **arguments)
        client_arguments = _CLIENT_ARGUMENTS.get(type(model).__name__)
        return init_chat_model(name, **arguments, **client_arguments(options)) if client_arguments else model
    except ImportError as error:
        raise BadSettings(
            f"ASSISTANT_{options.room}__NAME: the package for {name} is not installed: {error}"
        ) from error
    except Exception as error:
        # Each provider's package has errors of its own, whose messages may repeat a key.
        raise BadSettings(
            f"ASSISTANT_{options.room}__NAME: there can be no model {name} ({type(error).__name__}); name it like "
            f"openai:gpt-4.1-mini, with its key in ASSISTANT_{options.room}__API_KEY, or give the server's address in "
            f"ASSISTANT_{options.room}__BASE_URL."
        ) from error


def _openai_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    # As an extra field of the body: given by its own name, LangChain parses the text too, and fails where it is cut.
    answer = {"name": "answer", "strict": True, "schema": schema}
    return {"extra_body": {"response_format": {"type": "json_schema", "json_schema": answer}}}


_SCHEMA_ARGUMENTS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    **dict.fromkeys(_OPENAI_PROTOCOL, _openai_schema),
    "ChatOllama": lambda schema: {"format": dict(schema)},
}
"""How chat models are held to a schema while their text is streamed; the others are asked for prose."""


def _openai_client(options: ChatOptions) -> dict[str, Any]:
    return {"http_async_client": model_http_client(options.base_url, options.whole_seconds)}


_CLIENT_ARGUMENTS: Mapping[str, Callable[[ChatOptions], dict[str, Any]]] = {
    **dict.fromkeys(_OPENAI_PROTOCOL, _openai_client),
    "ChatOllama": lambda _: {"async_client_kwargs": {"follow_redirects": False}},
}
"""How chat models are kept from following redirects, which their clients do; of the others it is not known."""


def _refuses(error: Exception, failure: ModelFailed) -> bool:
    """Whether a server may have refused what it does not know: it says no better reason."""
    return type(failure) is ModelUnavailable and status_of(error) in _WRONG_REQUEST
