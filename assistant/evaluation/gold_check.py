"""Whether a gold file fits the articles, and is fit to measure with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial

from assistant.evaluation.documents import FindArticle
from assistant.evaluation.gold import GoldEvidence, GoldNugget, GoldQuestion, named
from assistant.evaluation.measures.contains import contains
from assistant.evaluation.measures.nuggets import tells
from assistant.evaluation.text import tokens
from corpus.text.canonical import canonical_text

_KEPT = 64
"""Documents whose words are held in memory: gold files ask of one document after the other."""


class GoldFault(StrEnum):
    """Fault of a gold question; the value is the message about it."""

    UNKNOWN_DOCUMENT = "evidence names a document that is not there"
    TEXT_NOT_FOUND = "evidence text is not in its document"
    OTHER_PLACE = "evidence text is in its document, but not at its start"
    DUPLICATE = "the same question is asked twice"
    ANSWER_IN_QUESTION = "the question gives its own answer away"
    QUESTION_IN_DOCUMENT = "the question stands word for word in its document"
    NO_GOLD = "nothing is known of the answer, so that nothing can be measured"
    CONTRADICTION = "it is said to be unanswerable, and has evidence or nuggets"
    UNTOLD = "a nugget would not be told by quoting its own evidence"
    FORBIDDEN_TRUTH = "a forbidden statement would be made by quoting the evidence of a nugget"


@dataclass(frozen=True, slots=True)
class Remark:
    """A fault of one question; `detail` names what is meant."""

    question_id: str
    fault: GoldFault
    detail: str

    def __str__(self) -> str:
        return f"{self.question_id}: {self.fault}: {self.detail}"


def check_gold(questions: Sequence[GoldQuestion], find_article: FindArticle) -> list[Remark]:
    """Return all faults, question by question; none is a reason not to run."""
    remarks = []
    asked: dict[object, str] = {}
    words_of = lru_cache(maxsize=_KEPT)(partial(_words_of, find_article))
    for question in questions:
        for fault, detail in _faults(question, find_article, words_of):
            remarks.append(Remark(question.id, fault, detail))
        same = asked.setdefault(_what_is_asked(question), question.id)
        if same != question.id:
            remarks.append(Remark(question.id, GoldFault.DUPLICATE, f"also asked by {same}"))
    return remarks


def check_evidence(questions: Sequence[GoldQuestion], find_article: FindArticle) -> list[Remark]:
    """Return only the faults that make scores wrong: evidence that is not in the articles."""
    return [
        Remark(question.id, fault, detail)
        for question in questions
        for fault, detail in _evidence_faults(question, find_article)
    ]


Faults = Iterator[tuple[GoldFault, str]]
WordsOf = Callable[[str], str]


def _faults(question: GoldQuestion, find_article: FindArticle, words_of: WordsOf) -> Faults:
    yield from _evidence_faults(question, find_article)
    yield from _leaks(question, words_of)
    if question.is_answerable is None:
        yield GoldFault.NO_GOLD, "give answers, evidence, or answerable: false"
    if question.answerable is False and (question.relevance or question.nuggets):
        yield GoldFault.CONTRADICTION, ", ".join(question.relevance or map(named, question.nuggets))
    yield from _nugget_faults(question)


def _nugget_faults(question: GoldQuestion) -> Faults:
    """Yield what makes nuggets, and what is forbidden beside them, measure something else than they say."""
    quotes = [item.text for nugget in question.nuggets for item in nugget.evidence]
    for nugget in question.nuggets:
        if not _is_told_by_its_evidence(nugget):
            yield GoldFault.UNTOLD, named(nugget)
    for statement in question.forbidden:
        if any(tells(quote, statement.any_of) for quote in quotes):
            yield GoldFault.FORBIDDEN_TRUTH, named(statement)


def _is_told_by_its_evidence(nugget: GoldNugget) -> bool:
    """Whether one of the places tells it; where nothing of a place is known but its document, nobody can say."""
    if not nugget.any_of:
        return any(item.text and item.start is not None for item in nugget.evidence)
    quotes = [item.text for item in nugget.evidence if item.text]
    return not quotes or any(tells(quote, nugget.any_of) for quote in quotes)


def _evidence_faults(question: GoldQuestion, find_article: FindArticle) -> Faults:
    # What a question and its nuggets share is told once.
    stated = (item for one in (*question.nuggets, *question.forbidden) for item in one.evidence)
    places = dict.fromkeys((*question.evidence, *stated))
    for doc_id in dict.fromkeys((*question.relevance, *(item.doc_id for item in places))):
        if find_article(doc_id) is None:
            yield GoldFault.UNKNOWN_DOCUMENT, doc_id
    for item in places:
        yield from _place_faults(item, find_article)


def _place_faults(item: GoldEvidence, find_article: FindArticle) -> Faults:
    article = find_article(item.doc_id)
    text = canonical_text(item.text)
    if article is None or not text:
        return
    if text not in article.text:
        yield GoldFault.TEXT_NOT_FOUND, f"{item.doc_id}: {text}"
    elif item.start is not None and not article.text.startswith(text, item.start):
        yield GoldFault.OTHER_PLACE, f"{item.doc_id}: {text}"


def _leaks(question: GoldQuestion, words_of: WordsOf) -> Faults:
    """Yield what makes a question easier than real ones."""
    asked = tokens(question.question)
    for answer in question.answers:
        if tokens(answer) and contains(asked, tokens(answer)):
            yield GoldFault.ANSWER_IN_QUESTION, answer
    for doc_id in question.relevance:
        if asked and _in_words(asked) in words_of(doc_id):
            yield GoldFault.QUESTION_IN_DOCUMENT, doc_id


def _words_of(find_article: FindArticle, doc_id: str) -> str:
    article = find_article(doc_id)
    return _in_words(tokens(article.text)) if article else ""


def _in_words(words: Sequence[str]) -> str:
    """Join words with a space on either side of each, so that a match begins and ends with whole words."""
    return f" {' '.join(words)} "


def _what_is_asked(question: GoldQuestion) -> object:
    """Return a key that is equal for questions of one conversation that differ in punctuation and case only."""
    return tuple(tokens(question.question)), question.history
