"""Abstention: a calibrated probability, from raw scores, that the best evidence is right.

A logistic regression on the signals below (`assistant.reading.calibration`). Fused scores are for ranking only: they
are relative to the best hit, so they cannot say that even the best is bad.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from unicodedata import category

from assistant.answer import Evidence, NoAnswerReason
from assistant.logistic import log_odds
from assistant.query.decompose import SubQuestion
from assistant.query.topic import Rarity, coverage, topic_weights
from assistant.reading.by_meaning import CalibrationByMeaning
from assistant.reading.calibration import Calibration, OperatingPoint
from assistant.reading.extract import LOG_ODDS_UNIT
from assistant.reading.reader import ReadResult, was_read
from corpus.text.analysis import content_terms
from corpus.text.language import likely_language
from corpus.text.names import names_in

_IRRELEVANT = 0.25
"""Cosine of question and best passage, and share of the question's words in it, below which it is about something
else altogether."""

_BEGINNING = 1200
"""Characters of an article that say whom it is about; all of it tells no more, and takes three times as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """Signals that speak for an answer to one sub-question, of its best evidence where nothing else is said.

    `support` and `answers` are log-odds in tens, `meaning` and `sentence` cosines in [-1, 1], the others in
    [0, 1].
    """

    support: float
    """That the sentence answers (`Evidence.support`)."""
    answers: float
    """That any sentence which was read answers, by the reading model alone."""
    meaning: float
    """Best cosine of question and passage, of all passages."""
    sentence: float
    """Cosine of question and sentence."""
    words: float
    """Share of the question's words, by rarity, that its passage and title carry."""
    names: float
    """Share of the words of the names asked about that its passage, or its article's title or beginning, has."""
    attributed: float
    """Whether those are the words of who is asked for."""

    def by_name(self) -> dict[str, float]:
        """Return each by its name in the calibration and in what `explain` shows."""
        return asdict(self)


NO_SIGNALS = Signals(support=-1.0, answers=-1.0, meaning=0.0, sentence=0.0, words=0.0, names=0.0, attributed=0.0)


def measure_signals(sub_question: SubQuestion, read: ReadResult, rarity: Rarity) -> Signals:
    """Measure the signals of one sub-question from what was read for it; `NO_SIGNALS` but for `meaning` without
    evidence."""
    meaning = max((hit.scores.dense for hit in read.hits if hit.passage.id in read.signals), default=0.0)
    if not read.evidence:
        return replace(NO_SIGNALS, meaning=meaning)
    best = read.evidence[0]
    carried = content_terms(f"{best.hit.article.title}\n{best.hit.text}")
    return Signals(
        support=log_odds(best.support) / LOG_ODDS_UNIT,
        answers=max(item.signals.get("answers", NO_SIGNALS.answers) for item in read.evidence),
        meaning=meaning,
        sentence=best.signals["meaning"],
        words=coverage(topic_weights(sub_question, rarity), carried),
        names=names_met(sub_question, best),
        attributed=best.signals["attributed"],
    )


def _asks_something(sub_question: SubQuestion) -> bool:
    """Whether it asks anything that could be looked up, unlike punctuation and "what is that".

    Chinese and Japanese letters always do: their words are not told apart.
    """
    return bool(content_terms(sub_question.text)) or any(category(one) == "Lo" for one in sub_question.text)


def names_met(sub_question: SubQuestion, best: Evidence) -> float:
    """Return the share of the words of the names asked about that stand in the evidence's passage, or in the title or
    the first `_BEGINNING` characters of its article; 1 without any.

    What happened to somebody else is the nearest miss there is, and to most other signals looks like an answer.
    """
    asked = [term for term in content_terms(" ".join(names_in(sub_question.text))) if len(term) > 1]  # not of "China's"
    if not asked:
        return 1.0
    article = best.hit.article
    told = set(content_terms(f"{article.title}\n{article.text[:_BEGINNING]}\n{best.hit.text}"))
    return sum(term in told for term in asked) / len(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbstentionDecision:
    """Decision on which sub-questions may be answered: `answerable` is the evidence of those, sub-question
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
        self,
        calibration: Calibration,
        operating_point: OperatingPoint,
        rarity: Rarity,
        *,
        is_calibrated: bool = True,
        by_meaning: CalibrationByMeaning | None = None,
    ) -> None:
        """`is_calibrated`: whether `calibration` was fitted for what runs. `by_meaning`: for what the model did not
        read."""
        self._calibration = calibration
        self._operating_point = operating_point
        self._rarity = rarity
        self._is_calibrated = is_calibrated
        self._by_meaning = by_meaning

    def decide(
        self, sub_questions: Sequence[SubQuestion], read: Sequence[ReadResult], has_articles: bool
    ) -> AbstentionDecision:
        """Decide on all sub-questions; `read` is what was read for each, `has_articles` whether the asker may see any
        article at all."""
        each = zip(sub_questions, read, strict=True)
        signals = [measure_signals(one, its_result, self._rarity) for one, its_result in each]
        fitted = [self._fitted_for(result) for result in read]
        probabilities = [
            its_fitted.answerability.probability(its_signals.by_name())
            for its_fitted, its_signals in zip(fitted, signals, strict=True)
        ]
        kept = {
            position
            for position, one in enumerate(sub_questions)
            if probabilities[position] >= self._threshold_for(fitted[position], signals[position])
            and read[position].evidence
            and _asks_something(one)
        }
        evidence = [item for result in read for item in result.quotable]
        return AbstentionDecision(
            answerable=tuple(item for item in evidence if item.sub_question in kept),
            considered=tuple(sorted(evidence, key=lambda item: -item.support)),
            confidence=min(probabilities[n] for n in kept) if kept else max(probabilities),
            unanswered=tuple(one.label for n, one in enumerate(sub_questions) if n not in kept) if kept else (),
            explanation=self._explanation(sub_questions, fitted, signals, probabilities),
            no_answer_reason=None if kept else _reason(sub_questions, signals, has_articles),
            is_calibrated=all(map(self._is_fitted_for, sub_questions, read)),
        )

    def _fitted_for(self, read: ReadResult) -> Calibration | CalibrationByMeaning:
        """Return the numbers that were fitted for how the best evidence was read."""
        by_meaning = bool(read.evidence) and not was_read(read.evidence[0])
        return self._by_meaning if self._by_meaning and by_meaning else self._calibration

    def _is_fitted_for(self, sub_question: SubQuestion, read: ReadResult) -> bool:
        """Whether they were fitted for these models and settings, and for the languages of question and evidence."""
        fitted = self._fitted_for(read)
        if isinstance(fitted, Calibration):
            return self._is_calibrated
        texts = (sub_question.text, read.evidence[0].hit.text)
        return all(likely_language(text) in fitted.languages for text in texts)

    def _threshold_for(self, fitted: Calibration | CalibrationByMeaning, signals: Signals) -> float:
        """Return the threshold; where somebody's position is asked for and another speaks, that of `cautious`: what is
        said about them is not theirs. Of 688 questions about news four are of this kind, two of them without an answer.
        """
        threshold = fitted.thresholds[self._operating_point]
        return threshold if signals.attributed >= 1.0 else max(threshold, fitted.thresholds["cautious"])

    def _explanation(
        self,
        sub_questions: Sequence[SubQuestion],
        fitted: Sequence[Calibration | CalibrationByMeaning],
        signals: Sequence[Signals],
        probabilities: Sequence[float],
    ) -> dict[str, float]:
        explanation = {"threshold": fitted[0].thresholds[self._operating_point]}
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
