"""How many cores keep answers quick, from the processor time of an answer:

    python -m benchmarks.queueing [--asks NUMBER | --seconds SECONDS --variation RATIO]

Without `--seconds` it is measured: questions about the sample articles, one after another. Prints a Markdown table.

The model: questions come at random (Poisson), wait in one line, and each is answered on one of `cores` alone. How long
one waits is that of M/M/c (Erlang's C), shortened for answers that take more alike than there (Allen and Cunneen): by
half where all take the same (M/D/c).
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, pstdev
from time import process_time

from assistant.ask import Assistant
from assistant.ingestion.ingest import ingest_paths
from assistant.settings import Settings
from benchmarks.service import ARTICLES, question

_RATES = (1, 5, 10, 20, 50, 100, 200)
"""Questions a second."""

_SLOWER = (3.0, 5.0)
"""Of a hundred questions, 99 are answered within so many times the time of an answer alone."""

_CORES_OF_A_REPLICA = 2

_WARMING = 10


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--asks", type=int, default=60)
    arguments.add_argument("--seconds", type=float, help="of processor time for an answer, on average")
    arguments.add_argument("--variation", type=float, default=0.5, help="their standard deviation by their mean")
    wanted = arguments.parse_args()
    if wanted.seconds:
        seconds, variation = wanted.seconds, wanted.variation
    else:
        times = measured(wanted.asks)
        seconds, variation = mean(times), pstdev(times) / mean(times)
    print("\n".join(table(seconds, variation)))


def measured(asks: int) -> list[float]:
    """Return the processor seconds of so many answers, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        ingest_paths(settings, [ARTICLES])
        with Assistant.open(settings) as assistant:
            assistant.warm_up()
            return [_cpu_seconds(assistant, number) for number in range(_WARMING + asks)][_WARMING:]


def _cpu_seconds(assistant: Assistant, number: int) -> float:
    started = process_time()
    assistant.ask(question(number))
    return process_time() - started


def table(seconds: float, variation: float, rates: Sequence[float] = _RATES) -> list[str]:
    """Return the lines of a table: for each rate, the cores that are needed at two limits."""
    limits = [ratio * seconds for ratio in _SLOWER]
    heads = "".join(f" p99 below {limit:.2f} s: cores (used) | replicas |" for limit in limits)
    lines = [
        f"{seconds * 1000:.0f} ms of processor time for an answer, with a variation of {variation:.2f}.",
        "",
        f"| questions a second |{heads}",
        "|---" * (1 + 2 * len(limits)) + "|",
    ]
    for rate in rates:
        needed = [cores_for(rate, seconds, variation, limit) for limit in limits]
        cells = "".join(
            f" {cores} ({utilisation(rate, seconds, cores):.0%}) | {math.ceil(cores / _CORES_OF_A_REPLICA)} |"
            for cores in needed
        )
        lines.append(f"| {rate} |{cells}")
    return lines


def cores_for(rate: float, seconds: float, variation: float, limit: float) -> int:
    """Return the fewest cores with which 99 of 100 answers come within `limit` seconds, which is above `seconds`."""
    cores = math.floor(rate * seconds) + 1
    while p99(rate, seconds, variation, cores) > limit:
        cores += 1
    return cores


def p99(rate: float, seconds: float, variation: float, cores: int) -> float:
    """Return the seconds in which 99 of 100 answers come: the longest that these wait, and an answer.

    Infinite when the cores cannot keep up.
    """
    if utilisation(rate, seconds, cores) >= 1:
        return math.inf
    spare = cores / seconds - rate
    waits = waiting_share(rate * seconds, cores)
    longest = max(0.0, math.log(waits / 0.01) / spare) if waits else 0.0
    return longest * (1 + variation**2) / 2 + seconds


def utilisation(rate: float, seconds: float, cores: int) -> float:
    """Return the share of time that a core is at work."""
    return rate * seconds / cores


def waiting_share(load: float, cores: int) -> float:
    """Return Erlang's C: which share of questions finds all `cores` at work, when `load` of them are on average."""
    blocked = 1.0
    for number in range(1, cores + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked / (1 - load / cores * (1 - blocked))


if __name__ == "__main__":
    main()
