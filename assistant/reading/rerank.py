"""Reranking: a reading model reads the likeliest passages, and the best evidence once more by itself."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answer import Evidence
from assistant.logistic import Logistic
from assistant.query.decompose import SubQuestion
from assistant.reading.models.span_model import Reading, ReadingModel
from assistant.reading.prescore import Prescored, QueryFeatures
from index.hit import Hit

LOG_ODDS_UNIT = 10.0
"""Log-odds of a reading model are counted in tens, so that all signals are about as large."""

NO_SPAN = -1.0
"""Log-odds, in tens, where what was read has no span at all. That nothing was read is a stronger sign: see
`assistant.reading.abstention.NO_SIGNALS`."""

_READ_FIRST = 2
"""Passages that are always read. Each costs 11 ms on two cores."""

_WORTH_READING_TOO = 0.2
"""Prescored probability from which a passage is read though another surely answers: it may disagree."""


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A prescored passage with what the model read in it; `hit.score` and `signals` of `passage` know of that."""

    passage: Prescored
    reading: Reading


class Reranker:
    """Reads at most `depth` passages of what was prescored. `fitted` adds up the signals after reading.

    Once the first few hold an answer with the probability `early_exit`, fewer others are read.
    """

    def __init__(self, model: ReadingModel, fitted: Logistic, *, depth: int, early_exit: float) -> None:
        self._model = model
        self._fitted = fitted
        self._depth = depth
        self._early_exit = early_exit

    def warm_up(self) -> None:
        """Load the model."""
        self._model.warm_up()

    def rerank(self, features: QueryFeatures, prescored: Sequence[Prescored]) -> list[ReadPassage]:
        """Read the likeliest passages that have a sentence that may answer; return them in the order of `prescored`."""
        likeliest = [passage for passage in prescored if passage.sentences][: self._depth]
        first, others = self._read(features, likeliest[:_READ_FIRST]), likeliest[_READ_FIRST:]
        if not features.for_the_latest and any(one.passage.hit.score >= self._early_exit for one in first):
            others = [passage for passage in others if passage.hit.score >= _WORTH_READING_TOO]
        return first + self._read(features, others)

    def rescore(self, sub_question: SubQuestion, best: Evidence) -> float:
        """Return the log-odds, in tens, that `best` answers when no more of its passage is read than the sentences
        beside it.

        With less around it a model is less easily taken in by what only looks like an answer.
        """
        read = best.hit.read
        place = bisect_left(read.units, best.start, key=lambda one: one.unit.start)
        start, end = read.units[max(0, place - 1)].start, read.units[min(len(read.units) - 1, place + 1)].end
        (reading,) = self._model.read(sub_question.text, [(_above(best.hit), read.text[start:end])])
        span = reading.best_span(0, end - start)
        return span.score / LOG_ODDS_UNIT if span else NO_SPAN

    def _read(self, features: QueryFeatures, passages: Sequence[Prescored]) -> list[ReadPassage]:
        texts = [(_above(passage.hit), passage.hit.read.text) for passage in passages]
        readings = self._model.read(features.sub_question.text, texts)
        return [self._weigh(passage, reading) for passage, reading in zip(passages, readings, strict=True)]

    def _weigh(self, passage: Prescored, reading: Reading) -> ReadPassage:
        """Return the passage with the model's reading of it, and with its new probability."""
        best = reading.best_span(0, len(passage.hit.read.text))
        signals = {
            **passage.signals,
            "answers": reading.answers / LOG_ODDS_UNIT,
            "span": best.score / LOG_ODDS_UNIT if best else NO_SPAN,
        }
        probability = self._fitted.probability(signals)
        hit = replace(passage.hit, score=probability, scores=replace(passage.hit.scores, reader=probability))
        return ReadPassage(replace(passage, hit=hit, signals=signals), reading)


def _above(hit: Hit) -> str:
    """Return what stands above a passage as a model reads it: the title, and below it the headings if there are any."""
    return "\n".join(filter(None, (hit.article.title, hit.read.heading)))
