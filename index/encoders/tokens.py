"""Tokens of a model, as numbers; the only file that imports tokenizers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tokenizers import Tokenizer


class Tokenized(NamedTuple):
    """The tokens of a text, and [start, end) of each in it, in code points."""

    ids: list[int]
    spans: list[tuple[int, int]]


class Tokens:
    """The tokenizer in `file`. It never changes after it was made, so threads may share it.

    Raises an exception of the library when the file cannot be read.
    """

    def __init__(self, file: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.classifier, self.separator = self._special("[CLS]", "<s>"), self._special("[SEP]", "</s>")

    def _special(self, *names: str) -> int:
        numbers = [number for name in names if (number := self._tokenizer.token_to_id(name)) is not None]
        if not numbers:
            raise ValueError(f"The tokenizer has no {names[0]}.")
        return int(numbers[0])

    def ids(self, texts: Sequence[str], most: int) -> list[list[int]]:
        """Return the tokens of each text between the special ones, `most` with them; what is longer loses its end."""
        return [_cut(encoded.ids, most) for encoded in self._tokenizer.encode_batch_fast(list(texts))]

    def tokenize(self, texts: Sequence[str]) -> list[Tokenized]:
        """Return the tokens of each text, special ones left out."""
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [Tokenized(encoding.ids, encoding.offsets) for encoding in encodings]

    def count(self, text: str) -> int:
        """Count the tokens of `text`, special ones left out."""
        return len(self._tokenizer.encode(text, add_special_tokens=False))


def _cut(ids: list[int], most: int) -> list[int]:
    return ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]
