"""Names of sides: the states and unions that news speaks of under several names.

"Washington", "the White House" and "U.S." are one side. The table holds what a reader would call the same side;
it is used to ask who speaks and whether a question's side is the one that a sentence is about.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from assistant.letters import as_matched

_SIDES = {
    "China": "china chinese beijing prc",
    "the US": "us u.s u.s. usa united_states america american americans white_house washington",
    "the EU": "eu e.u. european_union brussels",
    "the UK": "uk u.k. united_kingdom britain british london",
    "the UN": "un u.n. united_nations",
    "Russia": "russia russian russians moscow kremlin",
    "Japan": "japan japanese tokyo",
    "India": "india indian indians new_delhi",
    "Germany": "germany german germans berlin",
    "France": "france french paris",
    "Italy": "italy italian italians rome",
    "Spain": "spain spanish madrid",
    "Canada": "canada canadian canadians ottawa",
    "Australia": "australia australian australians canberra",
    "Brazil": "brazil brazilian brazilians",
    "Mexico": "mexico mexican mexicans",
    "South Korea": "south_korea south_korean seoul",
    "North Korea": "north_korea north_korean pyongyang",
    "Taiwan": "taiwan taiwanese taipei",
    "Israel": "israel israeli israelis",
    "Iran": "iran iranian iranians tehran",
    "Turkey": "turkey turkish ankara türkiye",
    "Ukraine": "ukraine ukrainian ukrainians kyiv",
    "Saudi Arabia": "saudi_arabia saudi riyadh",
    "South Africa": "south_africa south_african pretoria",
}

_LOOKS_LIKE_ANOTHER_WORD = frozenset({"us", "un", "turkey"})
"""Aliases that count only when capitalised, or after "the" in a question typed in lower case."""

_NAME = r"[A-Z][\w’'-]*(?:\.[A-Z]\.?)*"
_NAME_RUN = re.compile(
    rf"""
    {_NAME}                 # Eric
    (?: [ ] {_NAME} )*      # Schmidt
    """,
    re.VERBOSE,
)


def sides_in(text: str) -> frozenset[str]:
    """The sides that `text` mentions, by the first name of the table: "Beijing said" -> {"China"}."""
    return frozenset(side for _, _, side in side_mentions(text))


def side_mentions(text: str) -> list[tuple[int, int, str]]:
    """(start, end, side) of every mention, in order; a "the" before it belongs to the mention."""
    mentions = []
    for match in _side_pattern().finditer(as_matched(text)):
        alias = match["alias"]
        if alias.lower() in _LOOKS_LIKE_ANOTHER_WORD and not (alias[0].isupper() or match["the"]):
            continue
        mentions.append((match.start(), match.end(), _side_of_alias()[_key(alias)]))
    return mentions


def without_sides(text: str, sides: Collection[str]) -> str:
    """`text` without the mentions of these sides and the space after each."""
    for start, end, side in reversed(side_mentions(text)):
        if side in sides:
            text = text[:start] + text[end:].lstrip()
    return text


def names_in(text: str) -> list[str]:
    """Runs of capitalised words, the first word of the text left out unless a run goes on after it."""
    names = []
    for match in _NAME_RUN.finditer(text):
        name = match.group()
        if match.start() == 0 and " " not in name and not name.isupper():
            continue
        names.append(name)
    return names


@cache
def _side_of_alias() -> dict[str, str]:
    return {_key(alias): side for side, aliases in _SIDES.items() for alias in aliases.split()}


@cache
def _side_pattern() -> re.Pattern[str]:
    aliases = sorted(_side_of_alias(), key=len, reverse=True)
    words = "|".join(re.escape(alias).replace("_", r"[ ]") for alias in aliases)
    return re.compile(rf"(?<![\w.])(?P<the>the[ ])?(?P<alias>{words})(?![\w])", re.IGNORECASE)


def _key(alias: str) -> str:
    return alias.lower().replace(" ", "_")
