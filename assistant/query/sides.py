"""Sides of a comparison, and what is asked of each alone: "How do Halm and Port Sel differ on the levy?".

They are named side by side, or one is compared with the other ("the levy in Halm compared with that in Port Sel"). What
is told of one need not name the other, so each is searched and read by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.text.english import ENGLISH

MOST_SIDES = 3

_MOST_WORDS = 7
"""Of what names a side, at most."""

_TOKEN = re.compile(
    r"""
    [A-Z][\w’'.-]*\w (?: \s (?:of|for) \s (?:the \s)? [A-Z][\w’'-]* )+   # League of Ports
    | (?:[A-Z]\.)+ | vs\. | St\.
    | \w [\w’'.-]* (?<![.])
    | [^\w\s]
    """,
    re.VERBOSE,
)
_TWO_QUESTIONS = re.compile(
    rf"""
    \b (?P<opens> (?i: {ENGLISH.any_of("question_words")} ) \s+ (?i: {ENGLISH.any_of("auxiliaries")} ) ) \s+
    (?P<one> (?:the\s+)? [A-Z][\w’'.-]* (?: \s+ [A-Z][\w’'.-]* )* ) \s+ and \s+ (?i: (?P=opens) ) \s+
    """,
    re.VERBOSE,
)
"""The same is asked of two: "What did Halm and what did Port Sel promise?"."""

_COMPARES_WITH = re.compile(
    rf",?\s+{ENGLISH.any_of('comparing_verbs')}(?:\s+\w+)?\s+{ENGLISH.any_of('compared_with')}\s+"
    rf"(?:(?:that|those|the\s+ones?)\s+)?(?:{ENGLISH.any_of('prepositions')}\s+)?",
    re.IGNORECASE,
)
_JOINTS = ENGLISH.words("joining_sides")
_FOLLOWS_SIDES = ENGLISH.words("comparing", "follows_sides")
_AFTER_SIDES = re.compile(rf"\s*\b{ENGLISH.any_of('comparing', 'follows_sides')}\b", re.IGNORECASE)
_DIFFER_ON = re.compile(
    rf"\s*{ENGLISH.any_of('differing')}\s+{ENGLISH.any_of('introduces_a_matter')}\s+(?P<matter>\S.*)", re.IGNORECASE
)
"""What nobody does alone: each is asked what they say about the matter."""

_OF_EACH = re.compile(r"\s+each\b", re.IGNORECASE)
_ASKED_BEHIND = re.compile(
    rf"""
    \s* [:;,.?–—-]+ \s*
    (?P<opens> {ENGLISH.any_of("question_words")} \b [^?.;:]*? ) \b (?: each | they ) \b (?P<rest> .* )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What is asked of those who were only named: "Halm versus Port Sel: what did each promise?"."""

_BEFORE_SIDES = frozenset({"both", "between"})
_PREPOSITIONS = ENGLISH.words("prepositions")
_ENDS_A_SIDE = (
    ENGLISH.words("question_words", "auxiliaries", "clause_joiners", "comparing", "verbs", "follows_sides")
    | _PREPOSITIONS
    | _BEFORE_SIDES
)
_DETERMINERS = ENGLISH.words("determiners")
_MONTHS = frozenset(ENGLISH.values("months"))


@dataclass(frozen=True, slots=True)
class Side:
    """A side by its name, and the question as it would be asked of it alone."""

    name: str
    question: str


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str

    @property
    def is_name(self) -> bool:
        is_capital = self.text[0].isupper() and self.text.lower() not in _DETERMINERS
        return is_capital or self.text[0].isdigit()

    @property
    def ends_a_side(self) -> bool:
        return not self.text[0].isalnum() or self.text.lower() in _ENDS_A_SIDE


def asked_once(question: str) -> str:
    """Return "What did Halm and Port Sel promise?" for "What did Halm and what did Port Sel promise?"."""
    return _TWO_QUESTIONS.sub(r"\g<opens> \g<one> and ", question)


def sides_of(question: str) -> tuple[Side, ...]:
    """Return the two or three sides that a question compares, in its order; none where it names none."""
    return _compared(question) or max(_joined(question), key=lambda found: found[0], default=(0, ()))[1]


def _compared(question: str) -> tuple[Side, ...]:
    """Return the sides of "A, compared with that of B"."""
    for found in _COMPARES_WITH.finditer(question):
        one = _before(_words(question[: found.start()]))
        other = _after(_words(question, found.end()), len(one))
        if _are_sides(one, other) and one[0].is_name == other[0].is_name:
            between = question[one[-1].end : found.start()]
            return _each(question, [one, other], between)
    return ()


def _joined(question: str) -> Iterator[tuple[int, tuple[Side, ...]]]:
    """Yield what may be the sides of "A and B", and how sure that is."""
    words = _words(question)
    for number, word in enumerate(words):
        if word.text.lower() not in _JOINTS:
            continue
        one = _before(words[:number])
        rest = words[number + 1 :]
        other = _after(rest[1:] if rest and rest[0].text.lower() in _PREPOSITIONS else rest, len(one))
        if not _are_sides(one, other):
            continue
        sides = [*_enumerated(words[: words.index(one[0])]), one, other]
        are_said = bool(_AFTER_SIDES.match(question, other[-1].end)) or _follows(question, sides[0][0].start)
        sure = 2 * are_said + (one[0].is_name and other[0].is_name)
        if sure and len(sides) <= MOST_SIDES:
            yield sure, _each(question, sides)


def _each(question: str, sides: Sequence[Sequence[_Word]], between: str = "") -> tuple[Side, ...]:
    """Return the sides, each asked about in the place of all, with what stands `between` the first and the others."""
    before, after = question[: sides[0][0].start], question[sides[-1][-1].end :]
    names = [question[side[0].start : side[-1].end] for side in sides]
    if matter := _DIFFER_ON.match(after):
        return tuple(Side(name, f"What does {name} say about {matter['matter']}") for name in names)
    if not before and (asked := _ASKED_BEHIND.match(after)):
        opens = asked["opens"][:1].upper() + asked["opens"][1:]
        return tuple(Side(name, f"{opens}{name}{asked['rest']}") for name in names)
    after = after[each.end() :] if (each := _OF_EACH.match(after)) else after
    return tuple(Side(name, f"{before}{name}{between}{after}") for name in names)


def _enumerated(words: Sequence[_Word]) -> list[Sequence[_Word]]:
    """Return the names that stand before further ones, each with a comma behind it."""
    found: list[Sequence[_Word]] = []
    while words and words[-1].text == ",":
        side = _before(words)
        if not side or not side[0].is_name:
            break
        found.insert(0, side)
        words = words[: words.index(side[0])]
    return found


def _words(text: str, start: int = 0) -> list[_Word]:
    return [_Word(*found.span(), found[0]) for found in _TOKEN.finditer(text, start)]


def _follows(question: str, start: int) -> bool:
    """Whether "both" or "between" stands before what begins there."""
    before = question[:start].split()
    while before and before[-1].lower() in _DETERMINERS:
        before.pop()
    return bool(before) and before[-1].lower() in _BEFORE_SIDES


def _before(words: Sequence[_Word]) -> Sequence[_Word]:
    """Return the words that name the side which ends with `words`: from its first name on, where it has one."""
    words = words[:-1] if words and words[-1].text == "," else words
    first = len(words)
    while first and len(words) - first < _MOST_WORDS and not words[first - 1].ends_a_side:
        first -= 1
    side = words[first:]
    names = [number for number, word in enumerate(side) if word.is_name]
    return _undetermined(side[names[0] :] if names else side)


def _after(words: Sequence[_Word], most: int) -> Sequence[_Word]:
    """Return the words that name the side which begins with `words`: up to its last name, else up to what is said of
    both, or at most so many."""
    end = 0
    while end < min(_MOST_WORDS, len(words)) and not words[end].ends_a_side:
        end += 1
    side = _undetermined(words[:end])
    names = [number for number, word in enumerate(side) if word.is_name]
    if names:
        return side[names[0] : names[-1] + 1]
    is_whole = end < len(words) and words[end].text.lower() in _FOLLOWS_SIDES
    return side if is_whole else side[: max(most, 1)]


def _undetermined(side: Sequence[_Word]) -> Sequence[_Word]:
    while side and side[0].text.lower() in _DETERMINERS:
        side = side[1:]
    return side


def _are_sides(*sides: Sequence[_Word]) -> bool:
    """Whether all name something, and no months or numbers, which what is told of them does not name."""
    return all(any(word.text[0].isalpha() and word.text.lower() not in _MONTHS for word in side) for side in sides)
