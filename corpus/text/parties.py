"""Parties that a text mentions: the states, unions and bodies that news speaks of under several names.

"Washington", "the White House", "U.S." and 美国 are one party. Its names stand in `corpus/text/english` and beside it;
they are used to ask who speaks and whether a question's party is the one that a sentence is about.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from corpus.text.chinese import CHINESE
from corpus.text.english import ENGLISH
from corpus.text.languages import BY_LEXICONS
from corpus.text.letters import as_matched, simplified
from corpus.text.lexicons import alternation
from corpus.text.party_names import party_names

_WORD = re.compile(r"(?<![\w.])\w+")
_NAME_BEFORE = re.compile(r"(?<![\w.])(?:(?P<word>[A-Z][\w'-]*\w)(?<!'s)|[A-Z]\.) $")
_NAME_AFTER = re.compile(r" (?P<word>[A-Z][\w'-]*)")
_LOOK_BACK = 40
"""Characters before a name in which the word before it stands; longer ones are no part of a name."""

_IN_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
"""Names of Chinese, which parts no words; Japanese writes many of its own so."""

_BESIDE_A_PARTY = ENGLISH.words("beside_a_party")


def parties_in(text: str) -> frozenset[str]:
    """Return the parties that `text` mentions, as answers call them: "Beijing said" -> {"China"}."""
    return frozenset(party for _, _, party in party_mentions(text))


def party_mentions(text: str) -> list[tuple[int, int, str]]:
    """Return (start, end, party) of every mention, in order; a "the" before it belongs to the mention."""
    return [(start, end, party) for start, end, party in _mentions(text) if party]


def names_a_place(text: str) -> bool:
    """Whether `text` names a party, or what has a party's name in its own: "South America", "New Mexico"."""
    return any(True for _ in _mentions(text))


def party_called(party: str, tag: str) -> str:
    """Return how the language with this ISO 639 code calls a party; as English does where that is not known."""
    language = BY_LEXICONS.get(tag)
    return party_names(language).called.get(party, party) if language else party


def _mentions(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Yield (start, end, party) of each mention, in order, and of namesakes too, whose party is None."""
    if _IN_HAN.search(text):
        yield from sorted((*_in_words(text), *_in_han(simplified(text))), key=lambda mention: mention[0])
    else:
        yield from _in_words(text)


def _in_han(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Yield the mentions in simplified text: the longest name that stands at a place, whatever is around it."""
    names = party_names(CHINESE)
    for found in _han_names().finditer(text):
        if found["short"]:
            yield from ((at, at + 1, names.short_names[text[at]]) for at in range(*found.span()))
        else:
            yield found.start(), found.end(), names.party_of[found.group()]


@cache
def _han_names() -> re.Pattern[str]:
    names = party_names(CHINESE)
    letters, after = "".join(names.short_names), alternation(names.after_short_names)
    return re.compile(rf"(?P<short>[{letters}]{{2,3}}(?={after}))|{alternation(names.party_of)}")


def _in_words(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Yield the mentions that are words of English."""
    written = as_matched(text).replace("’", "'")
    lower = written.lower()
    end = 0
    for word in _WORD.finditer(lower):
        start = word.start()
        if start < end or (alias := _alias_at(lower, start, word.group())) is None:
            continue
        end = start + len(alias)
        with_the = _with_the(lower, start)
        if _is_meant(alias, written, start, with_the):
            yield with_the, end, party_names().party_of[alias]


def _alias_at(lower: str, start: int, first_word: str) -> str | None:
    """The longest name that stands at `start`."""
    for alias in _names_by_first_word().get(first_word, ()):
        if lower.startswith(alias, start) and not _is_in_a_word(lower[start + len(alias) : start + len(alias) + 1]):
            return alias
    return None


def _with_the(lower: str, start: int) -> int:
    """Return where the mention begins: at the article before its name, if there is one."""
    the = start - len("the ")
    if the < 0 or not lower.startswith("the ", the):
        return start
    before = lower[max(0, the - 1) : the]
    return start if _is_in_a_word(before) or before == "." else the


def _is_in_a_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _is_meant(alias: str, written: str, start: int, with_the: int) -> bool:
    """Whether a name means the party here, and no other word that is written alike, and no part of a longer name."""
    names, as_written = party_names(), written[start : start + len(alias)]
    if alias in names.in_capitals:
        return as_written.isupper() or (as_written.islower() and with_the < start)
    if alias in names.capitalised and as_written.islower():
        return False
    return alias not in names.parts_of_names or not _is_part_of_a_name(written, start, start + len(alias))


def _is_part_of_a_name(written: str, start: int, end: int) -> bool:
    """Whether a capitalised word stands beside it that is no ordinary one: "Paris Hilton", "George Washington"."""
    if not written[start].isupper():
        return False
    before = _NAME_BEFORE.search(written, max(0, start - _LOOK_BACK), start)
    beside = [before, _NAME_AFTER.match(written, end)]
    return any(found and (found["word"] or "").lower() not in _BESIDE_A_PARTY for found in beside)


def without_parties(text: str, parties: Collection[str]) -> str:
    """Return `text` without the mentions of these parties and the space after each."""
    for start, end, party in reversed(party_mentions(text)):
        if party in parties:
            text = text[:start] + text[end:].lstrip()
    return text


@cache
def _names_by_first_word() -> Mapping[str, tuple[str, ...]]:
    """The names that begin with each word, the longest first, so that a text is gone through once."""
    names: dict[str, list[str]] = {}
    for alias in sorted(party_names().party_of, key=len, reverse=True):
        names.setdefault(_first_word(alias), []).append(alias)
    return {word: tuple(found) for word, found in names.items()}


def _first_word(alias: str) -> str:
    first = _WORD.match(alias)
    assert first is not None
    return first.group()
