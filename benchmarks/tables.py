"""The results as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks import sets
from benchmarks.sets import SETS, Set
from benchmarks.systems import DENSE_WEIGHTS, WHOLE

_MEASURES = {
    sets.ANSWERS: ("short.em", "short.f1", "answer.contains", "answer.contains@60", "answer.f1", "answer.words"),
    sets.CITATIONS: (
        "citation.validity", "citation.document_precision", "support.precision", "support.recall", "support.f1",
    ),
    sets.ABSTENTION: (
        "abstention.refused_unanswerable", "abstention.refused_answerable", "abstention.balanced_accuracy",
        "abstention.auroc", "abstention.ece",
    ),
    sets.FOLLOW_UPS: ("follow_up.ndcg@10_gain", "follow_up.contains@60_gain", "follow_up.f1_gain"),
    sets.REWRITING: ("answer.em", "answer.f1"),
    sets.CONFLICT: ("conflict.gold_given", "conflict.wrong_given", "conflict.shown"),
    sets.COST: ("latency.p50", "latency.p95", "latency.p99"),
}  # fmt: skip

Metrics = Mapping[str, Any]


def tables(report: Metrics) -> str:
    """Retrieval first, then each other part of the work on the sets that show it."""
    lines = [f"Measured on {report['date']} at commit `{report['commit']}` ({report['machine']}).", ""]
    lines += _retrieval(report["sets"])
    for part, measures in _MEASURES.items():
        lines += _part(part, measures, report["sets"])
    return "\n".join(lines)


def _retrieval(results: Metrics) -> Iterator[str]:
    shown = _shown(sets.RETRIEVAL, results)
    if not shown:
        return
    yield "### Retrieval (nDCG@10, 95 % interval; documents ranked by best passage; gains paired by question)"
    yield ""
    yield from _header(
        "set", "questions", *DENSE_WEIGHTS, "fused and read", *(f"gain over {search}" for search in DENSE_WEIGHTS),
        "success@1", "success@10", "recall@10",
    )  # fmt: skip
    for one in shown:
        systems = results[one.name]
        whole = systems[WHOLE]
        yield _row(
            one.name,
            str(whole["measures"]["ndcg@10"]["n"]),
            *(_figure(systems[name]["measures"]["ndcg@10"]) for name in (*DENSE_WEIGHTS, WHOLE)),
            *(_gain(whole["gain_over"][search]) for search in DENSE_WEIGHTS),
            *(_figure(whole["measures"][name]) for name in ("success@1", "success@10", "recall@10")),
        )
    yield ""


def _part(part: str, measures: Sequence[str], results: Metrics) -> Iterator[str]:
    shown = _shown(part, results)
    if not shown:
        return
    yield f"### {part.capitalize()}"
    yield ""
    yield from _header("measure", *(one.name for one in shown))
    for measure in measures:
        figures = [results[one.name][WHOLE]["measures"].get(measure) for one in shown]
        if any(figures):  # results of an earlier day do not know a measure that came later
            yield _row(f"`{measure}`", *map(_figure, figures))
    if part == sets.COST:
        yield from _costs(shown, results)
    yield ""


def _costs(shown: Sequence[Set], results: Metrics) -> Iterator[str]:
    for name, unit in (("passages_per_second", "passages embedded a second"), ("peak_memory_mb", "peak memory, MB")):
        costs = [results[one.name][WHOLE]["cost"][name] for one in shown]
        yield _row(unit, *("embedded before" if cost is None else f"{cost:.1f}" for cost in costs))


def _shown(part: str, results: Metrics) -> list[Set]:
    return [one for one in SETS if part in one.shows and one.name in results]


def _figure(figure: Metrics | None) -> str:
    if figure is None or figure["value"] is None:
        return "undefined"
    digits = 3 if abs(figure["value"]) <= 1 else 1
    value = f"{figure['value']:.{digits}f}"
    return value if figure["low"] is None else f"{value} ({figure['low']:.{digits}f}–{figure['high']:.{digits}f})"


def _gain(gain: Metrics) -> str:
    return f"{gain['difference']:+.3f} ({gain['low']:+.3f} to {gain['high']:+.3f})" if gain else "undefined"


def _header(*columns: str) -> Iterator[str]:
    yield _row(*columns)
    yield "|" + "---|" * len(columns)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
