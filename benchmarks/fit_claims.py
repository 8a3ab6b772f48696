"""Fits `assistant/groundedness/calibration.json`: how sure the judge may be that evidence supports a claim.

    python -m benchmarks.fit_claims BENCH [--write]

BENCH holds `claims-a`, `wice-dev.jsonl` and `xquad-en-closed`. The claims of the first two, those of the writer whom
the model of meaning did not learn from, and sentences of the third that `damage.py` changes are judged. All sets weigh
the same. A logistic regression (L2; no weight of a fault is positive, no other negative) makes their signals a
probability, lowered until, of the claims of each written set that it puts at .75 or more, few are wrong. How well is
measured by fitting one half, by group, and measuring the other, ten times with other halves; the mean is reported, and
the least and the greatest of the twenty. `--write` stores what is fitted on all, with these errors.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from assistant.groundedness.faults import Fault
from assistant.groundedness.judge import SUPPORTED_FROM
from assistant.groundedness.model_judge import claim_signals, faults_of, probability_of
from assistant.logistic import Logistic
from assistant.meaning.model import MeaningModel
from benchmarks.claims import claims_of_a, damaged_claims, held_out_claims, wice_claims

STORED = Path(__file__).parents[1] / "assistant" / "groundedness" / "calibration.json"

_SIGNALS = (
    "support",
    "support_near",
    "fault_near",
    *(fault.value for fault in (Fault.NUMBER, Fault.DATE, Fault.NAME, Fault.QUOTATION)),
)
_WRITTEN = ("claims-a", "held-out writer")
"""Sets of claims that were written to mislead: what a judge may call supported is decided on these."""

_AIMED_AT = 0.08
"""Share of what is called supported that may be wrong where it is fitted, so that it is one in ten elsewhere."""

_PENALTY = 1e-3
"""Of the squared weights."""

_PASSED = 0.05
"""Share of the wrong claims that pass, at which the right ones that are kept are counted."""

_TIMES = 10
"""How often halves are drawn."""

_MANY_WORDS = 0.7
"""Overlap from which a claim counts as one of many of the evidence's words."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bench", type=Path)
    parser.add_argument("--write", action="store_true", help=f"store the result in {STORED}")
    arguments = parser.parse_args()
    model = MeaningModel()
    sets = {
        "claims-a": list(claims_of_a(arguments.bench / "claims-a" / "claims-a.jsonl")),
        "held-out writer": list(held_out_claims()),
        "wice-dev": list(wice_claims(arguments.bench / "wice-dev.jsonl")),
        "damaged": list(damaged_claims(arguments.bench / "xquad-en-closed" / "corpus.jsonl")),
    }
    claims = [claim for of_set in sets.values() for claim in of_set]
    began = perf_counter()
    signals = claim_signals(model, [one.claim for one in claims], [faults_of(one.claim) for one in claims])
    milliseconds = (perf_counter() - began) * 1000 / len(claims)
    right = np.array([claim.is_supported for claim in claims])
    of_set = np.repeat(list(sets), [len(some) for some in sets.values()])
    groups = np.array([claim.group for claim in claims])
    overlap = np.array([claim.overlap for claim in claims])
    measured: dict[str, list[dict[str, float]]] = {name: [] for name in (*sets, "written")}
    for seed in range(_TIMES):
        halves = _halves(groups, seed)
        for half in (False, True):
            fitted = fit(_of(signals, halves != half), right[halves != half], of_set[halves != half])
            probability = np.array([probability_of(fitted, row) for row in signals])
            for name in measured:
                rows = (halves == half) & np.isin(of_set, _WRITTEN if name == "written" else [name])
                measured[name].append(measure(right[rows], probability[rows], overlap[rows]))
    figures = {name: _mean(values) for name, values in measured.items()}
    fitted = fit(signals, right, of_set)
    report = {
        "support": asdict(fitted),
        "fitted_for": model.fingerprint,
        "measured": {
            "claims": int(np.isin(of_set, _WRITTEN).sum()),
            **{name: figures["written"][name][0] for name in ("wrong_among_supported", "kept")},
        },
        "measured_on_other_halves": figures,
        "milliseconds_a_claim": round(milliseconds, 1),
    }
    print(json.dumps(report, indent=2))
    if arguments.write:
        del report["milliseconds_a_claim"]
        STORED.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def _of(signals: Sequence[Mapping[str, float]], chosen: NDArray[np.bool_]) -> list[Mapping[str, float]]:
    return [row for row, is_chosen in zip(signals, chosen, strict=True) if is_chosen]


def fit(signals: Sequence[Mapping[str, float]], right: NDArray[np.bool_], of_set: NDArray[np.str_]) -> Logistic:
    """Return the regression; all sets weigh the same, and of each its right and its wrong claims together.

    Claims about the sources, of which the judge cannot tell, are left out.
    """
    can_tell = np.array([not row[Fault.ABOUT_SOURCES.value] for row in signals])
    rows = np.array([[row[name] for name in _SIGNALS] for row in _of(signals, can_tell)])
    right, of_set = right[can_tell], of_set[can_tell]
    weights = _weights(right, of_set)

    def loss(values: NDArray[np.float64]) -> float:
        log_odds = rows @ values[:-1] + values[-1]
        penalty = _PENALTY * float(values[:-1] @ values[:-1])
        return float(weights @ (np.logaddexp(0, log_odds) - right * log_odds)) + penalty

    bounds = [(0.0, None)] * 2 + [(None, 0.0)] * (len(_SIGNALS) - 2) + [(None, None)]
    values = minimize(loss, np.zeros(len(_SIGNALS) + 1), method="L-BFGS-B", bounds=bounds).x
    log_odds = rows @ values[:-1] + values[-1]
    lowered = max(_lowered(log_odds[of_set == name], right[of_set == name]) for name in _WRITTEN)
    coefficients = dict(zip(_SIGNALS, values[:-1].round(4).tolist(), strict=True))
    return Logistic(coefficients, round(float(values[-1] - lowered), 4))


def _weights(right: NDArray[np.bool_], of_set: NDArray[np.str_]) -> NDArray[np.float64]:
    """Of each claim; they sum up to 1."""
    weights = np.zeros(len(right))
    for name in np.unique(of_set):
        for label in (True, False):
            some = (of_set == name) & (right == label)
            weights[some] = 1 / some.sum()
    return weights / weights.sum()


def _lowered(log_odds: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return by how much log-odds are lowered so that at most so much of what is called supported is wrong, where half
    of all claims are."""
    bound = np.log(SUPPORTED_FROM / (1 - SUPPORTED_FROM))
    order = np.argsort(-log_odds)
    kept = np.cumsum(right[order]) / right.sum()
    passed = np.cumsum(~right[order]) / (~right).sum()
    good = np.flatnonzero(passed <= _AIMED_AT * (kept + passed))
    lowest = log_odds[order[good[-1]]] if good.size else log_odds.max() + 1
    return max(0.0, float(lowest - bound))


def _halves(groups: NDArray[np.str_], seed: int) -> NDArray[np.bool_]:
    """Which claims are in the one half: all of a group or none."""
    names = np.unique(groups)
    return np.isin(groups, np.random.default_rng(seed).permutation(names)[: len(names) // 2])


def measure(
    right: NDArray[np.bool_], probability: NDArray[np.float64], overlap: NDArray[np.float64]
) -> dict[str, float]:
    """Right and wrong claims count the same, however many of each there are."""
    shown = probability >= SUPPORTED_FROM
    kept, passed = float(shown[right].mean()), float(shown[~right].mean())
    limit = np.quantile(probability[~right], 1 - _PASSED)
    figures = {
        "auroc": float(roc_auc_score(right, probability)),
        "kept_at_5_percent_passed": float((probability[right] > limit).mean()),
        "kept": kept,
        "passed": passed,
        "wrong_among_supported": passed / (kept + passed) if kept + passed else 0.0,
    }
    many = overlap >= _MANY_WORDS
    for name, rows in (("many", many), ("few", ~many)):
        if right[rows].any() and not right[rows].all():
            figures[f"auroc_of_{name}_words"] = float(roc_auc_score(right[rows], probability[rows]))
    return figures


def _mean(values: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    """Return mean, least and greatest of each figure."""
    return {
        name: [round(float(figure([one[name] for one in values if name in one])), 3) for figure in (np.mean, min, max)]
        for name in values[0]
    }


if __name__ == "__main__":
    main()
