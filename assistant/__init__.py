"""Answers from articles, with checked citations. Three lines of Python ask a question:

    from assistant import Assistant, Settings
    with Assistant.open(Settings()) as assistant:
        print(assistant.ask("what does China say about semiconductors?").text)

The names below are loaded when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answer import Answer, Citation
    from assistant.ask import Assistant
    from assistant.settings import Settings

__all__ = ["Answer", "Assistant", "Citation", "Settings"]

_HOMES = {
    "Answer": "assistant.answer",
    "Assistant": "assistant.ask",
    "Citation": "assistant.answer",
    "Settings": "assistant.settings",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
