"""The sentence of a long quotation in which the answer stands: a unit may be a speech of ten sentences, which belong
together, but nobody wants to read all of them for one."""

from __future__ import annotations

import re

from corpus.article import Article
from corpus.attributions.index import is_quoted, quoted_speaker
from corpus.block import BlockKind, Stretch
from corpus.text.sentences import sentence_spans
from corpus.units import Unit

_LONG = 40
"""Words from which a unit is cut: two sentences of news."""

_MARKS = re.compile('["“”]')
"""Without them, a quotation is its sentences."""


def excerpt(article: Article, unit: Unit, answer: Stretch | None) -> Stretch:
    """Return the sentence of a long unit that holds `answer` (offsets in the article's text), or the whole unit.

    Whole stays what has one sentence, and a quotation of which the article does not say whose it is.
    """
    whole = unit.start, unit.end
    text = article.text[unit.start : unit.end]
    if answer is None or unit.kind is BlockKind.ROW or len(text.split()) < _LONG:
        return whole
    for first, last in sentence_spans(_MARKS.sub(" ", text)):
        first, last = unit.start + first, unit.start + last
        if first <= answer[0] and answer[1] <= last:
            return (first, last) if _is_known_whose(article, first, last) else whole
    return whole


def _is_known_whose(article: Article, start: int, end: int) -> bool:
    return not is_quoted(article, start) or quoted_speaker(article, start, end) is not None
