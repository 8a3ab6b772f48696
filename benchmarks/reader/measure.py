"""Measures the two packaged models, each by itself:

    python -m benchmarks.reader.measure BENCH PUBLIC

The reading model: F1 of the short answer in the gold paragraph, each of its sentences read with the one before it, and
the likeliest taken, nothing refused; and how often a sentence that answers has a higher logit than one of the same text
that only seems to, of questions by the held-out writer. The model of meaning: accuracy on FeverSymmetric (Schuster et
al. 2019) and on the questions of BoolQ that were kept back; neither was learned from. PUBLIC holds the files that
`public.py` names, and `sym_fever_symmetric_test.jsonl`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from assistant.evaluation.measures.token_f1 import token_f1
from assistant.evaluation.text import tokens
from assistant.meaning.model import SUPPORT, YES, MeaningModel, Pair
from assistant.meaning.shown import above
from assistant.reading.models.packaged import PackagedModel
from assistant.reading.short_answer import short_answer
from benchmarks.fit_calibration import interval
from benchmarks.reader.example import Example
from benchmarks.reader.public import boolq_kept_back, json_rows
from benchmarks.reader.written import HELD_OUT, read_texts, unit_example
from corpus.text.sentences import sentence_spans

_SETS = ("xquad-en-closed", "open-squad")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bench", type=Path)
    parser.add_argument("public", type=Path)
    arguments = parser.parse_args()
    reading, meaning = PackagedModel(), MeaningModel()
    for name in _SETS:
        show(f"short F1, {name}", [short_f1(reading, *asked) for asked in gold_paragraphs(arguments.bench / name)])
    show("pairs", [is_told_apart(reading, *pair) for pair in near_misses()])
    show("FeverSymmetric", list(symmetric(meaning, arguments.public / "sym_fever_symmetric_test.jsonl")))
    kept_back = list(boolq_kept_back(arguments.public))
    said = meaning.logits([_pair(example) for example in kept_back])[:, YES] > 0
    show("BoolQ", [bool(yes) == example.verdict for yes, example in zip(said, kept_back, strict=True)])


def show(name: str, values: list[float] | list[bool]) -> None:
    figures = np.array(values, dtype=float)
    mean, low, high = interval(lambda rows: float(figures[rows].mean()), len(figures))
    print(f"| {name} | {len(figures)} | {mean:.3f} ({low:.3f}-{high:.3f}) |", flush=True)


def gold_paragraphs(folder: Path) -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield question, title, gold paragraph and answers."""
    corpus = {row["_id"]: row for row in json_rows(folder / "corpus.jsonl")}
    for row in json_rows(folder / "gold.jsonl"):
        if row["answers"] and row["evidence"]:
            paragraph = corpus[row["evidence"][0]["doc_id"]]
            yield row["question"], paragraph.get("title", ""), paragraph["text"], row["answers"]


def short_f1(model: PackagedModel, question: str, title: str, text: str, answers: list[str]) -> float:
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    shown = [(above(title, before), one) for before, one in zip(["", *sentences], sentences, strict=False)]
    readings = model.read(question, shown)
    best = max(range(len(readings)), key=lambda number: readings[number].answers)
    span = readings[best].best_span(0, len(sentences[best]))
    short = span and short_answer(sentences[best], span.start, span.end, question)
    said = tokens(sentences[best][slice(*short)]) if short else []
    return max(token_f1(said, tokens(answer)) for answer in answers)


def near_misses() -> Iterator[tuple[Example, Example]]:
    """Yield a question with the sentence that answers it, and with one that only seems to."""
    for text in read_texts(HELD_OUT):
        for question, _, answering, _, near, _ in text.questions:
            if answering and near:
                yield (
                    unit_example(text, question, answering[0], answers=True),
                    unit_example(text, question, near[0], answers=False),
                )


def is_told_apart(model: PackagedModel, right: Example, near: Example) -> bool:
    one, other = model.read(right.asked, [(right.context, right.text), (near.context, near.text)])
    return one.answers > other.answers


def symmetric(model: MeaningModel, file: Path) -> Iterator[bool]:
    rows = list(json_rows(file))
    logits = model.logits([Pair(row["claim"], "", row["evidence"]) for row in rows])[:, SUPPORT]
    for row, (supports, contradicts, _) in zip(rows, logits, strict=True):
        yield bool(supports > contradicts) == (row["gold_label"] == "SUPPORTS")


def _pair(example: Example) -> Pair:
    return Pair(example.asked, example.context, example.text)


if __name__ == "__main__":
    main()
