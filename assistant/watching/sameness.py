"""Whether two sentences of different articles tell the same fact, or one ends what the other told.

The judge of claims calls few rewordings supported (of 14 it found one), so that this is decided by what a change of a
fact shows in: numbers, dates, names, denials and turns of events that stand in one and not in the other. Only sentences
whose vectors are near are compared at all. Decision record 43 has what was measured.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.groundedness.faults import Fault, faults
from assistant.groundedness.quantities import missing_quantities
from assistant.groundedness.words import stems_of, words_of
from assistant.meaning.shown import headed
from corpus.text.english import ENGLISH
from corpus.text.lexicons import alternation
from corpus.text.relative_dates import with_dates

NEAR = 0.7
"""Cosine from which two sentences are about the same; measured with the encoder that the installation carries."""

_RELATED = 0.5
"""Cosine from which a sentence may tell a number or date of another one."""

_TURNS = ENGLISH.values("turns_of_events")
_TURN = re.compile(rf"\b{alternation(_TURNS)}\b", re.IGNORECASE)
_OPPOSITE = {
    **ENGLISH.values("opposite_turns"),
    **{after: before for before, after in ENGLISH.values("opposite_turns").items()},
}
_DENIAL = re.compile(rf"\b(?:{ENGLISH.any_of('near_duplicate_negations')})\b|n['’]t\b", re.IGNORECASE)
_NOT_UNTIL = re.compile(
    rf"\b(?:{ENGLISH.any_of('negations')}|\w+n['’]t)\b[^.;:!?]{{0,60}}\b{ENGLISH.any_of('waiting_words')}\b",
    re.IGNORECASE,
)

Cosines = Callable[[str, Sequence[str]], Sequence[float]]
"""From a sentence and others to how near each of these is to it, in [-1, 1]."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence with the title and date of its article, and the whole text of that."""

    text: str
    title: str = ""
    published: date | None = None
    article: str = ""

    @property
    def dated(self) -> str:
        """The sentence with what its dates mean in brackets."""
        return with_dates(self.text, self.published)

    @property
    def heading(self) -> str:
        return headed(self.title, self.published)


@dataclass(frozen=True, slots=True)
class Compared:
    """Positions of those who tell the same as a sentence, and of those whose fact it ends."""

    same: tuple[int, ...]
    ended: tuple[int, ...]


def compare(new: Told, known: Sequence[Told], cosines: Cosines) -> Compared:
    """Compare a sentence with each of the `known` ones."""
    if not known:
        return Compared((), ())
    near = cosines(new.text, [one.text for one in known])
    related = [one for one, cosine in zip(known, near, strict=True) if cosine >= _RELATED]
    about_it = [number for number, cosine in enumerate(near) if cosine >= NEAR]
    adds = _adds_facts(new, related)
    same = tuple(n for n in about_it if not adds and not _turns(new.text, known[n].text))
    return Compared(same, tuple(n for n in about_it if n not in same and _ends(new.text, known[n].text)))


def _ends(new: str, known: str) -> bool:
    """Whether one denies just what the other tells, or tells the opposite turn of it; a false end is worse than none.

    Another number, name or date is not enough: two figures are often of two things. Nor is a denial of something else:
    "is not limited to code: hardware is shared, too" leaves "provides that hardware is shared" as it is.
    """
    new, known = _NOT_UNTIL.sub("", new), _NOT_UNTIL.sub("", known)
    if _denies(new) == _denies(known):
        opposite = {_OPPOSITE.get(turn) for turn in _turns_of(new)} & _turns_of(known)
        return bool(opposite) and _one_has_all_of(_TURN.sub("", new), _TURN.sub("", known))
    denying, telling = (new, known) if _denies(new) else (known, new)
    said = [word.stem for word in words_of(denying)]
    # What is said twice may be denied of something else only: "the plant will close, the office will not close".
    is_denied = all(word in stems_of(telling) and said.count(word) == 1 for word in _denied_words(denying))
    return is_denied and _one_has_all_of(_DENIAL.sub("", new), _DENIAL.sub("", known))


def _denied_words(text: str) -> Iterator[str]:
    """Yield the stem that follows each denial, empty where there is none."""
    for match in _DENIAL.finditer(text):
        yield next((word.stem for word in words_of(text[match.end() :]) if word.stem), "")


def _one_has_all_of(one: str, other: str) -> bool:
    stems, others = stems_of(one), stems_of(other)
    return bool(stems and others) and (stems <= others or others <= stems)


def _adds_facts(new: Told, related: Sequence[Told]) -> bool:
    """Whether a number or date of it stands in none of the related sentences, or a name nowhere in their articles."""
    sentences = [one.dated for one in related]
    headings = [one.heading for one in related]
    lacks_number, lacks_date = missing_quantities(new.dated, [*sentences, *headings])
    articles = [one.article for one in related]
    return lacks_number or lacks_date or Fault.NAME in faults(new.text, [*sentences, *headings, *articles])


def _turns(new: str, known: str) -> bool:
    """Whether one tells a turn of events that the other does not have, or denies what the other tells."""
    turns, before = _turns_of(new), _turns_of(known)
    return bool(turns and not turns & before) or _denies(new) != _denies(known)


def _turns_of(text: str) -> frozenset[str]:
    return frozenset(str(_TURNS[match.group().lower()]) for match in _TURN.finditer(text))


def _denies(text: str) -> bool:
    return bool(_DENIAL.search(_NOT_UNTIL.sub("", text)))
