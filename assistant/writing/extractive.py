"""The default writer, which quotes: the best sentences verbatim, repeats removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from assistant.answer import Evidence, SectionKind
from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.reading.leads import is_lead
from assistant.settings import AnswerOptions
from assistant.writing.context import sentence_before
from assistant.writing.dates_told import date_told
from assistant.writing.draft import Draft, DraftSentence
from assistant.writing.lists import answer_as_list, are_of_one_list, with_whole_lists
from assistant.writing.shaped import YesOdds, shaped
from assistant.writing.shapes import Shape, shape_of
from assistant.writing.told_on import told_on
from corpus.text.analysis import content_terms
from corpus.text.near_duplicates import Signature

_REPEATS = 0.6
"""Share of the shorter sentence's content terms that another sentence carries when it says the same again. From 0.55
to 0.7 the public sets, which repeat little, measure the same; news repeats much."""

_NOVELTY = 0.2
"""What a sentence loses, of its support, for saying nothing but what is chosen already."""

_LOOKED_AT = 40
"""Sentences of a sub-question that are compared for repeats; what stands lower is never quoted."""

_MAX_COPIES = 2
"""Further sources cited for one sentence; more markers make an answer harder to read."""


class ExtractiveWriter:
    """The best sentences of each sub-question, verbatim, each resting on itself and its copies in other articles."""

    def __init__(self, options: AnswerOptions, yes_odds: YesOdds) -> None:
        """`yes_odds` says what sentences answer to questions of yes or no."""
        self._options = options
        self._yes_odds = yes_odds

    def write(self, sub_questions: Sequence[SubQuestion], evidence: Sequence[Evidence]) -> Draft:
        chosen: list[Evidence] = []
        draft: list[DraftSentence] = []
        for position, group in groupby(evidence, key=lambda item: item.sub_question):
            asked, ranked = sub_questions[position], list(group)
            if asked.kind in (QuestionKind.LIST, QuestionKind.MANNER):
                whole = with_whole_lists(ranked, asked.text)
                asked = replace(asked, kind=QuestionKind.LIST) if answer_as_list(whole) else asked
                ranked = whole if asked.kind is QuestionKind.LIST else ranked
            of_it = self._choose(shape_of(asked), ranked, chosen)
            draft += shaped(asked, of_it, self._yes_odds, is_one_of_several=len(sub_questions) > 1)
            chosen += of_it
        return tuple(draft)

    def _choose(self, shape: Shape, ranked: Sequence[Evidence], earlier: Sequence[Evidence]) -> list[Evidence]:
        """Choose the best few of one sub-question that say different things, within limits; the first always fits."""
        pool = _without_repeats(ranked, earlier, tell_times=shape.section is SectionKind.DATED)
        chosen: list[_Candidate] = []
        room = round(self._options.max_words * shape.length)
        most = round(self._options.max_sentences * shape.length)
        while pool and len(chosen) < most:
            best = max(pool, key=lambda candidate: candidate.worth_beside(chosen))
            pool.remove(best)
            length = _words(best.evidence)
            if not chosen or (length <= room and best.worth_beside(chosen) >= shape.worth * chosen[0].support):
                chosen.append(best)
                room -= length
        quoted = [candidate.with_copies() for candidate in chosen]
        return _with_context(quoted, earlier, room, most - len(quoted))


class _Candidate:
    """A sentence, what is compared of it (prepared once), and the copies that were found of it."""

    def __init__(self, evidence: Evidence, *, tells_times: bool = False) -> None:
        self.evidence = evidence
        self.support = evidence.support
        self.copies: list[Evidence] = []
        self._terms = frozenset(content_terms(evidence.text))
        self._time = _time_told(evidence) if tells_times else None
        self._signature = Signature(evidence.text)

    def overlap(self, other: _Candidate) -> float:
        """Return the share in [0, 1] of the shorter one's terms that both carry; sentences without terms share none."""
        shorter = min(len(self._terms), len(other._terms))
        return len(self._terms & other._terms) / shorter if shorter else 0.0

    def repeats(self, other: _Candidate) -> bool:
        """Whether it says the same again; items of one list differ in a word or two on purpose, and what happened on
        several days may be told in the same words."""
        return self.overlap(other) >= _REPEATS and not (
            are_of_one_list(self.evidence, other.evidence) or (self._time and other._time and self._time != other._time)
        )

    def worth_beside(self, chosen: Sequence[_Candidate]) -> float:
        """Return the support, less what is said already (maximal marginal relevance, Carbonell & Goldstein 1998)."""
        return self.support * (1 - _NOVELTY * max(map(self.overlap, chosen), default=0.0))

    def is_copy_of(self, other: _Candidate) -> bool:
        return self._signature.is_near(other._signature)

    def with_copies(self) -> Evidence:
        """Return the evidence with its copies in other articles as further sources, one an article."""
        by_article: dict[str, Evidence] = {}
        for copy in self.copies:
            by_article.setdefault(copy.hit.article.id, copy)
        by_article.pop(self.evidence.hit.article.id, None)
        return replace(self.evidence, copies=tuple(by_article.values())[:_MAX_COPIES])


def _time_told(item: Evidence) -> date | None:
    """Return the day of what a sentence tells; a lead without a date tells the news of its day."""
    told = date_told(item)
    return told.first_day if told else told_on(item) if is_lead(item) else None


def distinct(ranked: Sequence[Evidence], earlier: Sequence[Evidence]) -> list[Evidence]:
    """Return those of `ranked`, best first, that say what neither `earlier` nor a better one says."""
    return [candidate.evidence for candidate in _without_repeats(ranked, earlier)]


def _without_repeats(
    ranked: Sequence[Evidence], earlier: Sequence[Evidence], *, tell_times: bool = False
) -> list[_Candidate]:
    """Return candidates best first; one that repeats a better one is left out, or kept as its copy. Where they
    `tell_times`, those of different times repeat nothing."""
    quoted = [_Candidate(item, tells_times=tell_times) for item in earlier]
    kept: list[_Candidate] = []
    for item in ranked[:_LOOKED_AT]:
        candidate = _Candidate(item, tells_times=tell_times)
        repeated = next((other for other in (*quoted, *kept) if candidate.repeats(other)), None)
        if repeated is None:
            kept.append(candidate)
        elif candidate.is_copy_of(repeated):
            repeated.copies.append(candidate.evidence)
    return kept


def _with_context(
    chosen: Sequence[Evidence], earlier: Sequence[Evidence], words: int, sentences: int
) -> list[Evidence]:
    """Add the sentence before one that begins with "he", "it" or "this", which names the subject, if it fits."""
    quoted = list(chosen)
    for item in chosen:
        before = sentence_before(item)
        is_quoted = before and any(before.overlaps(other) for other in (*earlier, *quoted))
        if before and not is_quoted and sentences > 0 and _words(before) <= words:
            quoted.append(before)
            words, sentences = words - _words(before), sentences - 1
    return quoted


def _words(item: Evidence) -> int:
    return len(item.text.split())
