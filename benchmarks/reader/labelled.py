"""Examples from labelled readings: real questions beside what the product found for them among real articles.

A writer asked an archive of articles, and said of each sentence that was found whether an editor would print it as the
answer. Only the labels are kept here; the articles are read from `news.jsonl`, in BEIR's form, as data/README.md tells.
A line has the question `q`, its `kind`, and places, each the id of an article and the hash of a unit's text: `right`
are the units that answer, with the short answer where one is asked for, `wrong` those that do not, likeliest first.
Two writers' questions are kept back; others may have been labelled beside units of the articles that answer them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from assistant.reading.prescore import Window
from benchmarks.reader.documents import Document
from benchmarks.reader.example import Example
from benchmarks.reader.written import packed_rows, short_spans
from corpus.errors import UnreadableSource
from corpus.readers.beir import read_beir
from corpus.readers.draft import finish

LABELLED = Path(__file__).parent / "data" / "labelled.jsonl.gz"

_KEPT_BACK = ("v4", "v5")
"""Writers of whose labels nothing is learned."""

_MOST_WRONG = 10
"""Units of a question that do not answer; those that are likelier to be taken for answers teach more."""

_KEY, _UNIT_KEY = 16, 12
"""Hexadecimal digits of the hash of an article's text, and of a unit's."""


class Archive:
    """The articles that were asked, each with its units as the product reads them."""

    def __init__(self, file: Path) -> None:
        drafts = (draft for draft in read_beir(file) if not isinstance(draft, UnreadableSource))
        articles = [finish(draft, draft.external_id or "", "")[0] for draft in drafts]
        self._documents = [Document(article) for article in articles]

    def window(self, article: str, unit: str) -> Window | None:
        """Return the unit of an article whose text has that hash, the first if several have; None where none has."""
        return self._by_place.get((article, unit))

    @cached_property
    def _by_place(self) -> Mapping[tuple[str, str], Window]:
        by_place: dict[tuple[str, str], Window] = {}
        for document in self._documents:
            for window in document.windows:
                start, end = window.unit.unit.start, window.unit.unit.end
                by_place.setdefault((document.article.external_id, unit_key(document.article.text[start:end])), window)
        return by_place


def key_of(text: str) -> str:
    """Return what tells the text of an article from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY]


def unit_key(text: str) -> str:
    """Return what names a unit in its article, whatever its white space."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:_UNIT_KEY]


def labelled_examples(archive: Archive, *, kept_back: bool = False, file: Path = LABELLED) -> Iterator[Example]:
    """Yield the examples of all questions that may be learned from, or of those that are kept back.

    Those of a question follow one another; a unit that the archive does not have is left out.
    """
    for row in labelled_rows(kept_back=kept_back, file=file):
        yield from _of_question(archive, row)


def labelled_rows(*, kept_back: bool, file: Path = LABELLED) -> list[Mapping]:
    """Return the lines of the questions that may be learned from, or of those that are kept back."""
    return [row for row in packed_rows(file) if (row["writer"] in _KEPT_BACK) == kept_back]


def _of_question(archive: Archive, row: Mapping) -> Iterator[Example]:
    for article, unit, short in row["right"]:
        if window := archive.window(article, unit):
            text = window.lead + window.text
            spans = short_spans(text, short, len(window.lead))
            yield Example(row["q"], text, window.above, spans=spans, answers=True)
    for article, unit in row["wrong"][:_MOST_WRONG]:
        if window := archive.window(article, unit):
            yield Example(row["q"], window.lead + window.text, window.above, spans=(), answers=False)
