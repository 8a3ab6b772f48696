"""Knowing when not to answer: a calibrated probability, from raw scores, that the best evidence is right.

A logistic regression on the signals below, fitted by `benchmarks/fit_judge.py`; its coefficients, threshold and
measured error are in `calibration.json`. Fused scores are for ranking only: they are relative to the best hit, so
they cannot say that even the best is bad.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

from assistant.answer import Evidence, NoAnswerReason
from assistant.question import Part
from assistant.topic import Rarity, coverage, topic_weights
from corpus.catalog import Catalog
from index.hit import Hit
from index.lexical import content_terms
from index.search import Searcher, SearchResult

_IRRELEVANT = 0.25
"""Cosine of question and best passage, and share of the question's words in it, below which it is about something
else altogether."""

_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for an answer to one part; each in [0, 1] except `meaning` and `sentence`, cosines in [-1, 1]."""

    meaning: float
    """Best cosine of question and passage."""
    sentence: float
    """Cosine of question and the best evidence sentence."""
    words: float
    """Share of the question's words, by rarity, that the best evidence's passage and title carry."""
    sentence_words: float
    """The same for the best evidence sentence and title."""


NO_SIGNALS = Signals(0.0, 0.0, 0.0, 0.0)


def measure_signals(part: Part, hits: Sequence[Hit], evidence: Sequence[Evidence], rarity: Rarity) -> Signals:
    """Signals of one part from its hits and its evidence, best first; all 0 when there is no evidence."""
    if not evidence:
        return NO_SIGNALS
    best = evidence[0]
    weights = topic_weights(part, rarity)
    title, passage = best.hit.article.title, best.hit.text
    return Signals(
        meaning=max(hit.scores.dense for hit in hits),
        sentence=best.meaning,
        words=coverage(weights, content_terms(f"{title}\n{passage}")),
        sentence_words=coverage(weights, content_terms(f"{title}\n{best.text}")),
    )


def _asks_something(part: Part) -> bool:
    """Punctuation, or nothing but words like "what is that", asks nothing that could be looked up."""
    return bool(content_terms(part.text))


def is_about_its_years(part: Part, evidence: Sequence[Evidence]) -> bool:
    """Whether each year that is asked about stands in the best evidence's passage, title or date.

    What happened in another year is the nearest miss there is, and to all other signals looks like an answer. Of the
    questions of open-squad that name a year and have an answer, 6 of 87 have it in a passage without that year.
    """
    years = set(_YEAR.findall(part.text))
    if not years or not evidence:
        return not years
    hit = evidence[0].hit
    published = hit.article.published
    return years <= {*_YEAR.findall(f"{hit.article.title}\n{hit.text}"), *([str(published.year)] if published else [])}


@dataclass(frozen=True, slots=True)
class Calibration:
    """Fitted numbers: probability = logistic(intercept + sum of weight * signal), answered at `threshold` or more."""

    weights: Mapping[str, float]
    intercept: float
    threshold: float

    def probability(self, signals: Signals) -> float:
        total = self.intercept + sum(weight * getattr(signals, name) for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-total))


@cache
def shipped_calibration() -> Calibration:
    """The coefficients that were fitted and measured for this release."""
    stored = json.loads(files("assistant").joinpath("calibration.json").read_text(encoding="utf-8"))
    return Calibration(stored["weights"], stored["intercept"], stored["threshold"])


@dataclass(frozen=True, slots=True)
class Judgement:
    """Which parts may be answered: `supported` is their evidence, `considered` all of it, best first.

    `confidence` is that of the least certain part that is answered, else of the most certain one refused.
    `explanation` holds the signals of each part, its probability and the threshold it was held against.
    """

    supported: tuple[Evidence, ...]
    considered: tuple[Evidence, ...]
    confidence: float
    unanswered: tuple[str, ...]
    explanation: Mapping[str, float]
    no_answer_reason: NoAnswerReason | None


class Judge:
    """Decides for each part whether its evidence is good enough."""

    def __init__(self, calibration: Calibration, catalog: Catalog, searcher: Searcher) -> None:
        self._calibration = calibration
        self._catalog = catalog
        self._searcher = searcher

    def judge(self, parts: Sequence[Part], found: Sequence[SearchResult], evidence: Sequence[Evidence]) -> Judgement:
        """`evidence` is of all parts, best first within each; `found` holds the hits of each part."""
        evidence_of = [[item for item in evidence if item.part == number] for number in range(len(parts))]
        signals = tuple(
            measure_signals(part, result.hits, its_evidence, self._searcher.rarity)
            for part, result, its_evidence in zip(parts, found, evidence_of, strict=True)
        )
        probabilities = [self._calibration.probability(part) for part in signals]
        kept = {
            number
            for number, part in enumerate(parts)
            if probabilities[number] >= self._calibration.threshold
            and _asks_something(part)
            and is_about_its_years(part, evidence_of[number])
        }
        return Judgement(
            supported=tuple(item for item in evidence if item.part in kept),
            considered=tuple(sorted(evidence, key=lambda item: -item.support)),
            confidence=min(probabilities[n] for n in kept) if kept else max(probabilities),
            unanswered=tuple(part.label for n, part in enumerate(parts) if n not in kept) if kept else (),
            explanation=self._explanation(parts, signals, probabilities),
            no_answer_reason=None if kept else self._reason(parts, signals),
        )

    def _explanation(
        self, parts: Sequence[Part], signals: Sequence[Signals], probabilities: Sequence[float]
    ) -> dict[str, float]:
        explanation = {"threshold": self._calibration.threshold}
        for part, its_signals, probability in zip(parts, signals, probabilities, strict=True):
            prefix = f"{part.label}: " if len(parts) > 1 else ""
            explanation[f"{prefix}probability"] = probability
            explanation |= {f"{prefix}{name}": value for name, value in asdict(its_signals).items()}
        return explanation

    def _reason(self, parts: Sequence[Part], signals: Sequence[Signals]) -> NoAnswerReason:
        if not any(map(_asks_something, parts)):
            return NoAnswerReason.NOT_A_QUESTION
        if not self._catalog.count_articles():
            return NoAnswerReason.NO_ARTICLES
        if all(part.meaning < _IRRELEVANT and part.words < _IRRELEVANT for part in signals):
            return NoAnswerReason.NOTHING_RELEVANT
        return NoAnswerReason.NOT_SUPPORTED
