"""The sample articles and their gold questions as a regression gate: deterministic, and in every test run.

The same hands wrote the articles and the questions, so that good figures here prove no quality; but figures that
fall say that something broke. Raise a floor when a change to the product lifts its figure for good.
"""

from __future__ import annotations

from pathlib import Path

from tests.api.cli.conftest import Command

GOLD = Path(__file__).parents[3] / "corpus" / "gold.jsonl"

FLOORS = {
    "ndcg@10": 0.91,
    "success@5": 1.0,
    "answer.contains@60": 0.64,
    "nuggets.vital": 0.7,
    "citation.validity": 1.0,
    "citation.uncited": 0.0,
    "citation.document_precision": 0.92,
    "support.precision": 0.48,
    "support.f1": 0.17,
    "abstention.balanced_accuracy": 0.61,
    "abstention.auroc": 0.66,
    "attribution.clean": 0.5,
}


def test_regression_gate_the_sample_questions_are_answered_as_well_as_before(
    with_samples: Command, tmp_path: Path
) -> None:
    floors = ",".join(f"{name}={floor}" for name, floor in FLOORS.items())

    done = with_samples("evaluate", GOLD, "--out", tmp_path / "run", "--fail-under", floors)

    assert done.code == 0, f"{done.out}\n{done.err}"
