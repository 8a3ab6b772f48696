"""Questions proposed from one's own articles, for a person to reword: each marked as a draft until then."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from random import Random

from assistant.evaluation.gold import GoldEvidence, GoldQuestion
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


def draft_questions(articles: Iterable[Article], count: int) -> list[GoldQuestion]:
    """Up to `count` drafts, spread over the articles; fewer when there are fewer suitable sentences.

    A draft is the sentence with a gap, since good questions need a person. Its answer and evidence are exact.
    """
    random = Random(_SEED)  # noqa: S311 - no secret
    by_article = [list(_drafts(article)) for article in articles]
    for drafts in by_article:
        random.shuffle(drafts)
    random.shuffle(by_article)
    chosen = islice(_in_turns(by_article), count)
    return [
        draft.model_copy(update={"id": f"draft-{number:0{len(str(count))}}"})
        for number, draft in enumerate(chosen, start=1)
    ]


def _drafts(article: Article) -> Iterator[GoldQuestion]:
    for start, end in sentence_spans(article.text):
        sentence = article.text[start:end]
        if len(sentence.split()) in _WORDS and sentence.endswith("."):
            yield from _draft(article, sentence, start)


def _draft(article: Article, sentence: str, start: int) -> Iterator[GoldQuestion]:
    """One at most: the first kind of answer that the sentence has."""
    for kind, pattern in _KINDS.items():
        if found := pattern.search(sentence):
            gapped = f"{sentence[: found.start()]}{_GAP}{sentence[found.end() :]}"
            yield GoldQuestion(
                id="draft",
                question=f"Which {kind} is missing: {' '.join(gapped.split())}",
                answers=(found[0],),
                answerable=True,
                evidence=(GoldEvidence(doc_id=article.external_id, text=sentence, start=start),),
                draft=True,
                type=kind,
            )
            return


def _in_turns(lists: list[list[GoldQuestion]]) -> Iterator[GoldQuestion]:
    """The first of each, then the second of each, so that no long article crowds out the others."""
    turn = 0
    while lists := [drafts for drafts in lists if turn < len(drafts)]:
        yield from (drafts[turn] for drafts in lists)
        turn += 1
