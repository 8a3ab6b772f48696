"""Measures the default encoder against the same model run by sentence-transformers, in one run:

    python -m benchmarks.encoder BENCH [--only SET ...] [--passages NUMBER]

All take turns on each few passages, so that what else the machine does slows them alike: read the ratios. A passage is
1,000 characters with the title; a document stands where its best passage stands. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from assistant.evaluation.document_ranking import NDCG, retrieval_values
from assistant.evaluation.gold import Gold
from assistant.evaluation.read_gold import read_gold
from index.encoders.bert_runtime import fastest_precision
from index.encoders.default_encoder import DefaultEncoder, default_folder
from index.encoders.encoder import Encoder, Vector, Vectors
from index.encoders.load import load_encoder

_CHARACTERS = 1000
_TURN = 64
"""Passages before it is the next encoder's turn: a few seconds."""

_TIMED_QUESTIONS = 50
"""Of each set, asked one by one."""

_DOCUMENTS = 10
"""Of a ranking, since nDCG@10 reads no more."""

SETS = ("xquad-en-closed", "clapnq-dev-a", "mtrag-un-a")


@dataclass(slots=True)
class Measured:
    """What one encoder took and gave. `cosines`: of its passage vectors with those of the first encoder."""

    encoder: Encoder
    seconds: float = 0.0
    passages: int = 0
    milliseconds: list[float] = field(default_factory=list)
    cosines: list[float] = field(default_factory=list)
    ndcg: dict[str, float] = field(default_factory=dict)


def main() -> None:
    arguments = _arguments()
    systems = {
        "sentence-transformers, f32": Measured(load_encoder(str(default_folder()))),
        f"default, {fastest_precision()}": Measured(DefaultEncoder()),
        "default, f32": Measured(DefaultEncoder(precision="f32")),
    }
    for one in systems.values():
        one.encoder.embed_passages(["warm up " * 99] * 8)
    for name in arguments.only:
        measure(list(systems.values()), arguments.bench / name, arguments.passages)
    print(table(systems, arguments.only))


def measure(systems: Sequence[Measured], folder: Path, most: int | None) -> None:
    """Embed passages and questions of a set by all systems, in turns."""
    pieces = list(islice(_pieces(folder / "corpus.jsonl"), most))
    gold = read_gold(folder)
    owners, texts = [owner for owner, _ in pieces], [text for _, text in pieces]
    passages = _embedded_in_turns(systems, texts)
    for question in gold.questions[:_TIMED_QUESTIONS]:
        _ask_in_turns(systems, question.question)
    # The model embeds questions as it does passages, and together they take less time.
    questions = _embedded_in_turns(systems, [question.question for question in gold.questions], timed=False)
    for system, vectors, asked in zip(systems, passages, questions, strict=True):
        system.cosines += (vectors * passages[0]).sum(axis=1).tolist()
        if most is None:
            system.ndcg[folder.name] = _ndcg(gold, owners, vectors, asked)


def table(systems: Mapping[str, Measured], sets: Sequence[str]) -> str:
    columns = [
        "",
        "passages/s",
        "ratio",
        "question, ms",
        "cosine, least and median",
        *(f"nDCG@10 {name}" for name in sets),
    ]
    stock = next(iter(systems.values()))
    rows = [columns, ["---"] * len(columns), *(_row(name, one, stock, sets) for name, one in systems.items())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(name: str, one: Measured, stock: Measured, sets: Sequence[str]) -> list[str]:
    speed = one.passages / one.seconds
    return [
        name,
        f"{speed:.1f}",
        f"{speed * stock.seconds / stock.passages:.2f}",
        f"{median(one.milliseconds):.1f}",
        f"{min(one.cosines):.6f} {median(one.cosines):.6f}",
        *(f"{one.ndcg[name]:.4f}" if name in one.ndcg else "" for name in sets),
    ]


def _embedded_in_turns(systems: Sequence[Measured], texts: Sequence[str], timed: bool = True) -> list[Vectors]:
    """The vectors of each system."""
    found: list[list[Vectors]] = [[] for _ in systems]
    for start in range(0, len(texts), _TURN):
        turn = texts[start : start + _TURN]
        for system, vectors in zip(systems, found, strict=True):
            began = perf_counter()
            vectors.append(system.encoder.embed_passages(turn))
            if timed:
                system.seconds += perf_counter() - began
                system.passages += len(turn)
    return [np.concatenate(vectors) for vectors in found]


def _ask_in_turns(systems: Sequence[Measured], question: str) -> None:
    for system in systems:
        began = perf_counter()
        system.encoder.embed_question(question)
        system.milliseconds.append((perf_counter() - began) * 1000)


def _ndcg(gold: Gold, owners: Sequence[str], passages: Vectors, questions: Vectors) -> float:
    """Mean over the questions that have relevant documents."""
    values = [
        retrieval_values(_nearest(owners, passages @ vector), question.relevance)[NDCG]
        for question, vector in zip(gold.questions, questions, strict=True)
        if question.relevance
    ]
    return float(np.mean(values))


def _nearest(owners: Sequence[str], scores: Vector) -> list[str]:
    documents = dict.fromkeys(owners[place] for place in np.argsort(-scores, kind="stable"))
    return list(islice(documents, _DOCUMENTS))


def _pieces(corpus: Path) -> Iterator[tuple[str, str]]:
    """Document and text of each passage."""
    with corpus.open(encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            text, title = document["text"], document.get("title", "")
            for start in range(0, max(1, len(text)), _CHARACTERS):
                yield document["_id"], f"{title}\n{text[start : start + _CHARACTERS]}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bench", type=Path, help="folder of the sets")
    parser.add_argument("--only", nargs="+", metavar="SET", default=SETS)
    parser.add_argument("--passages", type=int, help="of each set; without all of them there is no nDCG")
    return parser.parse_args()


if __name__ == "__main__":
    main()
