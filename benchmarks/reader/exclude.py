"""What may not be learned from: the gold paragraphs and the questions of the benchmarks, and what is nearly one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.reader.example import Example
from benchmarks.reader.public import json_rows

_SETS = ("xquad-en-closed", "open-squad", "clapnq-dev-a", "mtrag-un-a", "newsdesk-a")

_WORDS = 8
"""Length of the runs of words by which texts are compared."""

_MOST_SHARED = 0.2
"""Share of a text's runs that may stand in gold paragraphs: a formula, but no sentence."""

_SHORTEST = 10
"""Words: shorter sentences of WiCE's sources are headings and menus."""


class Excluded:
    """Gold paragraphs and questions of the sets in `bench`."""

    def __init__(self, bench: Path) -> None:
        self._questions: set[str] = set()
        self._runs: set[str] = set()
        for name in _SETS:
            self._questions.update(_plain(row["question"]) for row in json_rows(bench / name / "gold.jsonl"))
            lines = (bench / name / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]
            relevant = {line.split("\t")[1] for line in lines}
            for article in json_rows(bench / name / "corpus.jsonl"):
                if article["_id"] in relevant:
                    self._runs |= _runs(article["text"])
        for text in _evidence(bench):
            self._runs |= _runs(text)

    def __contains__(self, example: Example) -> bool:
        if _plain(example.asked) in self._questions:
            return True
        runs = _runs(example.text)
        return len(runs & self._runs) > _MOST_SHARED * len(runs)


def _evidence(bench: Path) -> Iterator[str]:
    """Yield what claims of WiCE and claims-a are held against, and WiCE's claims, which are sentences of articles."""
    for row in json_rows(bench / "wice-dev.jsonl"):
        yield from (text for text in (row["claim"], *row["evidence"]) if len(text.split()) >= _SHORTEST)
    for row in json_rows(bench / "claims-a" / "claims-a.jsonl"):
        yield from (one["text"] for one in row["evidence"])


def _runs(text: str) -> set[str]:
    words = _plain(text).split()
    return {" ".join(words[start : start + _WORDS]) for start in range(max(1, len(words) - _WORDS + 1))}


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()
