"""Questions that say only what is new, asked in full: "and the US?", "why?", "and in 2024?"."""

from __future__ import annotations

import re

from assistant.conversation.counted_times import counted_from
from assistant.conversation.phrases import phrases
from assistant.conversation.pointing import points_back
from assistant.conversation.swapping import Weight, swapped
from assistant.conversation.times import as_time
from assistant.conversation.wording import AUXILIARY, is_question_of_its_own, reads_well
from corpus.text.english import ENGLISH

_LEAD_IN = rf"(?:(?:{ENGLISH.any_of('lead_ins')}|hm+)\b[\s,]*)*"
_SAYS = ENGLISH.any_of("saying_of_parties")

_CORRECTS = rf"""(?:{ENGLISH.any_of("lead_ins", "denies_what_was_taken")}\b[\s,.!]*)*
    i \s+ {ENGLISH.any_of("corrects")} \s+"""
"""Before what was meant: "no, I meant"."""

_NAMES_WHAT_IS_NEW = re.compile(
    rf"""
    ^\W* (?: \w+ [.!] \s+ )?                                               # "Interesting. "
    (?: {_LEAD_IN} (?: what | how ) \s+ about \s+ | (?: and | or | but ) \s+ | {_CORRECTS} )
    (?: (?P<preposition> {ENGLISH.any_of("before_what_is_new")} ) \s+ )?
    (?P<thing> [^\s?!.] [^?!.]*? )
    (?: \s+ (?: then | instead | in\ particular | too ) | , \s+ not \s [^?!.]* )? \s* [?!.]* \s*$
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ASKS_WHY = re.compile(
    rf"""
    ^\W* {_LEAD_IN}
    (?P<asks> {ENGLISH.any_of("bare_questions")} | {ENGLISH.any_of("before_whom")} \s+ whom )
    (?: \s* (?: (?P<past> was | did ) | is | [’']s ) \s+ (?: that | this ) (?: \s+ (?: so | happen ) )? )?
    \s* [?!.]* \s*$
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ASKS_WHO_THEN = re.compile(
    rf"^\W*{_LEAD_IN}(?P<who>{ENGLISH.any_of('asks_who_then')})\s+(?P<aux>{AUXILIARY})(?:\s+(?:then|instead))*\s*[?!.]*\s*$",
    re.IGNORECASE,
)
_ASKS_WHETHER = re.compile(rf"^\W*(?P<aux>{AUXILIARY})\s+(?P<rest>.+)$", re.IGNORECASE)
_LEAVES_OUT_THE_MATTER = re.compile(rf"^.*\b(?:do|does|did)\s.+\s{_SAYS}\s*[?!.]*$", re.IGNORECASE)
_ASKS_WHAT_ONE_SAYS = re.compile(
    rf"^\W*(?:what|who|whom)\s+(?P<aux>do|does|did)\s+(?P<subject>.+?)\s+(?P<verb>{_SAYS}|do|mean)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_ASKS_HOW_IT_IS = re.compile(
    rf"^\W*(?P<asks>when\s+|where\s+|why\s+|how\s+(?:long\s+|often\s+|much\s+)?)?(?P<rest>{AUXILIARY}\s+.+)$",
    re.IGNORECASE,
)

_MOST_CHARACTERS = 200
"""Of a question that only says what is new; bounds the work of the patterns."""

_MOST_WORDS = 7
"""Of what is new: more say something by themselves."""


def asked_anew(question: str, before: str, weight: Weight) -> str | None:
    """Return `before` asked of what `question` names; None for a question that says more, or that does not fit."""
    if len(question) > _MOST_CHARACTERS:
        return None
    bare = _ASKS_WHY.match(question)
    if bare:
        return _why(bare["asks"].capitalize(), before, bool(bare["past"]))
    whom = _ASKS_WHO_THEN.match(question)
    written = (
        _who_then(whom["who"].capitalize(), whom["aux"].casefold(), before)
        if whom
        else _in_full(question, before, weight)
    )
    return written if written and reads_well(written, before, question) else None


def _in_full(question: str, before: str, weight: Weight) -> str | None:
    says = _ASKS_WHAT_ONE_SAYS.match(before)
    if says and _LEAVES_OUT_THE_MATTER.match(question) and not points_back(question):
        return question.rstrip(" ?!.") + says["rest"]
    names = _NAMES_WHAT_IS_NEW.match(question)
    if names and (counted_from(names["thing"], before) or _is_one_phrase(names["thing"])):
        return swapped(before, names["thing"], (names["preposition"] or "").casefold(), weight)
    return None


def _why(asks: str, before: str, past: bool) -> str:
    """Return "Why did it begin?" for "why?" after "When did it begin?"."""
    says = _ASKS_WHAT_ONE_SAYS.match(before)
    if says:
        aux = "did" if past else says["aux"].lower()
        return f"{asks} {aux} {says['subject']} {says['verb']} that{says['rest']}"
    plain = _ASKS_HOW_IT_IS.match(before)
    degree = (
        re.match(r"how (long|often|much)$", " ".join((plain["asks"] or "").split()), re.IGNORECASE) if plain else None
    )
    if plain and degree and asks == "Why":
        return f"{asks} {plain['rest'].rstrip(' ?!.')} so {degree[1].lower()}?"
    if plain:
        return f"{asks} {plain['rest'][:1].lower()}{plain['rest'][1:]}"
    about = dict.fromkeys(phrase.text for phrase in phrases(before) if not phrase.is_relational)
    return f"{asks}, as to {' and '.join(list(about)[:3])}?" if about else f"{asks}?"


def _who_then(asks: str, aux: str, before: str) -> str | None:
    """Return "Who was found guilty?" for "who was then?" after "Was Rufus Tench found guilty?"."""
    whether = _ASKS_WHETHER.match(before)
    if whether is None or whether["aux"].casefold() != aux:
        return None
    subject = next(iter(phrases(whether["rest"])), None)
    if subject is None or subject.text_start > 0:
        return None
    rest = whether["rest"][subject.end :].strip()
    return f"{asks} {aux} {rest}" if rest.strip(" ?!.") else None


def _is_one_phrase(thing: str) -> bool:
    """Whether it names something, and does no more: "investing with them" has no like in another question."""
    opens = thing.split()[0]
    return (
        len(thing.split()) <= _MOST_WORDS
        and bool(phrases(thing) or as_time(thing))
        and not (is_question_of_its_own(thing) or (points_back(thing) and not as_time(thing)))
        and not (opens.endswith("ing") and opens.islower())
    )
