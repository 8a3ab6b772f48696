"""The topic of a question: the words that evidence has to carry, each with its weight."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from assistant.query.by_lexicons import topic_of
from assistant.query.decompose import SubQuestion
from assistant.query.language import read_by_lexicons
from corpus.text.analysis import content_terms
from corpus.text.english import ENGLISH
from corpus.text.parties import without_parties

Rarity = Callable[[Collection[str]], Mapping[str, float]]
"""Inverse document frequency of each of these terms that some passage has."""

_ASKING_WORDS = ENGLISH.words("asking_words")
_WORD = re.compile(r"\w+")


def topic_weights(sub_question: SubQuestion, rarity: Rarity) -> dict[str, float]:
    """Return the terms (of `content_terms`) that evidence for `sub_question` has to carry, with weights > 0: their
    rarity.

    A term that no passage has weighs as much as the question's rarest: it may be the name that is nowhere, or just the
    asker's own word for a thing.

    The party that it asks about is left out: a sentence of the right party is known by `assistant.reading.attribution`,
    and that it names the party must not make up for its being about something else.
    """
    terms = sorted(_topic_terms(sub_question))  # sums of floats depend on their order, and that of a set on the process
    known = rarity(terms)
    rarest = max(known.values(), default=1.0)
    return {term: known.get(term, rarest) for term in terms}


def coverage(weights: Mapping[str, float], terms: Iterable[str]) -> float:
    """Return the share in [0, 1] of the weights whose terms are among `terms`; 1 when there are no weights."""
    total = sum(weights.values())
    carried = set(terms)
    return sum(weight for term, weight in weights.items() if term in carried) / total if total else 1.0


def _topic_terms(sub_question: SubQuestion) -> set[str]:
    text = sub_question.text
    if sub_question.party:
        text = without_parties(text, {sub_question.party})
    if language := read_by_lexicons(text):
        text = topic_of(text, language)
    words = " ".join(word for word in _WORD.findall(text) if word.casefold() not in _ASKING_WORDS)
    return {term for term in content_terms(words) if len(term) > 1}  # not the s of "China's"
