"""Leads: the first sentence of a news article sums it up, so that those of a story's articles tell its course.

A model that reads for answers finds in "How did the bill come about?" whichever sentence speaks of bills and courses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import NamedTuple

from assistant.answer import Evidence
from assistant.query.asked_time import times_told
from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.query.topic import coverage
from assistant.reading.extract import less_for_older
from assistant.reading.prescore import QueryFeatures, may_answer
from corpus.text.analysis import content_terms
from corpus.text.english import ENGLISH
from corpus.units import Unit, units_of
from index.hit import Hit

_TOLD_BY_LEADS = (QuestionKind.SUMMARY, QuestionKind.TIMELINE, QuestionKind.LATEST)

_ASKS_FOR_A_STORY = ENGLISH.phrase("asks_for_a_story")
"""Of others of these kinds, as of how a date has slipped, single sentences tell more than leads do."""

_ASKS_HOW_THINGS_STAND = ENGLISH.phrase("asks_how_things_stand")
"""Of other kinds this asks for the latest, whatever it is taken for: "where does the case stand" for a place, say."""

_ON_TOPIC = 0.6
"""Share of the words of what is asked that the title and lead of an article of the story have, of as many as any has:
no article has the words in which a story is asked for."""

_WORTH = 0.9
"""Of a lead, as a share of the best sentence's support: that one may say just what is asked."""

_SURE = 0.5
"""Support of the best sentence up to which the newest article's lead is worth as much: what is less sure of what such
an article tells is mostly what was known before."""

_NEWEST = 3
"""Leads that tell the latest."""

_UNDATED = 0.5
"""What another sentence than a lead is worth in a timeline when it tells no date."""

_SAYS_ENOUGH = 0.75
"""Share of what the most telling of an article's first sentences says, from which an earlier one tells what is new."""

_FIRST, _FEWEST_WORDS = 3, 8
"""Sentences of an article among which its lead is, and words of one; what is shorter is a dateline or a heading."""


def with_leads(
    features: QueryFeatures, evidence: Sequence[Evidence], hits: Sequence[Hit], position: int
) -> list[Evidence]:
    """Return evidence with the leads of the articles of `hits` (best first) that tell of the story, best first; nothing
    where no story is asked for."""
    kind = _kind_of_story(features.sub_question)
    if not evidence or kind is None:
        return []
    enough = _SAYS_ENOUGH if kind is QuestionKind.LATEST else 1.0
    found = _leads(features, hits, evidence[0].support, position, enough)
    if kind is QuestionKind.LATEST:
        found = _newest(found, evidence[0].support, features.as_of)
    leads = {_place(lead): lead for lead in found}
    kept = {
        place: _as_lead(item) if place in leads else item
        for item in evidence
        if (place := _place(item)) not in leads or item.support >= leads[place].support
    }
    together = [*(leads | kept).values()]
    match kind:
        case QuestionKind.LATEST:
            together = less_for_older(together)
        case QuestionKind.TIMELINE:
            together = [
                item
                if _place(item) in leads or times_told(item.text)
                else replace(item, support=item.support * _UNDATED)
                for item in together
            ]
    return sorted(together, key=lambda item: -item.support)


def is_lead(item: Evidence) -> bool:
    """Whether it is evidence as the lead of its article: what it tells is the news of that day."""
    return "lead" in item.signals


def _as_lead(item: Evidence) -> Evidence:
    return replace(item, signals={**item.signals, "lead": 1.0})


def _place(item: Evidence) -> tuple[str, int]:
    return item.hit.article.id, item.start


def _kind_of_story(asked: SubQuestion) -> QuestionKind | None:
    """Return as what kind of story something is asked for; None where no story is."""
    if asked.kind in _TOLD_BY_LEADS and _ASKS_FOR_A_STORY.search(asked.text):
        return asked.kind
    tells_a_course = asked.kind in (QuestionKind.SUMMARY, QuestionKind.TIMELINE)
    return QuestionKind.LATEST if not tells_a_course and _ASKS_HOW_THINGS_STAND.search(asked.text) else None


def _newest(leads: Sequence[Evidence], best: float, as_of: date | None) -> list[Evidence]:
    """Return the newest leads of those until a day, oldest first; the last one is worth what the `best` sentence is, if
    it has a date and that is not sure."""
    until = [lead for lead in leads if as_of is None or _published(lead) <= as_of]
    newest = sorted(until, key=_published)[-_NEWEST:]
    if newest and newest[-1].hit.article.published:
        newest[-1] = replace(newest[-1], support=max(newest[-1].support, min(best, _SURE)))
    return newest


def _published(lead: Evidence) -> date:
    return lead.hit.article.published or date.min


def _leads(features: QueryFeatures, hits: Sequence[Hit], best: float, position: int, enough: float) -> list[Evidence]:
    """Return a lead for each article that is about as much of what is asked as that which is most; for `enough` see
    `_lead`."""
    by_article: dict[str, list[Hit]] = {}
    for hit in hits:
        by_article.setdefault(hit.article.id, []).append(hit)
    found = [lead for of_article in by_article.values() if (lead := _lead(features, of_article, enough))]
    most = max((lead.share for lead in found), default=0.0)
    return [
        Evidence(
            hit=lead.hit,
            start=lead.unit.start,
            end=lead.unit.end,
            support=_WORTH * best * lead.share / most,
            signals={"lead": 1.0},
            sub_question=position,
            unit=lead.unit,
            above=lead.hit.article.title,
        )
        for lead in found
        if lead.share > 0 and lead.share >= _ON_TOPIC * most
    ]


class _Lead(NamedTuple):
    """A lead in its passage, and the `share` of what is asked that it and its title have."""

    share: float
    hit: Hit
    unit: Unit


def _lead(features: QueryFeatures, hits: Sequence[Hit], enough: float) -> _Lead | None:
    """Return the lead of an article of which these passages were found; None where it stands in none of them.

    It is the first sentence that has `enough` of what the one has that has most of what is asked.
    """
    leads = []
    for unit in _first_units(hits[0]):
        found = next((hit for hit in hits if hit.passage.start <= unit.start and unit.end <= hit.passage.end), None)
        if found:
            told = f"{found.article.title}\n{found.article.text[unit.start : unit.end]}"
            leads.append(_Lead(coverage(features.weights, content_terms(told)), found, unit))
    most = max((lead.share for lead in leads), default=0.0)
    return next((lead for lead in leads if lead.share >= enough * most), None)


def _first_units(hit: Hit) -> Iterator[Unit]:
    """Yield the first sentences of an article, of which one is its lead: before it may stand a dateline or caption."""
    text = hit.article.text
    quotable = (
        unit
        for unit in units_of(hit.article)
        if may_answer(hit, unit) and len(text[unit.start : unit.end].split()) >= _FEWEST_WORDS
    )
    return islice(quotable, _FIRST)
