from __future__ import annotations

from assistant.evaluation.measures import MEASURES
from benchmarks.tables import tables

FIGURE = {"value": 0.5, "low": 0.25, "high": 0.75, "n": 8}
UNKNOWN = {"value": None, "n": 0, "reason": "nothing was cited"}


def metrics(value: float = 0.5, **others: object) -> dict[str, object]:
    measures = {measure.name: {**FIGURE, "value": value} for measure in MEASURES} | others
    return {"measures": measures, "cost": {"passages_per_second": None, "peak_memory_mb": 512.25}}


def test_tables_each_set_stands_in_the_tables_of_what_it_shows() -> None:
    gain = {"difference": 0.1, "low": 0.05, "high": 0.15, "p": 0.01}
    whole = {**metrics(0.6, **{"conflict.shown": UNKNOWN}), "gain_over": {"bm25": gain, "dense": {}, "fused": gain}}
    systems = {"bm25": metrics(0.3), "dense": metrics(0.4), "fused": metrics(0.5), "whole": whole}
    report = {
        "date": "2026-01-02",
        "commit": "abc",
        "machine": "m",
        "sets": {"open-squad": systems, "clapnq-dev-a": systems, "ramdocs-a.jsonl": systems},
    }

    shown = tables(report)

    assert "Measured on 2026-01-02 at commit `abc` (m)." in shown
    assert "| open-squad | 8 | 0.300 (0.250–0.750) | 0.400 (0.250–0.750) | 0.500 (0.250–0.750) | 0.600" in shown
    assert "| +0.100 (+0.050 to +0.150) | undefined |" in shown
    assert "abstention" not in shown.casefold()  # is fitted on what these two ask
    assert "| `conflict.shown` | undefined |" in shown
    assert "| passages embedded a second | embedded before |" in shown
    assert "| peak memory, MB | 512.2 |" in shown
    assert "follow" not in shown.casefold()
