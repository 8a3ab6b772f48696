"""The public sets: where each lies, how it becomes articles and gold questions, and what it is for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.evaluation.gold import Gold, GoldQuestion
from assistant.evaluation.in_process import AssistantAsker
from assistant.evaluation.read_gold import read_gold
from benchmarks import cast, ramdocs, wice
from benchmarks.open_squad_audit import ANSWERABLE_AFTER_ALL
from benchmarks.systems import RewriteOnly

Convert = Callable[[Path, Path], None]

HALF = "half"
"""The field that tells the halves of a set apart."""

HELD_OUT = "held out"
"""The half of a set (odd positions) on which nothing was fitted."""


@dataclass(frozen=True, slots=True)
class Set:
    """A set of the benchmark. `convert` makes a BEIR folder of a file; None where it is one already.

    `asker` is what is asked of the assistant.
    """

    name: str
    licence: str
    shows: tuple[str, ...]
    convert: Convert | None = None
    left_out: frozenset[str] = frozenset()
    compares_searches: bool = False
    asker: type[AssistantAsker] = AssistantAsker


RETRIEVAL, ANSWERS, CITATIONS, ABSTENTION = "retrieval", "answers", "citations", "abstention"
FOLLOW_UPS, REWRITING, CONFLICT, COST = "follow-ups", "rewriting", "conflict", "cost"

SETS = (
    Set("xquad-en-closed", "CC BY-SA 4.0 (XQuAD)", (RETRIEVAL, ANSWERS), compares_searches=True),
    Set(
        "open-squad",
        "CC BY-SA 4.0 (SQuAD)",
        (RETRIEVAL, ANSWERS, ABSTENTION, COST),
        left_out=frozenset(ANSWERABLE_AFTER_ALL),
        compares_searches=True,
    ),
    Set("clapnq-dev-a", "Apache-2.0 (CLAPNQ)", (RETRIEVAL, CITATIONS, ABSTENTION), compares_searches=True),
    Set("mtrag-un-a", "Apache-2.0 (MTRAG-UN)", (RETRIEVAL, ANSWERS, ABSTENTION, FOLLOW_UPS), compares_searches=True),
    Set("wice-dev.jsonl", "ODC-BY (WiCE)", (CITATIONS,), wice.convert),
    Set("cast-2020.json", "TREC CAsT", (REWRITING,), cast.convert, asker=RewriteOnly),
    Set("ramdocs-a.jsonl", "MIT (RAMDocs)", (CONFLICT,), ramdocs.convert),
)


def prepare(wanted: Set, bench: Path, work: Path) -> tuple[Path, Gold]:
    """The articles and the gold of a set below `bench`; `work` takes what has to be converted."""
    folder = bench / wanted.name
    if wanted.convert:
        folder = work / Path(wanted.name).stem
        wanted.convert(bench / wanted.name, folder)
    gold = read_gold(folder)
    return folder / "corpus.jsonl", replace(gold, questions=tuple(_chosen(gold, wanted.left_out)))


def _chosen(gold: Gold, left_out: frozenset[str]) -> Iterator[GoldQuestion]:
    for position, question in enumerate(gold.questions):
        if question.id not in left_out:
            yield question.model_copy(update={HALF: HELD_OUT if position % 2 else "fitted on"})
