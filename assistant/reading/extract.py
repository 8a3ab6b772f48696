"""Extraction of evidence: what the read windows say, each with support and short answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from itertools import compress

from assistant.answer import Evidence
from assistant.groundedness.quantities import date_stretches
from assistant.logistic import Logistic
from assistant.query.asked_time import Time, times_told
from assistant.reading.excerpt import excerpt
from assistant.reading.models.span_model import AnswerSpan, Reading
from assistant.reading.prescore import OF_ANOTHER_TIME, QueryFeatures, Window, is_of_time
from assistant.reading.short_answer import short_answer, tells_only_ages
from assistant.reading.tables import AskedFor, cells_asked_for
from corpus.block import BlockKind, Stretch
from corpus.text.analysis import content_terms

LOG_ODDS_UNIT = 10.0
"""Log-odds of a reading model are counted in tens, so that all signals are about as large."""

_MAY_ANSWER = 0.2
"""Probability from which the newest sentence is the newest that answers, and a list one that is asked for."""

_AS_LIKELY = 0.5
"""Share of the best probability from which the newest sentence is the newest that answers, where none may answer."""

_OPENS = re.compile(r"\W*(?:\w+,\s+)?(?:on|in)?\s*", re.IGNORECASE)
"""What stands before the date with which a sentence opens that looks back: "Finally, on "."""

_SAME_WORDS = 0.7
"""Share of the longer sentence's terms from which two tell the same of two times."""

_PICKED = 0.6
"""Support, at least, of the cell that the greatest or least of a named column is: one row, read alone, cannot tell."""

_OF_ANOTHER_LIST = 0.1
"""What an item's probability is worth where another list's lead-in, in the same article, has more of what is asked."""

_OF_ANOTHER_SIDE = 0.2
"""What is left of the probability of a sentence that names only another side of the comparison."""

_TOO_LATE = 0.1
"""What is left of the probability of a sentence that was told after the day as of which is asked."""

_OUTDATED = 0.5
"""What an older sentence's probability is worth to who asks for the latest."""


@dataclass(frozen=True, slots=True)
class ReadWindow:
    """A window with what the model read in it, below what stood `above`."""

    window: Window
    above: str
    reading: Reading


def extract_evidence(
    features: QueryFeatures, read: Sequence[ReadWindow], fitted: Logistic, sub_question: int
) -> list[Evidence]:
    """Return evidence for the sub-question at the position `sub_question`, best first; `fitted` adds its signals up."""
    weighed = (_weigh(features, one, fitted, sub_question) for one in read)
    return ordered(features, [item for item in weighed if item])


def ordered(features: QueryFeatures, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return evidence best first, once less is thought of what is of another list, told too late, or outdated."""
    evidence = _less_for_other_lists(evidence)
    if features.sub_question.compared:
        evidence = _less_for_other_sides(evidence)
    if features.time:
        evidence = _less_for_other_times(evidence, features.time)
    if features.for_the_latest or features.as_of:
        evidence = _with_newer_wordings(evidence)
    if features.as_of:
        evidence = _less_for_later(evidence, features.as_of)
    if features.for_the_latest or features.as_of:
        evidence = less_for_older(evidence)
    return sorted(evidence, key=lambda item: -item.support)


def _weigh(features: QueryFeatures, read: ReadWindow, fitted: Logistic, sub_question: int) -> Evidence | None:
    """Return a window as evidence; None for a row of which no cell is asked for, or where no answer can be: its only
    numbers are ages, say."""
    window, unit = read.window, read.window.unit.unit
    asked_for = _cells_asked_for(features, window)
    if asked_for and not asked_for.cells:
        return None
    span = _best_span(read, asked_for)
    if span is None:  # beyond what the model reads of a long unit
        return None
    if tells_only_ages(window.text, span.start, span.end, features.sub_question.text):
        return None
    read_in_it = {"span": span.score, "answers": read.reading.answers, "yes": read.reading.yes}
    signals = {**window.signals, **{name: odds / LOG_ODDS_UNIT for name, odds in read_in_it.items()}}
    is_picked = asked_for is not None and asked_for.head is not None
    short = (asked_for and asked_for.head) or _short(features.sub_question.text, window, span)
    start, end = excerpt(window.hit.article, unit, short or _source(window, span))
    return Evidence(
        hit=window.hit,
        start=start,
        end=end,
        support=max(fitted.probability(signals), _PICKED if is_picked else 0.0),
        signals=signals,
        sub_question=sub_question,
        short=short,
        unit=replace(unit, cells=asked_for.cells) if asked_for else unit,
        above=read.above,
    )


def _best_span(read: ReadWindow, asked_for: AskedFor | None) -> AnswerSpan | None:
    """Return the likeliest answer in the window's text, behind what that is read with."""
    start, end = _where_read(read.window, asked_for)
    lead = len(read.window.lead)
    span = read.reading.best_span(lead + start, lead + end)
    return span and AnswerSpan(span.start - lead, span.end - lead, span.score)


def _short(question: str, window: Window, span: AnswerSpan) -> Stretch | None:
    """Return the short answer in the article's text; None where the span is no answer of the asked kind.

    It does not reach beyond what stands together in the article: in a row, not from a cell to its head.
    """
    source = _source(window, span)
    if source is None:
        return None
    start, end = _together(window, source)
    text = window.hit.article.text[start:end]
    short = short_answer(text, source[0] - start, source[1] - start, question)
    return (start + short[0], start + short[1]) if short else None


def _source(window: Window, span: AnswerSpan) -> Stretch | None:
    """Return where a span of the window's text stands in the article; None where it is not in one piece."""
    return window.hit.read.source_of(window.unit.start + span.start, window.unit.start + span.end)


def _together(window: Window, source: Stretch) -> Stretch:
    """Return what stands together with a stretch of the article: its unit, or in a row its cell or head."""
    unit = window.unit.unit
    if unit.kind is not BlockKind.ROW:
        return unit.start, unit.end
    runs = ((run.source, run.source + run.length) for run in window.hit.read.runs)
    return next((run for run in runs if run[0] <= source[0] and source[1] <= run[1]), source)


def _cells_asked_for(features: QueryFeatures, window: Window) -> AskedFor | None:
    unit = window.unit.unit
    if unit.kind is not BlockKind.ROW:
        return None
    return cells_asked_for(features.sub_question.text, features.weights, window.hit.article, unit)


def _where_read(window: Window, asked_for: AskedFor | None) -> Stretch:
    """Return where in the window's text the answer may be: anywhere, or in the one cell that is asked for."""
    start, end = window.unit.start, window.unit.end
    if asked_for and len(asked_for.cells) == 1:
        cell = asked_for.cells[0]
        for run in window.hit.read.runs:
            if run.source == cell.start and start <= run.start < end:
                return run.start - start, run.start - start + run.length
    return 0, end - start


def _less_for_other_lists(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Lower the support of items, and lead-ins, of lists whose lead-in has less of the question than another's.

    "What is forbidden?" is answered by the list of what is forbidden, not by that of what is allowed beside it.
    """
    leads = {(item.hit.article.id, lead) for item in evidence if (lead := _lead_of(item))}
    lists = [(item.hit.article.id, _lead_of(item) or (item.start, item.end)) for item in evidence]
    best: dict[str, float] = {}
    for item, key in zip(evidence, lists, strict=True):
        if key in leads and item.support >= _MAY_ANSWER:
            best[item.hit.article.id] = max(best.get(item.hit.article.id, 0.0), item.signals.get("words", 0.0))
    return [
        replace(item, support=item.support * _OF_ANOTHER_LIST)
        if key in leads and item.signals.get("words", 0.0) < best.get(item.hit.article.id, 0.0)
        else item
        for item, key in zip(evidence, lists, strict=True)
    ]


def _less_for_other_sides(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Lower the support of what tells of another side: below this one's name it would say something else."""
    return [
        item if item.signals["attributed"] else replace(item, support=item.support * _OF_ANOTHER_SIDE)
        for item in evidence
    ]


def _lead_of(item: Evidence) -> Stretch | None:
    return item.unit.lead_in if item.unit else None


def _less_for_other_times(evidence: Sequence[Evidence], asked: Time) -> list[Evidence]:
    """Lower the support of what tells of another time than is asked of, where something of that may answer."""
    of_it = [item.unit is None or is_of_time(item.hit.article, item.unit, asked) for item in evidence]
    if not any(item.support >= _MAY_ANSWER for item in compress(evidence, of_it)):
        return list(evidence)
    return [
        item if is_of_it else replace(item, support=item.support * OF_ANOTHER_TIME)
        for item, is_of_it in zip(evidence, of_it, strict=True)
    ]


def _less_for_later(evidence: Sequence[Evidence], last: date) -> list[Evidence]:
    """Lower the support of sentences that were told after a day; undated ones keep theirs."""
    return [
        replace(item, support=item.support * _TOO_LATE) if (told := _told_at(item)) and told.date() > last else item
        for item in evidence
    ]


def _with_newer_wordings(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Give what a newer article tells in nearly the same words the support of what it replaces: "the ban is suspended
    until June", "the ban is suspended until July"."""
    terms = [frozenset(content_terms(item.text)) for item in evidence]
    times = [_told_at(item) for item in evidence]

    def is_replaced_by(older: int, newer: int) -> bool:
        told, again = times[older], times[newer]
        return bool(told and again and told < again) and _are_alike(terms[older], terms[newer])

    numbers = range(len(evidence))
    return [
        replace(
            evidence[newer],
            support=max(evidence[one].support for one in numbers if one == newer or is_replaced_by(one, newer)),
        )
        for newer in numbers
    ]


def _are_alike(terms: frozenset[str], others: frozenset[str]) -> bool:
    return len(terms & others) >= _SAME_WORDS * max(len(terms), len(others))


def less_for_older(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Lower the support of sentences older than the newest that may answer; undated ones keep theirs."""
    likely = min(_MAY_ANSWER, _AS_LIKELY * max((item.support for item in evidence), default=0.0))
    times = [_told_at(item) for item in evidence]
    newest = max(
        (told for item, told in zip(evidence, times, strict=True) if told and item.support >= likely), default=None
    )
    return [
        replace(item, support=item.support * _OUTDATED) if newest and told and told < newest else item
        for item, told in zip(evidence, times, strict=True)
    ]


def _told_at(item: Evidence) -> datetime | None:
    """Return when the post of a live blog was written, else the beginning of the day with which a sentence opens that
    looks back ("On 4 April 2025, ..."), or of that of its article."""
    if item.unit is not None and item.unit.posted is not None:
        return item.unit.posted
    published = item.hit.article.published
    if published is None:
        return None
    told = next((one.first for one in _opening(item.text) if one.last <= published), published)
    return datetime.combine(told, time.min, UTC)


def _opening(text: str) -> tuple[Time, ...]:
    """Return the date with which a sentence opens, if it does; "Since June" tells of today."""
    first = next(iter(date_stretches(text)), None)
    return times_told(text[: first[1]]) if first and _OPENS.fullmatch(text[: first[0]]) else ()
