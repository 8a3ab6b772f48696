"""Reading by meaning, where the model reads not the language of the question, or of what was found.

How likely a unit answers follows from its vector and its words; a short answer is given only where form alone tells it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from assistant.answer import Evidence
from assistant.groundedness.quantities import amount_stretches, date_stretches
from assistant.logistic import Logistic
from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.reading.prescore import QueryFeatures, Window
from assistant.reading.short_answer import AskedKind, asked_kind
from corpus.block import Stretch
from corpus.text.analysis import content_terms
from corpus.text.language import likely_language
from corpus.text.parties import parties_in

READ_LANGUAGE = "en"
"""What the reading model was trained on."""

_WITHOUT_A_NUMBER = 0.5
"""What the probability of a unit is worth that has none, to who asks for a date or an amount."""

_OF_OTHERS = 0.2
"""What it is worth where its passage names not all parties that the question does."""

_CLAUSE_END = re.compile(r"[，；：。]|[,;:]\s")

_REMEMBERED_PASSAGES = 256
"""Of a few questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationByMeaning:
    """Fitted numbers: that a unit answers, and that the best one of a sub-question is right, as in `Calibration`.

    They were fitted on questions and articles in `languages`, with the encoder of the fingerprint `encoder`.
    """

    unit: Logistic
    answerability: Logistic
    thresholds: Mapping[str, float]
    encoder: str
    languages: Collection[str]


def calibration_by_meaning(encoder: str) -> CalibrationByMeaning | None:
    """Return the calibration of this release, fitted by `benchmarks/fit_by_meaning.py`; None for another encoder."""
    shipped = shipped_calibration_by_meaning()
    return shipped if shipped.encoder == encoder else None


@cache
def shipped_calibration_by_meaning() -> CalibrationByMeaning:
    stored = json.loads(files("assistant.reading").joinpath("by_meaning.json").read_text(encoding="utf-8"))
    fitted = {name: Logistic(**stored[name]) for name in ("unit", "answerability")}
    languages = frozenset(stored["languages"])
    return CalibrationByMeaning(
        **fitted, thresholds=stored["thresholds"], encoder=stored["encoder"], languages=languages
    )


def is_read(sub_question: SubQuestion, window: Window) -> bool:
    """Whether the model reads this question beside this window: both are in its language."""
    return likely_language(sub_question.text) == READ_LANGUAGE == _passage(window.hit.article.title, window.hit.text)[0]


def evidence_by_meaning(
    features: QueryFeatures, windows: Sequence[Window], fitted: Logistic, sub_question: int
) -> list[Evidence]:
    """Return windows as evidence for the sub-question at the position `sub_question`, by what `fitted` adds up.

    Beside the signals of `Window`, each has `across`: 1 where it is in another language than the question, so that
    they have no words in common.
    """
    text = features.sub_question.text
    asked = _Asked(text, likely_language(text), parties_in(text), _form_of(features.sub_question))
    return [_evidence(window, fitted, sub_question, asked) for window in windows]


class _Asked(NamedTuple):
    """A question, its language, the parties that it names, and the kind that it asks for where form tells that."""

    question: str
    language: str
    parties: frozenset[str]
    form: QuestionKind | None


@lru_cache(_REMEMBERED_PASSAGES)
def _passage(title: str, text: str) -> tuple[str, frozenset[str]]:
    """Return the language of a passage, and the parties that it and its title name: the same for all its units."""
    return likely_language(text), parties_in(f"{title}\n{text}")


def _evidence(window: Window, fitted: Logistic, sub_question: int, asked: _Asked) -> Evidence:
    unit = window.unit.unit
    text = window.hit.article.text[unit.start : unit.end]
    written_in, parties = _passage(window.hit.article.title, window.hit.text)
    signals = {**window.signals, "across": float(written_in != asked.language)}
    found = _of_form(text, asked.form)
    short = _asked_for(found, text, asked.question)
    share = _WITHOUT_A_NUMBER if asked.form and not found else 1.0
    if not parties.issuperset(asked.parties):
        share *= _OF_OTHERS
    return Evidence(
        hit=window.hit,
        start=unit.start,
        end=unit.end,
        support=share * fitted.probability(signals),
        signals=signals,
        sub_question=sub_question,
        short=(unit.start + short[0], unit.start + short[1]) if short else None,
        unit=unit,
        above=window.above,
    )


def _form_of(sub_question: SubQuestion) -> QuestionKind | None:
    """Return the kind that is asked for where form alone tells it: a date or an amount."""
    asked = asked_kind(sub_question.text)
    if sub_question.kind is QuestionKind.DATE or asked is AskedKind.DATE:
        return QuestionKind.DATE
    return QuestionKind.AMOUNT if sub_question.kind is QuestionKind.AMOUNT or asked is AskedKind.AMOUNT else None


def _of_form(text: str, form: QuestionKind | None) -> list[Stretch]:
    """Return the dates, or the amounts that are no part of a date, in a text of any language."""
    if form is None:
        return []
    dates = date_stretches(text)
    if form is QuestionKind.DATE:
        return dates
    within_dates = [range(start, end) for start, end in dates]
    return [found for found in amount_stretches(text) if not any(found[0] in one for one in within_dates)]


def _asked_for(found: Sequence[Stretch], text: str, question: str) -> Stretch | None:
    """Return the only stretch; of several that the question does not tell itself the only one in the clause that has
    most of its words, or the only one there whose unit it names (三百名, to who asks 多少名); else None."""
    told_new = [one for one in found if text[slice(*one)] not in question]
    asked = frozenset(content_terms(question))
    shared = [len(asked.intersection(content_terms(_clause_of(one, text)))) for one in told_new]
    nearest = [one for one, words in zip(told_new, shared, strict=True) if words == max(shared)]
    named = [(start, end) for start, end in nearest if text[end - 1] in question and not text[end - 1].isdigit()]
    return next((one[0] for one in (found, told_new, nearest, named) if len(one) == 1), None)


def _clause_of(stretch: Stretch, text: str) -> str:
    """Return the clause in which a stretch stands; with the next one where it stands alone: 2007年2月8日，……"""
    ends = [one.span() for one in _CLAUSE_END.finditer(text)]
    start = max((end for _, end in ends if end <= stretch[0]), default=0)
    behind = (
        end for mark, end in ends if (text[start : stretch[0]] + text[stretch[1] : mark]).strip() and mark >= stretch[1]
    )
    return text[start : min(behind, default=len(text))]
