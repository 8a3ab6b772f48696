"""Examples that were written one by one; data/README.md tells how, and what their lines hold.

A line is a text, its sentences numbered, with claims about it and questions to it. Each gives several examples: a claim
is held against the sentences that it was written for, a question against the whole text, against each sentence that
answers (with the one before it as context), against each that only seems to, and against the text without its answer.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from assistant.meaning.shown import above, dated
from benchmarks.reader.example import Example, Support
from corpus.text.sentences import sentence_spans

_DATA = Path(__file__).parent / "data"
WRITTEN, HELD_OUT, HONEST = (_DATA / f"{name}.jsonl.gz" for name in ("written", "held_out", "honest"))
"""To learn from; by another writer, to measure with; by a third one, who writes as an honest language model does."""

_LABELS = {"S": Support.SUPPORTED, "C": Support.CONTRADICTED, "N": Support.NOT_ENOUGH}

_KEY = 16
"""Hexadecimal digits of a paragraph's hash."""

_ALL_SHARE = 0.25
"""How often a claim is held against the whole text instead of the sentences that it was written for."""

_WITHOUT_TITLE = 0.15
"""How often the title is not known."""


@dataclass(frozen=True)
class Text:
    """One line of a file: a text with its claims and questions."""

    writer: str
    row: dict

    @cached_property
    def sentences(self) -> list[str]:
        return [*self.row["s"], *self.row.get("s2", ())]

    @property
    def claims(self) -> list[list]:
        return list(self.row.get("claims", ()))

    @property
    def questions(self) -> list[list]:
        return list(self.row.get("q", ()))

    def head(self, sentence: int) -> tuple[str, date | None]:
        """Title and date of the document that the sentence stands in."""
        mark = "2" if sentence >= len(self.row["s"]) else ""
        published = self.row.get(f"published{mark}", "")
        return self.row.get(f"title{mark}", ""), date.fromisoformat(published) if published else None

    def shown(self, numbers: Sequence[int]) -> list[tuple[str, date | None, str]]:
        return [(*self.head(number), self.sentences[number]) for number in numbers]


def read_texts(file: Path = WRITTEN, paragraphs: Mapping[str, Sequence[str]] = MappingProxyType({})) -> list[Text]:
    """Return the texts of a file; those about a paragraph of a public set only where `paragraphs` has it."""
    rows = packed_rows(file)
    known = [row for row in rows if "s" in row or row["paragraph"] in paragraphs]
    for row in known:
        if "s" not in row:
            row |= {"title": "", "published": "", "s": paragraphs[row["paragraph"]]}
    return [Text(row["writer"], row) for row in known]


def packed_rows(file: Path) -> list[dict]:
    """Return the objects of a packed file with one a line."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def by_writer(file: Path) -> list[tuple[dict[str, dict], list[dict]]]:
    """Return for each writer of a packed file the documents, by ids that begin with the writer, and the questions."""
    rows = packed_rows(file)
    writers = dict.fromkeys(row["id"].partition("-")[0] for row in rows if "id" in row)
    return [
        (
            {row["id"]: row for row in rows if row.get("id", "").startswith(f"{writer}-")},
            [row for row in rows if "q" in row and row["writer"] == writer],
        )
        for writer in writers
    ]


def short_spans(text: str, short: str, begin: int = 0) -> tuple[tuple[int, int], ...] | None:
    """Return where a short answer stands in a text, from `begin` on; None where it is not known."""
    start = text.find(short, begin) if short else -1
    return ((start, start + len(short)),) if start >= 0 else None


def by_key(texts: Iterable[str]) -> dict[str, list[str]]:
    """Return the sentences of paragraphs by the keys that the files name them with."""
    plain = [" ".join(text.split()) for text in texts]
    return {
        hashlib.sha256(text.encode()).hexdigest()[:_KEY]: [text[start:end] for start, end in sentence_spans(text)]
        for text in plain
    }


def claim_examples(texts: Sequence[Text], chance: random.Random) -> Iterator[Example]:
    """Yield the claims of one epoch; each epoch shows other mixtures of the texts."""
    return (claim_example(text, claim, chance) for text in texts for claim in text.claims)


def question_examples(texts: Sequence[Text]) -> Iterator[Example]:
    """Yield the examples that the questions give."""
    return (example for text in texts for question in text.questions for example in _of_question(text, question))


def claim_example(text: Text, claim: list, chance: random.Random | None = None) -> Example:
    """A claim beside its evidence; `chance` sometimes shows more of the text, or leaves its title out."""
    said, label, _, numbers, *before = claim
    everything = list(range(len(text.sentences)))
    if chance and chance.random() < _ALL_SHARE:
        numbers = everything
    rows = text.shown(numbers or everything)
    if chance and chance.random() < _WITHOUT_TITLE and not before:
        rows = [("", published, sentence) for _, published, sentence in rows]
    context, shown = dated(rows)
    return Example(said, shown, above(context, *before), support=_LABELS[label])


def _of_question(text: Text, question: list) -> Iterator[Example]:
    asked, _, answering, short, near, said = question
    verdict = {"yes": True, "no": False}.get(said)
    everything = range(len(text.sentences))
    yield _whole(text, asked, list(everything), answering, short, verdict)
    for number in answering:
        yield unit_example(text, asked, number, True, short, verdict)
    for number in near:
        yield unit_example(text, asked, number, False)
    rest = [number for number in everything if number not in answering]
    if answering and near and len(rest) > 1:
        yield _whole(text, asked, rest, [], "", None)


def unit_example(
    text: Text, asked: str, number: int, answers: bool, short: str = "", verdict: bool | None = None
) -> Example:
    """A question beside one sentence; the one before it is context."""
    title, published, sentence = text.shown([number])[0]
    before = [number - 1] if number and number != len(text.row["s"]) else []
    context, shown = dated([(title, published, sentence)])
    start = shown.find(short) if short else -1
    spans = ((start, start + len(short)),) if start >= 0 else None if answers else ()
    return Example(asked, shown, above(context, *(text.sentences[n] for n in before)), spans, answers, verdict=verdict)


def _whole(
    text: Text, asked: str, numbers: list[int], answering: list[int], short: str, verdict: bool | None
) -> Example:
    rows = text.shown(numbers)
    context, shown = dated(rows)
    spans: tuple[tuple[int, int], ...] | None = None if answering else ()
    if short and answering:
        before = dated(rows[: numbers.index(answering[0])])[1] if answering[0] else ""
        start = shown.find(short, max(0, len(before) - 1))
        spans = ((start, start + len(short)),) if start >= 0 else None
    return Example(asked, shown, context, spans, bool(answering), verdict=verdict)
