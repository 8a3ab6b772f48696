"""Tokens of a model, as numbers; the only file that imports tokenizers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer


class Tokens:
    """The tokenizer in `file`. It never changes after it was made, so threads may share it.

    Raises an exception of the library when the file cannot be read.
    """

    def __init__(self, file: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def ids(self, texts: Sequence[str], most: int) -> list[list[int]]:
        """The tokens of each text between the special ones, `most` with them; what is longer loses its end."""
        return [_cut(encoded.ids, most) for encoded in self._tokenizer.encode_batch_fast(list(texts))]

    def count(self, text: str) -> int:
        """All tokens of `text`, special ones left out."""
        return len(self._tokenizer.encode(text, add_special_tokens=False))


def _cut(ids: list[int], most: int) -> list[int]:
    return ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]
