"""Names of parties in English: states and unions as Unicode's CLDR calls them, and what parties.toml adds."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "parties.toml"

_OF_STATES = ("names", "demonyms", "capitals", "seats")
"""Tables of further names, by the code of the state."""

_IN_BRACKETS = re.compile(r"\s*\([^)]*\)")
"""Myanmar (Burma): what is in brackets is among the names of our own."""


@dataclass(frozen=True, slots=True)
class PartyNames:
    """`party_of` knows every name, in lower case; None for what has a party's name in its own and is none.

    The others are names as well: those that count only `in_capitals` or `capitalised`, and `parts_of_names`, which are
    no party where they are part of a longer name ("Paris Hilton", "George Washington").
    """

    party_of: Mapping[str, str | None]
    in_capitals: frozenset[str]
    capitalised: frozenset[str]
    parts_of_names: frozenset[str]


@cache
def party_names() -> PartyNames:
    """Return all names of parties, read with the first text: CLDR takes longer than all other lists."""
    data: dict[str, dict[str, str]] = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    lists = {name: frozenset(_listed(table["list"])) for name, table in data.items() if "list" in table}
    named = (*_states(data, lists["no_states"], lists["not_by_name"]), *_bodies(data["bodies"]))
    capitals = frozenset(capital for names in _entries(data["capitals"]).values() for capital in _listed(names))
    return PartyNames(
        {**dict(named), **dict.fromkeys(lists["namesakes"])},
        lists["in_capitals"],
        lists["capitalised"],
        capitals | lists["shared_names"],
    )


def _states(
    data: Mapping[str, Mapping[str, str]], no_states: frozenset[str], not_by_name: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """(name, party) for each name of each state and union."""
    for code, name in _territories():
        if code.lower() in no_states:
            continue
        party = data["labels"].get(code, name)
        names = [name] if code.lower() not in not_by_name else []
        for alias in _listed(", ".join([*names, *(data[table].get(code, "") for table in _OF_STATES)])):
            yield alias, party


def _territories() -> Iterator[tuple[str, str]]:
    """ISO 3166 codes, those of unions and some more, with their names as they are written in a sentence."""
    from babel import Locale

    for code, name in Locale("en").territories.items():
        if code.isalpha():
            yield code, _IN_BRACKETS.sub("", name).replace(" & ", " and ").replace("St. ", "Saint ")


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
