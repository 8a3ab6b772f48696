"""Quoted stretches of a text: between quotation marks, over paragraphs where each of them opens anew."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.block import Stretch

_MOST = 3000
"""Characters of a quotation, so that a mark that is never closed costs little."""

_QUOTED = re.compile(
    rf"""
    “ (?P<curly> [^“”]{{1,{_MOST}}}? ) (?: ” | (?= \n\n | \Z ) )
    | " (?P<straight> [^"]{{1,{_MOST}}}? ) (?: " | (?= \n\n | \Z ) )
    | (?<!\w) ['‘] (?P<single> (?=[^\W_]) [^\n“”"]{{1,{_MOST // 10}}}? [.,?!…] ) ['’] (?!\w)
    """,
    re.VERBOSE,
)


def quotes_in(text: str) -> list[Stretch]:
    """Return [start, end) of what stands between quotation marks, in order; of one over several paragraphs all."""
    quotes: list[Stretch] = []
    is_open = False
    for start, end in _quoted(text):
        if is_open and _opens_anew(text[quotes[-1][1] : start]):
            quotes[-1] = (quotes[-1][0], end)
        else:
            quotes.append((start, end))
        is_open = text[end : end + 1] not in ("”", '"', "'", "’")
    return quotes


def _opens_anew(between: str) -> bool:
    """Whether a quotation goes on in another paragraph: nothing but its mark stands between."""
    return between.endswith(("“", '"')) and between[:-1].isspace() and "\n" in between


def _quoted(text: str) -> Iterator[Stretch]:
    for match in _QUOTED.finditer(text):
        start, end = match.span(match.lastgroup or 0)
        yield start, end
