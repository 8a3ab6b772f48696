"""Score fusion of dense and lexical retrieval."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from index.hit import Scores


def fuse(
    scores: Mapping[str, Scores], dense_weight: float, by_meaning: Collection[str] = ()
) -> list[tuple[str, float]]:
    """Return all ids with their fused scores in [0, 1], best first; equal ones by id.

    Those in `by_meaning` are in another language than the question, whose words they cannot have: their meaning alone
    counts.

    Each score is divided by the best of its kind, then both are weighted. This keeps how far one is ahead
    of the next, which rank fusion forgets (measured worse on five sets). A kind that found nothing adds 0.
    """
    best_dense = max((score.dense for score in scores.values()), default=0.0)
    best_lexical = max((score.lexical for score in scores.values()), default=0.0)
    fused = {}
    for id_, score in scores.items():
        weight = 1.0 if id_ in by_meaning else dense_weight
        fused[id_] = weight * _share(score.dense, best_dense) + (1 - weight) * _share(score.lexical, best_lexical)
    return sorted(fused.items(), key=lambda pair: (-pair[1], pair[0]))


def _share(score: float, best: float) -> float:
    return max(score, 0.0) / best if best > 0 else 0.0
