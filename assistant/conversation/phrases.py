"""What a question speaks of: its noun phrases, told by closed lists of words and no model.

A phrase is a run of words that no function word and no common verb breaks: "the Black Lives Matter movement". What a
list does not know is taken for a noun, so that unknown names are found, and a rare verb may be found too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from assistant.conversation.times import times
from assistant.query.parties import party_mentions

_WORD = re.compile(r"[^\W_][\w’'&/+#-]*(?:\.\w+)*")
_POSSESSIVE = re.compile(r"[’']s?$")
_CONTRACTED = re.compile(r"(?:n[’']t|[’'](?:s|re|ve|ll|d|m))$")

_LOOK_BACK = 40
"""Characters before a phrase in which its determiner stands."""

_OWNS = re.compile(r"[’']s?\s+")
_DETERMINER = re.compile(r"\b(?P<which>a|an|the|my|your|our)\s+(?:(?P<between>\w+)\s+)?$", re.IGNORECASE)
_SUBJECT = r"(?:(?:a|an|the|my|your|our|this|that|these|those)\s+)?$"
_AFTER_DO = re.compile(
    rf"\b(?:do|does|did|can|could|will|would|should|may|might|must)(?:n[’']t)?\s+{_SUBJECT}", re.IGNORECASE
)
"""After it comes a subject, and then a verb that no list may know: "did the dockers strike?"."""

_AFTER_BE = re.compile(rf"^\W*(?:is|are|was|were)(?:n[’']t)?\s+{_SUBJECT}", re.IGNORECASE)
"""After it comes a subject, and then what it is said to be: "is the vaccine safe?"."""

_CLAUSE_ENDS = re.compile(r"\s*(?:$|[?!.,;:])")
_OBJECT_FOLLOWS = re.compile(
    r"\s+(?:a|an|the|my|your|our|its|their|his|her|it|them|him|this|that|these|those|any|some|all|so)\b", re.IGNORECASE
)
_MORE_FOLLOWS = re.compile(
    r"\s+(?:in|on|at|by|for|from|with|to|about|against|over|during|after|before|when|while|last|next|this)\b",
    re.IGNORECASE,
)
_TO_WHOM = re.compile(r"\s+(?:for|to|from|with|about)\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[?!.,;:]")
_PARTICIPLE = re.compile(r"[a-z]{2,}(?<!e)ed")
_FOLLOWS_WHO = re.compile(r"\bwho\s+$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?:^|[.!?:])\W*$")

_FUNCTION_WORDS = frozenset(
    """
    and or but nor so yet if then than that this these those there here what who whom whose which when where why how
    i me my mine you your yours he him his she her hers it its we us our ours they them their theirs one ones
    is am are was were be been being do does did done doing have has had having will would shall should can could may
    might must ought about above after against along among around as at before behind below beneath beside besides
    between beyond by despite down during except for from in inside instead into like near of off on onto out outside
    over past per since through throughout till to toward towards under until up upon versus via vs with within without
    not no never none nothing something anything everything someone anyone everyone nobody
    a an the some any each every all both either neither another other others such same many much more most few fewer
    less least several lot lots own enough
    very too also just only even still already again ever yes ok okay please thanks thank well now today really quite
    almost always often usually sometimes actually exactly generally originally typically currently recently
    particular general instead together apart else
    different similar good bad better best worse worst new old big small large important possible necessary likely
    true right wrong sure able available interesting interested native married delicious typical successful
    """.split()
)

_CUT_SHORT = frozenset("ca wo sha ain".split())
"""What is left of "can't" and "won't"."""

_VERBS = """
    say tell give know think mean believe claim argue want propose warn promise explain describe suggest happen become
    begin start stop end go come get take make let put keep see find look seem show try need buy sell pay spend choose
    use eat drink live die kill grow lose win create build develop invent discover write read publish produce perform
    sing found own run hold provide offer require allow enable prevent reduce increase improve affect influence cause
    treat cure fix repair replace remove avoid protect compare differ relate consider recommend compete apply qualify
    register receive contain include consist belong lead follow name call define work become involve depend decide
    resign react respond overturn agree disagree reject accept refuse announce deny confirm accuse arrest injure
    evacuate destroy threaten invade approve elect
    adapt donate break open close move travel visit hack recycle process pose spoil evolve originate attract catch arise
    """.split()
_IRREGULAR = """
    said told gave given knew known thought meant began begun went gone came got gotten took taken made kept saw seen
    found shown bought sold paid spent chose chosen ate eaten died dying grew grown lost won built wrote written sang
    sung ran held led broke broken caught arose met married became lies
    """.split()
_IRREGULAR_PLURALS = frozenset("people children men women police".split())
_ALSO_NOUNS = frozenset("process name start end show work use need works uses".split())
"""Taken for verbs only where no phrase has begun."""

_RELATIONAL = frozenset(
    """
    type kind sort form part number amount name list example cause reason effect impact purpose role meaning definition
    difference relationship history origin process way use benefit advantage disadvantage pro con risk symptom sign
    feature characteristic fact interest rest detail information cost price member leader rival range
    """.split()
)
"""Nouns that speak of something else: in "the purpose of GDPR" it is GDPR that is spoken of."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """`bare` is [start, end) of the question. `text` has its determiner too, which stands at `text_start` and may have
    an adjective behind it: of "a new door opener", "a door opener"."""

    text: str
    bare: str
    text_start: int
    start: int
    end: int
    is_name: bool
    is_plural: bool

    @property
    def head(self) -> str:
        """Its last word, in lower case."""
        return self.bare.rsplit(" ", 1)[-1].casefold()

    @property
    def is_relational(self) -> bool:
        return self.head in _RELATIONAL or self.head.removesuffix("s") in _RELATIONAL


def phrases(text: str) -> list[Phrase]:
    """The noun phrases of `text`, in its order. "Predator and prey" makes three, the joined one last of them; "did the
    dockers strike" makes two, them and what they did."""
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
    """By its last letters, and by "and"."""
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
    """Adjacent words that may stand in one phrase."""
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
    return lower in _verb_forms() and not is_capitalised and not (in_phrase and lower in _ALSO_NOUNS)


def _opens_a_sentence(word: re.Match[str]) -> bool:
    """Where a capital says nothing."""
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
    """ "the dockers’ strike" of "did the dockers strike"."""
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
    forms = {*_VERBS, *_IRREGULAR}
    for verb in _VERBS:
        stem = verb.removesuffix("e")
        forms |= {verb + "s", verb + "es", stem + "ed", stem + "ing", verb + verb[-1] + "ing", verb + verb[-1] + "ed"}
        if verb.endswith("y"):
            forms |= {verb[:-1] + "ies", verb[:-1] + "ied"}
    return frozenset(forms)
