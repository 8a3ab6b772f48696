"""Examples about questions themselves: their kinds, and yes or no as the answer that one sentence gives.

Every seventh is kept back to measure with, as told by its hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from assistant.meaning.shown import above, headed
from assistant.query.kind import QuestionKind
from benchmarks.reader.desks import Desk
from benchmarks.reader.documents import Shelf
from benchmarks.reader.example import Example
from benchmarks.reader.written import packed_rows

_DATA = Path(__file__).parent / "data"
KINDS, VERDICTS, PARAPHRASES = (_DATA / f"{name}.jsonl.gz" for name in ("kinds", "verdicts", "paraphrases"))

_KEPT_BACK = 7

_WRITERS_KINDS = {"why": "cause", "how": "manner", "who_said": "position", "as_of": "latest", "other": "fact"}
"""Desks and documents name some kinds otherwise; a desk's fact may be of several."""

_VERDICTS = {"yes": True, "no": False}


def is_kept_back(question: str) -> bool:
    return int(hashlib.sha256(question.encode()).hexdigest(), 16) % _KEPT_BACK == 0


def kind_examples(desks: Sequence[Desk], shelves: Sequence[Shelf]) -> Iterator[Example]:
    """Yield each question whose kind is known, beside no text."""
    yield from (_of_kind(row["q"], row["kind"]) for row in packed_rows(KINDS))
    for row in (row for desk in desks for row in desk.questions):
        if row["kind"] not in ("unanswerable", "fact"):
            yield _of_kind(row["q"], row["kind"])
    yield from (_of_kind(row["q"], row["kind"]) for shelf in shelves for row in shelf.questions)


def paraphrase_kinds() -> Iterator[Example]:
    """Yield the questions of paraphrases, whose kinds are known, too."""
    return (_of_kind(row["q"], row["kind"]) for row in packed_rows(PARAPHRASES))


def verdict_examples() -> Iterator[Example]:
    """Yield each question of yes or no beside its sentence; one that is left open is answered by neither."""
    for row in packed_rows(VERDICTS):
        verdict = _VERDICTS.get(row["verdict"])
        yield Example(row["q"], row["s"], titled(row, row["before"]), answers=verdict is not None, verdict=verdict)


def _of_kind(question: str, kind: str) -> Example:
    return Example(question, "", kind=QuestionKind(_WRITERS_KINDS.get(kind, kind)))


def titled(row: Mapping, before: str) -> str:
    """Return what stands above a sentence of a line: title and date, and the sentence before."""
    published = date.fromisoformat(row["published"]) if row["published"] else None
    return above(headed(row["title"], published), before)
