"""Noun phrases beside a verb of saying: whom a sentence names as its speaker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.attributions.statements import Token
from corpus.block import Stretch
from corpus.text.english import ENGLISH

_LONGEST = 14
"""Words of a speaker or of what is told of one between commas: more are a clause of their own."""

PRONOUNS = ENGLISH.words("speaker_pronouns")
_NAMELESS = ENGLISH.words("nameless_speakers")
_AUXILIARIES = ENGLISH.words("auxiliaries")
_BE = ENGLISH.words("be", "been")
_NO_VERB_BETWEEN = ENGLISH.words("between_speaker_and_verb")
_ENDS_A_CLAUSE = ENGLISH.words("clauses_of_claims") | {"that", "than"}
_PREPOSITIONS = ENGLISH.words("prepositions")
_DETERMINERS = ENGLISH.words("determiners")
_TIMES = ENGLISH.words("months", "weekdays")
_SAYING = ENGLISH.words("saying")
_ROLES = ENGLISH.words("roles")
_TITLES = ENGLISH.words("titles")
_BELONGS = frozenset({"of", "for"})
_NO_PERSON = ENGLISH.words("bodies", "sentence_openers")
_POSSESSIVE = ("'s", "’s")

_NO_NOUN = (_DETERMINERS - PRONOUNS) | _PREPOSITIONS | _AUXILIARIES | _ENDS_A_CLAUSE
_COMMON = _DETERMINERS | _ROLES | _NAMELESS | PRONOUNS
_RELATIVE = frozenset({"who", "whose"})
_SHORT_ROLE = 6
"""Words of a role between commas at the beginning of a sentence, where another clause may follow the comma."""


@dataclass(frozen=True, slots=True)
class SpeakerPhrase:
    """The words that name a speaker: `name` may be empty ("the minister"), and so may `role`; `who` holds both."""

    who: Stretch
    name: Stretch | None
    role: Stretch | None

    @property
    def start(self) -> int:
        return self.who[0]


def subject_before(tokens: Sequence[Token], verb: int) -> tuple[SpeakerPhrase | None, bool]:
    """Return who stands before the verb at `verb`, and whether it is something that is said of them."""
    at, is_passive = _over_auxiliaries(tokens, verb)
    if at < 0 or tokens[at].is_quote:
        return None, is_passive
    if tokens[at].lower == "who":
        at -= 1 + (at > 0 and tokens[at - 1].text == ",")
    if at >= 0 and tokens[at].text == ",":
        return _over_apposition(tokens, at), is_passive
    return _phrase(tokens, _begin(tokens, at), at + 1), is_passive


def phrase_after(tokens: Sequence[Token], first: int, *, opens: bool = False) -> tuple[SpeakerPhrase | None, int]:
    """Return who stands from `first` on ("said Ann Lee, the minister, ..."), and where the words after that begin.

    `opens` a sentence: what follows a comma tells of the speaker only where it says so ("the judge, who").
    """
    end = first
    while end < len(tokens) and end - first < _LONGEST and _goes_on(tokens, first, end):
        end += 1
    if any(_is_verb(before, token) for before, token in pairwise(tokens[first - 1 : end])):
        return None, first
    return _with_apposition(tokens, first, end, opens)


def is_closed(tokens: Sequence[Token], at: int) -> bool:
    """Whether a clause ends before the token at `at`."""
    return at >= len(tokens) or (not tokens[at].lower) or tokens[at].lower in _PREPOSITIONS | _ENDS_A_CLAUSE


def persons_in(tokens: Sequence[Token]) -> Iterator[SpeakerPhrase]:
    """Yield the persons whom a sentence names, by several words or behind a role, in order."""
    for start, token in enumerate(tokens):
        if not token.is_name or (start and tokens[start - 1].is_name):
            continue
        end = start
        while end < len(tokens) and tokens[end].is_name:
            end += 1
        has_role = start > 0 and tokens[start - 1].lower in _ROLES
        phrase = _phrase(tokens, _begin(tokens, start - 1) if has_role else start, end)
        if phrase and phrase.name and (phrase.role or end - start > 1) and is_person(tokens[start:end]):
            yield phrase


def subject(tokens: Sequence[Token]) -> SpeakerPhrase | None:
    """Return what a sentence begins with: a name, or what stands before an auxiliary ("The minutes were leaked")."""
    named = False
    for at, token in enumerate(tokens[:_LONGEST]):
        if token.lower in _AUXILIARIES or token.lower in _SAYING or (named and not token.is_name):
            return _phrase(tokens, 0, at) if at else None
        if not token.lower or token.lower in _PREPOSITIONS:
            return None
        named = token.is_name and (at > 0 or token.lower not in _NO_PERSON)
    return None


def is_person(name: Sequence[Token]) -> bool:
    """Whether capitalised words may be the name of a person: no month, body or opener of a sentence among them."""
    words = {token.lower for token in name}
    return not words & (_NO_PERSON | _TIMES) and not words <= _TITLES


def may_be_label(label: str) -> bool:
    """Whether what stands before a colon may be who speaks: a name in full or in capitals, or a role."""
    words = label.split()
    is_named = label.isupper() or (len(words) > 1 and all(word[0].isupper() for word in words))
    return is_named or words[-1].lower() in _ROLES


def _over_auxiliaries(tokens: Sequence[Token], verb: int) -> tuple[int, bool]:
    """Return where the speaker ends before a verb: over "has", "later" and "is quoted as"; and whether it is said of
    them."""
    at, is_passive = verb - 1, False
    if at > 1 and tokens[at].lower == "as" and tokens[at - 1].lower == "quoted":
        at -= 2
        while at >= 0 and tokens[at].lower in _AUXILIARIES | _BE:
            at -= 1
        return at, False
    while at >= 0 and (tokens[at].lower in _NO_VERB_BETWEEN or _is_adverb(tokens[at])):
        is_passive = is_passive or tokens[at].lower in _BE
        at -= 1
    return at, is_passive


def _is_verb(before: Token, token: Token) -> bool:
    """Whether a word is an auxiliary or a verb of saying, and no noun: "a report by the board"."""
    return token.lower in _AUXILIARIES or (token.lower in _SAYING and before.lower not in _DETERMINERS)


def _is_adverb(token: Token) -> bool:
    return token.lower.endswith("ly") and not token.is_name


def _begin(tokens: Sequence[Token], last: int) -> int:
    """Return where the noun phrase begins whose last word is at `last`."""
    if tokens[last].lower in PRONOUNS or tokens[last].lower in _NAMELESS:
        return last
    first = last
    while first > 0 and last - first < _LONGEST and (_is_inside(tokens[first - 1]) or _joins_names(tokens, first - 1)):
        first -= 1
    return _without_opening(tokens, first, last)


def _is_inside(token: Token) -> bool:
    return (
        bool(token.lower)
        and token.lower not in _ENDS_A_CLAUSE
        and token.lower not in _AUXILIARIES
        and (token.lower not in _SAYING or token.is_name)
    )


def _joins_names(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].lower == "and" and at > 0 and tokens[at - 1].is_name and tokens[at + 1].is_name


def _joins_speakers(tokens: Sequence[Token], at: int) -> bool:
    """Whether another name follows, and no clause of its own: "said Ann Lee and Bo Ek", not "and Bo Ek said"."""
    if at + 1 >= len(tokens) or not _joins_names(tokens, at):
        return False
    end = at + 1
    while end < len(tokens) and tokens[end].is_name:
        end += 1
    return is_closed(tokens, end)


def _without_opening(tokens: Sequence[Token], first: int, last: int) -> int:
    """Leave out what says when and where before a speaker: "On Monday the ministry"."""
    if not (tokens[first].lower in _PREPOSITIONS or tokens[first].lower in _TIMES or _is_adverb(tokens[first])):
        return first
    for at in range(last, first, -1):
        starts_a_name = tokens[at].is_name and (not tokens[at - 1].is_name or tokens[at - 1].lower in _TIMES)
        if tokens[at].lower in _DETERMINERS or (starts_a_name and tokens[at].lower not in _TIMES):
            if at > first and tokens[at - 1].lower in _DETERMINERS:
                continue
            return at
    return last


def _over_apposition(tokens: Sequence[Token], comma: int) -> SpeakerPhrase | None:
    """Return who stands before what is told of them between commas: "Li Qiang, China's premier, said"."""
    opening = comma - 1
    while opening > 0 and comma - opening < _LONGEST and tokens[opening].text != "," and not tokens[opening].is_quote:
        opening -= 1
    if opening <= 0 or tokens[opening].text != ",":
        return None
    told = tokens[opening + 1 : comma]
    if told and told[0].lower not in _RELATIVE and any(token.lower in _AUXILIARIES for token in told):
        return None  # "the council, it is said, wanted"
    first = _begin(tokens, opening - 1) if tokens[opening - 1].lower else opening
    return _joined(tokens, (first, opening), (opening + 1, comma)) if first < opening else None


def _goes_on(tokens: Sequence[Token], first: int, at: int) -> bool:
    """Whether the word at `at` belongs to the phrase that begins at `first`."""
    token = tokens[at]
    if at > first and _joins_speakers(tokens, at):
        return True
    if not token.lower or token.lower in _ENDS_A_CLAUSE or token.lower in _TIMES:
        return False
    if token.lower in PRONOUNS:
        return at == first or tokens[at - 1].lower in _BELONGS
    if at > first and tokens[first].lower in PRONOUNS and token.lower in _PREPOSITIONS:
        return False
    if token.lower in _PREPOSITIONS:
        return token.lower in _BELONGS and at > first and not any(one.lower in _BELONGS for one in tokens[first:at])
    return True


def _with_apposition(tokens: Sequence[Token], first: int, end: int, opens: bool) -> tuple[SpeakerPhrase | None, int]:
    """Return the phrase [first, end) with what is told of it between commas, and where the words behind both begin."""
    closing = end + 1
    while closing < len(tokens) and closing - end < _LONGEST and tokens[closing].lower:
        closing += 1
    is_closing = closing > end + 1 and (closing >= len(tokens) or not tokens[closing].lower)
    head = _phrase(tokens, first, end)
    if head and is_closing and tokens[end].text == "," and _is_apposition(head, tokens[end + 1 : closing], opens):
        return _joined(tokens, (first, end), (end + 1, closing)), closing
    return head, end


def _is_apposition(head: SpeakerPhrase, told: Sequence[Token], opens: bool) -> bool:
    if told[0].lower in _RELATIVE:
        return True
    if opens:
        is_role = len(told) <= _SHORT_ROLE and any(token.lower in _ROLES for token in told)
        return is_role or (head.name is None and all(token.is_name for token in told))
    return told[0].is_name or told[0].lower in _DETERMINERS | _ROLES


def _joined(tokens: Sequence[Token], head: tuple[int, int], apposition: tuple[int, int]) -> SpeakerPhrase | None:
    """Return the speaker whom a phrase names or the apposition behind it: "The chair, Dov Katz"."""
    one, other = _phrase(tokens, *head), _phrase(tokens, *apposition)
    if one is None:
        return None
    who = (one.who[0], tokens[apposition[1] - 1].end)
    told = (tokens[apposition[0]].start, tokens[apposition[1] - 1].end)
    is_clause = tokens[apposition[0]].lower in _RELATIVE
    named = other and other.name and not is_clause and is_person(tokens[slice(*apposition)])
    if other and named and not (one.name and one.role) and _is_whole_name(tokens, apposition, other):
        return SpeakerPhrase(who, other.name, other.role or one.who)
    return SpeakerPhrase(who, one.name, one.role or (None if is_clause else told))


def _is_whole_name(tokens: Sequence[Token], stretch: tuple[int, int], phrase: SpeakerPhrase) -> bool:
    """Whether an apposition is a name, perhaps behind a role, and no description with a name in it."""
    return (
        phrase.name is not None
        and phrase.name[1] == tokens[stretch[1] - 1].end
        and tokens[stretch[0]].lower not in _DETERMINERS
    )


def _phrase(tokens: Sequence[Token], first: int, end: int) -> SpeakerPhrase | None:
    """Return the phrase of these words, its name apart from what stands before it; None for what names no speaker."""
    if not 0 <= first < end or not _is_noun_phrase(tokens[first:end]):
        return None
    last = tokens[end - 1]
    if last.lower in PRONOUNS and end - first > 1 and tokens[end - 2].lower not in _BELONGS:
        first = end - 1
    who = (tokens[first].start, last.end)
    start = _name_begins(tokens, first, end)
    if start == end:
        return SpeakerPhrase(who, None, None)
    role = (tokens[first].start, tokens[start - 1].end) if start > first else None
    return SpeakerPhrase(who, (tokens[start].start, last.end), role)


def _is_noun_phrase(tokens: Sequence[Token]) -> bool:
    """Whether words may be one phrase, and do not begin with a verb before its object: "meet the demands"."""
    first, last = tokens[0], tokens[-1]
    if not last.lower or last.lower in _NO_NOUN or last.text.endswith(_POSSESSIVE):
        return False
    if first.is_name or first.lower in _DETERMINERS:
        return True
    objects = (token.lower in _DETERMINERS and before.lower not in _PREPOSITIONS for before, token in pairwise(tokens))
    return first.lower not in _NO_VERB_BETWEEN - _NAMELESS and not any(objects)


def _name_begins(tokens: Sequence[Token], first: int, end: int) -> int:
    """Return where the name at the end of a phrase begins; `end` where there is none."""
    start = end
    while start > first and _is_of_a_name(tokens, first, start - 1, end):
        start -= 1
    while start < end - 1 and (tokens[start].lower in _ROLES or tokens[start].lower in _DETERMINERS):
        start += 1
    before = [token.lower for token in tokens[first:start]]
    # "a study on the effects in the first Trump Administration" has no name, "the head of the club Ann Lee" does.
    is_of_another = bool(before) and before[-1] not in _ROLES and not _PREPOSITIONS.isdisjoint(before)
    is_common = start < end and (tokens[start].lower in _COMMON or tokens[end - 1].lower in _ROLES)
    return end if is_of_another or is_common else start


def _is_of_a_name(tokens: Sequence[Token], first: int, at: int, end: int) -> bool:
    token = tokens[at]
    if at + 1 < end and at > first and _joins_names(tokens, at):
        return True
    return token.is_name and not token.text.endswith(_POSSESSIVE)
