"""How often the judge of claims is right:

    python -m benchmarks.verifier BENCH CORPUS...

BENCH holds `claims-a` and `wice-dev.jsonl`. Claims that were written to mislead, by kind; claims of WiCE that people
have labelled, each against a set of sentences that supports it, else against the article's sentences with most of its
words; and sentences of CORPUS (BEIR `corpus.jsonl` files) as they stand, in other spelling, and damaged by rules in one
way each, always against the sentence as it stands; and the claims by which language models are admitted as judges, on
which nothing is fitted. A table at the end shows errors of relation, which were written, and mechanical damage side by
side. The calibration was fitted on the written claims; `fit_claims` measures those on halves that nothing was fitted
on.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np

from assistant.groundedness.judge import Claim, ClaimVerdict, shipped_judge, verdict_of
from assistant.groundedness.measured_judge import share_interval
from benchmarks.claims import (
    LabelledClaim,
    claims_of_a,
    damaged_claims,
    held_out_claims,
    packaged_claims,
    wice_claims,
)
from benchmarks.reader.written import HONEST

_TOOK = "milliseconds a claim: median {:.1f}, p95 {:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bench", type=Path, help="the folder of the benchmark sets")
    parser.add_argument("corpora", type=Path, nargs="+", help="corpus.jsonl files")
    arguments = parser.parse_args()
    written = [*claims_of_a(arguments.bench / "claims-a" / "claims-a.jsonl"), *held_out_claims()]
    counts = [
        on_claims("written", written, by_side),
        on_claims("packaged", list(packaged_claims()), by_side),
        on_claims("honest", list(held_out_claims(HONEST)), lambda claim: claim.label),
        on_claims("WiCE", list(wice_claims(arguments.bench / "wice-dev.jsonl")), lambda claim: claim.label),
        *(
            on_claims(f"damaged, {corpus.parent.name}", list(damaged_claims(corpus)), by_side)
            for corpus in arguments.corpora
        ),
    ]
    print(*side_by_side(counts), sep="\n")


class Passed(NamedTuple):
    """How many right and wrong claims of a set there are, and how many of each are called supported."""

    name: str
    right: int
    right_supported: int
    wrong: int
    wrong_supported: int


def side_by_side(counts: Iterable[Passed]) -> Iterator[str]:
    """Yield a table of what each set's claims are called."""
    yield "| claims | right ones called supported | wrong ones called supported |\n|---|---|---|"
    for one in counts:
        yield f"| {one.name} | {_share(one.right_supported, one.right)} | {_share(one.wrong_supported, one.wrong)} |"


def _share(count: int, total: int) -> str:
    low, high = share_interval(count, total)
    return f"{count / total:.3f} ({low:.3f}-{high:.3f}) of {total}" if total else "none"


def by_side(claim: LabelledClaim) -> str:
    return ("right, " if claim.is_supported else "wrong, ") + claim.kind


def on_claims(name: str, claims: Sequence[LabelledClaim], row_of: Callable[[LabelledClaim], str]) -> Passed:
    """Print the table of kinds and verdicts, then how long a claim takes; return how many claims pass."""
    judged = [(row_of(claim), claim, *_timed(claim.claim)) for claim in claims]
    print(*table(name, ((row, verdict) for row, _, verdict, _ in sorted(judged, key=lambda one: one[0]))), sep="\n")
    shown = Counter(claim.is_supported for _, claim, verdict, _ in judged if verdict is ClaimVerdict.SUPPORTED)
    right = sum(claim.is_supported for claim in claims)
    print(_TOOK.format(*np.percentile([took for *_, took in judged], (50, 95))), end="\n\n")
    return Passed(name, right, shown[True], len(claims) - right, shown[False])


def _timed(claim: Claim) -> tuple[ClaimVerdict, float]:
    started = perf_counter()
    verdict = _verdict(claim)
    return verdict, (perf_counter() - started) * 1000


def _verdict(claim: Claim) -> ClaimVerdict:
    judge = shipped_judge()
    return verdict_of(judge.judge([claim])[0], judge.measured)


def table(name: str, judged: Iterable[tuple[str, ClaimVerdict]]) -> Iterator[str]:
    """Yield a table of how many of each kind there are, and the share of each verdict."""
    rows: dict[str, Counter[ClaimVerdict]] = {}
    for row, verdict in judged:
        rows.setdefault(row, Counter())[verdict] += 1
    yield f"| {name} | claims | supported | partial | not confirmed | contradicted |\n|---|---|---|---|---|---|"
    for row, counts in rows.items():
        shares = " | ".join(f"{counts[verdict] / counts.total():.3f}" for verdict in ClaimVerdict)
        yield f"| {row} | {counts.total()} | {shares} |"


if __name__ == "__main__":
    main()
