from __future__ import annotations

import pytest

from assistant.evaluation.errors import BadGate
from assistant.evaluation.gates import missed, parse_limits

FIGURES = {
    "ndcg@10": {"value": 0.85, "n": 9},
    "abstention.ece": {"value": 0.2, "n": 9},
    "citation.validity": {"value": None, "n": 0, "reason": "nothing was cited"},
}


@pytest.mark.parametrize(
    ("limits", "complaints"),
    [
        ("", []),
        ("ndcg@10=0.85", []),
        ("ndcg@10=0.8500000001", []),
        ("ndcg@10=0.86", ["ndcg@10 is 0.8500, below 0.86."]),
        (" ndcg@10 = 0.9 , abstention.ece=0.3", ["ndcg@10 is 0.8500, below 0.9."]),
        ("abstention.ece=0.1", ["abstention.ece is 0.2000, above 0.1."]),
        ("citation.validity=0", ["citation.validity has no value: nothing was cited."]),
    ],
)
def test_gate_a_limit_that_is_not_kept_is_told(limits: str, complaints: list[str]) -> None:
    assert missed(parse_limits(limits), FIGURES) == complaints


@pytest.mark.parametrize("text", ["ndcg@10", "ndcg@10=", "ndcg@10=high", "ndcg@10=nan", "answer.words=40"])
def test_gate_what_is_no_limit_is_told(text: str) -> None:
    with pytest.raises(BadGate, match="no limit"):
        parse_limits(text)


def test_gate_an_unknown_measure_is_told() -> None:
    with pytest.raises(BadGate, match=r"nearest: citation\.validity"):
        parse_limits("citation.valid=1")
