"""Errors of answering, and who reads them. "No answer" is not here: a refusal is a value.

AssistantError
├── BadSettings      a setting is unknown or has a wrong value; the operator corrects the environment
├── BadQuestion      empty, or longer than any question; the asker shortens or fills it
├── TextTooLong      a text to embed of which the encoder would read a part; its sender sends it in pieces
├── ModeUnavailable  a language model was asked for and none is configured
├── ClusterFailed    a Ray cluster that was asked for is not there, or one of its nodes failed
├── ReadingModelUnavailable  the reading model that is set cannot be loaded; the operator corrects the setting
└── ModelFailed      the language model gave no answer: never seen by an asker, who gets an answer without it
    ├── ModelTimedOut     it was too slow
    └── ModelUnavailable  it is down or breaks off; the operator reads why in the log
        ├── ModelUnreachable  nobody listens at its address
        ├── ModelRefused      its server refuses the key, or what the key may do
        ├── ModelNotFound     its server has no model of this name
        ├── ModelRateLimited  its server takes no more requests for a while
        ├── ContextTooLong    what was asked does not fit into its context; ask it with less
        ├── ContentFiltered   a content filter stopped the question or the answer
        └── SchemaRefused     it cannot be held to a JSON schema; ask it for prose
"""

from __future__ import annotations

from typing import ClassVar


class AssistantError(Exception):
    """The message is one clear sentence for a person: what was wrong, where, and what to do."""


class BadSettings(AssistantError):
    """A setting is unknown or has a wrong value; the operator corrects the environment."""


class BadQuestion(AssistantError):
    """The question is empty or longer than any question; the asker corrects it."""


class BadText(AssistantError):
    """A text that cannot be checked: empty, or too long."""


class TextTooLong(AssistantError):
    """A text that is to be embedded has more tokens than the encoder reads; its sender sends it in pieces."""


class ModeUnavailable(AssistantError):
    """A language model was asked for and none is configured."""


class ReadingModelUnavailable(AssistantError):
    """The reading model that is set cannot be loaded; the operator corrects the setting or the installation."""


class ClusterFailed(AssistantError):
    """A Ray cluster that was asked for is not there, cannot be used, or one of its nodes failed."""


class ModelFailed(AssistantError):
    """The language model gave no answer; what was asked of it is done without it, and `degraded` of the answer says
    so."""

    degraded: ClassVar[str] = "model_unavailable"


class ModelTimedOut(ModelFailed):
    """The language model was slower than the limits allow."""

    degraded = "model_timeout"


class ModelUnavailable(ModelFailed):
    """The language model is down, or broke off."""


class ModelUnreachable(ModelUnavailable):
    """Nobody listens at the address of the language model's server."""


class ModelRefused(ModelUnavailable):
    """The language model's server refuses the key, or what it may do; the operator corrects it."""

    degraded = "model_refused"


class ModelNotFound(ModelUnavailable):
    """The language model's server has no model of the name that is set; the operator corrects it."""

    degraded = "model_not_found"


class ModelRateLimited(ModelUnavailable):
    """The language model's server takes no more requests for a while."""

    degraded = "model_rate_limited"


class ContextTooLong(ModelUnavailable):
    """What was asked does not fit into the language model's context; asking it again with less may help."""

    degraded = "model_context_too_long"


class ContentFiltered(ModelUnavailable):
    """A content filter of the language model's server stopped the question or the answer."""

    degraded = "model_content_filtered"


class CutOff(ModelFailed):
    """The language model's text was as long as it may be before it had come to its end: its last sentence is none."""

    degraded = "unverified"


class SchemaRefused(ModelUnavailable):
    """The language model cannot be held to a JSON schema; asking it again without one may help."""
