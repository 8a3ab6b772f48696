"""Shapes of answers: how much an answer to each kind of question tells, and how its sentences stand together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.answer import SectionKind
from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.writing.draft import WORTH_ADDING


@dataclass(frozen=True, slots=True)
class Shape:
    """Limits of an answer, as shares of those in the settings.

    A further sentence is added when it is worth at least `worth` of the best one's probability. `section` is what each
    of its sentences, or all together, become. `best_first`: what answers best stands first; else as in the articles.
    """

    worth: float
    length: float = 1.0
    section: SectionKind = SectionKind.PLAIN
    best_first: bool = False


_FACT = Shape(worth=0.5, best_first=True)
_OPEN = Shape(worth=WORTH_ADDING)
_ANSWER_FIRST = Shape(worth=WORTH_ADDING, best_first=True)
_OF_PARTS = Shape(worth=0.1, length=1.5)
_OF_A_SIDE = Shape(worth=0.1, length=0.75)

_SHAPES: Mapping[QuestionKind | None, Shape] = {
    QuestionKind.PERSON: _FACT,
    QuestionKind.ORGANISATION: _FACT,
    QuestionKind.PLACE: _FACT,
    QuestionKind.DATE: _FACT,
    QuestionKind.AMOUNT: _FACT,
    QuestionKind.FACT: _FACT,
    QuestionKind.CAUSE: _OF_PARTS,
    QuestionKind.CONTRAST: _OF_PARTS,
    QuestionKind.YES_NO: _ANSWER_FIRST,
    QuestionKind.POSITION: _ANSWER_FIRST,
    QuestionKind.LATEST: _ANSWER_FIRST,
    QuestionKind.LIST: Shape(worth=0.1, length=1.5, section=SectionKind.ITEM, best_first=True),
    QuestionKind.SUMMARY: Shape(worth=0.05, length=1.5, section=SectionKind.SUMMARY),
    QuestionKind.TIMELINE: Shape(worth=0.1, length=1.5, section=SectionKind.DATED),
}
"""Of the parts asked of news desks that no model had seen, one of five limits for all told .65 of contrasts, .70 of
causes, .44 of lists, .49 of timelines and .29 of summaries; these tell .79, .77, .58, .61 and .43, and facts in 30
words instead of 45."""


def shape_of(asked: SubQuestion) -> Shape:
    """Return the shape for what is asked: by its kind; where that is not known, that of the best few sentences."""
    return _OF_A_SIDE if asked.compared else _SHAPES.get(asked.kind, _OPEN)
