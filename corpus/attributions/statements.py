"""Statements: sentences as a report makes them, with whatever they quote as one word."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus.attributions.quotes import quotes_in
from corpus.block import Stretch
from corpus.text.english import ENGLISH

_TOKEN = re.compile(r"\w(?:[\w.&’'-]*\w)?(?:(?<=\b[A-Z])\.)?[’']?(?=\W|$)|[^\w\s]")

_SAYING = ENGLISH.words("saying")
_ENDS = (".", ",", "?", "!", "…", ";", "—", "–", "-")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a mark, or a whole quotation with its marks; `lower` is empty for what is no word."""

    text: str
    lower: str
    start: int
    end: int
    is_quote: bool = False

    @property
    def is_name(self) -> bool:
        """Whether it is capitalised, as names are."""
        return bool(self.lower) and self.text[0].isupper()


@dataclass(frozen=True)
class Statement:
    """`text[start:end]`, a sentence, or several that one quotation joins; `number` counts those of an article."""

    text: str
    start: int
    end: int
    number: int
    quotes: tuple[Stretch, ...]

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tuple(self._tokens())

    @cached_property
    def speech(self) -> tuple[Stretch, ...]:
        """Those of its quotations that are direct speech: not a word in quotation marks, or the name of a book."""
        befores = (None, *self.tokens)
        return tuple(
            (token.start, token.end)
            for before, token in zip(befores, self.tokens, strict=False)
            if token.is_quote and self._is_speech(before, token)
        )

    @property
    def is_quoted(self) -> bool:
        """Whether it is direct speech and nothing else."""
        return bool(self.speech) and all(token.is_quote or not token.lower for token in self.tokens)

    def _is_speech(self, before: Token | None, quote: Token) -> bool:
        said = quote.text.strip()
        ends_a_clause = said.endswith(_ENDS) or self.text[quote.end : quote.end + 1] == ","
        if before is None or not before.lower:
            return ends_a_clause or (before is not None and before.text == ":")
        return before.lower in _SAYING and said[:1].isupper()

    def _tokens(self) -> Iterator[Token]:
        position = self.start
        for start, end in (*self.quotes, (self.end + 1, self.end + 1)):
            for match in _TOKEN.finditer(self.text, position, min(start - 1, self.end)):
                word = match.group()
                yield Token(word, word.lower() if word[0].isalnum() else "", *match.span())
            if start <= self.end:
                yield Token(self.text[start:end], "", start, end, is_quote=True)
            position = end + (self.text[end : end + 1] in ("”", '"', "'", "’"))


def statements_of(text: str, sentences: Sequence[Stretch]) -> list[Statement]:
    """Return the statements of a text, whose sentences end inside quotations, too."""
    quotes = quotes_in(text)
    ends = [end for _, end in quotes]
    found: list[Statement] = []
    start = -1
    for sentence_start, sentence_end in sentences:
        start = sentence_start if start < 0 else start
        following = bisect_right(ends, sentence_end - 1)
        if following < len(quotes) and quotes[following][0] < sentence_end < quotes[following][1]:
            continue  # the sentence ends inside a quotation
        inside = [one for one in quotes[bisect_right(ends, start) : following + 1] if one[0] < sentence_end]
        found.append(Statement(text, start, sentence_end, len(found), tuple(inside)))
        start = -1
    return found
