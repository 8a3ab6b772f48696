"""Noun phrases of a question, told by closed lists of words and no model.

A phrase is a run of words that no function word and no common verb breaks: "the Black Lives Matter movement". A word
that no list knows is taken for a noun, so that unknown names are found, and a rare verb may be found too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from assistant.conversation.times import times
from corpus.text.english import ENGLISH
from corpus.text.parties import party_mentions

_WORD = re.compile(r"[^\W_][\w’'&/+#-]*(?:\.\w+)*")
_POSSESSIVE = re.compile(r"[’']s?$")
_CONTRACTED = re.compile(rf"(?:n[’']t|[’']{ENGLISH.any_of('clitics')})$")

_LOOK_BACK = 40
"""Characters before a phrase in which its determiner stands."""

_OWNS = re.compile(r"[’']s?\s+")
_DETERMINER = re.compile(
    rf"\b(?P<which>{ENGLISH.any_of('determiners_of_phrases')})\s+(?:(?P<between>\w+)\s+)?$", re.IGNORECASE
)
_SUBJECT = rf"(?:{ENGLISH.any_of('determiners_of_subjects')}\s+)?$"
_AFTER_DO = re.compile(rf"\b{ENGLISH.any_of('do', 'modals')}(?:n[’']t)?\s+{_SUBJECT}", re.IGNORECASE)
"""After it comes a subject, and then a verb that no list may know: "did the dockers strike?"."""

_AFTER_BE = re.compile(rf"^\W*{ENGLISH.any_of('be')}(?:n[’']t)?\s+{_SUBJECT}", re.IGNORECASE)
"""After it comes a subject, and then what it is said to be: "is the vaccine safe?"."""

_CLAUSE_ENDS = re.compile(r"\s*(?:$|[?!.,;:])")
_OBJECT_FOLLOWS = re.compile(rf"\s+{ENGLISH.any_of('begins_an_object')}\b", re.IGNORECASE)
_MORE_FOLLOWS = re.compile(rf"\s+{ENGLISH.any_of('more_follows')}\b", re.IGNORECASE)
_TO_WHOM = re.compile(rf"\s+{ENGLISH.any_of('to_whom')}\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[?!.,;:]")
_PARTICIPLE = re.compile(r"[a-z]{2,}(?<!e)ed")
_FOLLOWS_WHO = re.compile(r"\bwho\s+$", re.IGNORECASE)
_FOLLOWS_HOW = re.compile(r"\bhow\s+$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?:^|[.!?:])\W*$")

_FUNCTION_WORDS = ENGLISH.words("phrase_breakers")
_CUT_SHORT = ENGLISH.words("cut_short")
_VERBS = ENGLISH.words("verbs")
_IRREGULAR_PLURALS = ENGLISH.words("irregular_plurals")
_ALSO_NOUNS = ENGLISH.words("verbs_and_nouns")
_RELATIONAL = ENGLISH.words("relational_nouns")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase.

    `bare` is [start, end) of the question. `text` has its determiner too, which stands at `text_start` and may have an
    adjective behind it: of "a new door opener", "a door opener".
    """

    text: str
    bare: str
    text_start: int
    start: int
    end: int
    is_name: bool
    is_plural: bool

    @property
    def head(self) -> str:
        """Last word of the phrase, in lower case."""
        return self.bare.rsplit(" ", 1)[-1].casefold()

    @property
    def is_relational(self) -> bool:
        return self.head in _RELATIONAL or self.head.removesuffix("s") in _RELATIONAL


def phrases(text: str) -> list[Phrase]:
    """Return the noun phrases of `text`, in order. "Predator and prey" makes three, the joined one last of them; "did
    the dockers strike" makes two, them and what they did."""
    found: list[Phrase] = []
    before: Phrase | None = None
    for run in _runs(text):
        owner = before if before and _OWNS.fullmatch(text, before.end, run[0].start()) else None
        start = owner.start if owner else run[0].start()
        does = _ends_in_verb(text, start, run)
        phrase = _phrase(text, run[:-1] if does or _ends_in_predicate(text, start, run) else run, owner)
        found.append(phrase)
        if before and text[before.end : phrase.text_start].strip() in {"and", "or"}:
            found.append(_joined(text, before, phrase))
        if does and phrase.is_plural and not phrase.is_name:
            found.append(_deed(phrase, run[-1]))
        before = phrase
    return found


def _ends_in_verb(text: str, start: int, run: list[re.Match[str]]) -> bool:
    """Whether the last word of `run` is what its other words do, by where it stands. `start` is that of its owner."""
    if len(run) < 2 or run[-1].group()[0].isupper() or not _AFTER_DO.search(text, 0, start):
        return False
    end = run[-1].end()
    if _CLAUSE_ENDS.match(text, end) or _OBJECT_FOLLOWS.match(text, end):
        return True
    clause_end = _CLAUSE_END.search(text, end)
    rest = text[end : clause_end.start() if clause_end else len(text)]
    return bool(_MORE_FOLLOWS.match(text, end)) and not has_verb(rest)


def _ends_in_predicate(text: str, start: int, run: list[re.Match[str]]) -> bool:
    """Whether the last word of `run` says something of its other words: "the probe launched", "is the vaccine safe"."""
    if len(run) < 2 or run[-1].group()[0].isupper():
        return False
    if _PARTICIPLE.fullmatch(run[-1].group()) and run[-1].group() != "hundred":
        return True
    is_said = _CLAUSE_ENDS.match(text, run[-1].end()) or _TO_WHOM.match(text, run[-1].end())
    return bool(is_said and _AFTER_BE.search(text, 0, start))


def is_plural(phrase: str) -> bool:
    """Whether a phrase is in the plural, by its last letters and by "and"."""
    last = phrase.rsplit(" ", 1)[-1]
    return (
        " and " in phrase
        or last.casefold() in _IRREGULAR_PLURALS
        or (last.endswith("s") and not last.endswith(("ss", "us", "is")) and not last.isupper())
    )


def has_verb(text: str) -> bool:
    """Whether some word of `text` is a common verb."""
    return any(word.casefold() in _verb_forms() for word in _WORD.findall(text))


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Yield runs of adjacent words that may stand in one phrase."""
    parties = [(start, end) for start, end, _ in party_mentions(text)]
    when = [(time.start, time.end) for time in times(text) if time.is_relative]
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        if run and text[run[-1].end() : word.start()].strip(" "):
            yield run
            run = []
        inside_name = any(start <= word.start() and word.end() <= end for start, end in parties)
        is_time = any(start <= word.start() and word.end() <= end for start, end in when)
        if is_time or (_breaks(word, bool(run)) and not (inside_name and word.group()[0].isupper())):
            if run:
                yield run
            run = []
            continue
        run.append(word)
        if _POSSESSIVE.search(word.group()):
            yield run
            run = []
    if run:
        yield run


def _breaks(word: re.Match[str], in_phrase: bool) -> bool:
    text = word.group()
    lower = _CONTRACTED.sub("", text.casefold())
    is_capitalised = text[0].isupper() and not _opens_a_sentence(word)
    if lower in _FUNCTION_WORDS or lower in _CUT_SHORT:
        # "The Who" and "Matter of Life" are rarer than a function word that someone capitalised; US and IT are names.
        return not (text.isupper() and len(text) > 1 and is_capitalised)
    if _FOLLOWS_WHO.search(word.string, max(0, word.start() - _LOOK_BACK), word.start()):
        return not is_capitalised
    if lower.endswith("ly") and _FOLLOWS_HOW.search(word.string, max(0, word.start() - _LOOK_BACK), word.start()):
        return True  # a degree: "how quickly"
    return lower in _verb_forms() and not is_capitalised and not (in_phrase and lower in _ALSO_NOUNS)


def _opens_a_sentence(word: re.Match[str]) -> bool:
    """Whether `word` begins a sentence, where a capital says nothing."""
    return bool(_SENTENCE_END.search(word.string[max(0, word.start() - 4) : word.start()])) or word.start() == 0


def _phrase(text: str, run: list[re.Match[str]], owner: Phrase | None) -> Phrase:
    start, end = run[0].start(), run[-1].end()
    bare = _POSSESSIVE.sub("", text[start:end])
    before = _DETERMINER.search(text, max(0, start - _LOOK_BACK), start)
    if before and (before["between"] or "").casefold() not in {"", *_FUNCTION_WORDS}:
        before = None
    whole, text_start = bare, start
    if owner:
        whole, text_start = owner.text + text[owner.end : start] + bare, owner.text_start
    elif before:
        whole, text_start = f"{before['which'].casefold()} {bare}", before.start()
    words = [word for word in run if not _opens_a_sentence(word)]
    return Phrase(
        text=whole,
        bare=bare,
        text_start=text_start,
        start=start,
        end=start + len(bare),
        is_name=any(word.group()[0].isupper() for word in words) or bool(party_mentions(bare)),
        is_plural=is_plural(bare),
    )


def _deed(phrase: Phrase, verb: re.Match[str]) -> Phrase:
    """Return "the dockers’ strike" for "did the dockers strike"."""
    owner = phrase.text + ("’" if phrase.text.endswith("s") else "’s")
    bare = verb.string[phrase.start : verb.end()]
    return Phrase(
        f"{owner} {verb.group()}", bare, phrase.text_start, phrase.start, verb.end(), is_name=False, is_plural=False
    )


def _joined(text: str, one: Phrase, other: Phrase) -> Phrase:
    whole = text[one.start : other.end]
    start = one.text.removesuffix(one.bare)
    return Phrase(
        start + whole, whole, one.text_start, one.start, other.end, one.is_name and other.is_name, is_plural=True
    )


@cache
def _verb_forms() -> frozenset[str]:
    forms = {*_VERBS, *ENGLISH.words("irregular_verb_forms")}
    for verb in _VERBS:
        stem = verb.removesuffix("e")
        forms |= {verb + "s", verb + "es", stem + "ed", stem + "ing", verb + verb[-1] + "ing", verb + verb[-1] + "ed"}
        if verb.endswith("y"):
            forms |= {verb[:-1] + "ies", verb[:-1] + "ied"}
    return frozenset(forms)
