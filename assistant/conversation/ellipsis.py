"""Questions that say only what is new, asked in full: "and the US?", "why?", "and in 2024?"."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.checking.quantities import is_year
from assistant.conversation.agreement import PLURALS, with_verb
from assistant.conversation.phrases import Phrase, has_verb, phrases
from assistant.conversation.pointing import points_back
from assistant.names import side_mentions

_LEAD_IN = r"(?:(?:and|but|so|or|then|ok|okay|hm+|well|now|also)\b[\s,]*)*"
_AUX = r"(?:is|are|was|were|do|does|did|has|have|can|could|should|will|would)"
_SAYS = r"(?:say|think|want|claim|argue|propose|promise|offer|suggest|believe|recommend)"

_NAMES_WHAT_IS_NEW = re.compile(
    rf"""
    ^\W* (?: \w+ [.!] \s+ )?                                               # "Interesting. "
    (?: {_LEAD_IN} (?: what | how ) \s+ about \s+ | (?: and | or | but ) \s+ )
    (?: (?P<preposition> for|in|on|at|by|from|with|to|of|under|during|before|after|since ) \s+ )?
    (?P<thing> [^\s?!.] [^?!.]*? )
    (?: \s+ (?: then | instead | in\ particular | too ) )? \s* [?!.]* \s*$
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ASKS_WHY = re.compile(
    rf"""
    ^\W* {_LEAD_IN}
    (?P<asks> why | when | where | how | how\ so | how\ come | why\ not | since\ when | how\ long | how\ often )
    (?: \s* (?: (?P<past> was | did ) | is | [’']s ) \s+ (?: that | this ) (?: \s+ (?: so | happen ) )? )?
    \s* [?!.]* \s*$
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LEAVES_OUT_THE_MATTER = re.compile(rf"^.*\b(?:do|does|did)\s.+\s{_SAYS}\s*[?!.]*$", re.IGNORECASE)
_ASKS_WHAT_ONE_SAYS = re.compile(
    rf"^\W*(?:what|who|whom)\s+(?P<aux>do|does|did)\s+(?P<subject>.+?)\s+(?P<verb>{_SAYS}|do|mean)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_ASKS_HOW_IT_IS = re.compile(
    rf"^\W*(?P<asks>when\s+|where\s+|why\s+|how\s+(?:long\s+|often\s+|much\s+)?)?(?P<rest>{_AUX}\s+.+)$",
    re.IGNORECASE,
)
_WHEN_OR_WHERE = frozenset("in on at under during before after since".split())

_MOST_CHARACTERS = 200
"""Of a question that only says what is new; bounds the work of the patterns."""

_MOST_WORDS = 7
"""Of what is new: more say something by themselves."""

Weight = Callable[[Phrase], float]
"""How likely a question is about a phrase."""


def asked_anew(question: str, before: str, weight: Weight) -> str | None:
    """`before` asked of what `question` names; None for a question that says more, or that does not fit."""
    if len(question) > _MOST_CHARACTERS:
        return None
    bare = _ASKS_WHY.match(question)
    if bare:
        return _why(bare["asks"].capitalize(), before, bool(bare["past"]))
    says = _ASKS_WHAT_ONE_SAYS.match(before)
    if says and _LEAVES_OUT_THE_MATTER.match(question) and not points_back(question):
        return question.rstrip(" ?!.") + says["rest"]
    names = _NAMES_WHAT_IS_NEW.match(question)
    if names and _is_one_phrase(names["thing"]):
        return _swapped(before, names["thing"], (names["preposition"] or "").casefold(), weight)
    return None


def _why(asks: str, before: str, past: bool) -> str:
    """ "why?" after "When did it begin?": "Why did it begin?"."""
    says = _ASKS_WHAT_ONE_SAYS.match(before)
    if says:
        aux = "did" if past else says["aux"].lower()
        return f"{asks} {aux} {says['subject']} {says['verb']} that{says['rest']}"
    plain = _ASKS_HOW_IT_IS.match(before)
    if plain:
        return f"{asks} {plain['rest'][:1].lower()}{plain['rest'][1:]}"
    about = dict.fromkeys(phrase.text for phrase in phrases(before) if not phrase.is_relational)
    return f"{asks}, as to {' and '.join(list(about)[:3])}?" if about else f"{asks}?"


def _swapped(before: str, thing: str, preposition: str, weight: Weight) -> str | None:
    """`before` with `thing` in place of what it is the like of: a state for a state, a year for a year."""
    if preposition:
        same = re.search(rf"\b{preposition}\s+(?:(?:the|a|an)\s+)?", before, re.IGNORECASE)
        after = [phrase for phrase in phrases(before) if same and phrase.start == same.end()]
        if after:
            return _put(before, after[0].text_start, after[0].end, thing)
        if preposition in _WHEN_OR_WHERE:
            return f"{before.rstrip(' ?!.')} {preposition} {thing}?"
    sides = side_mentions(before)
    if sides and side_mentions(thing):
        start, end, _ = sides[0]
        return _put(before, start, end, thing)
    like = [phrase for phrase in phrases(before) if _is_like(phrase, thing)]
    if not like:
        return None
    chosen = max(like, key=weight)
    return _put(before, chosen.text_start, chosen.end, thing)


def _put(text: str, start: int, end: int, thing: str) -> str:
    before = with_verb(text[:start], PLURALS) if " and " in thing else text[:start]
    return before + thing.strip() + text[end:]


def _is_one_phrase(thing: str) -> bool:
    """Whether it names something, and does no more: "investing with them" has no like in another question."""
    opens = thing.split()[0]
    return (
        len(thing.split()) <= _MOST_WORDS
        and not (has_verb(thing) or points_back(thing))
        and not (opens.endswith("ing") and opens.islower())
    )


def _is_like(phrase: Phrase, thing: str) -> bool:
    """Whether `thing` could stand in its place: a year for a year, anything for a word, a name for a name."""
    is_name = any(word[0].isupper() for word in thing.split())
    return is_year(phrase.bare) == is_year(thing.strip()) and (is_name or not phrase.is_name)
