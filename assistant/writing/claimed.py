"""Sentences as a language model gives them, in JSON or as text with markers, each with the lines that it claims.

Whatever comes, in whatever pieces, is read; what is no plain prose is no sentence.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from assistant.errors import ModelUnavailable
from assistant.language_models.language_model import on_one_line, without_thoughts
from corpus.text.sentences import sentence_spans

MOST_CITED = 4
"""Evidence that one sentence may claim; who cites everything cites nothing."""

_LONGEST = 600
"""Characters of a sentence; a longer one is no plain prose."""

_FEWEST_WORDS = 4
"""What has fewer is a name or a yes, and says nothing that could be held against evidence."""

_LONGEST_UNREAD = 1_500
"""Characters of a sentence with its numbers, and of what a model thinks first; what is longer is not waited for."""

_MAY_COMPLETE = re.compile(r"[.!?}\]\n。！？]")
_ANOTHER_BEGINS = re.compile(r"[.!?\]][\"'”’)\]]*\s+\w\S*\s")
"""The first whole word behind the end of a sentence: only now it is known that no marker of it follows."""

_NUMBERS = r"\d{1,3}(?:\s*[,–-]\s*\d{1,3})*"
_SQUARE = rf"\[\s*\^?{_NUMBERS}\s*(?:†[^\[\]]{{0,40}})?\]"
_MARKER = re.compile(_SQUARE)
_MARKERS_AFTER = re.compile(rf"([.!?]['”\"]?)\s*((?:{_SQUARE}\s*)+)")
"""Markers after a full stop belong to the sentence before it."""
_ROUND_MARKER = re.compile(rf"\s*\(({_NUMBERS})\)(?=[.!?]?['”\"]?$)")
"""Where a sentence has no other: (42) in its midst is somebody's age."""
_RANGE = re.compile(r"(\d+)\s*[–-]\s*(\d+)")
_BRACKETS = str.maketrans("【】", "[]")

_ADORNMENT = re.compile(r"\*\*|__|^[\s>#*•-]+(?=\w)|^\d+[.)]\s+")
_NO_PROSE = re.compile(r"://|\bwww\.|\]\(|!\[|[<>`{}|\\]|\[|\]|\b(?:javascript|data|mailto):", re.IGNORECASE)
"""Links, images, markup and code, none of which an answer has."""

_NAMED = re.compile(r'"sentences"\s*:\s*\[')


class Claimed(NamedTuple):
    """A sentence as the model gives it, and what it claims to rest on: lines by their numbers, and in these the stretch
    that begins and ends with certain words; empty where it gives none."""

    text: str
    numbers: tuple[int, ...] = ()
    begins: str = ""
    ends: str = ""


def parse(pieces: Iterable[str]) -> Iterator[Claimed | None]:
    """Yield each sentence as soon as it is complete, from JSON or from text with markers, and None for each piece that
    completes none.

    Raise `ModelUnavailable` where a sentence does not come to an end.
    """
    text, read, begun = "", 0, 0
    is_json: bool | None = None
    for piece in pieces:
        text += piece.translate(_BRACKETS)
        is_json = _is_json(text) if is_json is None else is_json
        if is_json is None and len(text) > _LONGEST_UNREAD:
            raise _endless()
        another = None if is_json else _ANOTHER_BEGINS.search(text, begun)
        begun = another.end() if another else begun
        if is_json is None or not (another or _MAY_COMPLETE.search(piece)):
            yield None
            if len(text) - read > 2 * _LONGEST_UNREAD:  # white space without end, say, behind thoughts
                raise _endless()
            continue
        found, read = _from_json(text, read) if is_json else _from_prose(text, read)
        yield from found
        if not found:
            yield None
        if len(text) - read > _LONGEST_UNREAD:
            raise _endless()
    if not is_json:
        yield from map(_sentence_in, _prose_sentences(_behind(text, read)[0]))


def _endless() -> ModelUnavailable:
    return ModelUnavailable("The language model does not come to the end of a sentence.")


def _is_json(text: str) -> bool | None:
    """Whether it is JSON; None while it cannot be told: thoughts may come first, and a fence around JSON."""
    spoken = without_thoughts(text).lstrip()
    if any(opening.startswith(spoken) for opening in ("<think>", "```json")):
        return None
    spoken = spoken.removeprefix("```json").removeprefix("```").lstrip()
    if not spoken:
        return None
    return spoken[0] == "{"


def _from_json(text: str, read: int) -> tuple[list[Claimed], int]:
    """Return the objects that are complete behind `read`, and where the next one begins."""
    found: list[Claimed] = []
    if not read:
        begin = _NAMED.search(text)
        if not begin:
            return found, 0
        read = begin.end()
    decoder = json.JSONDecoder()
    while (start := _next_object(text, read)) is not None:
        try:
            value, read = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            break
        found.append(_sentence_of(value))
    return found, read


def _next_object(text: str, read: int) -> int | None:
    while read < len(text) and text[read] in " \n\r\t,":
        read += 1
    return read if read < len(text) and text[read] == "{" else None


def _sentence_of(value: Any) -> Claimed:
    """Return the claimed sentence of a JSON value of any shape: servers may ignore the schema."""
    text, begins, ends = (_words_of(value.get(name)) for name in ("text", "begins", "ends"))
    numbers = value.get("evidence")
    numbers = numbers if isinstance(numbers, list) else [numbers]
    valid = tuple(number for number in numbers if isinstance(number, int) and not isinstance(number, bool))
    return Claimed(_MARKER.sub("", text), tuple(dict.fromkeys(valid)), begins, ends)


def _words_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _from_prose(text: str, read: int) -> tuple[list[Claimed], int]:
    """Return the sentences behind `read` that are complete: all but the last, which may go on or get its marker."""
    rest, read = _behind(text, read)
    moved = _MARKERS_AFTER.sub(_marker_first, rest)
    if len(moved) != len(rest):
        return [], read  # places in it are not those of the text; wait for its end
    spans = sentence_spans(moved)
    complete = [span for span, after in pairwise(spans) if moved[after[0]] != "["]
    return [_sentence_in(moved[start:end]) for start, end in complete], read + (complete[-1][1] if complete else 0)


def _behind(text: str, read: int) -> tuple[str, int]:
    """Return the text not read yet, and where it begins: after what the model thinks first."""
    read = read or len(text) - len(without_thoughts(text))
    return text[read:], read


def _prose_sentences(text: str) -> list[str]:
    moved = _MARKERS_AFTER.sub(_marker_first, text)
    return [moved[start:end] for start, end in sentence_spans(moved)]


def _marker_first(match: re.Match[str]) -> str:
    """Turn `it. [1] ` into ` [1] it.`: as long as before, where there is a space between."""
    return f" {match[2].strip()}{match[1]}".ljust(len(match[0]))


def _sentence_in(text: str) -> Claimed:
    text = text.strip()
    marker = _MARKER if _MARKER.search(text) else _ROUND_MARKER
    numbers = [number for match in marker.finditer(text) for number in _numbers_in(match[0])]
    bare = re.sub(r"\s+([.,;:!?])", r"\1", marker.sub("", text))
    return Claimed(bare, tuple(dict.fromkeys(numbers)))


def _numbers_in(marker: str) -> list[int]:
    """Return the numbers of `[1, 3-5]`; of a range at most as many as a sentence may cite."""
    written = marker.partition("†")[0]
    ranges = [range(int(first), int(last) + 1)[:MOST_CITED] for first, last in _RANGE.findall(written)]
    single = re.findall(r"\d+", _RANGE.sub("", written))
    return sorted({*map(int, single), *(number for one in ranges for number in one)})


def plain_sentence(text: str) -> str:
    """Return `text` as one line of plain prose, without adornment; empty when it is none."""
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn") for letter in text if letter not in "\n\t\r"):
        return ""
    sentence = on_one_line(_ADORNMENT.sub("", on_one_line(text)))
    if len(sentence) > _LONGEST or _NO_PROSE.search(sentence) or says_nothing(sentence):
        return ""
    return sentence


def says_nothing(text: str) -> bool:
    """Whether it is too short for a sentence, a name or a yes, and no link or markup either."""
    return text.isascii() and len(text.split()) < _FEWEST_WORDS and not _NO_PROSE.search(text)
