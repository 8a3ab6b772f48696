"""Relevance judgements (qrels): BEIR's three columns with a header, or TREC's four without."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from assistant.evaluation.errors import BadGold

_GRADE = re.compile(r"-?\d{1,9}(?:\.0*)?", re.ASCII)
"""A whole number; programs that keep grades as decimals write 1.0."""


def read_judgements(path: Path) -> Mapping[str, Mapping[str, int]]:
    """Return grades by question and document. Raise `BadGold` for a line that is no judgement, with its number."""
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for number, line in _lines(path):
        # BEIR separates by tabs, so that a document's name may hold spaces.
        columns = line.strip().split("\t" if "\t" in line else None)
        if number == 1 and not _is_grade(columns[-1]):
            continue
        if len(columns) not in (3, 4) or not _is_grade(columns[-1]):
            raise BadGold(f"{path} line {number} is no judgement: question, (iteration,) document, grade.")
        grades[columns[0]][columns[-2]] = int(columns[-1].partition(".")[0])
    return grades


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    if not path.is_file():
        raise BadGold(f"{path} does not exist; give the file of relevance judgements.")
    with path.open(encoding="utf-8-sig") as lines:
        yield from ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _is_grade(column: str) -> bool:
    return _GRADE.fullmatch(column) is not None
