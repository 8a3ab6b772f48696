"""Examples from written paraphrases: a question beside sentences that answer it in other words, and others in its own.

A line has three sentences that answer, which share hardly a word with the question, and four that share most of them
and do not. Every seventh question is kept back to measure with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from benchmarks.reader.asked import PARAPHRASES, is_kept_back, titled
from benchmarks.reader.example import Example
from benchmarks.reader.written import packed_rows, short_spans

Told = tuple[list[Example], list[Example]]
"""Of one question: the sentences that answer it, and those that do not."""


def read_paraphrases(kept_back: bool, file: Path = PARAPHRASES) -> list[Told]:
    """Return the examples of each question that is kept back, or of each that is not."""
    rows = [row for row in packed_rows(file) if is_kept_back(row["q"]) == kept_back]
    return [
        (
            [
                Example(row["q"], text, titled(row, before), short_spans(text, short), answers=True)
                for before, text, short in row["right"]
            ],
            [Example(row["q"], text, titled(row, before), (), answers=False) for before, text in row["near"]],
        )
        for row in rows
    ]


def paraphrase_examples() -> Iterator[Example]:
    """Yield all that may be learned."""
    return (example for right, near in read_paraphrases(kept_back=False) for example in (*right, *near))


def paraphrase_pairs(told: Sequence[Told]) -> Iterator[tuple[Example, Example]]:
    """Yield each sentence that answers a question with each that does not."""
    return (pair for right, near in told for pair in product(right, near))
