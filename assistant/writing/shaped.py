"""Chosen sentences in the shape that a question asks for: in what order, below what heads, after which verdict."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.answer import PLAIN, Evidence, SectionHead, SectionKind, Verdict
from assistant.frame.frame import Frame, frame_in
from assistant.meaning.model import YES, MeaningModel, Pair
from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.query.language import is_in_latin_letters
from assistant.reading.extract import LOG_ODDS_UNIT
from assistant.writing.context import sentence_before
from assistant.writing.dates_told import DateTold, date_told
from assistant.writing.draft import DraftSentence, Quote
from assistant.writing.shapes import shape_of
from assistant.writing.shown import all_shown
from assistant.writing.told_on import told_on
from corpus.attributions.index import attributions_within
from corpus.text.english import ENGLISH

SURE_VERDICT = 1.5
"""Log-odds of yes, or of no, from which a verdict is given, by whichever of the two models is less sure.

Of 670 questions of BoolQ that neither has learned .30 get one, .835 of those the right one; of a news desk's 37 it is
15, 12 of them right. From 3.0 by the model of meaning alone it was .12 of BoolQ's, .83 right, and 11 with 9."""

_CONDITION = re.compile(rf"\b{ENGLISH.any_of('conditions')}\b", re.IGNORECASE)

_TURNS_A_VERDICT = re.compile(rf"\b{ENGLISH.any_of('turns_a_verdict')}\b|n[’']t\b", re.IGNORECASE)

_ASKS_WHETHER = ENGLISH.words("before_an_indirect_question")

_LIKELY = 0.3
"""Support from which a sentence may decide a question of yes or no."""

_AS_GOOD = 0.5
"""Share of the best support from which a sentence answers about as well."""

_SIDE_BY_SIDE = 2
"""Characters between two sentences that stand side by side, at most."""

YesOdds = Callable[[str, Sequence[Evidence]], Sequence[float]]
"""(question, evidence) -> the log-odds that the answer is yes by each piece of it."""


def yes_odds_of(model: MeaningModel) -> YesOdds:
    """Return what the model that reads and this one of meaning agree on of evidence, each piece read below what stands
    above it: the log-odds of the less sure one, 0 where they disagree. Of questions in letters that they have not
    learned, nothing."""

    def yes_odds(question: str, evidence: Sequence[Evidence]) -> Sequence[float]:
        if not is_in_latin_letters(question):
            return [0.0] * len(evidence)
        pairs = [Pair(question, item.above, item.text) for item in evidence]
        meant = model.logits(pairs)[:, YES]
        read = (item.signals.get("yes", 0.0) * LOG_ODDS_UNIT for item in evidence)
        return [agreed(float(one), other) for one, other in zip(meant, read, strict=True)]

    return yes_odds


def agreed(one: float, other: float) -> float:
    """Return the log-odds that are nearer to 0; 0 where one says yes and the other no."""
    return min(one, other, key=abs) if one * other > 0 else 0.0


def shaped(
    asked: SubQuestion, chosen: Sequence[Evidence], yes_odds: YesOdds, *, is_one_of_several: bool = False
) -> list[DraftSentence]:
    """Return what was chosen for one sub-question as sentences; `is_one_of_several` that were asked together."""
    frame = frame_in(asked.language)
    if asked.kind is QuestionKind.TIMELINE:
        return list(_dated(chosen, frame))
    if asked.kind is QuestionKind.YES_NO:
        groups = _groups(chosen)
        if decided := _deciding(asked, groups, yes_odds):
            return _with_verdict(groups, *decided, frame)
    if asked.kind is QuestionKind.LATEST:
        party = SectionHead(SectionKind.PARTY, asked.label, asked.party) if is_one_of_several and asked.party else None
        return list(_newest_first(chosen, party, frame))
    shape = shape_of(asked)
    ordered = _best_first(chosen, asked.kind) if shape.best_first else _in_reading_order(chosen)
    head = SectionHead(shape.section)
    if is_one_of_several and asked.party:
        head = SectionHead(SectionKind.PARTY, asked.label, asked.party)
    return [replace(sentence, head=head) for sentence in all_shown(ordered, frame)]


Group = Sequence[Evidence]
"""A sentence behind the one that names whom or what it speaks of, where that was chosen for it."""


def _groups(chosen: Sequence[Evidence]) -> list[Group]:
    """Return what was chosen, each sentence behind its context, which answers nothing itself."""
    context = [item for item in chosen if item.support == 0.0]
    groups: list[Group] = []
    for item in (item for item in chosen if item.support > 0.0):
        before = sentence_before(item)
        groups.append([*(one for one in context if before and one.overlaps(before)), item])
    return groups


def _dated(chosen: Sequence[Evidence], frame: Frame) -> Iterator[DraftSentence]:
    """Yield entries of a timeline, the oldest first; what tells no date of its own is as old as its telling."""
    entries = [(date_told(group[-1], frame) or _day_of(group[-1], frame), group) for group in _groups(chosen)]

    def age(entry: tuple[DateTold | None, Group]) -> tuple[datetime.date, int]:
        told, group = entry
        return told.first_day if told else datetime.date.max, group[-1].start

    for told, group in sorted(entries, key=age):
        head = SectionHead(SectionKind.DATED, told.label if told else "", date=told.first_day if told else None)
        yield from (replace(sentence, head=head) for sentence in all_shown(group, frame))


def _day_of(item: Evidence, frame: Frame) -> DateTold | None:
    day = told_on(item)
    return DateTold(day, frame.day(day)) if day else None


def _newest_first(chosen: Sequence[Evidence], party: SectionHead | None, frame: Frame) -> Iterator[DraftSentence]:
    """Yield what answers about as well as the best does by the day on which it was told, the newest first; then the
    rest. What is older is what the newest replaced, or stands beside it. What a `party` says stands below its name."""
    groups = sorted(_groups(chosen), key=lambda group: -group[-1].support)
    best = groups[0][-1].support if groups else 0.0
    good = [group for group in groups if group[-1].support >= _AS_GOOD * best]
    newest = sorted(good, key=lambda group: told_on(group[-1]) or datetime.date.min, reverse=True)
    for group in (*newest, *groups[len(good) :]):
        day = told_on(group[-1])
        dated = SectionHead(SectionKind.DATED, frame.day(day), date=day) if day else PLAIN
        head = party or dated
        yield from (replace(sentence, head=head) for sentence in all_shown(group, frame))


def _deciding(asked: SubQuestion, groups: Sequence[Group], yes_odds: YesOdds) -> tuple[Group, Verdict] | None:
    """Return the likeliest sentence that surely says yes or no, and which; None where another says the other.

    A question that denies something itself gets neither: of "Was he found not guilty?" the model of meaning makes a no
    beside "A jury found him not guilty". Nor does what holds under a condition that was not asked about: of nine such
    sentences of which the model of meaning was sure, among 960 written ones, one was as it said.
    """
    if _TURNS_A_VERDICT.search(asked.text):
        return None
    may_decide = [group for group in groups if group[-1].support >= _LIKELY and not _is_conditional(group[-1], asked)]
    likely = sorted(may_decide, key=lambda group: -group[-1].support)
    odds = yes_odds(asked.text, [group[-1] for group in likely])
    sure = [(group, said > 0) for group, said in zip(likely, odds, strict=True) if abs(said) >= SURE_VERDICT]
    if len({is_yes for _, is_yes in sure}) != 1:
        return None
    group, is_yes = sure[0]
    return group, Verdict.YES if is_yes else Verdict.NO


def _is_conditional(item: Evidence, asked: SubQuestion) -> bool:
    return _has_condition(item.text) and not _has_condition(asked.text)


def _has_condition(text: str) -> bool:
    before = (text[: found.start()].split()[-1:] for found in _CONDITION.finditer(text))
    return any(not word or word[0].casefold() not in _ASKS_WHETHER for word in before)


def _with_verdict(groups: Sequence[Group], deciding: Group, verdict: Verdict, frame: Frame) -> list[DraftSentence]:
    """Return `No: The bill was withdrawn.`, then what else was chosen."""
    head = SectionHead(SectionKind.VERDICT, verdict.value)
    first, *rest = all_shown(deciding, frame)
    quotes = first.quotes or tuple(Quote(item, 0) for item in first.evidence if item.text == first.text)
    said = frame.say(f"answer.{verdict}")
    decided = replace(
        first,
        text=said + first.text,
        quotes=tuple(replace(quote, at=quote.at + len(said)) for quote in quotes),
    )
    others = [item for group in groups if group is not deciding for item in group]
    return [*(replace(one, head=head) for one in (decided, *rest)), *all_shown(_best_first(others, None), frame)]


def _best_first(chosen: Sequence[Evidence], kind: QuestionKind | None) -> list[Evidence]:
    """Sort by how well a sentence answers; those that stand side by side in an article stay so ("No. It is yours.").

    Of what somebody says, their own words stand before what is reported of them where both answer about as well.
    """
    rows: list[list[Evidence]] = []
    for item in sorted(chosen, key=lambda item: (item.hit.article.id, item.start)):
        last = rows[-1][-1] if rows else None
        is_next = last and last.hit.article.id == item.hit.article.id and 0 <= item.start - last.end <= _SIDE_BY_SIDE
        if is_next:
            rows[-1].append(item)
        else:
            rows.append([item])
    rows.sort(key=lambda row: -max(item.support for item in row))
    if kind is QuestionKind.POSITION:
        rows.sort(key=lambda row: (-round(max(item.support for item in row), 1), min(map(_whose, row))))
    return [item for row in rows for item in row]


def _whose(item: Evidence) -> int:
    """Return 0 for the words of who is asked for, 1 for what is reported of them, 2 for nobody's, 3 for another's."""
    said = attributions_within(item.hit.article, item.start, item.end)
    if not item.signals.get("attributed", 1.0):
        return 3
    return 2 if not said else 0 if any(one.is_direct for one in said) else 1


def _in_reading_order(chosen: Sequence[Evidence]) -> list[Evidence]:
    """Sort articles by their best sentence, and in an article its sentences as they stand."""
    best_first: dict[str, int] = {}
    for rank, item in enumerate(chosen):
        best_first.setdefault(item.hit.article.id, rank)
    return sorted(chosen, key=lambda item: (best_first[item.hit.article.id], item.start))
