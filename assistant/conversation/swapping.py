"""Swaps: a new thing takes the place of its like in the question before, a month that of a month."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.conversation.agreement import PLURALS, SINGULARS, with_verb
from assistant.conversation.counted_times import counted_from, in_the_year_of
from assistant.conversation.phrases import Phrase, is_plural, phrases
from assistant.conversation.times import Time, as_time, times
from assistant.conversation.wording import AUXILIARY
from corpus.text.analysis import content_terms
from corpus.text.english import ENGLISH
from corpus.text.parties import party_mentions

_DEFINITE = re.compile(rf"{ENGLISH.any_of('definite_determiners')}\s", re.IGNORECASE)
_DETERMINED = re.compile(rf"{ENGLISH.any_of('determiners_of_things')}\s", re.IGNORECASE)
_DETERMINER_BEFORE = re.compile(rf"\b{ENGLISH.any_of('pointing_determiners')}\s+$", re.IGNORECASE)
_OWNED_BEFORE = re.compile(r"[’']s?\s+$")
_ASKED_FOR = re.compile(rf"\b{ENGLISH.any_of('asks_for_a_noun')}\s+$", re.IGNORECASE)
_ASKED_WHAT_IT_IS = re.compile(rf"^\W*(?:what|who|how\s+\w+)(?:\s+{AUXILIARY}|[’']s)\s+$", re.IGNORECASE)
_DOES = re.compile(r"\b(?:do|does|did)\s+$", re.IGNORECASE)
_WHERE = re.compile(rf"\b{ENGLISH.any_of('where')}\s+$", re.IGNORECASE)
_OF = re.compile(r"\s+of\s+", re.IGNORECASE)
_OWNS = re.compile(r"\w(?:[’']s|s[’'])$")
_OWNER = re.compile(r"(?:[’']s|(?<=s)[’'])(?=\s)")

_WHEN_OR_WHERE = ENGLISH.words("when_or_where")
_ONLY_WHERE = ENGLISH.words("only_where")
_SAYS_WHERE = re.compile(rf"\b{ENGLISH.any_of('only_where', 'where')}\s+$", re.IGNORECASE)
_MODIFIER = re.compile(rf"\s+{ENGLISH.any_of('when_or_where')}\s.*", re.IGNORECASE)
"""What says when or where behind what it is said of: stations near the border."""

_LOOK_BACK = 20
"""Characters before a phrase in which its determiner stands."""

_TOLD_OF_A_MATTER = ENGLISH.words("told_of_a_matter")

Weight = Callable[[Phrase], float]
"""How likely a question is about a phrase."""


def swapped(before: str, thing: str, preposition: str, weight: Weight) -> str | None:
    """Return `before` with `thing`, before which `preposition` was typed, or ""; None where it has no like."""
    if time := as_time(counted_from(thing, before) or thing):
        return _at_another_time(before, time, preposition)
    if _OWNS.search(thing):
        return _of_another_owner(before, thing)
    if preposition:
        return _after_preposition(before, thing, preposition)
    parties = party_mentions(before)
    if parties and party_mentions(thing):
        start, end, _ = parties[0]
        return _put(before, start, end, thing)
    like = _like(before, thing, weight)
    return _with_what_is_lost(_in_place_of(like, before, thing), like, before, thing) if like else None


def _at_another_time(before: str, new: Time, preposition: str) -> str | None:
    old = times(before)
    if len(old) > 1:
        return None
    if not old or _is_within_a_name(old[0], before):
        if old and new.is_like(old[0]):
            return _put(before, old[0].start, old[0].end, new.name)
        return _with_more(before, preposition or new.usual_preposition, new.name)
    kept = old[0].preposition if old[0].preposition not in {"in", "on", "at"} else ""
    said = preposition or kept or new.usual_preposition
    return _put(before, old[0].start, old[0].end, f"{said} {in_the_year_of(new.name, old[0].name)}")


def _is_within_a_name(time: Time, text: str) -> bool:
    """Whether `time` is part of a name, like the year of "the 2022 World Cup" or the day of "Monday's vote"."""
    return not time.preposition and not time.is_relative and bool(re.match(r"\s+\w|[’']s\s", text[time.end :]))


def _of_another_owner(before: str, owner: str) -> str | None:
    """Put "the men's" into "Who won the women's race?"."""
    for phrase in phrases(before):
        if ending := _OWNER.match(before, phrase.end):
            return _put(before, _determiner_start(before, phrase), ending.end(), owner)
    return None


def _after_preposition(before: str, thing: str, preposition: str) -> str | None:
    """Replace what stands after the same preposition in `before`; else add `thing` at its end, if that says when or
    where."""
    ends = {match.end() for match in re.finditer(rf"\b{preposition}\s+", before, re.IGNORECASE)}
    after = [phrase for phrase in phrases(before) if phrase.text_start in ends and not times(phrase.bare)]
    same = [phrase for phrase in after if phrase.head == _head(thing)]
    like = [phrase for phrase in after if phrase.is_name == _is_name(thing)]
    for phrase in reversed(same or like):
        return _in_place_of(phrase, before, thing)
    for phrase in reversed(phrases(before) if preposition in _ONLY_WHERE and _is_name(thing) else []):
        where = _SAYS_WHERE.search(before, 0, phrase.text_start)
        if where and phrase.is_name and not times(phrase.bare):
            return before[: where.start()] + f"{preposition} {thing}" + before[phrase.end :]
    return _with_more(before, preposition, thing) if preposition in _WHEN_OR_WHERE else None


def _with_what_is_lost(written: str, replaced: Phrase, before: str, thing: str) -> str:
    """Add what was replaced, where it said what the question is about, and its place was taken by what may only be
    concerned by that: "When do stations near the border stop, as to night broadcasts?"."""
    rest = before[: replaced.text_start] + before[replaced.end :]
    is_the_matter = len(content_terms(replaced.bare)) > 1 >= len(content_terms(rest))
    if not is_the_matter or replaced.bare.istitle() or thing == _without_modifier(thing):
        return written
    return f"{written.rstrip(' ?!.')}, as to {replaced.text}?"


def _with_more(before: str, preposition: str, thing: str) -> str:
    return f"{before.rstrip(' ?!.')} {preposition} {thing.strip()}".replace("  ", " ") + "?"


def _like(before: str, thing: str, weight: Weight) -> Phrase | None:
    """Return the likeliest phrase for `thing` to replace: of its head, else name for name, else one it agrees with.

    A name stands for a thing only where that leaves something of what was asked.
    """
    every = [phrase for phrase in phrases(before) if not times(phrase.bare)]
    if any(_is_owner(phrase, thing) for phrase in phrases(thing)):
        every = [phrase for phrase in every if not _is_owner(phrase, before)]
    found = [phrase for phrase in every if phrase.head == _head(thing)]
    if not found and _is_told_of_a_matter(thing):
        found = [phrase for phrase in every if _is_asked_for(phrase, before)]
    elif not found and _is_name(thing):
        names = [phrase for phrase in every if phrase.is_name]
        found = [phrase for phrase in names if _DOES.search(before[: phrase.text_start])] or names
        found = found or [phrase for phrase in _agreeing(every, before, thing) if _leaves_something(before, phrase)]
    elif not found:
        things = [phrase for phrase in every if not phrase.is_name] or every[:1]
        found = [
            phrase for phrase in _agreeing(things, before, thing) if not _WHERE.search(before[: phrase.text_start])
        ]
    return max((phrase for phrase in found if _may_be_replaced(phrase, before, thing)), key=weight, default=None)


def _head(thing: str) -> str:
    """Return the noun that classes a phrase: of "the Bank of Norway", "bank"; of "the women's race", "race"."""
    return next((phrase.head for phrase in phrases(thing) if not _is_owner(phrase, thing)), "")


def _is_owner(phrase: Phrase, text: str) -> bool:
    return bool(_OWNER.match(text, phrase.end))


def _is_told_of_a_matter(thing: str) -> bool:
    return not {_head(thing), _head(thing).removesuffix("s")}.isdisjoint(_TOLD_OF_A_MATTER)


def _is_asked_for(phrase: Phrase, before: str) -> bool:
    return not _is_owner(phrase, before) and bool(_ASKED_WHAT_IT_IS.match(before[: phrase.text_start]))


def _may_be_replaced(phrase: Phrase, before: str, thing: str) -> bool:
    """Whether the phrase may have a determiner; not in "how many the houses"."""
    asked_for = _ASKED_FOR.search(before, max(0, phrase.text_start - _LOOK_BACK), phrase.text_start)
    return not (asked_for and (_DETERMINED.match(thing) or _is_name(thing)))


def _agreeing(several: list[Phrase], before: str, thing: str) -> list[Phrase]:
    """Return the phrases that are as definite as `thing` and of its number; a part of a joined phrase is none."""
    whole = [one for one in several if not any(one != other and _is_part(one, other) for other in several)]
    if len(whole) < 2:
        return whole
    definite = bool(_DEFINITE.match(thing)) or _is_name(thing)
    return [one for one in whole if _is_definite(one, before) == definite and one.is_plural == _is_plural(thing)]


def _is_part(one: Phrase, other: Phrase) -> bool:
    return other.start <= one.start and one.end <= other.end and (" and " in other.bare or " or " in other.bare)


def _is_definite(phrase: Phrase, before: str) -> bool:
    return phrase.is_name or phrase.text.startswith("the ") or bool(_OWNED_BEFORE.search(before[: phrase.start]))


def _leaves_something(before: str, phrase: Phrase) -> bool:
    return bool(content_terms(before[: phrase.start] + " " + before[phrase.end :]))


def _is_name(thing: str) -> bool:
    return any(word[0].isupper() for word in _without_modifier(thing).split())


def _is_plural(thing: str) -> bool:
    return is_plural(_without_modifier(thing))


def _without_modifier(thing: str) -> str:
    """Return "the schools" for "the schools near Dorvik", which are no name, and several."""
    return _MODIFIER.sub("", thing)


def _in_place_of(phrase: Phrase, before: str, thing: str) -> str:
    """`thing` with a determiner of its own, or a name, replaces the owner of `phrase` too; but what is told of the
    owner does not: "Medara's profit" for "Medara's revenue"."""
    start, end = _determiner_start(before, phrase), phrase.end
    if phrase.text_start < phrase.start and _OWNED_BEFORE.search(before, 0, phrase.start):
        if _is_told_of_a_matter(thing):
            thing = _DETERMINED.sub("", thing)
        if not (_DETERMINED.match(thing) or _is_name(thing)):
            start = phrase.start
    for other in phrases(before):
        if _OF.fullmatch(before, end, other.text_start) and (" of " in thing or (phrase.is_name and other.is_name)):
            end = other.end
    if not _is_name(thing) and _is_plural(thing) != phrase.is_plural:
        return with_verb(before[:start], PLURALS if _is_plural(thing) else SINGULARS) + thing + before[end:]
    return _put(before, start, end, thing)


def _determiner_start(before: str, phrase: Phrase) -> int:
    determiner = _DETERMINER_BEFORE.search(before, 0, phrase.text_start)
    return determiner.start() if determiner else phrase.text_start


def _put(text: str, start: int, end: int, thing: str) -> str:
    before = with_verb(text[:start], PLURALS) if " and " in thing else text[:start]
    thing = thing[:1].upper() + thing[1:] if text[:1].isupper() and start == 0 else thing
    return before + thing.strip() + text[end:]
