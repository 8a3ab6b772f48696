"""Errors of evaluation, and who reads them. A low score is a result, not an error.

EvaluationError
├── BadGold             the gold file cannot be read, or has bad lines; the user corrects it or passes --skip-bad
├── BadPredictions      predictions or a finished run cannot be read; the user checks the path or the line
├── RunMismatch         a folder holds another run, or two runs asked different questions; choose another
├── NothingToAsk        there are no articles to ask about; the user ingests some
├── BadGate             a limit names no measure or no number; the user corrects the option
└── ServerFailed        the server cannot be reached or fails; start it, and the same command resumes
"""

from __future__ import annotations

from assistant.errors import AssistantError


class EvaluationError(AssistantError):
    """The message is for the person who evaluates: what was wrong, where, and what to do."""


class BadGold(EvaluationError):
    """The gold file cannot be read, or has bad lines."""


class BadPredictions(EvaluationError):
    """A predictions file or a run cannot be read."""


class RunMismatch(EvaluationError):
    """The folder holds another run, or two runs asked different questions."""


class NothingToAsk(EvaluationError):
    """There are no articles: every question would be refused, and the figures would be 0 for a wrong reason."""


class BadGate(EvaluationError):
    """A limit names no measure or no number."""


class ServerFailed(EvaluationError):
    """The server cannot be reached or fails; what was answered before is kept."""
