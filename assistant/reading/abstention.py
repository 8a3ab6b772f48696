"""Knowing when not to answer: a calibrated probability, from raw scores, that the best evidence is right.

A logistic regression on the signals below (`assistant.reading.calibration`). Fused scores are for ranking only: they
are relative to the best hit, so they cannot say that even the best is bad.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from assistant.answer import Evidence, NoAnswerReason
from assistant.groundedness.quantities import without_separators, years_in
from assistant.query.decompose import SubQuestion
from assistant.query.topic import Rarity, coverage, topic_weights
from assistant.reading.calibration import Calibration, OperatingPoint
from assistant.reading.reader import Read
from corpus.text.analysis import content_terms
from corpus.text.names import names_in

_IRRELEVANT = 0.25
"""Cosine of question and best passage, and share of the question's words in it, below which it is about something
else altogether."""

_NUMBER = re.compile(r"\d[\w.,]*")


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for an answer to one part.

    `meaning` and `sentence` are cosines in [-1, 1], `span`, `closely` and `answers` log-odds in tens, the others in
    [0, 1].
    """

    span: float
    """Of the best answer span against "no answer here", in the best evidence."""
    closely: float
    """The same when only the best evidence and the sentences beside it are read."""
    answers: float
    """That the passage of the best evidence answers."""
    meaning: float
    """Best cosine of question and passage."""
    sentence: float
    """Cosine of question and the best evidence sentence."""
    words: float
    """Share of the question's words, by rarity, that the best evidence's passage and title carry."""
    sentence_words: float
    """The same for the best evidence sentence and title."""
    named: float
    """Share of the question's names and numbers that the best evidence's passage and title carry; 1 if it has none."""


NO_SIGNALS = Signals(
    span=-2.0, closely=-2.0, answers=-2.0, meaning=0.0, sentence=0.0, words=0.0, sentence_words=0.0, named=0.0
)


def measure_signals(part: SubQuestion, read: Read, rarity: Rarity) -> Signals:
    """Signals of one part from what was read for it; `NO_SIGNALS` but for `meaning` when there is no evidence."""
    meaning = max((hit.scores.dense for hit in read.hits if hit.passage.id in read.signals), default=0.0)
    if not read.evidence:
        return replace(NO_SIGNALS, meaning=meaning)
    best = read.evidence[0]
    weights = topic_weights(part, rarity)
    title, passage = best.hit.article.title, best.hit.text
    carried = content_terms(f"{title}\n{passage}")
    return Signals(
        span=best.signals["span"],
        closely=read.closely,
        answers=best.signals["answers"],
        meaning=meaning,
        sentence=best.signals["meaning"],
        words=coverage(weights, carried),
        sentence_words=coverage(weights, content_terms(f"{title}\n{best.text}")),
        named=_named(part, f"{title}\n{passage}"),
    )


def _named(part: SubQuestion, text: str) -> float:
    asked = without_separators(part.text)
    terms = content_terms(" ".join([*names_in(asked), *_NUMBER.findall(asked)]))
    return coverage(dict.fromkeys(terms, 1.0), content_terms(without_separators(text)))


def _asks_something(part: SubQuestion) -> bool:
    """Punctuation, or nothing but words like "what is that", asks nothing that could be looked up."""
    return bool(content_terms(part.text))


def is_about_its_years(part: SubQuestion, evidence: Sequence[Evidence]) -> bool:
    """Whether each year that is asked about stands in the best evidence's passage, title or date.

    What happened in another year is the nearest miss there is, and to all other signals looks like an answer. Of the
    questions of open-squad that name a year and have an answer, 6 of 87 have it in a passage without that year.
    """
    years = years_in(part.text)
    if not years or not evidence:
        return not years
    hit = evidence[0].hit
    text = f"{hit.article.title}\n{hit.text}\n{hit.article.published or ''}"
    return all(re.search(rf"(?<!\d){year}(?!\d)", text) for year in years)


@dataclass(frozen=True, slots=True)
class AbstentionDecision:
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


class AbstentionPolicy:
    """Decides for each part whether its evidence is good enough."""

    def __init__(self, calibration: Calibration, caution: OperatingPoint, rarity: Rarity) -> None:
        self._calibration = calibration
        self._threshold = calibration.thresholds[caution]
        self._rarity = rarity

    def judge(self, parts: Sequence[SubQuestion], read: Sequence[Read], has_articles: bool) -> AbstentionDecision:
        """`read` is what was read for each part, `has_articles` whether the asker may see any article at all."""
        each = zip(parts, read, strict=True)
        signals = [measure_signals(part, of_part, self._rarity) for part, of_part in each]
        probabilities = [self._calibration.answer.probability(asdict(of_part)) for of_part in signals]
        kept = {
            number
            for number, part in enumerate(parts)
            if probabilities[number] >= self._threshold
            and _asks_something(part)
            and is_about_its_years(part, read[number].evidence)
        }
        evidence = [item for of_part in read for item in of_part.evidence]
        return AbstentionDecision(
            supported=tuple(item for item in evidence if item.part in kept),
            considered=tuple(sorted(evidence, key=lambda item: -item.support)),
            confidence=min(probabilities[n] for n in kept) if kept else max(probabilities),
            unanswered=tuple(part.label for n, part in enumerate(parts) if n not in kept) if kept else (),
            explanation=self._explanation(parts, signals, probabilities),
            no_answer_reason=None if kept else _reason(parts, signals, has_articles),
        )

    def _explanation(
        self, parts: Sequence[SubQuestion], signals: Sequence[Signals], probabilities: Sequence[float]
    ) -> dict[str, float]:
        explanation = {"threshold": self._threshold}
        for part, its_signals, probability in zip(parts, signals, probabilities, strict=True):
            prefix = f"{part.label}: " if len(parts) > 1 else ""
            explanation[f"{prefix}probability"] = probability
            explanation |= {f"{prefix}{name}": value for name, value in asdict(its_signals).items()}
        return explanation


def _reason(parts: Sequence[SubQuestion], signals: Sequence[Signals], has_articles: bool) -> NoAnswerReason:
    if not any(map(_asks_something, parts)):
        return NoAnswerReason.NOT_A_QUESTION
    if not has_articles:
        return NoAnswerReason.NO_ARTICLES
    if all(part.meaning < _IRRELEVANT and part.words < _IRRELEVANT for part in signals):
        return NoAnswerReason.NOTHING_RELEVANT
    return NoAnswerReason.NOT_SUPPORTED
