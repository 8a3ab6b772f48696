"""Examples from written news desks: each question beside single sentences of all the articles it could have meant.

Right are the sentences that its writer listed; wrong are those that only seem to answer, and the hardest of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from assistant.meaning.shown import above, headed
from benchmarks.reader.example import Example
from benchmarks.reader.hard import NearMisses
from benchmarks.reader.written import by_writer, short_spans

LEARNED = Path(__file__).parent / "data" / "desks.jsonl.gz"
"""Desks to learn from; that of `benchmarks/desk.py` is measured with."""

_HARDEST = 10
"""Wrong sentences of each question, beside those that its writer names."""

Place = tuple[str, int]
"""An article's id, and the position of one of its sentences."""


@dataclass(frozen=True)
class Desk:
    """The articles of one writer, by id, with the questions asked of them."""

    articles: Mapping[str, Mapping]
    questions: Sequence[Mapping]

    @cached_property
    def places(self) -> list[Place]:
        """Every sentence; an empty one only ends a paragraph."""
        return [(id_, n) for id_, article in self.articles.items() for n, text in enumerate(article["s"]) if text]

    def sentence(self, place: Place) -> str:
        id_, number = place
        return str(self.articles[id_]["s"][number])

    def above(self, place: Place) -> str:
        """Title and date, and the sentence before."""
        id_, number = place
        article = self.articles[id_]
        published = date.fromisoformat(article["published"]) if article["published"] else None
        before = next((text for text in reversed(article["s"][:number]) if text), "")
        return above(headed(article["title"], published), before)


def read_desks(file: Path = LEARNED) -> list[Desk]:
    """Return the desks of a file, one for each writer, who begins the ids of the articles."""
    return [Desk(articles, questions) for articles, questions in by_writer(file)]


def desk_examples(desks: Sequence[Desk], near_misses: NearMisses) -> Iterator[Example]:
    """Yield the examples that all questions give; `near_misses` chooses the wrong ones."""
    return (example for desk in desks for row in desk.questions for example in _of_question(desk, row, near_misses))


def _of_question(desk: Desk, row: Mapping, near_misses: NearMisses) -> Iterator[Example]:
    right = {(id_, number) for part in row["parts"] for id_, number in part}
    near = [(id_, number) for id_, number in row["near"]]
    others = [place for place in desk.places if place not in right and place not in near]
    wrong = near_misses.hardest(
        row["q"], [(place, desk.above(place), desk.sentence(place)) for place in others], _HARDEST
    )
    for place in sorted(right):
        text = desk.sentence(place)
        yield Example(row["q"], text, desk.above(place), spans=short_spans(text, row["short"]), answers=True)
    for place in (*near, *wrong):
        yield Example(row["q"], desk.sentence(place), desk.above(place), spans=(), answers=False)
