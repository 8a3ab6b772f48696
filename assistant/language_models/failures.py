"""Server trouble told apart: what a provider's library raises becomes the error that says what happened.

Errors are read by the names of their attributes, since each library has classes of its own. What a server says is only
searched, never repeated: providers' messages repeat requests and keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import NamedTuple

from assistant.errors import (
    ContentFiltered,
    ContextTooLong,
    ModelFailed,
    ModelNotFound,
    ModelRateLimited,
    ModelRefused,
    ModelTimedOut,
    ModelUnavailable,
    ModelUnreachable,
)
from assistant.language_models.http_client import CompressedResponse, ResponseTooLarge

_LONGEST_SAID = 1_000
"""Characters of what a server says that are looked at; some repeat the whole request behind it, articles and all."""

_TOO_LONG = re.compile(
    r"""
    context[ _](?:length|size|window)   # OpenAI, Azure, OpenRouter, vLLM, llama.cpp, LM Studio, Ollama
    | context[ ]the[ ]overflows         # LM Studio
    | maximum[ ]model[ ]length          # vLLM
    | max_tokens[ ]must[ ]be[ ]at[ ]least[ ]1   # vLLM, where the prompt leaves no room
    | input[ ]tokens[ ]exceed           # OpenAI
    | prompt[ ](?:is[ ])?too[ ]long     # Anthropic, Ollama
    """,
    re.VERBOSE,
)
_FILTERED = re.compile(
    r"""
    content[_ ](?:filter|policy|management)   # OpenAI, Azure
    | responsibleai                           # Azure
    | flagged                                 # OpenRouter's moderation
    """,
    re.VERBOSE,
)
_NO_MODEL = re.compile(
    r"""
    model_not_found | not[ ]a[ ]valid[ ]model | no[ ]models?[ ]loaded
    | \bmodel\b.{0,200}?\b(?:not[ ]found|does[ ]not[ ]exist)
    """,
    re.VERBOSE | re.DOTALL,
)
_NAMES_A_MODEL = re.compile(r"\bmodels?\b|deployment|endpoints found for")
"""Beside status 404, which is also said of a wrong address, or of what a model cannot do."""

_NO_CREDIT = "insufficient_quota"
"""OpenAI's code, with the status of a rate limit, of an account that has to be paid for."""

_WORTH_RETRYING = frozenset({408, 409, 425, 429})
"""Statuses below 500 after which the same request may succeed."""

_TOO_SLOW = frozenset({408, 504})


def failure_of(error: Exception, name: str, room: str, has_begun: bool) -> ModelFailed:
    """Return what `error` says of the model `name`, in one sentence without anything that the server wrote.

    `room` is what the names of its settings begin with, behind `ASSISTANT_`.
    Midway, when it `has_begun` to answer, asking it with less is no help any more.
    """
    failure = _failure_of(error, name, room)
    if has_begun and isinstance(failure, (ContextTooLong, ModelUnreachable)):
        why = "its context is full" if isinstance(failure, ContextTooLong) else _reason(error)
        return ModelUnavailable(f"The language model broke off: {why}.")
    return failure


def _failure_of(error: Exception, name: str, room: str) -> ModelFailed:
    kinds = " ".join(kind.__name__ for kind in type(error).__mro__)
    told = _Told(status_of(error), _said(error), kinds)
    kind, sentence = next((kind, sentence) for applies, kind, sentence in _TROUBLES if applies(told))
    return kind(sentence.format(name=name, room=room, reason=_reason(error)))


class _Told(NamedTuple):
    """What an error tells: the status, the server's words in lower case, and the names of its class and theirs."""

    status: int | None
    said: str
    kinds: str


_TROUBLES: tuple[tuple[Callable[[_Told], object], type[ModelFailed], str], ...] = (
    (
        lambda told: told.status == 401,
        ModelRefused,
        "The language model's server refuses the key ({reason}); see ASSISTANT_{room}__API_KEY.",
    ),
    (
        lambda told: told.status == 402 or _NO_CREDIT in told.said,
        ModelRefused,
        "The language model's server has no credit left for the key ({reason}).",
    ),
    (
        lambda told: told.status == 429,
        ModelRateLimited,
        "The language model's server takes no more requests for a while ({reason}).",
    ),
    (
        lambda told: (
            (told.status == 404 and _NAMES_A_MODEL.search(told.said))
            or (told.status in (None, 400) and _NO_MODEL.search(told.said))
        ),
        ModelNotFound,
        "The language model's server has no model {name} ({reason}); correct ASSISTANT_{room}__NAME.",
    ),
    (
        lambda told: told.status == 404,
        ModelUnavailable,
        "The language model's server has nothing at this address ({reason}); ASSISTANT_{room}__BASE_URL mostly ends in "
        "/v1.",
    ),
    (
        lambda told: told.status == 413 or _TOO_LONG.search(told.said),
        ContextTooLong,
        "The question with its evidence does not fit into the language model's context ({reason}); give it a longer "
        "one, or lower ASSISTANT_MODEL__CONTEXT_TOKENS.",
    ),
    (
        lambda told: _FILTERED.search(told.said),
        ContentFiltered,
        "A content filter of the language model's server stopped the question ({reason}).",
    ),
    (
        lambda told: told.status == 403,
        ModelRefused,
        "The language model's server does not allow this to the key ({reason}); see ASSISTANT_{room}__API_KEY.",
    ),
    (
        lambda told: told.status is not None and 300 <= told.status < 400,
        ModelUnavailable,
        "The language model's server redirects, which is not followed ({reason}); correct ASSISTANT_{room}__BASE_URL.",
    ),
    (
        lambda told: told.status in _TOO_SLOW or "Timeout" in told.kinds,
        ModelTimedOut,
        "The language model's server says that it took too long ({reason}).",
    ),
    (
        lambda told: "Connect" in told.kinds,
        ModelUnreachable,
        "The language model's server cannot be reached ({reason}).",
    ),
    (
        lambda _: True,
        ModelUnavailable,
        "The language model failed ({reason}).",
    ),
)
"""What has happened, the first that applies, and the sentence that says so to the operator."""


def may_pass(error: Exception, failure: ModelFailed) -> bool:
    """Whether the same request may succeed in a moment."""
    is_lasting = isinstance(failure, (ModelRefused, ModelNotFound, ContextTooLong, ContentFiltered))
    if is_lasting or isinstance(error, (ResponseTooLarge, CompressedResponse)):
        return False
    status = status_of(error)
    return status is None or status >= 500 or status in _WORTH_RETRYING


def names_field(error: Exception, field: str) -> bool:
    """Whether a server speaks of this field of the request when it refuses that."""
    return status_of(error) in (400, 422) and field in _said(error)


def status_of(error: Exception) -> int | None:
    """Return the HTTP status; of an error that came midway, the code that takes its place; None where there is none."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return status
    code = str(getattr(error, "code", None))
    return int(code) if re.fullmatch(r"[45]\d\d", code, re.ASCII) else None


def seconds_to_wait(error: Exception) -> float:
    """Return what `Retry-After` says, as seconds or a date, or its finer `retry-after-ms`; 0 where nothing is said."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    said = headers.get("retry-after") or ""
    seconds = _number(said)
    if seconds is not None:
        return seconds
    try:
        then = parsedate_to_datetime(said)
    except (ValueError, OverflowError):  # a year that no date has
        return 0.0
    return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if isfinite(number) and number >= 0 else None


def _said(error: Exception) -> str:
    """Return what a server wrote; nothing of errors that come of elsewhere, whose messages may quote the model."""
    body = getattr(error, "body", None)
    if body is None and not hasattr(error, "status_code"):
        return ""
    return f"{error} {body}"[:_LONGEST_SAID].lower()


def _reason(error: Exception) -> str:
    """Return what a log may say of an error: its kind and status."""
    status = status_of(error)
    return type(error).__name__ + (f", status {status}" if status else "")
