"""Loading of the language model that the settings name."""

from __future__ import annotations

from assistant.language_models.language_model import LanguageModel
from assistant.settings import ChatOptions


def load_language_model(options: ChatOptions) -> LanguageModel | None:
    """Return the configured model, not asked yet; None when none is.

    Raise `BadSettings` when there can be no such model.
    """
    if not options.is_configured:
        return None
    from assistant.language_models.chat_model import ChatModel  # LangChain takes seconds to import

    return ChatModel(options)
