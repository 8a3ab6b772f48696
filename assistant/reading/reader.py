"""Reading: which passages and sentences answer a question, and how surely.

Every hit is prescored, the likeliest are reranked by a reading model, and evidence is extracted from those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.answer import Evidence
from assistant.query.decompose import SubQuestion
from assistant.reading.calibration import Calibration
from assistant.reading.extract import extract_evidence
from assistant.reading.models.span_model import ReadingModel
from assistant.reading.prescore import PRESCORE_DEPTH, Prescored, Prescorer, SentenceVectors
from assistant.reading.rerank import NO_SPAN, Reranker
from index.hit import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """What reading made of one sub-question's hits: `hits` best first, `evidence` best first.

    `signals` are those of each passage that was at least prescored, by its id. `rescored` are the log-odds, in tens,
    that the best evidence answers when it is read once more with no more of its passage than the sentences beside it.
    """

    hits: tuple[Hit, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    signals: Mapping[str, Mapping[str, float]]
    rescored: float = NO_SPAN


class Reader(Protocol):
    """Finds evidence in hits, each piece with the signals `span`, `answers` and `meaning` of `SpanReader`."""

    def warm_up(self) -> None:
        """Load what reading needs, so that the first question does not wait for it."""

    def read(self, sub_question: SubQuestion, hits: Sequence[Hit], position: int = 0) -> ReadResult:
        """Evidence for the sub-question at `position`, from its own hits, best first."""

    def rescore(self, sub_question: SubQuestion, result: ReadResult) -> ReadResult:
        """`result` with its `rescored`, which only abstention needs; it costs one more short reading."""


class SpanReader:
    """Prescores, reranks and extracts; `vectors` and `model` say what is known of passages."""

    def __init__(
        self,
        vectors: SentenceVectors,
        model: ReadingModel,
        calibration: Calibration,
        *,
        rerank_depth: int,
        early_exit: float,
    ) -> None:
        """`rerank_depth` is how many passages are read at most, `early_exit` the probability from which fewer are."""
        self._prescorer = Prescorer(vectors, calibration.prescore)
        self._reranker = Reranker(model, calibration.rerank, depth=rerank_depth, early_exit=early_exit)
        self._evidence = calibration.evidence

    def warm_up(self) -> None:
        self._reranker.warm_up()

    def read(self, sub_question: SubQuestion, hits: Sequence[Hit], position: int = 0) -> ReadResult:
        features = self._prescorer.prepare(sub_question)
        prescored = self._prescorer.prescore(features, hits[:PRESCORE_DEPTH])
        read = self._reranker.rerank(features, prescored)
        ranked = _ranked([one.passage for one in read], prescored)
        return ReadResult(
            hits=(*(passage.hit for passage in ranked), *_below(ranked, hits[PRESCORE_DEPTH:])),
            evidence=tuple(extract_evidence(features, read, self._evidence, position)),
            signals={passage.hit.passage.id: passage.signals for passage in ranked},
        )

    def rescore(self, sub_question: SubQuestion, result: ReadResult) -> ReadResult:
        if not result.evidence:
            return result
        return replace(result, rescored=self._reranker.rescore(sub_question, result.evidence[0]))


def _ranked(read: Sequence[Prescored], prescored: Sequence[Prescored]) -> list[Prescored]:
    """All that were prescored, best first, those that were read with their new scores."""
    ids = {passage.hit.passage.id for passage in read}
    passed_over = [passage for passage in prescored if passage.hit.passage.id not in ids]
    return sorted([*read, *passed_over], key=lambda passage: -passage.hit.score)


def _below(ranked: Sequence[Prescored], hits: Sequence[Hit]) -> Iterator[Hit]:
    """Hits that were not prescored: in their order, after all that were."""
    lowest = ranked[-1].hit.score if ranked else 1.0
    for hit in hits:
        yield replace(hit, score=lowest * hit.score)
