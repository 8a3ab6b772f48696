"""Measures the two packaged models, each by itself:

    python -m benchmarks.reader.measure BENCH PUBLIC

The reading model: F1 of the short answer in the gold paragraph, each of its sentences read with the one before it,
and the likeliest taken, nothing refused; how often a sentence that answers has a higher logit than one of the same
text that only seems to, of questions by the held-out writer, and the same of paraphrases and of units of documents;
how often the likeliest of the units that a question's labelled readings have is one that answers; how often it tells
the kind of a question, of all and of those of which it is sure. The model of meaning: accuracy on FeverSymmetric
(Schuster et al. 2019), and yes from no, on written questions and those of BoolQ that were kept back. Of these, how
often both models are sure enough for a verdict, and right. Nothing of all this was learned from. PUBLIC holds the
files that `public.py` names, `sym_fever_symmetric_test.jsonl`, and `news.jsonl`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import groupby, product
from pathlib import Path

import numpy as np

from assistant.evaluation.measures.token_f1 import token_f1
from assistant.evaluation.text import tokens
from assistant.meaning.model import SUPPORT, YES, MeaningModel, Pair
from assistant.reading.answered import answered_in
from assistant.reading.models.packaged import PackagedModel
from assistant.reading.prescore import Window
from assistant.writing.shaped import SURE_VERDICT, agreed
from benchmarks.fit_calibration import interval
from benchmarks.reader.asked import is_kept_back, kind_examples, verdict_examples
from benchmarks.reader.documents import read_shelves
from benchmarks.reader.example import Example
from benchmarks.reader.labelled import LABELLED, Archive, labelled_examples
from benchmarks.reader.paraphrases import paraphrase_pairs, read_paraphrases
from benchmarks.reader.public import boolq_kept_back, json_rows
from benchmarks.reader.written import HELD_OUT, read_texts, unit_example

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
    pairs = paraphrase_pairs(read_paraphrases(kept_back=True))
    show("paraphrases", [is_told_apart(reading, *pair) for pair in pairs])
    show("units of documents", [is_told_apart(reading, *pair) for pair in document_pairs()])
    news = arguments.public / "news.jsonl"
    if news.exists():
        asked_of_news = labelled_kept_back(Archive(news))
        show("labelled readings", [is_answered_first(reading, examples) for examples in asked_of_news])
    else:
        print(f"Labelled readings are skipped: PUBLIC has no {news.name}, which `benchmarks.reader.news` rebuilds.")
    told = [(reading.kind_of(one.asked), one.kind) for one in kinds_kept_back()]
    show("kinds", [said is kind for said, kind in told])
    show("kinds, where sure", [said is kind for said, kind in told if said])
    show("FeverSymmetric", list(symmetric(meaning, arguments.public / "sym_fever_symmetric_test.jsonl")))
    for name, asked in (("yes or no", verdicts_kept_back()), ("BoolQ", list(boolq_kept_back(arguments.public)))):
        show_verdicts(name, asked, reading, meaning)


def show_verdicts(name: str, asked: Sequence[Example], reading: PackagedModel, meaning: MeaningModel) -> None:
    """Show how often the model of meaning tells yes from no; then, as in answers, how often both models are sure
    enough for a verdict, and how often that is right."""
    meant = meaning.logits(list(map(_pair, asked)))[:, YES]
    read = [reading.read(one.asked, [(one.context, one.text)])[0].yes for one in asked]
    odds = [agreed(float(one), other) for one, other in zip(meant, read, strict=True)]
    show(name, [bool(yes > 0) == one.verdict for yes, one in zip(meant, asked, strict=True)])
    show(f"{name}: a verdict is given", [abs(yes) >= SURE_VERDICT for yes in odds])
    given = [(yes > 0, one.verdict) for yes, one in zip(odds, asked, strict=True) if abs(yes) >= SURE_VERDICT]
    show(f"{name}: it is right", [said == verdict for said, verdict in given])


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
    said = tokens(answered_in(model, question, text, title))
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


def document_pairs() -> Iterator[tuple[Example, Example]]:
    """Yield a kept-back question with the unit that answers it, and with each that only seems to."""
    for shelf in read_shelves():
        for row in (row for row in shelf.questions if is_kept_back(row["q"])):
            right = shelf.answering(row) or ()
            near = {place for document, quote in row["near"] for place in shelf.quoted(document, quote)}
            for one, other in product(sorted(right), sorted(near - set(right))):
                yield _read(row["q"], shelf.window(one)), _read(row["q"], shelf.window(other))


def _read(question: str, window: Window) -> Example:
    return Example(question, window.lead + window.text, window.above)


def labelled_kept_back(archive: Archive, file: Path = LABELLED) -> Iterator[list[Example]]:
    """Yield the labelled units of each kept-back question that some of them answer."""
    examples = labelled_examples(archive, kept_back=True, file=file)
    for _, group in groupby(examples, lambda one: one.asked):
        units = list(group)
        if any(one.answers for one in units):
            yield units


def is_answered_first(model: PackagedModel, units: Sequence[Example]) -> bool:
    """Whether the likeliest of one question's units is labelled to answer it."""
    readings = model.read(units[0].asked, [(one.context, one.text) for one in units])
    _, likeliest = max(zip(readings, units, strict=True), key=lambda pair: pair[0].answers)
    return bool(likeliest.answers)


def kinds_kept_back() -> list[Example]:
    return [one for one in kind_examples((), ()) if is_kept_back(one.asked)]


def verdicts_kept_back() -> list[Example]:
    """Return the kept-back questions of yes or no that a sentence answers."""
    return [one for one in verdict_examples() if is_kept_back(one.asked) and one.verdict is not None]


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
