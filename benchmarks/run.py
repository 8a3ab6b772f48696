"""Measures the assistant on public sets: `make benchmark BENCH=folder`, or

    python -m benchmarks.run BENCH [--only SET ...]

BENCH holds the sets that `benchmarks/sets.py` lists. Articles are embedded once and kept in the data folder; a run that
was stopped goes on. Writes `benchmarks/results/<date>-<commit>.json` and the tables in `benchmarks/README.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from assistant.ask import Assistant
from assistant.evaluation.compare import compare_measure
from assistant.evaluation.corpus_folder import Embedded
from assistant.evaluation.corpus_folder import prepare as prepare_corpus
from assistant.evaluation.evaluate import RunOptions, evaluate
from assistant.evaluation.gold import Gold
from assistant.evaluation.in_process import AssistantAsker
from assistant.evaluation.measures import MEASURES
from assistant.evaluation.measures.measure import Group
from assistant.evaluation.measures.ndcg import NDCG_AT_10
from assistant.evaluation.run_folder import METRICS, load_run
from assistant.settings import Settings, load_settings
from benchmarks.sets import SETS, Set, prepare
from benchmarks.systems import DENSE_WEIGHTS, WHOLE, SearchOnly, settings_of
from benchmarks.tables import tables

_HERE = Path(__file__).parent
_README = _HERE / "README.md"
_BEGIN, _END = "<!-- tables: begin -->", "<!-- tables: end -->"

Results = dict[str, dict[str, Mapping[str, Any]]]
"""Set -> system -> its `metrics.json`."""


def main() -> None:
    arguments = _arguments()
    commit = _commit()
    settings = load_settings()
    work = settings.data / "benchmark" / commit
    chosen = [one for one in SETS if not arguments.only or one.name in arguments.only]
    results: Results = {}
    # Each set has a process of its own, so that its peak memory is not that of another one.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as processes:
        for one in chosen:
            results[one.name] = processes.submit(measure, one, arguments.bench, settings, work).result()
    report = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "commit": commit, "machine": _machine(), "sets": results}
    file = _HERE / "results" / f"{report['date']}-{commit}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    write_tables(report)
    print(f"Wrote {file} and {_README}.")


def measure(wanted: Set, bench: Path, settings: Settings, work: Path) -> dict[str, Mapping[str, Any]]:
    """Every system's metrics on one set."""
    articles, gold = prepare(wanted, bench, work)
    settings, embedded = prepare_corpus(settings, articles, _Progress())
    searches = DENSE_WEIGHTS if wanted.compares_searches else ()
    askers = {**dict.fromkeys(searches, SearchOnly), WHOLE: wanted.asker}
    folders = {system: work / f"{gold.name}-{system}" for system in askers}
    results = {
        system: _measured(gold, settings_of(system, settings), folders[system], asker, embedded)
        for system, asker in askers.items()
    }
    kept = {
        system: _of_search(metrics) if askers[system] is SearchOnly else _worth_keeping(metrics)
        for system, metrics in results.items()
    }
    gains = {search: _gain(folders[search], folders[WHOLE]) for search in searches}
    return kept | {WHOLE: {**kept[WHOLE], "gain_over": gains}}


def _measured(
    gold: Gold, settings: Settings, folder: Path, asker: type[AssistantAsker], embedded: Embedded
) -> Mapping[str, Any]:
    """The metrics of one run, which are not measured again when it is finished."""
    if (folder / METRICS).exists():
        metrics: Mapping[str, Any] = json.loads((folder / METRICS).read_text(encoding="utf-8"))
        return metrics
    progress = _Progress()
    with Assistant.open(settings) as helper:
        helper.warm_up()
        finished = evaluate(
            gold,
            asker(helper, settings),
            RunOptions(folder),
            embedded,
            lambda done, total, *_: progress(folder.name, done, total),
        )
    return finished.metrics


def _worth_keeping(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """What later results are compared with; curves and slices are only for looking at."""
    return {name: metrics[name] for name in ("questions", "statuses", "measures", "cost", "warnings")}


def _of_search(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Of a system that was not asked to answer: nothing that looks at answers."""
    retrieval = [measure.name for measure in MEASURES if measure.group is Group.RETRIEVAL]
    return {"questions": metrics["questions"], "measures": {name: metrics["measures"][name] for name in retrieval}}


def _gain(search: Path, whole: Path) -> dict[str, float]:
    """How much higher nDCG@10 of the whole is than of a search without reading, paired by question."""
    old, new = load_run(search), load_run(whole)
    gain = compare_measure(NDCG_AT_10, old.scores, new.scores)
    if gain is None:
        return {}
    return {"difference": gain.difference, "low": gain.low, "high": gain.high, "p": gain.p}


def write_tables(report: Mapping[str, Any]) -> None:
    """Replace what stands between the marks in the README."""
    text = _README.read_text(encoding="utf-8")
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    _README.write_text(f"{before}{_BEGIN}\n{tables(report)}\n{_END}{after}", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bench", type=Path, help="folder of the sets")
    parser.add_argument("--only", nargs="+", metavar="SET", choices=[one.name for one in SETS], default=[])
    return parser.parse_args()


def _commit() -> str:
    """The short hash of what is measured, marked when files differ from it."""
    described = _git("rev-parse", "--short=10", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", "api", "assistant", "corpus", "index")
    return described + ("-changed" if changed else "")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=_HERE, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


class _Progress:
    """A line for every tenth of a stage."""

    def __init__(self) -> None:
        self._said: tuple[str, int] | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        tenth = (stage, 10 * done // total if total else 0)
        if tenth != self._said:
            self._said = tenth
            print(f"{stage}: {done} of {total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
