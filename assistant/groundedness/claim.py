"""Check of one sentence against what it cites. docs/language-models.md tells which faults are found, and how often
rightly.

A sentence is `supported` when nothing speaks against it and almost all that it says stands there. That is not
entailment: a sentence made of the right words in the wrong relation can pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise

from assistant.groundedness.naming import acronyms_in, as_acronym, name_runs
from assistant.groundedness.polarity import flips_negation, hardens, says_the_opposite
from assistant.groundedness.quantities import counts, missing_quantities, quantities_in
from assistant.groundedness.speakers import has_other_speaker, loses_speaker
from assistant.groundedness.words import Word, is_among, plain, stem_of, stems_of, without_possessive, words_of
from corpus.text.english import ENGLISH
from corpus.text.parties import parties_in, party_mentions

CARRIED = 0.7
"""Share of a sentence's words that its evidence carries when it is supported; see benchmarks/verifier.py."""

HALF_CARRIED = 0.55
"""Below this share it is unsupported."""

_INVENTED_WORDS, _INVENTED = 3, 0.34
"""A clause of so many words that say something, of which less than this share is carried, is made up."""

_QUOTED = re.compile(r"[“\"„«]([^“”\"„«»]{2,400})[”\"“»]")
_SPACE = re.compile(r"\s+")

_POINTS_BACK = re.compile(
    rf"\b(?:{ENGLISH.any_of('pointing_words')}|the\s{ENGLISH.any_of('described')})\b", re.IGNORECASE
)

_ORDINARY_ENDING = re.compile(rf"{ENGLISH.any_of('ordinary_endings')}$")
_ORDINARY = ENGLISH.words("ordinary_openers")
_TITLES = frozenset(map(stem_of, ENGLISH.words("titles")))


class Verdict(StrEnum):
    SUPPORTED = "supported"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"


class Fault(StrEnum):
    """Fault of a sentence, as held against what it cites."""

    NO_EVIDENCE = "no evidence"
    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    QUOTATION = "quotation"
    NEGATION = "negation"
    MODALITY = "modality"
    OPPOSITE = "opposite"
    SPEAKER = "speaker"
    ROLES = "roles"
    INVENTED_CLAUSE = "invented clause"
    FEW_WORDS = "few words"
    SPEAKER_LOST = "speaker lost"
    NOT_ALL_WORDS = "not all words"


_LIGHT = frozenset({Fault.SPEAKER_LOST, Fault.NOT_ALL_WORDS})
"""Faults that make a sentence partial; any other makes it unsupported."""


@dataclass(frozen=True, slots=True)
class Premises:
    """All that a sentence is held against: its evidence sentences, verbatim, and the text that says whom they speak of.

    Words may come from `context` (titles, the sentence before), and names where the evidence points back with a word
    like "he"; numbers, dates and quotations may not.
    """

    cited: tuple[str, ...]
    context: str = ""

    @property
    def of_names(self) -> str:
        """Text in which the names of the sentence have to stand."""
        points_back = any(map(_POINTS_BACK.search, self.cited))
        return "\n".join((*self.cited, self.context) if points_back else self.cited)


@dataclass(frozen=True, slots=True)
class Check:
    """Result of a check. `carried` is the share in [0, 1] of the sentence's words that its premises carry."""

    verdict: Verdict
    faults: tuple[Fault, ...]
    carried: float


def check_claim(claim: str, premises: Premises) -> Check:
    """Check one sentence: deterministic, for any strings.

    A sentence without evidence, or without words, is unsupported.
    """
    if not premises.cited:
        return Check(Verdict.UNSUPPORTED, (Fault.NO_EVIDENCE,), 0.0)
    known = stems_of(premises.context).union(*map(stems_of, premises.cited), _acronyms(claim, premises.cited))
    carried = _carried(_compared(claim), known)
    faults = tuple(_faults(claim, premises, known, carried))
    return Check(_verdict(faults), faults, carried)


def _verdict(faults: Collection[Fault]) -> Verdict:
    if not faults:
        return Verdict.SUPPORTED
    return Verdict.PARTIAL if _LIGHT.issuperset(faults) else Verdict.UNSUPPORTED


def _faults(claim: str, premises: Premises, known: Collection[str], carried: float) -> Iterator[Fault]:
    cited = premises.cited
    number, date = missing_quantities(claim, cited)
    found = {
        Fault.NUMBER: number,
        Fault.DATE: date,
        Fault.NAME: _names_another(claim, premises),
        Fault.QUOTATION: _misquotes(claim, cited),
        Fault.NEGATION: flips_negation(claim, cited),
        Fault.MODALITY: hardens(claim, cited),
        Fault.OPPOSITE: says_the_opposite(claim, cited),
        Fault.SPEAKER: has_other_speaker(claim, cited, premises.context),
        Fault.ROLES: any(_swaps_roles(claim, text) for text in cited),
        Fault.INVENTED_CLAUSE: _invents_clause(claim, known),
        Fault.FEW_WORDS: carried < HALF_CARRIED,
        Fault.SPEAKER_LOST: loses_speaker(claim, cited),
        Fault.NOT_ALL_WORDS: HALF_CARRIED <= carried < CARRIED,
    }
    return (fault for fault, is_found in found.items() if is_found)


def _compared(claim: str) -> list[Word]:
    """Return its words but numbers and parties, which are checked by what they mean."""
    parties = [range(start, end) for start, end, _ in party_mentions(claim)]
    return [
        word for word in words_of(claim) if not counts(word.lower) and not any(word.start in party for party in parties)
    ]


def _carried(words: Sequence[Word], known: Collection[str]) -> float:
    stems = [stem for word in words for stem in word.stem.split()]
    return sum(is_among(stem, known) for stem in stems) / len(stems) if stems else 0.0


def _invents_clause(claim: str, known: Collection[str]) -> bool:
    for _, of_clause in groupby(_compared(claim), key=lambda word: word.clause):
        words = [word for word in of_clause if word.stem]
        if len(words) >= _INVENTED_WORDS and _carried(words, known) < _INVENTED:
            return True
    return False


def _misquotes(claim: str, cited: Sequence[str]) -> bool:
    there = [_as_quoted(text) for text in cited]
    quoted = (_as_quoted(match[1]).strip(" .,;:!?…") for match in _QUOTED.finditer(claim))
    return any(quote and not any(quote in text for text in there) for quote in quoted)


def _as_quoted(text: str) -> str:
    return _SPACE.sub(" ", plain(text))


def _names_another(claim: str, premises: Premises) -> bool:
    everything = premises.of_names
    if not parties_in(claim) <= parties_in(everything) or _joins_names(claim, everything):
        return True
    words = words_of(claim)
    settled = [range(start, end) for start, end, _ in party_mentions(claim)]
    settled += _abbreviated(words, everything)
    cited, known, acronyms = _stems_of_all(premises.cited), stems_of(everything), acronyms_in(everything)
    for position, word in enumerate(words):
        if not word.text[0].isupper() or any(word.start in span for span in settled):
            continue
        if _is_named(word, cited, acronyms, everything):
            continue
        if position == 0 and _may_be_ordinary(word.text) and not _replaces(words, position, premises.cited, _is_name):
            continue
        if not (_is_named(word, known, acronyms, everything) and _stands_for_pronoun(words, position, premises.cited)):
            return True
    return False


def _stems_of_all(texts: Sequence[str]) -> frozenset[str]:
    return frozenset().union(*map(stems_of, texts))


def _stands_for_pronoun(words: Sequence[Word], position: int, cited: Sequence[str]) -> bool:
    """Whether a name that only the context has stands where the evidence says "he", or like "he" comes first."""
    begins = all(word.text[0].isupper() for word in words[: position + 1])
    if begins and any(_POINTS_BACK.match(text) for text in cited):
        return True
    return _replaces(words, position, cited, lambda word: bool(_POINTS_BACK.fullmatch(word.text)))


def _replaces(words: Sequence[Word], position: int, cited: Sequence[str], of_kind: Callable[[Word], bool]) -> bool:
    """Whether the word after this name follows a word of that kind in the evidence."""
    after = next((word.lower for word in words[position + 1 :] if not word.text[0].isupper()), None)
    return after is not None and any(
        of_kind(one) and two.lower == after for text in cited for one, two in pairwise(words_of(text))
    )


def _is_name(word: Word) -> bool:
    return word.text[0].isupper() and word.lower not in _ORDINARY


def _may_be_ordinary(word: str) -> bool:
    lower = word.lower()
    return lower in _ORDINARY or (word[1:].islower() and bool(_ORDINARY_ENDING.search(lower)))


def _is_named(word: Word, known: Collection[str], acronyms: Collection[str], everything: str) -> bool:
    if not word.stem or word.lower in _ORDINARY or _is_of_a_date(word):
        return True
    if all(stem in known or (stem.isdigit() and stem in everything) for stem in word.stem.split()):
        return True
    return as_acronym(word.text) in acronyms


def _acronyms(claim: str, cited: Sequence[str]) -> frozenset[str]:
    known = acronyms_in("\n".join(cited))
    return frozenset(word.stem for word in words_of(claim) if as_acronym(word.text) in known)


def _is_of_a_date(word: Word) -> bool:
    return bool(quantities_in(f"in {without_possessive(word.text)}").dates)


def _abbreviated(words: Sequence[Word], everything: str) -> Iterator[range]:
    """Yield where names stand whose initials the premises have: World Health Organization, where they say WHO."""
    for is_name, run in groupby(words, key=lambda word: word.text[0].isupper()):
        name = list(run)
        letters = "".join(word.text[0] for word in name)
        if is_name and len(name) > 1 and re.search(rf"\b{re.escape(letters)}\b", everything):
            yield range(name[0].start, name[-1].end)


def _joins_names(claim: str, everything: str) -> bool:
    """Whether names of different things stand in `claim` as one: Ana Petrescu, from Ana Brandt and Ida Petrescu."""
    told = list(name_runs(everything))
    return any(
        _are_torn(one, two, told)
        for run in name_runs(claim)
        for one, two in pairwise(run)
        if one.stem not in _TITLES and two.stem not in _TITLES and not (_is_of_a_date(one) or _is_of_a_date(two))
    )


def _are_torn(one: Word, two: Word, told: Sequence[Sequence[Word]]) -> bool:
    """Whether no name has both, in this order, and one of them is told only with something else in the other's place.

    Middle names and initials may come between.
    """
    names = [[word.stem for word in run] for run in told]
    if any(one.stem in name and two.stem in name[name.index(one.stem) + 1 :] for name in names):
        return False
    before = [name.index(one.stem) + 1 < len(name) for name in names if one.stem in name]
    after = [name.index(two.stem) > 0 for name in names if two.stem in name]
    return bool(before and after) and (all(before) or all(after))


def _swaps_roles(claim: str, text: str) -> bool:
    """Whether two names stand around the same word in the other order, in the active voice both times."""
    mine, theirs = _relations(claim), _relations(text)
    swapped = {(after, verb, before) for before, verb, after in mine}
    return bool(swapped & theirs) and not mine & theirs


def _relations(text: str) -> frozenset[tuple[str, str, str]]:
    """Return (name, verb, name) for each pair of names that follow each other, with each word between them."""
    words = words_of(text)
    names = [position for position, word in enumerate(words) if word.text[0].isupper() and word.stem]
    found = set()
    for first, second in pairwise(names):
        between = words[first + 1 : second]
        if any(word.lower == "by" for word in between):
            continue
        found |= {(words[first].stem, word.stem, words[second].stem) for word in between if word.stem}
    return frozenset(found)
