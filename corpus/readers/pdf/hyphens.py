"""Words that were divided at the ends of lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

SOFT_HYPHEN = "\u00ad"
_HYPHENS = ("-", "\u2010", SOFT_HYPHEN)
_DIVIDED = re.compile(r"(?<![-\u2010])\b([^\W\d_]+)[-\u2010\u00ad]$")
_GOES_ON = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_FEWEST_LETTERS = 2
_SHARE_OF_LINES = 0.02
"""Of a document's lines that end in a hyphen: without division of words one in a hundred does, with it one in ten."""


class Hyphenation:
    """What the lines of a document tell of its words, and whether it divides them."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._words = Counter(word.casefold() for line in _whole_words(lines) for word in _WORD.findall(line))
        pairs = [pair for pair in map(self._pair, lines, lines[1:]) if pair]
        known = sum(1 for first, rest in pairs if self._words[(first + rest).casefold()])
        self._divides = bool(known) or len(pairs) > _SHARE_OF_LINES * len(lines)

    def join(self, line: str, next_line: str) -> str:
        """Return two lines as one: with a blank, with a hyphen, or as the word that was divided.

        A soft hyphen always goes. Another goes when the word without it occurs in the document; it stays when the word
        with it does, or both of its parts, or when the document divides no words.
        """
        if line.endswith(SOFT_HYPHEN):
            return line.rstrip(SOFT_HYPHEN) + next_line
        pair = self._pair(line, next_line)
        if pair is None:
            is_compound = line.endswith(_HYPHENS) and not line.endswith((" -", "--"))
            return line + next_line if is_compound else f"{line} {next_line}"
        return (line[:-1] if self._is_divided(*pair) else line) + next_line

    def _pair(self, line: str, next_line: str) -> tuple[str, str] | None:
        divided, goes_on = _DIVIDED.search(line), _GOES_ON.match(next_line)
        if not divided or not goes_on or not goes_on[0][0].islower() or len(divided[1]) < _FEWEST_LETTERS:
            return None
        return divided[1], goes_on[0]

    def _is_divided(self, first: str, rest: str) -> bool:
        first, rest = first.casefold(), rest.casefold()
        if self._words[first + rest]:
            return True
        if self._words[f"{first}-{rest}"] or not self._divides:
            return False
        return not (self._words[first] and self._words[rest])


def _whole_words(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines without the parts of words at their beginnings and ends."""
    begins_in_word = False
    for line in lines:
        whole = _GOES_ON.sub("", line, count=1) if begins_in_word else line
        divided = _DIVIDED.search(line)
        begins_in_word = divided is not None
        yield whole[: -len(divided[0])] if divided else whole


def join_all(lines: Iterable[str], hyphenation: Hyphenation) -> str:
    """Return lines as one paragraph."""
    text = ""
    for line in lines:
        text = hyphenation.join(text, line) if text else line
    return text.replace(SOFT_HYPHEN, "")
