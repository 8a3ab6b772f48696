"""Examples from written documents with structure: each question beside single units, read as the product reads them.

A unit is a sentence, an item of a list, a row of a table, an answer below its question, or a speaker's turn, with what
stands above it. Right are those that the question's writer quoted; wrong are those that only seem to answer, and the
hardest of the others, of the same documents first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from assistant.reading.prescore import Window, may_answer
from benchmarks.reader.example import Example
from benchmarks.reader.hard import NearMisses
from benchmarks.reader.written import by_writer, short_spans
from corpus.article import Article, Passage
from corpus.readers.draft import finish
from corpus.readers.markdown import parse_markdown
from index.hit import Hit, Scores

LEARNED = Path(__file__).parent / "data" / "documents.jsonl.gz"

_SAME_DOCUMENTS, _OTHER_DOCUMENTS = 6, 3
"""Wrong units of each question, beside those that its writer names."""

_MARKUP = re.compile(r"[*_`|\\]+|^\s*(?:[-*+]|\d+[.)])\s", re.MULTILINE)

Place = tuple[str, int]
"""A document's id, and the position of one of its units."""


@dataclass(frozen=True)
class Document:
    """A document as the product reads it."""

    article: Article

    @cached_property
    def windows(self) -> list[Window]:
        """Every unit that may answer, as it would be read."""
        whole = Passage(self.article.id, self.article.id, self.article.content_hash, 0, len(self.article.text), "")
        hit = Hit(whole, self.article, 1.0, Scores(0.0, 0.0))
        return [Window(hit, unit, {}, 0.0) for unit in hit.read.units if may_answer(hit, unit.unit)]

    @cached_property
    def sources(self) -> list[str]:
        """The plain text of each window in the article."""
        units = (window.unit.unit for window in self.windows)
        return [_plain(self.article.text[unit.start : unit.end]) for unit in units]

    @cached_property
    def shown(self) -> list[tuple[str, str]]:
        """What stands above each window, and its text."""
        return [(window.above, window.lead + window.text) for window in self.windows]


@dataclass(frozen=True)
class Shelf:
    """The documents of one writer, by id, with the questions asked of them."""

    documents: Mapping[str, Document]
    questions: Sequence[Mapping]

    def window(self, place: Place) -> Window:
        return self.documents[place[0]].windows[place[1]]

    def quoted(self, document: str, quote: str) -> list[Place]:
        """Return the units that have a quote from the document's source; quotes have no markup there."""
        wanted = _plain(quote)
        sources = self.documents[document].sources if document in self.documents else ()
        return [(document, number) for number, text in enumerate(sources) if wanted and wanted in text]

    def answering(self, row: Mapping) -> set[Place] | None:
        """Return the units that answer a question; None where a quote of it stands in several, or in none."""
        found = [self.quoted(document, quote) for part in row["parts"] for document, quote in part]
        return {places[0] for places in found} if all(len(places) == 1 for places in found) else None


def read_shelves(file: Path = LEARNED) -> list[Shelf]:
    """Return the shelves of a file, one for each writer, who begins the ids of the documents."""
    return [
        Shelf({id_: Document(_article(row)) for id_, row in documents.items()}, questions)
        for documents, questions in by_writer(file)
    ]


def document_examples(shelves: Sequence[Shelf], near_misses: NearMisses) -> Iterator[Example]:
    """Yield the examples that all questions give; one whose quotes cannot be placed is left out.

    `near_misses` chooses the wrong ones.
    """
    for shelf in shelves:
        for row in shelf.questions:
            right = shelf.answering(row)
            if right is not None:
                yield from _of_question(shelf, row, right, near_misses)


def _of_question(shelf: Shelf, row: Mapping, right: set[Place], near_misses: NearMisses) -> Iterator[Example]:
    near = {place for document, quote in row["near"] for place in shelf.quoted(document, quote)} - right
    about = {document for document, _ in (*right, *near)}
    others: list[tuple[Place, str, str]] = [
        ((id_, number), above, text)
        for id_, document in shelf.documents.items()
        for number, (above, text) in enumerate(document.shown)
        if (id_, number) not in right and (id_, number) not in near
    ]
    same = near_misses.hardest(row["q"], [other for other in others if other[0][0] in about], _SAME_DOCUMENTS)
    foreign = near_misses.hardest(row["q"], [other for other in others if other[0][0] not in about], _OTHER_DOCUMENTS)
    for place in sorted(right):
        window = shelf.window(place)
        text = window.lead + window.text
        spans = short_spans(text, row["short"], len(window.lead))
        yield Example(row["q"], text, window.above, spans=spans, answers=True)
    for place in (*sorted(near), *same, *foreign):
        window = shelf.window(place)
        yield Example(row["q"], window.lead + window.text, window.above, spans=(), answers=False)


def _article(row: Mapping) -> Article:
    draft = parse_markdown(row["text"].encode(), row["id"])
    draft = replace(draft, title=row["title"], published=row["published"] or None, publisher=row["source"])
    return finish(draft, row["id"], row["id"])[0]


def _plain(text: str) -> str:
    return " ".join(_MARKUP.sub(" ", text).split()).casefold()
