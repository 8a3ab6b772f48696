"""Names of parties: the states and unions that news speaks of under several names.

"Washington", "the White House" and "U.S." are one party. The table holds what a reader would call the same party;
it is used to ask who speaks and whether a question's party is the one that a sentence is about.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from corpus.text.letters import as_matched

_PARTIES = {
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
    "Afghanistan": "afghanistan afghan afghans kabul taliban",
    "Algeria": "algeria algerian algiers",
    "Angola": "angola angolan luanda",
    "Argentina": "argentina argentine argentinian buenos_aires",
    "Armenia": "armenia armenian yerevan",
    "Austria": "austria austrian vienna",
    "Azerbaijan": "azerbaijan azerbaijani baku",
    "Bangladesh": "bangladesh bangladeshi dhaka",
    "Belarus": "belarus belarusian minsk",
    "Belgium": "belgium belgian belgians",
    "Bolivia": "bolivia bolivian",
    "Bulgaria": "bulgaria bulgarian sofia",
    "Cambodia": "cambodia cambodian phnom_penh",
    "Cameroon": "cameroon cameroonian",
    "Chile": "chile chilean chileans santiago",
    "Colombia": "colombia colombian colombians bogota",
    "Croatia": "croatia croatian zagreb",
    "Cuba": "cuba cuban cubans havana",
    "Cyprus": "cyprus cypriot nicosia",
    "Czechia": "czechia czech_republic czech prague",
    "Denmark": "denmark danish danes copenhagen",
    "Ecuador": "ecuador ecuadorian quito",
    "Egypt": "egypt egyptian egyptians cairo",
    "Estonia": "estonia estonian tallinn",
    "Ethiopia": "ethiopia ethiopian ethiopians addis_ababa",
    "Finland": "finland finnish finns helsinki",
    "Ghana": "ghana ghanaian accra",
    "Greece": "greece greek greeks athens",
    "Haiti": "haiti haitian haitians",
    "Hungary": "hungary hungarian hungarians budapest",
    "Iceland": "iceland icelandic reykjavik",
    "Indonesia": "indonesia indonesian jakarta",
    "Iraq": "iraq iraqi iraqis baghdad",
    "Ireland": "ireland irish dublin",
    "Kazakhstan": "kazakhstan kazakh astana",
    "Kenya": "kenya kenyan kenyans nairobi",
    "Kuwait": "kuwait kuwaiti",
    "Latvia": "latvia latvian riga",
    "Lebanon": "lebanon lebanese beirut",
    "Libya": "libya libyan libyans tripoli",
    "Lithuania": "lithuania lithuanian vilnius",
    "Malaysia": "malaysia malaysian kuala_lumpur",
    "Mali": "mali malian bamako",
    "Moldova": "moldova moldovan chisinau",
    "Mongolia": "mongolia mongolian",
    "Morocco": "morocco moroccan rabat",
    "Mozambique": "mozambique mozambican maputo",
    "Myanmar": "myanmar burma burmese naypyidaw",
    "Nepal": "nepal nepali nepalese kathmandu",
    "the Netherlands": "netherlands dutch the_hague",
    "New Zealand": "new_zealand",
    "Nigeria": "nigeria nigerian nigerians abuja",
    "Norway": "norway norwegian norwegians oslo",
    "Pakistan": "pakistan pakistani pakistanis islamabad",
    "the Palestinians": "palestine palestinian palestinians hamas gaza ramallah",
    "Panama": "panama panamanian",
    "Peru": "peru peruvian peruvians lima",
    "the Philippines": "philippines philippine filipino filipinos manila",
    "Poland": "poland polish poles warsaw",
    "Portugal": "portugal portuguese lisbon",
    "Qatar": "qatar qatari doha",
    "Romania": "romania romanian bucharest",
    "Rwanda": "rwanda rwandan kigali",
    "Senegal": "senegal senegalese dakar",
    "Serbia": "serbia serbian serbs belgrade",
    "Singapore": "singapore singaporean",
    "Slovakia": "slovakia slovak bratislava",
    "Slovenia": "slovenia slovenian ljubljana",
    "Somalia": "somalia somali mogadishu",
    "Sri Lanka": "sri_lanka sri_lankan colombo",
    "Sudan": "sudan sudanese khartoum",
    "Sweden": "sweden swedish swedes stockholm",
    "Switzerland": "switzerland swiss bern",
    "Syria": "syria syrian syrians damascus",
    "Tanzania": "tanzania tanzanian",
    "Thailand": "thailand thai bangkok",
    "Tunisia": "tunisia tunisian tunis",
    "Uganda": "uganda ugandan kampala",
    "the UAE": "uae emirati united_arab_emirates abu_dhabi",
    "Uzbekistan": "uzbekistan uzbek tashkent",
    "Venezuela": "venezuela venezuelan venezuelans caracas",
    "Vietnam": "vietnam vietnamese hanoi",
    "Yemen": "yemen yemeni sanaa houthis houthi",
    "Zambia": "zambia zambian lusaka",
    "Zimbabwe": "zimbabwe zimbabwean harare",
    "NATO": "nato",
    "OPEC": "opec",
}

_LOOKS_LIKE_ANOTHER_WORD = frozenset({"us", "un", "turkey", "polish", "poles"})
"""Aliases that count only when capitalised, or after "the" in a question typed in lower case."""


def parties_in(text: str) -> frozenset[str]:
    """The parties that `text` mentions, by the first name of the table: "Beijing said" -> {"China"}."""
    return frozenset(party for _, _, party in party_mentions(text))


def party_mentions(text: str) -> list[tuple[int, int, str]]:
    """(start, end, party) of every mention, in order; a "the" before it belongs to the mention."""
    mentions = []
    for match in _party_pattern().finditer(as_matched(text)):
        alias = match["alias"]
        if alias.lower() in _LOOKS_LIKE_ANOTHER_WORD and not (alias[0].isupper() or match["the"]):
            continue
        mentions.append((match.start(), match.end(), _party_of_alias()[_key(alias)]))
    return mentions


def without_parties(text: str, parties: Collection[str]) -> str:
    """`text` without the mentions of these parties and the space after each."""
    for start, end, party in reversed(party_mentions(text)):
        if party in parties:
            text = text[:start] + text[end:].lstrip()
    return text


@cache
def _party_of_alias() -> dict[str, str]:
    return {_key(alias): party for party, aliases in _PARTIES.items() for alias in aliases.split()}


@cache
def _party_pattern() -> re.Pattern[str]:
    aliases = sorted(_party_of_alias(), key=len, reverse=True)
    words = "|".join(re.escape(alias).replace("_", r"[ ]") for alias in aliases)
    return re.compile(rf"(?<![\w.])(?P<the>the[ ])?(?P<alias>{words})(?![\w])", re.IGNORECASE)


def _key(alias: str) -> str:
    return alias.lower().replace(" ", "_")
