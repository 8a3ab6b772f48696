"""Fits `assistant/reading/calibration.json`: how signals add up to probabilities, and when the assistant answers.

    python -m benchmarks.fit_calibration BENCH PUBLIC WORK [--write]

BENCH holds the public sets in BEIR form with a `gold.jsonl`, PUBLIC `news.jsonl`, of which `archive.py` makes a set;
WORK keeps an index of each set between runs. With them stands a news desk of our own (`desk.py`). Four logistic
regressions (L2, no negative weights) are fitted, all sets weighing the same:

- that a unit answers, from what prescoring tells and from what reading adds: whether it is a gold sentence; fitted on
  the desk alone, where every sentence that answers is known, not only those of one paragraph;
- that a passage does: whether its article is gold evidence;
- that an answer is right, when no probability is too low: whether a gold sentence, or the gold answer, is in it.

The last one depends on the others, so that questions are asked twice: those at even positions of each set to fit the
first three, all to fit the last. Operating points are thresholds on it: of no set does `eager` refuse more than one
answerable question in fifty and `balanced` more than one in ten; `cautious` refuses four unanswerable ones of five.
What is reported of either half of a set is measured with the last regression and thresholds fitted on the others.
`--write` stores the coefficients, fitted on both halves, together with these errors and the fingerprint of what they
were fitted for.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import brier_score_loss, roc_auc_score

from assistant.answer import Answer, Evidence
from assistant.ask import Assistant
from assistant.evaluation.corpus_folder import prepare
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.read_gold import read_gold
from assistant.evaluation.text import tokens
from assistant.logistic import Logistic
from assistant.reading.abstention import NO_SIGNALS
from assistant.reading.calibration import Calibration, CalibrationFingerprint
from assistant.reading.fingerprint import calibration_fingerprint
from assistant.reading.models.load import load_reading_model
from assistant.reading.reader import ReadResult
from assistant.settings import Settings
from benchmarks import archive, desk
from benchmarks.open_squad_audit import ANSWERABLE_AFTER_ALL
from benchmarks.reading import read_question
from index.encoders.load import load_encoder

SETS = ("clapnq-dev-a", "open-squad")
"""Those of BENCH whose gold tells which sentence answers."""
STORED = Path(__file__).parents[1] / "assistant" / "reading" / "calibration.json"

_WINDOW = ("fused", "meaning", "words", "attributed")
_EVIDENCE = (*_WINDOW, "span", "answers")
_PASSAGE = ("fused", "meaning", "words", "span", "answers")
_ANSWERABILITY = tuple(NO_SIGNALS.by_name())
_EAGER_REFUSES, _BALANCED_REFUSES = 0.02, 0.10
"""Shares of the answerable questions."""

_CAUTIOUS_REFUSES = 0.8
"""Share of the unanswerable questions."""

_PENALTY = 1e-5
"""Of the squared weights, beside a mean loss of 0.05 and more: enough to keep signals that say the same apart."""

_RESAMPLED = 1000

_ENOUGH = 600
"""Questions of a set: of a larger one every so-many-th is asked, since all sets weigh the same."""

_READ_FOR_FITTING = 32
"""Windows read where their probabilities are fitted: more than are read later, so that poor ones are seen too."""

FIRST_GUESS = Calibration(
    window=Logistic({"fused": 6.0, "meaning": 4.0, "words": 1.5, "attributed": 1.0}, -12.0),
    evidence=Logistic(
        {"fused": 5.0, "meaning": 3.0, "words": 1.0, "answers": 4.0, "span": 1.0, "attributed": 1.0}, -9.0
    ),
    passage=Logistic({"fused": 5.0, "meaning": 1.0, "words": 1.0, "answers": 4.0, "span": 1.0}, -5.0),
    answerability=Logistic({}, 0.0),
    thresholds={"eager": 0.0, "balanced": 0.0, "cautious": 0.0},
)
"""To read by before anything is fitted; it answers everything."""


@dataclass
class Table:
    """Rows of signals, one a passage, sentence or answer, and whether each was right."""

    signals: list[Mapping[str, float]] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)

    def add(self, signals: Mapping[str, float], right: bool) -> None:
        self.signals.append(signals)
        self.right.append(right)


@dataclass
class Considered:
    """What was read for the questions of one half of a set, before anything was decided."""

    evidence: Table = field(default_factory=Table)
    passages: Table = field(default_factory=Table)
    answers: Table = field(default_factory=Table)
    answerable: list[bool] = field(default_factory=list)


Halves = tuple[Considered, Considered]
"""Of the even positions of a set, and of the odd ones."""

Consider = Callable[[Assistant, GoldQuestion, Considered], None]
"""Asks a question, and adds what came of it to the half of the set that the question belongs to."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bench", type=Path)
    parser.add_argument("public", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--write", action="store_true", help=f"store the result in {STORED.name}")
    arguments = parser.parse_args()
    work = arguments.work
    folders = [
        *(arguments.bench / name for name in SETS),
        desk.write_set(work / desk.NAME),
        archive.write_set(arguments.public / "news.jsonl", work / archive.NAME),
    ]
    first = {
        folder.name: consider_all(folder, work, consider_reading, FIRST_GUESS, _READ_FOR_FITTING, only_even=True)[0]
        for folder in folders
    }
    reading = fit_reading(list(first.values()), known=first[desk.NAME])
    report = fit_and_measure(
        reading, {folder.name: consider_all(folder, work, consider_answer, reading) for folder in folders}
    )
    print(json.dumps(report, indent=2, allow_nan=False))
    if arguments.write:
        STORED.write_text(json.dumps(report, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def fit_and_measure(reading: Calibration, sets: Mapping[str, Halves]) -> dict[str, object]:
    """Fit on all that was asked; measure on each half what is fitted on the others, and across sets."""
    fitted = fit_answers(reading, [half for halves in sets.values() for half in halves])
    by_half = [fit_answers(reading, [halves[1 - number] for halves in sets.values()]) for number in range(2)]
    return {
        **asdict(replace(fitted, fitted_for=runs_by_default())),
        "measured_on_other_half": {name: measure(*zip(by_half, halves, strict=True)) for name, halves in sets.items()},
        "across_sets": dict(across_sets(reading, sets)),
    }


def runs_by_default() -> CalibrationFingerprint:
    """Of the default models under the default settings, by which all answers are asked for."""
    settings = Settings()
    return calibration_fingerprint(settings, load_encoder(), load_reading_model())


def consider_all(
    folder: Path,
    work: Path,
    consider: Consider,
    calibration: Calibration,
    windows: int | None = None,
    only_even: bool = False,
) -> Halves:
    """Index the set in `work` (nothing is done twice), then ask its questions."""
    settings, _ = prepare(Settings(data=work), folder / "corpus.jsonl")
    if windows:
        settings = settings.model_copy(update={"answering": replace(settings.answering, windows=windows)})
    halves = (Considered(), Considered())
    known = [gold for gold in read_gold(folder).questions if gold.id not in ANSWERABLE_AFTER_ALL]
    questions = known[:: max(1, round(len(known) / _ENOUGH))]
    with Assistant.open(settings, calibration=calibration) as assistant:
        for position, gold in enumerate(questions):
            if position % 2 == 0 or not only_even:
                consider(assistant, gold, halves[position % 2])
            if position % 100 == 0:
                print(f"{folder.name}: {position} of {len(questions)}", file=sys.stderr, flush=True)
    return halves


def consider_reading(assistant: Assistant, gold: GoldQuestion, half: Considered) -> None:
    for read in read_question(assistant, gold.question):
        add_passages(half, gold, read)
        for evidence in read.evidence:
            half.evidence.add(evidence.signals, is_gold_sentence(gold, evidence))


def consider_answer(assistant: Assistant, gold: GoldQuestion, half: Considered) -> None:
    answer = assistant.ask(gold.question)
    # A question that is decomposed has the signals of each sub-question: what is fitted is one.
    if all(name in answer.signals for name in _ANSWERABILITY):
        half.answers.add(answer.signals, bool(gold.answerable) and is_right(answer, gold))
        half.answerable.append(bool(gold.answerable))


def add_passages(half: Considered, gold: GoldQuestion, read: ReadResult) -> None:
    documents = {item.doc_id for item in gold.evidence}
    for hit in read.hits:
        if signals := read.signals.get(hit.passage.id):
            half.passages.add(signals, hit.article.external_id in documents)


def is_gold_sentence(gold: GoldQuestion, evidence: Evidence) -> bool:
    return evidence.hit.article.external_id in {item.doc_id for item in gold.evidence} and (
        any(shares_half(tokens(evidence.text), tokens(item.text)) for item in gold.evidence)
        or holds_answer(tokens(evidence.text), gold)
    )


def is_right(answer: Answer, gold: GoldQuestion) -> bool:
    """Whether a cited sentence shares half its words with a gold sentence, or the text has a gold answer in it."""
    cited = [tokens(citation.quote) for citation in answer.citations]
    evidence = [tokens(item.text) for item in gold.evidence]
    return holds_answer(tokens(answer.text), gold) or any(shares_half(*pair) for pair in product(cited, evidence))


def holds_answer(words: Sequence[str], gold: GoldQuestion) -> bool:
    text = f" {' '.join(words)} "
    return any(f" {' '.join(tokens(one))} " in text for one in gold.answers if tokens(one))


def shares_half(one: Sequence[str], other: Sequence[str]) -> bool:
    """Of the shorter one's words; a gold item of one or two words is an answer, not a sentence."""
    shorter = min(len(set(one)), len(set(other)))
    return len(other) > 2 and shorter > 0 and len(set(one) & set(other)) >= 0.5 * shorter


def fit_reading(sets: Sequence[Considered], known: Considered) -> Calibration:
    """`known` is of the set in which every sentence that answers is known."""
    return replace(
        FIRST_GUESS,
        window=fit([known.evidence], _WINDOW),
        evidence=fit([known.evidence], _EVIDENCE),
        passage=fit([half.passages for half in sets], _PASSAGE),
    )


def fit_answers(reading: Calibration, sets: Sequence[Considered]) -> Calibration:
    answerability = fit([half.answers for half in sets], _ANSWERABILITY)
    probabilities = [probabilities_of(answerability, half) for half in sets]
    answerable = [np.array(half.answerable) for half in sets]
    of_each = [p[can] for p, can in zip(probabilities, answerable, strict=True)]
    eager, balanced = (min(np.quantile(p, share) for p in of_each) for share in (_EAGER_REFUSES, _BALANCED_REFUSES))
    cautious = np.quantile(np.concatenate(probabilities)[~np.concatenate(answerable)], _CAUTIOUS_REFUSES)
    thresholds = {"eager": eager, "balanced": balanced, "cautious": max(cautious, balanced)}
    return replace(
        reading,
        answerability=answerability,
        thresholds={name: np.floor(1000 * float(t)) / 1000 for name, t in thresholds.items()},
    )


def fit(tables: Sequence[Table], names: Sequence[str]) -> Logistic:
    rows = np.array([[signals[name] for name in names] for table in tables for signals in table.signals])
    right = np.concatenate([table.right for table in tables])
    weights = weights_of(tables)

    def loss(values: NDArray[np.float64]) -> float:
        log_odds = rows @ values[:-1] + values[-1]
        return float(weights @ (np.logaddexp(0, log_odds) - right * log_odds)) + _PENALTY * float(
            values[:-1] @ values[:-1]
        )

    # All signals speak for an answer: what one set happens to hold against one of them would not carry over.
    bounds = [(0.0, None)] * len(names) + [(None, None)]
    values = minimize(loss, np.zeros(len(names) + 1), method="L-BFGS-B", bounds=bounds).x
    coefficients = dict(zip(names, values[:-1].round(4).tolist(), strict=True))
    return Logistic(coefficients, round(float(values[-1]), 4))


def weights_of(tables: Sequence[Table]) -> NDArray[np.float64]:
    """Of each row, so that all tables weigh the same; they sum up to 1."""
    return np.concatenate([np.full(len(table.right), 1 / len(table.right) / len(tables)) for table in tables])


def probabilities_of(fitted: Logistic, half: Considered) -> NDArray[np.float64]:
    return np.array([fitted.probability(signals) for signals in half.answers.signals])


def across_sets(reading: Calibration, sets: Mapping[str, Halves]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """What the answer's probability is worth on a set that it was not fitted on."""
    for name, halves in sets.items():
        others = [half for one, other in sets.items() if one != name for half in other]
        if others:
            fitted = fit_answers(reading, others)
            yield f"fitted without {name}, measured on it", measure(*((fitted, half) for half in halves))


def measure(*parts: tuple[Calibration, Considered]) -> dict[str, object]:
    """Measure parts of a set together, each with what was fitted without it."""
    probabilities = np.concatenate([probabilities_of(fitted.answerability, half) for fitted, half in parts])
    answerable = np.concatenate([half.answerable for _, half in parts])
    right = np.concatenate([half.answers.right for _, half in parts])
    thresholds = {
        name: np.concatenate([np.full(len(half.answerable), fitted.thresholds[name]) for fitted, half in parts])
        for name in parts[0][0].thresholds
    }
    return {
        "questions": len(right),
        "auroc_answerable": interval(lambda rows: roc_auc_score(answerable[rows], probabilities[rows]), len(right)),
        "auroc_right": interval(lambda rows: roc_auc_score(right[rows], probabilities[rows]), len(right)),
        "brier_right": round(brier_score_loss(right, probabilities), 3),
        "operating_points": {
            name: operating_point(probabilities >= threshold, answerable, right)
            for name, threshold in thresholds.items()
        },
    }


def operating_point(
    answered: NDArray[np.bool_], answerable: NDArray[np.bool_], right: NDArray[np.bool_]
) -> dict[str, list[float]]:
    size = len(answered)
    return {
        "answered": interval(lambda rows: answered[rows].mean(), size),
        "right_of_answered": interval(lambda rows: right[rows][answered[rows]].mean(), size),
        "refused_of_unanswerable": interval(lambda rows: (~answered[rows][~answerable[rows]]).mean(), size),
        "refused_of_answerable": interval(lambda rows: (~answered[rows][answerable[rows]]).mean(), size),
    }


def interval(figure: Callable[[NDArray[np.intp]], float], size: int) -> list[float]:
    """The figure of all rows, and its 95 % interval: percentiles over resampled rows (Efron 1979)."""
    resampled = np.random.default_rng(0).integers(0, size, (_RESAMPLED, size))
    low, high = np.nanquantile([figure(rows) for rows in resampled], (0.025, 0.975))
    return [round(float(value), 3) for value in (figure(np.arange(size)), low, high)]


if __name__ == "__main__":
    main()
