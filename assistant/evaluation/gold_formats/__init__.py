"""One file a format of gold questions; this one chooses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant.evaluation.errors import BadGold
from assistant.evaluation.gold import BadLine, GoldQuestion
from assistant.evaluation.gold_formats.beir import read_beir
from assistant.evaluation.gold_formats.jsonl import read_jsonl
from assistant.evaluation.gold_formats.table import read_table
from assistant.evaluation.gold_formats.trec import read_trec

Readings = Iterator[tuple[str, GoldQuestion | BadLine]]
"""Each question, or what is wrong with it, and the place it was read from."""


def read_questions(path: Path, qrels: Path | None) -> Readings:
    """Yield the questions at `path`, by its kind. Raise `BadGold` when it is of no known kind."""
    if qrels is not None:
        return read_trec(path, qrels)
    if path.is_dir():
        return read_beir(path)
    kind = path.suffix.lower()
    if kind in (".jsonl", ".json"):
        return read_jsonl(path)
    if kind in (".csv", ".tsv"):
        return read_table(path)
    raise BadGold(
        f"{path} is no gold file: give .jsonl, .csv (a spreadsheet saved as CSV, with the columns question, answer), "
        "a BEIR folder, or TREC topics with --qrels."
    )
