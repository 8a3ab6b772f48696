"""Where sentences begin and end, in code points; boundaries come from the `sentencex` library."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from sentencex import get_sentence_boundaries

_RULES = "en"
"""One for all texts, so that equal passages have equal sentences, and their vectors can be shared."""

_WRAP_WIDTH = 100
"""Characters; nobody wraps by hand at more, so a block with a longer line is not hard-wrapped."""

_WRAP_FILL = 50
"""Characters; the lines of a hard-wrapped block are filled, those of a list or of headings are not."""


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """[start, end) of each sentence of `text`, in order, without surrounding white space.

    A line break ends a sentence (a heading or a list item stands alone), except inside a hard-wrapped block.
    Every character that is not white space lies in exactly one span. The rules are those of English, which end
    sentences of most scripts rightly; abbreviations of other languages may end one too early.
    """
    spans = []
    for start, end in _blocks(text):
        for boundary in get_sentence_boundaries(_RULES, text[start:end]):
            trimmed = trim(text, start + boundary["start_index"], start + boundary["end_index"])
            if trimmed[0] < trimmed[1]:
                spans.append(trimmed)
    return spans


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends; empty when there is nothing else."""
    stretch = text[start:end]
    return start + len(stretch) - len(stretch.lstrip()), end - (len(stretch) - len(stretch.rstrip()))


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Paragraphs: hard-wrapped ones whole, others line by line."""
    position = 0
    for paragraph in text.split("\n\n"):
        if _is_hard_wrapped(paragraph):
            yield position, position + len(paragraph)
        else:
            line_start = position
            for line in paragraph.split("\n"):
                yield line_start, line_start + len(line)
                line_start += len(line) + 1
        position += len(paragraph) + 2


def _is_hard_wrapped(paragraph: str) -> bool:
    lengths = [len(line) for line in paragraph.strip("\n").split("\n")]
    return len(lengths) > 1 and max(lengths) <= _WRAP_WIDTH and median(lengths[:-1]) >= _WRAP_FILL
