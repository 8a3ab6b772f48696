"""Corrections that an article prints: shown beside whatever is quoted from it, and before it when it is taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answer import Evidence
from assistant.writing.draft import Draft, DraftSentence
from corpus.block import BlockKind
from corpus.text.page_notes import is_retraction
from corpus.units import units_of

_MOST_SENTENCES = 3
"""Of an article's corrections, which may go on about how they came to be."""


def with_corrections(draft: Draft) -> Draft:
    """Return `draft` with the corrections of every article that it quotes, unless it quotes them anyway.

    They are worth more than the limits of sentences and words, which they may exceed.
    """
    extended = list(draft)
    for item, notes in missing_corrections([sentence.evidence[0] for sentence in draft]):
        place = _place(extended, item, is_first=any(is_retraction(note.text) for note in notes))
        extended[place:place] = [DraftSentence(note.text, (note,)) for note in notes]
    return tuple(extended)


def missing_corrections(quoted: Sequence[Evidence]) -> Iterator[tuple[Evidence, list[Evidence]]]:
    """Yield for each article that is quoted the first piece quoted, and the corrections that are not."""
    first = {item.hit.article.id: item for item in reversed(quoted)}
    for item in dict.fromkeys(item.hit.article.id for item in quoted):
        notes = [note for note in _corrections(first[item]) if not any(note.overlaps(one) for one in quoted)]
        if notes:
            yield first[item], notes[:_MOST_SENTENCES]


def _corrections(item: Evidence) -> Iterator[Evidence]:
    for unit in units_of(item.hit.article):
        if unit.kind is BlockKind.CORRECTION:
            yield replace(item, start=unit.start, end=unit.end, support=0.0, short=None, copies=(), unit=unit)


def _place(draft: list[DraftSentence], item: Evidence, is_first: bool) -> int:
    """Return where corrections stand: after the last sentence of their article, or before the first."""
    of_article = [
        position
        for position, sentence in enumerate(draft)
        if sentence.evidence[0].hit.article.id == item.hit.article.id
    ]
    return of_article[0] if is_first else of_article[-1] + 1
