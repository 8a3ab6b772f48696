"""Fits `assistant/calibration.json`: when the assistant answers, and how sure it says it is.

    python -m benchmarks.fit_judge BENCH WORK [--write]

BENCH holds the public sets in BEIR form with a `gold.jsonl`; WORK keeps an index of each between runs. A set that
has no unanswerable questions is made to have some: every second document is left out, and with it the answers to the
questions about it, while its topic stays.

Every question is asked with nothing refused. A logistic regression (L2, C = 1) then learns from the signals whether
the answer was right: whether a gold sentence, or the gold answer, is in it. It is fitted on one half of every set, all
sets weighing the same; the threshold is the best balanced accuracy (answerable against not) there. What is reported is
measured on the other halves. `--write` stores the coefficients together with these errors.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, brier_score_loss, roc_auc_score

from assistant.answer import Answer
from assistant.ask import Assistant
from assistant.judge import Calibration, Signals
from assistant.library import ingest_paths
from assistant.settings import Settings

SETS = ("clapnq-dev-a", "xquad-en-closed")
STORED = Path(__file__).parents[1] / "assistant" / "calibration.json"
NAMES = [field.name for field in fields(Signals)]
ANSWER_EVERYTHING = Calibration({}, intercept=0.0, threshold=0.0)


@dataclass(frozen=True)
class Asked:
    """One set's questions: signals (n, signals), whether each was answerable, whether its answer was right."""

    signals: NDArray[np.float64]
    answerable: NDArray[np.bool_]
    right: NDArray[np.bool_]

    def half(self, odd: bool) -> Asked:
        return Asked(*(part[int(odd) :: 2] for part in (self.signals, self.answerable, self.right)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bench", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--write", action="store_true", help=f"store the result in {STORED.name}")
    arguments = parser.parse_args()
    asked = {name: ask_all(arguments.bench / name, arguments.work / name) for name in SETS}
    fitted = fit([part.half(odd=False) for part in asked.values()])
    measured = {name: measure(fitted, part.half(odd=True)) for name, part in asked.items()}
    across = {
        f"fitted on {name}, measured on {other}": measure(fit([asked[name]]), asked[other])
        for name in SETS
        for other in SETS
        if other != name
    }
    report = {**json_of(fitted), "measured_on_other_half": measured, "across_sets": across}
    print(json.dumps(report, indent=2))
    if arguments.write:
        STORED.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def ask_all(folder: Path, data: Path) -> Asked:
    """Index the set in `data` (nothing is done twice), then ask all its questions of one part."""
    questions = list(read_lines(folder / "gold.jsonl"))
    documents = list(read_lines(folder / "corpus.jsonl"))
    if all(gold["answerable"] for gold in questions):
        documents = documents[::2]
    index_documents(documents, data)
    kept = {document["_id"] for document in documents}
    rows = []
    with Assistant.open(Settings(data=data), calibration=ANSWER_EVERYTHING) as assistant:
        for gold in questions:
            answer = assistant.ask(gold["question"])
            if all(name in answer.signals for name in NAMES):
                answerable = gold["answerable"] and any(item["doc_id"] in kept for item in gold["evidence"])
                signals = [answer.signals[name] for name in NAMES]
                rows.append((signals, answerable, answerable and is_right(answer, gold)))
    signals, answerable, right = zip(*rows, strict=True)
    return Asked(np.array(signals), np.array(answerable), np.array(right))


def index_documents(documents: Sequence[dict], data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True)
    corpus_file = data / "corpus.jsonl"
    corpus_file.write_text("".join(json.dumps(document) + "\n" for document in documents), encoding="utf-8")
    ingest_paths(Settings(data=data), [corpus_file], sync=True)


def read_lines(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def is_right(answer: Answer, gold: dict) -> bool:
    """Whether a cited sentence shares half its words with a gold sentence, or the text has a gold answer in it."""
    text = " ".join(words(answer.text))
    if any(f" {' '.join(words(one))} " in f" {text} " for one in gold.get("answers", ()) if words(one)):
        return True
    evidence = [set(words(item["text"])) for item in gold.get("evidence", ())]
    cited = [set(words(citation.quote)) for citation in answer.citations]
    return any(
        len(one & other) >= 0.5 * min(len(one), len(other))
        for one in cited
        for other in evidence
        if len(other) > 2 and one
    )


def words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.lower()) if word not in {"a", "an", "the"}]


def fit(parts: Sequence[Asked]) -> Calibration:
    signals = np.concatenate([part.signals for part in parts])
    right = np.concatenate([part.right for part in parts])
    answerable = np.concatenate([part.answerable for part in parts])
    weights = np.concatenate([np.full(len(part.right), 1 / len(part.right)) for part in parts])
    model = LogisticRegression(C=1.0).fit(signals, right, sample_weight=weights * len(right) / weights.sum())
    probabilities = model.predict_proba(signals)[:, 1]
    threshold = max(
        np.unique(probabilities.round(3)),
        key=lambda t: balanced_accuracy_score(answerable, probabilities >= t, sample_weight=weights),
    )
    coefficients = dict(zip(NAMES, model.coef_[0].round(4).tolist(), strict=True))
    return Calibration(coefficients, round(float(model.intercept_[0]), 4), round(float(threshold), 3))


def measure(fitted: Calibration, part: Asked) -> dict[str, float]:
    probabilities = np.array([fitted.probability(Signals(*(float(signal) for signal in row))) for row in part.signals])
    answered = probabilities >= fitted.threshold
    return {
        "questions": len(answered),
        "auroc_answerable": round(roc_auc_score(part.answerable, probabilities), 3),
        "auroc_right": round(roc_auc_score(part.right, probabilities), 3),
        "refused_of_unanswerable": round(float((~answered[~part.answerable]).mean()), 3),
        "refused_of_answerable": round(float((~answered[part.answerable]).mean()), 3),
        "right_of_answered": round(float(part.right[answered].mean()), 3),
        "brier_right": round(brier_score_loss(part.right, probabilities), 3),
    }


def json_of(fitted: Calibration) -> dict[str, object]:
    return {"weights": dict(fitted.weights), "intercept": fitted.intercept, "threshold": fitted.threshold}


if __name__ == "__main__":
    main()
