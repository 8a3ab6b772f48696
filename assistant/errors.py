"""What can go wrong while answering, and who reads it. "No answer" is not here: a refusal is a value.

AssistantError
├── BadSettings      a setting is unknown or has a wrong value; the operator mends the environment
├── BadQuestion      empty, or longer than any question; the asker shortens or fills it
├── ModeUnavailable  a language model was asked for and none is configured
└── ReadingModelUnavailable  the reading model that is set cannot be loaded; the operator mends the setting
"""

from __future__ import annotations


class AssistantError(Exception):
    """The message is one clear sentence for a person: what was wrong, where, and what to do."""


class BadSettings(AssistantError):
    """A setting is unknown or has a wrong value; the operator mends the environment."""


class BadQuestion(AssistantError):
    """The question is empty or longer than any question; the asker mends it."""


class ModeUnavailable(AssistantError):
    """A language model was asked for and none is configured."""


class ReadingModelUnavailable(AssistantError):
    """The reading model that is set cannot be loaded; the operator mends the setting or the installation."""
