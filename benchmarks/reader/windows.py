"""Examples about whole passages as examples about single sentences, which is what the product reads.

The sentence that holds the answer, with the one before it as context, is right; of the others those that share most
words with the question are near misses. A sentence that has the answer's words too is left out: it may answer as well.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence

from assistant.meaning.shown import above
from benchmarks.reader.example import Example
from benchmarks.reader.public import shared_words
from corpus.text.sentences import sentence_spans

_NEAR_MISSES = 2
"""Of each question in each passage."""


def windows(examples: Iterable[Example], chance: random.Random) -> Iterator[Example]:
    """Yield an example for each window of these; those of one sentence as they are."""
    return (window for example in examples for window in _windows_of(example, chance))


def _windows_of(example: Example, chance: random.Random) -> Iterator[Example]:
    sentences = sentence_spans(example.text)
    if example.spans is None or example.verdict is not None or len(sentences) < 2:
        yield example
        return
    misses = []
    for number, (start, end) in enumerate(sentences):
        inside = tuple((s - start, e - start) for s, e in example.spans if start <= s and e <= end)
        if inside:
            yield _window(example, sentences, number, inside)
        elif not _may_answer(example, start, end):
            misses.append(number)
    texts = [example.text[start:end] for start, end in sentences]
    misses.sort(key=lambda number: -shared_words(example.asked, texts[number]) - chance.random())
    for number in misses[:_NEAR_MISSES]:
        yield _window(example, sentences, number, ())


def _may_answer(example: Example, start: int, end: int) -> bool:
    """Whether some of an answer stands there, or its words do."""
    text = example.text[start:end].casefold()
    return any((start < e and s < end) or example.text[s:e].casefold() in text for s, e in example.spans or ())


def _window(
    example: Example, sentences: Sequence[tuple[int, int]], number: int, spans: tuple[tuple[int, int], ...]
) -> Example:
    before = example.text[slice(*sentences[number - 1])] if number else ""
    text = example.text[slice(*sentences[number])]
    return Example(example.asked, text, above(example.context, before), spans=spans, answers=bool(spans))
