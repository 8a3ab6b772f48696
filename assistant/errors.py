"""Errors of answering, and who reads them. "No answer" is not here: a refusal is a value.

AssistantError
├── BadSettings      a setting is unknown or has a wrong value; the operator corrects the environment
├── BadQuestion      empty, or longer than any question; the asker shortens or fills it
├── ModeUnavailable  a language model was asked for and none is configured
├── ReadingModelUnavailable  the reading model that is set cannot be loaded; the operator corrects the setting
└── ModelFailed      the language model gave no answer: never seen by an asker, who gets an answer without it
    ├── ModelTimedOut     it was too slow
    └── ModelUnavailable  it is down, refuses, or breaks off; the operator reads why in the log
        └── SchemaRefused     it cannot be held to a JSON schema; ask it for prose
"""

from __future__ import annotations


class AssistantError(Exception):
    """The message is one clear sentence for a person: what was wrong, where, and what to do."""


class BadSettings(AssistantError):
    """A setting is unknown or has a wrong value; the operator corrects the environment."""


class BadQuestion(AssistantError):
    """The question is empty or longer than any question; the asker corrects it."""


class BadText(AssistantError):
    """A text that cannot be checked: empty, or too long."""


class ModeUnavailable(AssistantError):
    """A language model was asked for and none is configured."""


class ReadingModelUnavailable(AssistantError):
    """The reading model that is set cannot be loaded; the operator corrects the setting or the installation."""


class ModelFailed(AssistantError):
    """The language model gave no answer; what was asked of it is done without it."""


class ModelTimedOut(ModelFailed):
    """The language model was slower than the limits allow."""


class ModelUnavailable(ModelFailed):
    """The language model is down, refuses, or broke off."""


class SchemaRefused(ModelUnavailable):
    """The language model cannot be held to a JSON schema; asking it again without one may help."""
