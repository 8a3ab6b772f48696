"""Questions proposed from one's own articles, for a person to reword: each marked as a draft until then."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from random import Random

from assistant.evaluation.gold import GoldEvidence, GoldNugget, GoldQuestion
from assistant.evaluation.measures.contains import contains
from assistant.evaluation.measures.nuggets import tells
from assistant.evaluation.support import share_half
from assistant.evaluation.text import tokens
from corpus.article import Article
from corpus.text.english import ENGLISH
from corpus.text.lexicons import alternation, capitalised
from corpus.text.sentences import sentence_spans

_SEED = 20251123
"""The same articles give the same drafts."""

_WORDS = range(8, 41)
"""Words of a sentence that a question is made of: a shorter one says little, a longer one too much."""

_GAP = "____"

_MONTH = alternation(capitalised(ENGLISH.words("months")))
_KINDS = {
    "date": re.compile(
        rf"""
          \b \d{{1,2}} \s {_MONTH} (?: ,? \s \d{{4}} )? \b    # 26 July 2025
        | \b {_MONTH} \s \d{{1,2}} (?: , \s \d{{4}} )? \b     # July 26, 2025
        | \b {_MONTH} \s \d{{4}} \b                          # July 2025
        """,
        re.VERBOSE,
    ),
    "number": re.compile(
        r"""
        (?<! [\w.,-] ) [$€£]? \d+ (?: [.,]\d+ )* (?: \s? (?: % | percent | million | billion ) )? (?! [\w-] )
        """,
        re.VERBOSE,
    ),
    "name": re.compile(
        r"""
        (?<! ^ ) (?<! [\w-] ) (?: [A-Z][\w-]+ \s ){1,3} [A-Z][\w-]+ (?! \w )   # two to four capitalised words
        """,
        re.VERBOSE,
    ),
}
"""What is asked for, and how it looks in an English sentence; tried in this order."""


@dataclass(frozen=True, slots=True)
class _Fact:
    """A date, number or name, at [start, end) of a sentence."""

    kind: str
    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence that a question can be made of, and what it tells."""

    place: GoldEvidence
    facts: tuple[_Fact, ...]

    def tells(self, words: str) -> bool:
        return any(fact.words == words for fact in self.facts)


_REMEMBERED_SENTENCES = 100_000
"""That are compared with those of other drafts."""

_Telling = Mapping[str, Sequence[_Sentence]]
"""The sentences that tell a fact, by its words."""


def draft_questions(articles: Iterable[Article], count: int) -> list[GoldQuestion]:
    """Return up to `count` drafts, spread over the articles; fewer when there are fewer suitable sentences.

    A draft is the sentence with a gap, since good questions need a person. Its answer, evidence and nuggets are exact:
    what stands in the gap is vital; what else the sentence tells, and others that fill the gap alike, is not.
    """
    random = Random(_SEED)  # noqa: S311 - no secret
    by_article = [list(_sentences(article)) for article in articles]
    telling = _telling(by_article)
    for sentences in by_article:
        random.shuffle(sentences)
    random.shuffle(by_article)
    drafts = (draft for sentence in _in_turns(by_article) for draft in _draft(sentence, telling))
    return [
        draft.model_copy(update={"id": f"draft-{number:0{len(str(count))}}"})
        for number, draft in enumerate(islice(_different(drafts), count), start=1)
    ]


def _sentences(article: Article) -> Iterator[_Sentence]:
    for start, end in sentence_spans(article.text):
        text = article.text[start:end]
        if len(text.split()) in _WORDS and text.endswith(".") and (facts := tuple(_facts(text))):
            yield _Sentence(GoldEvidence(doc_id=article.external_id, text=text, start=start), facts)


def _facts(text: str) -> Iterator[_Fact]:
    """Yield what a sentence tells, the kinds in their order; none is a part of another, and measuring finds each."""
    taken: set[int] = set()
    for kind, pattern in _KINDS.items():
        for found in pattern.finditer(text):
            words = " ".join(found[0].split())
            if kind == "name" and text[: found.start()].strip().istitle():
                continue  # the sentence may begin with the first word of the name
            if taken.isdisjoint(range(*found.span())) and tells(text, [words]):
                taken.update(range(*found.span()))
                yield _Fact(kind, words, *found.span())


def _telling(by_article: Iterable[Iterable[_Sentence]]) -> _Telling:
    telling: dict[str, list[_Sentence]] = {}
    for sentence in chain.from_iterable(by_article):
        for words in dict.fromkeys(fact.words for fact in sentence.facts):
            telling.setdefault(words, []).append(sentence)
    return telling


def _draft(sentence: _Sentence, telling: _Telling) -> Iterator[GoldQuestion]:
    """Yield one draft at most, of the first fact that the rest of the sentence does not give away."""
    text = sentence.place.text
    for fact in sentence.facts:
        gapped = f"{text[: fact.start]}{_GAP}{text[fact.end :]}"
        question = f"Which {fact.kind} is missing: {' '.join(gapped.split())}"
        if not contains(tokens(question), tokens(fact.words)):
            nuggets = tuple(_nuggets(fact.words, sentence, telling))
            yield GoldQuestion(
                id="draft",
                question=question,
                answers=(fact.words,),
                answerable=True,
                evidence=nuggets[0].evidence,
                nuggets=nuggets,
                draft=True,
                type=fact.kind,
            )
            return


@lru_cache(_REMEMBERED_SENTENCES)
def _counted(sentence: str) -> Counter[str]:
    return Counter(tokens(sentence))


def _nuggets(answer: str, sentence: _Sentence, telling: _Telling) -> Iterator[GoldNugget]:
    """Yield the answer as a vital nugget, then what else is told where it is told."""
    words = _counted(sentence.place.text)
    further = (one for one in telling[answer] if one != sentence)
    places = [sentence, *(one for one in further if share_half(words, _counted(one.place.text)))]
    told = dict.fromkeys((answer, *(fact.words for place in places for fact in place.facts)))
    for number, fact in enumerate(told, start=1):
        yield GoldNugget(
            id=f"n{number}",
            text=fact,
            vital=fact == answer,
            any_of=(fact,),
            evidence=tuple(place.place for place in places if place.tells(fact)),
        )


def _different(drafts: Iterable[GoldQuestion]) -> Iterator[GoldQuestion]:
    """Yield each question once: what an agency wrote stands in many articles."""
    asked = set()
    for draft in drafts:
        words = tuple(tokens(draft.question))
        if words not in asked:
            asked.add(words)
            yield draft


def _in_turns(lists: list[list[_Sentence]]) -> Iterator[_Sentence]:
    """Yield the first of each, then the second of each, so that no long article crowds out the others."""
    turn = 0
    while lists := [sentences for sentences in lists if turn < len(sentences)]:
        yield from (sentences[turn] for sentences in lists)
        turn += 1
