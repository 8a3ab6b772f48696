"""Faults of a claim that words alone decide: a number, date, name or quotation that stands nowhere in its evidence."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from itertools import groupby, pairwise

from assistant.groundedness.naming import acronyms_in, as_acronym, name_runs
from assistant.groundedness.quantities import missing_quantities, quantities_in
from assistant.groundedness.words import Word, plain, stem_of, stems_of, without_possessive, words_of
from corpus.text.english import ENGLISH
from corpus.text.parties import parties_in, party_mentions

_QUOTED = re.compile(r"[“\"„«]([^“”\"„«»]{2,400})[”\"“»]")
_SPACE = re.compile(r"\s+")

_ORDINARY = ENGLISH.words("ordinary_openers")
_SOURCE = re.compile(rf"\b{ENGLISH.any_of('source_nouns')}\b", re.IGNORECASE)
_TELLS_NOTHING = re.compile(
    rf"\b(?:(?:{ENGLISH.any_of('negations')}|\w+n['’]t)\s(?:\w+\s)?{ENGLISH.any_of('telling')}"
    rf"|{ENGLISH.any_of('leaving_open')})\b",
    re.IGNORECASE,
)
_TITLES = frozenset(map(stem_of, ENGLISH.words("titles")))


class Fault(StrEnum):
    """What of a claim stands nowhere in the evidence, and does not follow from what stands there.

    Nothing can be told of a claim without evidence or without words, nor of one that is `NOT_READ`: too long to be read
    to its end, or in letters that the judge does not know; nor of one that is about what the sources do not say.
    """

    NO_EVIDENCE = "no evidence"
    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    QUOTATION = "quotation"
    NOTHING_SAID = "nothing said"
    NOT_READ = "not read"
    ABOUT_SOURCES = "about the sources"


def faults(claim: str, told: Sequence[str], known: str = "") -> tuple[Fault, ...]:
    """Return the faults of one sentence as held against all texts that may tell what it says; for any strings.

    `known` may tell names, and nothing else: the sentence before the claim, which is not evidence.
    """
    if not any(text.strip() for text in told):
        return (Fault.NO_EVIDENCE,)
    number, date = missing_quantities(claim, told)
    found = {
        Fault.NUMBER: number,
        Fault.DATE: date,
        Fault.NAME: _names_another(claim, (*told, known)),
        Fault.QUOTATION: _misquotes(claim, told),
        Fault.ABOUT_SOURCES: bool(_SOURCE.search(claim) and _TELLS_NOTHING.search(claim)),
    }
    return tuple(fault for fault, is_found in found.items() if is_found)


def _misquotes(claim: str, told: Sequence[str]) -> bool:
    there = [_as_quoted(text) for text in told]
    quoted = (_as_quoted(match[1]).strip(" .,;:!?…") for match in _QUOTED.finditer(claim))
    return any(quote and not any(quote in text for text in there) for quote in quoted)


def _as_quoted(text: str) -> str:
    return _SPACE.sub(" ", plain(text))


def _names_another(claim: str, told: Sequence[str]) -> bool:
    if not parties_in(claim) <= frozenset().union(*map(parties_in, told)) or _joins_names(claim, told):
        return True
    words = words_of(claim)
    settled = [range(start, end) for start, end, _ in party_mentions(claim)]
    settled += _abbreviated(words, told)
    known, acronyms = frozenset().union(*map(stems_of, told)), frozenset().union(*map(acronyms_in, told))
    return any(
        not _is_named(word, known, acronyms, told)
        for position, word in enumerate(words)
        if _begins_like_a_name(words, position) and not any(word.start in span for span in settled)
    )


def _begins_like_a_name(words: Sequence[Word], position: int) -> bool:
    """Whether a word has a capital letter that is not the sentence's: its first word is a name if another follows."""
    is_capital = [word.text[0].isupper() for word in words[position : position + 2]]
    return all(is_capital) if position == 0 else is_capital[0]


def _is_named(word: Word, known: Collection[str], acronyms: Collection[str], told: Sequence[str]) -> bool:
    if not word.stem or word.lower in _ORDINARY or _is_of_a_date(word):
        return True
    if all(stem in known or (stem.isdigit() and any(stem in text for text in told)) for stem in word.stem.split()):
        return True
    return as_acronym(word.text) in acronyms


def _is_of_a_date(word: Word) -> bool:
    return bool(quantities_in(f"in {without_possessive(word.text)}").dates)


def _abbreviated(words: Sequence[Word], told: Sequence[str]) -> Iterator[range]:
    """Yield where names stand whose initials are told: World Health Organization, where the evidence says WHO."""
    for is_name, run in groupby(words, key=lambda word: word.text[0].isupper()):
        name = list(run)
        letters = "".join(word.text[0] for word in name)
        if is_name and len(name) > 1 and any(re.search(rf"\b{re.escape(letters)}\b", text) for text in told):
            yield range(name[0].start, name[-1].end)


def _joins_names(claim: str, texts: Sequence[str]) -> bool:
    """Whether names of different things stand in `claim` as one: Ana Petrescu, from Ana Brandt and Ida Petrescu."""
    told = [run for text in texts for run in name_runs(text)]
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
