"""Knowing when not to answer: a calibrated probability, from raw scores, that the best evidence is right.

A logistic regression on the signals below (`assistant.reading.calibration`). Fused scores are for ranking only: they
are relative to the best hit, so they cannot say that even the best is bad.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from assistant.answer import Evidence, NoAnswerReason
from assistant.groundedness.quantities import years_in
from assistant.query.decompose import SubQuestion
from assistant.query.topic import Rarity, coverage, topic_weights
from assistant.reading.calibration import Calibration, OperatingPoint
from assistant.reading.reader import ReadResult
from corpus.text.analysis import content_terms

_IRRELEVANT = 0.25
"""Cosine of question and best passage, and share of the question's words in it, below which it is about something
else altogether."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What speaks for an answer to one sub-question.

    `meaning` and `sentence` are cosines in [-1, 1], `span` and `rescored` log-odds in tens, `words` is in [0, 1].
    """

    span: float
    """Of the best answer span against "no answer here", in the best evidence."""
    rescored: float
    """The same when rescored: only the best evidence and the sentences beside it are read."""
    meaning: float
    """Best cosine of question and passage."""
    sentence: float
    """Cosine of question and the best evidence sentence."""
    words: float
    """Share of the question's words, by rarity, that the best evidence's passage and title carry."""

    def by_name(self) -> dict[str, float]:
        """Return each by its name in the calibration and in what `explain` shows."""
        # Answers have shown `rescored` as `closely` from the first.
        return {"closely" if name == "rescored" else name: value for name, value in asdict(self).items()}


NO_SIGNALS = Signals(span=-2.0, rescored=-2.0, meaning=0.0, sentence=0.0, words=0.0)


def measure_signals(sub_question: SubQuestion, read: ReadResult, rarity: Rarity) -> Signals:
    """Signals of one sub-question from what was read for it; `NO_SIGNALS` but for `meaning` without evidence."""
    meaning = max((hit.scores.dense for hit in read.hits if hit.passage.id in read.signals), default=0.0)
    if not read.evidence:
        return replace(NO_SIGNALS, meaning=meaning)
    best = read.evidence[0]
    carried = content_terms(f"{best.hit.article.title}\n{best.hit.text}")
    return Signals(
        span=best.signals["span"],
        rescored=read.rescored,
        meaning=meaning,
        sentence=best.signals["meaning"],
        words=coverage(topic_weights(sub_question, rarity), carried),
    )


def _asks_something(sub_question: SubQuestion) -> bool:
    """Punctuation, or nothing but words like "what is that", asks nothing that could be looked up."""
    return bool(content_terms(sub_question.text))


def is_about_its_years(sub_question: SubQuestion, evidence: Sequence[Evidence]) -> bool:
    """Whether each year that is asked about stands in the best evidence's passage, title or date.

    What happened in another year is the nearest miss there is, and to all other signals looks like an answer. Of the
    questions of open-squad that name a year and have an answer, 6 of 87 have it in a passage without that year.
    """
    years = years_in(sub_question.text)
    if not years or not evidence:
        return not years
    hit = evidence[0].hit
    text = f"{hit.article.title}\n{hit.text}\n{hit.article.published or ''}"
    return all(re.search(rf"(?<!\d){year}(?!\d)", text) for year in years)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbstentionDecision:
    """Which sub-questions may be answered: `answerable` is the evidence of those, sub-question
    by sub-question, `considered` all that was found, best first.

    `confidence` is that of the least certain sub-question that is answered, else of the most certain one refused.
    `explanation` holds the signals of each, its probability and the threshold it was held against; probabilities mean
    what they say only if it `is_calibrated`.
    """

    answerable: tuple[Evidence, ...]
    considered: tuple[Evidence, ...]
    confidence: float
    unanswered: tuple[str, ...]
    explanation: Mapping[str, float]
    no_answer_reason: NoAnswerReason | None
    is_calibrated: bool


class AbstentionPolicy:
    """Decides for each sub-question whether its evidence is good enough."""

    def __init__(
        self, calibration: Calibration, operating_point: OperatingPoint, rarity: Rarity, *, is_calibrated: bool = True
    ) -> None:
        """`is_calibrated`: whether `calibration` was fitted for what runs."""
        self._answerability = calibration.answerability
        self._threshold = calibration.thresholds[operating_point]
        self._rarity = rarity
        self._is_calibrated = is_calibrated

    def decide(
        self, sub_questions: Sequence[SubQuestion], read: Sequence[ReadResult], has_articles: bool
    ) -> AbstentionDecision:
        """`read` is what was read for each of them, `has_articles` whether the asker may see any article at all."""
        each = zip(sub_questions, read, strict=True)
        signals = [measure_signals(one, its_result, self._rarity) for one, its_result in each]
        probabilities = [self._answerability.probability(its_signals.by_name()) for its_signals in signals]
        kept = {
            position
            for position, one in enumerate(sub_questions)
            if probabilities[position] >= self._threshold
            and _asks_something(one)
            and is_about_its_years(one, read[position].evidence)
        }
        evidence = [item for result in read for item in result.evidence]
        return AbstentionDecision(
            answerable=tuple(item for item in evidence if item.sub_question in kept),
            considered=tuple(sorted(evidence, key=lambda item: -item.support)),
            confidence=min(probabilities[n] for n in kept) if kept else max(probabilities),
            unanswered=tuple(one.label for n, one in enumerate(sub_questions) if n not in kept) if kept else (),
            explanation=self._explanation(sub_questions, signals, probabilities),
            no_answer_reason=None if kept else _reason(sub_questions, signals, has_articles),
            is_calibrated=self._is_calibrated,
        )

    def _explanation(
        self, sub_questions: Sequence[SubQuestion], signals: Sequence[Signals], probabilities: Sequence[float]
    ) -> dict[str, float]:
        explanation = {"threshold": self._threshold}
        for one, its_signals, probability in zip(sub_questions, signals, probabilities, strict=True):
            prefix = f"{one.label}: " if len(sub_questions) > 1 else ""
            explanation[f"{prefix}probability"] = probability
            explanation |= {f"{prefix}{name}": value for name, value in its_signals.by_name().items()}
        return explanation


def _reason(sub_questions: Sequence[SubQuestion], signals: Sequence[Signals], has_articles: bool) -> NoAnswerReason:
    if not any(map(_asks_something, sub_questions)):
        return NoAnswerReason.NOT_A_QUESTION
    if not has_articles:
        return NoAnswerReason.NO_ARTICLES
    if all(one.meaning < _IRRELEVANT and one.words < _IRRELEVANT for one in signals):
        return NoAnswerReason.NOTHING_RELEVANT
    return NoAnswerReason.NOT_SUPPORTED
