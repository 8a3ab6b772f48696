"""Names of parties in a language: states and unions as Unicode's CLDR calls them, and what its parties.toml adds."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from corpus.text.english import ENGLISH
from corpus.text.lexicons import Language

_OF_STATES = ("names", "demonyms", "capitals", "seats")
"""Tables of further names, by the code of the state."""

_IN_BRACKETS = re.compile(r"\s*[(（][^)）]*[)）]")
"""Myanmar (Burma): what is in brackets is among the names of our own."""

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PartyNames:
    """`party_of` knows every name, in lower case; None for what has a party's name in its own and is none.

    Parties are called the same in all languages, as English answers call them; `called` is how this language does.
    The others are names as well: those that count only `in_capitals` or `capitalised`, and `parts_of_names`, which are
    no party where they are part of a longer name ("Paris Hilton", "George Washington"). `short_names` are letters that
    stand for a party beside another one, before a word of `after_short_names`: 中美两国.
    """

    party_of: Mapping[str, str | None]
    called: Mapping[str, str]
    in_capitals: frozenset[str]
    capitalised: frozenset[str]
    parts_of_names: frozenset[str]
    short_names: Mapping[str, str]
    after_short_names: frozenset[str]


@cache
def party_names(language: Language = ENGLISH) -> PartyNames:
    """Return all names of parties, read with the first text: CLDR takes longer than all other lists.

    Which states there are, and how answers call them, stands in the file of English alone.
    """
    data, parties, territories = _data(language), _parties(), _territories(language.tag)
    lists = {name: frozenset(_listed(table["list"])) for name, table in data.items() if "list" in table}
    states = _states(data, territories, parties, lists.get("not_by_name", frozenset()))
    capitals = frozenset(capital for names in _entries(data["capitals"]).values() for capital in _listed(names))
    return PartyNames(
        party_of={**dict((*states, *_bodies(data["bodies"]))), **dict.fromkeys(lists["namesakes"])},
        called={party: data.get("labels", _NONE).get(code, territories[code]) for code, party in parties.items()},
        in_capitals=lists.get("in_capitals", frozenset()),
        capitalised=lists.get("capitalised", frozenset()),
        parts_of_names=capitals | lists.get("shared_names", frozenset()),
        short_names={name: parties[code] for code, name in _entries(data.get("short_names", _NONE)).items()},
        after_short_names=lists.get("after_short_names", frozenset()),
    )


@cache
def _data(language: Language) -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((language.folder.parent / "parties.toml").read_text(encoding="utf-8"))


@cache
def _parties() -> Mapping[str, str]:
    """Return how answers call each state and union, by its code."""
    data = _data(ENGLISH)
    none = frozenset(_listed(data["no_states"]["list"]))
    territories = _territories(ENGLISH.tag).items()
    return {code: data["labels"].get(code, name) for code, name in territories if code.lower() not in none}


def _states(
    data: Mapping[str, Mapping[str, str]],
    territories: Mapping[str, str],
    parties: Mapping[str, str],
    not_by_name: frozenset[str],
) -> Iterator[tuple[str, str]]:
    """(name, party) for each name of each state and union."""
    for code, party in parties.items():
        names = [territories[code]] if code.lower() not in not_by_name else []
        for alias in _listed(", ".join([*names, *(data.get(table, _NONE).get(code, "") for table in _OF_STATES)])):
            yield alias, party


def _territories(tag: str) -> Mapping[str, str]:
    """ISO 3166 codes, those of unions and some more, with their names as they are written in a sentence."""
    from babel import Locale

    return {
        code: _IN_BRACKETS.sub("", name).replace(" & ", " and ").replace("St. ", "Saint ")
        for code, name in Locale(tag).territories.items()
        if code.isalpha()
    }


def _bodies(bodies: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for party, names in _entries(bodies).items():
        for alias in _listed(names):
            yield alias, party


def _entries(table: Mapping[str, str]) -> Mapping[str, str]:
    return {key: names for key, names in table.items() if key != "about"}


def _listed(names: str) -> Iterator[str]:
    """Each name of a list in lower case, as it may be written: with marks on its letters and without."""
    for name in filter(None, (" ".join(name.split()) for name in names.split(","))):
        lower = name.lower().replace("’", "'")
        yield lower
        yield "".join(one for one in unicodedata.normalize("NFD", lower) if not unicodedata.combining(one))
