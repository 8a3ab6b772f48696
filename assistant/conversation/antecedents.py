"""Antecedents of pointing words: the likeliest phrase of the conversation that agrees with one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import takewhile

from assistant.conversation.phrases import Phrase, phrases
from assistant.conversation.pointing import Pointer, PointerKind
from assistant.conversation.times import as_time
from assistant.query.topic import Rarity
from corpus.text.analysis import content_terms
from corpus.text.english import ENGLISH
from corpus.text.names import names_in
from corpus.text.parties import names_a_place

# What makes a phrase likelier, chosen on half of the conversations of CAsT 2020 and MTRAG-UN. They are worth about as
# much as each other; no result hangs on the second digit.
_RARE = 2.0
_NAME, _NAME_OF_A_PERSON = 1.0, 2.0
_SEVERAL_WORDS = 0.3
_SPEAKS_OF_ANOTHER = -2.0
_SAME_NUMBER = 1.0
_KEPT, _MOST_KEPT = 0.4, 2
_FURTHER_BACK = -0.8

_RAREST = 8.0
"""Inverse document frequency of a word that one of three thousand passages has; rarer ones weigh no more."""

_QUESTIONS_BACK = 4
"""Questions in which something is looked for that was not named since."""

_NO_THING = ENGLISH.words("no_thing")
_ASKS_WHO = re.compile(r"\W*(?:and\s+)?who", re.IGNORECASE)
_ASKS_FOR_A_NAME = re.compile(r"\W*(?:and\s+)?(?:who|which|what)\b", re.IGNORECASE)
_NO_PART_OF_A_NAME = ENGLISH.words("openers_before_names")


@dataclass(frozen=True, slots=True)
class Said:
    """A conversation so far: questions that stand by themselves, newest first, the answer to the newest, and the words
    of it that answer ("" where they are not known)."""

    questions: tuple[str, ...] = ()
    answer: str = ""
    short: str = ""


class Antecedents:
    """Finds what pointing words mean.

    `rarity` knows which words are rare in the articles: questions are about those.
    """

    def __init__(self, rarity: Rarity) -> None:
        self._rarity = rarity

    def meant_by(self, pointer: Pointer, said: Said) -> Phrase | None:
        """Return the phrase that `pointer` means; None when nothing that was said agrees with it.

        Of answers the name that answers is taken, else that of a person: the asker said nothing else of what stands in
        them.
        """
        agrees = _agreement(pointer)
        each = [(back, phrase) for back, one in enumerate(said.questions[:_QUESTIONS_BACK]) for phrase in phrases(one)]
        if agrees is _may_be_a_person:
            each = [(back, _leading_name(phrase)) for back, phrase in each]
        candidates = [(back, phrase) for back, phrase in each if agrees(phrase)]
        if answering := _name_that_answers(said, pointer, agrees):
            return answering
        if agrees is _may_be_a_person and (person := person_in(said.answer)):
            named_in_the_newest = any(back == 0 for back, _ in candidates)
            if not named_in_the_newest or _ASKS_WHO.match(said.questions[0]):
                return person
        if not candidates:
            return None
        return max(candidates, key=lambda one: self._likelihood(one[0], one[1], pointer, said))[1]

    def weight(self, phrase: Phrase, name: float = _NAME) -> float:
        """Return how likely a question is about this, highest for names and rare words, lowest for "the purpose of
        ..."."""
        known = self._rarity(sorted(set(content_terms(phrase.bare))))
        rare = min(1.0, max(known.values(), default=0.0) / _RAREST)
        return (
            rare * _RARE
            + phrase.is_name * name
            + (" " in phrase.bare) * _SEVERAL_WORDS
            + phrase.is_relational * _SPEAKS_OF_ANOTHER
        )

    def _likelihood(self, back: int, phrase: Phrase, pointer: Pointer, said: Said) -> float:
        """Weigh phrases that are newer, that the conversation keeps naming, and that agree in number, as likelier."""
        terms = set(content_terms(phrase.bare))
        kept = sum(terms <= set(content_terms(one)) for one in said.questions) - 1
        return (
            self.weight(phrase, _NAME_OF_A_PERSON if pointer.kind is PointerKind.PERSON else _NAME)
            + (phrase.is_plural == pointer.is_plural) * _SAME_NUMBER
            + min(kept, _MOST_KEPT) * _KEPT
            + back * _FURTHER_BACK
        )


def _name_that_answers(said: Said, pointer: Pointer, agrees: Callable[[Phrase], bool]) -> Phrase | None:
    """Return the name that answers a question who, which or what, where the pointer may mean it.

    No "it" means whoever answered a question who. Names of one thing may end in an s. The first word of an answer has a
    capital anyway; who did something has a name there that ends in none: "Eriz shot him", but "Protesters met him".
    """
    asked = said.questions[0] if said.questions else ""
    if not said.short or not _ASKS_FOR_A_NAME.match(asked) or pointer.kind is PointerKind.THAT_NOUN:
        return None
    if _ASKS_WHO.match(asked) and agrees is not _may_be_a_person and not pointer.is_plural:
        return None
    named = next((one for one in (*phrases(said.answer), *phrases(said.short)) if _names(one, said.short)), None)
    if named is None or not agrees(named):
        return None
    opens_with_it = _ASKS_WHO.match(asked) and said.answer.startswith(named.bare) and not named.is_plural
    if not (named.is_name or opens_with_it):
        return None
    return named if agrees is _may_be_a_person or pointer.is_plural == (" and " in named.bare) else None


def _names(phrase: Phrase, short: str) -> bool:
    """Whether a phrase is the short answer, the one before which stands; "the" says nothing."""
    bare, answer = (text.casefold().removeprefix("the ") for text in (phrase.text, short))
    return bare == answer


def _agreement(pointer: Pointer) -> Callable[[Phrase], bool]:
    if pointer.kind is PointerKind.PERSON or pointer.word in {"his", "her"}:
        return _may_be_a_person
    if pointer.kind is PointerKind.THAT_NOUN:
        head = pointer.noun.rsplit(" ", 1)[-1].casefold()
        return lambda phrase: phrase.head == head and " " in phrase.bare
    return lambda phrase: phrase.head not in _NO_THING and not phrase.bare.isdigit() and not as_time(phrase.bare)


def _may_be_a_person(phrase: Phrase) -> bool:
    return all(word.istitle() for word in phrase.text.split()) and not (
        names_a_place(phrase.bare) or as_time(phrase.bare)
    )


def _leading_name(phrase: Phrase) -> Phrase:
    """Return "Ann Lee" for "Ann Lee unhappy", since an adjective that no list knows ends no phrase."""
    name = " ".join(takewhile(str.istitle, phrase.bare.split()))
    if not name or phrase.text != phrase.bare:
        return phrase
    return replace(phrase, text=name, bare=name, end=phrase.start + len(name))


def person_in(answer: str) -> Phrase | None:
    """Return the person whom an answer names first: two or more capitalised words that are no state."""
    for name in names_in(answer):
        words = name.split()
        if words[0].casefold() in _NO_PART_OF_A_NAME:
            words = words[1:]
        if 2 <= len(words) <= 4 and not names_a_place(name):
            bare = " ".join(words).removesuffix("'s").removesuffix("’s")
            return Phrase(bare, bare, 0, 0, len(bare), is_name=True, is_plural=False)
    return None
