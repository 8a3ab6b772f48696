"""Preparation of a text for a tokenizer, shared by all encoders."""

from __future__ import annotations

_LONGEST_TOKEN = 32
"""Characters a token; a text longer than all tokens could be is cut before the tokenizer reads it whole."""


def readable(text: str, max_tokens: int) -> str:
    return without_surrogates(text[: max_tokens * _LONGEST_TOKEN])


def without_surrogates(text: str) -> str:
    """Replace lone surrogates, which tokenizers refuse."""
    return text.encode("utf-8", "replace").decode("utf-8")
