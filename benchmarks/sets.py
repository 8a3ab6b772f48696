"""The public sets: where each lies, how it becomes articles and gold questions, and what it is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.evaluation.gold import Gold
from assistant.evaluation.in_process import AssistantAsker
from assistant.evaluation.read_gold import read_gold
from benchmarks import cast, ramdocs, wice
from benchmarks.open_squad_audit import ANSWERABLE_AFTER_ALL
from benchmarks.systems import RewriteOnly

Convert = Callable[[Path, Path], None]


@dataclass(frozen=True, slots=True)
class Set:
    """A set of the benchmark. `convert` makes a BEIR folder of a file; None where it is one already.

    `asker` is what is asked of the assistant. Abstention is fitted on what other sets ask (docs/abstention.md).
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
        (RETRIEVAL, ANSWERS, COST),
        left_out=frozenset(ANSWERABLE_AFTER_ALL),
        compares_searches=True,
    ),
    Set("clapnq-dev-a", "Apache-2.0 (CLAPNQ)", (RETRIEVAL, CITATIONS), compares_searches=True),
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
    chosen = tuple(question for question in gold.questions if question.id not in wanted.left_out)
    return folder / "corpus.jsonl", replace(gold, questions=chosen)
