"""Composing: from the evidence that may be used to sentences that were verified, as they come.

Quotes always stand ready; a language model's sentences take their place where each of them is verified and they
suffice.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Literal

from assistant.answer import CONTRADICTED, SHORTENED, Contradicted, Evidence, NotConfirmed
from assistant.conversation.rewriter import Message
from assistant.errors import ModelFailed
from assistant.events import Event, SentenceAdded, sentences_added
from assistant.groundedness.judge import ClaimJudge
from assistant.language_models.language_model import TokenUsage
from assistant.query.decompose import SubQuestion
from assistant.reading.abstention import AbstentionDecision
from assistant.reading.reader import ReadResult
from assistant.writing.conflicts import Contradiction, find_disagreements, with_both_sides
from assistant.writing.context import leans_on_what_stands_before
from assistant.writing.corrections import missing_corrections, with_corrections
from assistant.writing.draft import NOT_TO_BE_SHOWN, WORTH_ADDING, DraftSentence, Writer
from assistant.writing.generative import Effort, ModelWriter
from assistant.writing.passages import ShownPassage, lines_of
from assistant.writing.plan import Plan, WrittenBy, merge_hits
from assistant.writing.sentence_kinds import FACT, SentenceKind
from assistant.writing.verify import StoredArticle, Verification, Verified

_LIKELY = 0.5
"""Support from which a sentence likelier answers than not, whatever a model finds in it."""

Reading = Callable[[str], Evidence | None]
"""(question) -> what of all articles answers it likeliest, None where nothing may."""

Mode = Literal["auto", "extractive", "generative"]
"""Mode of an answer: a language model where there is one, quotes only, or a language model or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """Verified sentences, their writer, the ways in which they are less than was asked for, and the tokens taken.

    `not_confirmed` are a language model's sentences that were not verified, each with the evidence nearest to it;
    `contradicted` those of which that says otherwise.
    """

    verified: Verified
    written_by: WrittenBy
    degraded: tuple[str, ...] = ()
    not_confirmed: tuple[NotConfirmed, ...] = ()
    contradicted: tuple[Contradicted, ...] = ()
    usage: TokenUsage = field(default_factory=TokenUsage)
    verify_seconds: float = 0.0


class Composer:
    """Plans and writes. Without `model_writer`, answers are quotes only."""

    def __init__(
        self,
        writer: Writer,
        judge: ClaimJudge,
        contradiction: Contradiction,
        model_writer: ModelWriter | None = None,
    ) -> None:
        """`contradiction` says which quotes contradict each other."""
        self._writer = writer
        self._judge = judge
        self._contradiction = contradiction
        self._model_writer = model_writer

    @property
    def has_model(self) -> bool:
        return self._model_writer is not None

    def choose(self, mode: Mode, decision: AbstentionDecision) -> WrittenBy:
        """Choose the writer: a model where there is one, the mode allows it, and there is evidence."""
        return "generative" if self._model_writer and mode != "extractive" and decision.answerable else "extractive"

    def plan(
        self,
        sub_questions: tuple[SubQuestion, ...],
        read: Sequence[ReadResult],
        decision: AbstentionDecision,
        written_by: WrittenBy,
        top_k: int,
    ) -> Plan:
        """Plan what of the answerable evidence is quoted or shown to the model; list `top_k` hits of each besides."""
        disagreements = find_disagreements(sub_questions, decision.answerable, self._contradiction)
        draft = with_corrections(with_both_sides(self._writer.write(sub_questions, decision.answerable), disagreements))
        shown: tuple[ShownPassage, ...] = ()
        if self._model_writer and written_by == "generative":
            shown = self._model_writer.show(decision.answerable, draft)
        return Plan(
            sub_questions=sub_questions,
            written_by=written_by,
            answerable=decision.answerable,
            disagreements=disagreements,
            draft=draft,
            shown=shown,
            hits=merge_hits(
                read,
                top_k,
                [line.evidence for line in lines_of(shown)]
                + [item for sentence in draft for item in sentence.evidence],
            ),
        )

    def write(
        self,
        question: str,
        plan: Plan,
        stored: StoredArticle,
        history: Sequence[Message] = (),
        reading: Reading = lambda _: None,
    ) -> Generator[Event, None, Composed]:
        """Yield a model's sentences as they are verified, then quotes of what these leave open: all, where there are
        none. What was yielded stands. `reading` finds what answers best what the model does not find.
        """
        verification = Verification(stored, self._judge)
        attempt = _Attempt(plan, reading)
        writer = self._model_writer if plan.written_by == "generative" else None
        if writer:
            drafts = writer.write(question, plan.shown, attempt.effort, plan.sub_questions, history)
            yield from _verified(drafts, verification, attempt)
        is_written = bool(verification.evidence)
        left_open = attempt.left_open(verification.evidence)
        for sentence in left_open:
            yield from _taken(verification, sentence)
        return Composed(
            verified=verification.verified(),
            written_by="generative" if is_written and writer else "extractive",
            degraded=attempt.degraded(is_complete=not (writer and left_open)),
            not_confirmed=tuple(attempt.not_confirmed),
            contradicted=tuple(attempt.contradicted),
            usage=attempt.effort.usage,
            verify_seconds=verification.seconds,
        )


@dataclass(slots=True)
class _Attempt:
    """What became of a model's attempt to answer: how it failed, if it did, and what of it was not confirmed.

    `has_hidden`: whether it wrote what is shown nowhere; `is_missing`: whether it rightly wrote that something is not
    told. `leading` are sentences that are shown only beside a fact. `is_behind_a_gap`: whether what it wrote last
    stands not, or not yet, so that nothing may lean on it.
    """

    plan: Plan
    reading: Reading
    failure: str | None = None
    leading: list[DraftSentence] = field(default_factory=list)
    is_behind_a_gap: bool = False
    is_missing: bool = False
    not_confirmed: list[NotConfirmed] = field(default_factory=list)
    contradicted: list[Contradicted] = field(default_factory=list)
    has_hidden: bool = False
    effort: Effort = field(default_factory=Effort)

    def keep_for_later(self, sentence: DraftSentence) -> None:
        """Keep a sentence that is no fact until one follows, or the end; that something is not told, only where reading
        does not find it either."""
        kind, missing = sentence.kind
        if kind is SentenceKind.CONNECTING:
            self.leading.append(sentence)
            return
        self.is_behind_a_gap = True
        found = [item for item in (self.reading(missing),) if item] if missing else self.plan.answerable
        if _is_likely(found):
            self.has_hidden = True
            return
        self.is_missing = True
        if missing:
            self.leading.append(sentence)

    def left_open(self, cited: Sequence[Evidence]) -> list[DraftSentence]:
        """Return the quotes of what no sentence so far answers: only of what is likely told, where the model rightly
        wrote that something is not."""
        believed = self.is_missing and not self.failure
        if believed and not cited and not _is_likely(self.plan.answerable):
            return []
        quotes = _left_open(self.plan, cited)
        return [one for one in quotes if not believed or not cited or _is_likely(one.evidence)]

    def degraded(self, is_complete: bool) -> tuple[str, ...]:
        """Return in what ways the answer is less than the model's; `is_complete` where no quotes had to be added."""
        contradicted = (CONTRADICTED,) if self.contradicted else ()
        failed = (self.failure,) if self.failure else ()
        shortened = (SHORTENED,) if self.effort.was_cut and not failed else ()
        is_left_out = self.not_confirmed or self.contradicted or self.has_hidden
        is_filled_up = not is_complete and not failed  # else the failure says why there are quotes
        unverified = ("unverified",) if is_left_out or is_filled_up else ()
        return tuple(dict.fromkeys((*failed, *shortened, *unverified, *contradicted)))

    def leave_out(self, sentence: DraftSentence, verification: Verification) -> None:
        """Note a sentence that did not stand."""
        if sentence is NOT_TO_BE_SHOWN:
            self.has_hidden = True
            return
        nearest = sentence.span or next(iter(sentence.evidence), None)
        votes = verification.contradicted.get(sentence.text)
        if votes is None:
            self.not_confirmed.append(NotConfirmed(sentence.text, nearest))
        else:
            self.contradicted.append(Contradicted(sentence.text, nearest, votes))


def _verified(
    written: Generator[DraftSentence | None], verification: Verification, attempt: _Attempt
) -> Iterator[SentenceAdded]:
    """Yield a model's sentences that are verified, and note in `attempt` the others, and how it failed.

    One that points back to a sentence that was left out would say something else, and is left out too.
    """
    try:
        with closing(written) as drafts:
            for sentence in verification.judged(drafts):
                if sentence.kind is not FACT:
                    attempt.keep_for_later(sentence)
                elif not verification.has(sentence.text):
                    yield from _fact(sentence, verification, attempt)
    except ModelFailed as error:
        attempt.failure = error.degraded
    yield from _missing(verification, attempt)
    for _, notes in list(missing_corrections(verification.evidence)):
        for note in notes:
            yield from _taken(verification, DraftSentence(note.text, (note,)))


def _fact(sentence: DraftSentence, verification: Verification, attempt: _Attempt) -> Iterator[SentenceAdded]:
    """Yield the sentence, and before it what leads to it, if it stands; else note it."""
    leans = attempt.is_behind_a_gap and leans_on_what_stands_before(sentence.text)
    stands = not leans and verification.take(sentence, attempt.leading)
    attempt.is_behind_a_gap = not stands
    if stands:
        yield from _last_added(verification, 1 + len(attempt.leading))
        attempt.leading.clear()
    else:
        attempt.leave_out(sentence, verification)


def _missing(verification: Verification, attempt: _Attempt) -> Iterator[SentenceAdded]:
    """Yield what was said not to be told, where no fact came behind it, but one before."""
    for sentence in attempt.leading if verification.evidence else ():
        if sentence.kind.kind is SentenceKind.NOT_FOUND:
            verification.add(sentence)
            yield from _last_added(verification)


def _left_open(plan: Plan, cited: Sequence[Evidence]) -> list[DraftSentence]:
    """Return the quotes of what no sentence so far answers, or shows both sides of."""
    if not cited:
        return list(plan.draft)
    open_questions = _sub_questions(plan.answerable) - _answered(cited, plan)
    sides = [side for one in plan.disagreements for side in one.sides]
    hidden = [side for side in sides if not any(item.overlaps(other) for item in cited for other in side)]
    return [
        sentence
        for sentence in plan.draft
        if any(item.sub_question in open_questions for item in sentence.evidence)
        or any(item.overlaps(other) for item in sentence.evidence for side in hidden for other in side)
    ]


def _taken(verification: Verification, sentence: DraftSentence) -> Iterator[SentenceAdded]:
    """Yield the sentence if it stands."""
    if verification.take(sentence):
        yield from _last_added(verification)


def _last_added(verification: Verification, number: int = 1) -> Sequence[SentenceAdded]:
    return tuple(sentences_added(verification.verified()))[-number:]


def _is_likely(evidence: Iterable[Evidence]) -> bool:
    return any(item.support >= _LIKELY for item in evidence)


def _sub_questions(evidence: Sequence[Evidence]) -> set[int]:
    return {item.sub_question for item in evidence}


def _answered(cited: Sequence[Evidence], plan: Plan) -> set[int]:
    """Return the sub-questions that are answered from good evidence of theirs, or from what stands beside it: of lines
    that nobody has read, that their passage has good evidence is all that is known."""
    best: dict[int, float] = {}
    for item in plan.answerable:
        best[item.sub_question] = max(item.support, best.get(item.sub_question, 0.0))

    def is_good(item: Evidence) -> bool:
        return item.support >= WORTH_ADDING * best.get(item.sub_question, 0.0)

    good = {(item.sub_question, item.hit.passage.id) for item in plan.answerable if is_good(item)}
    unread = [line.evidence for line in lines_of(plan.shown) if not line.was_read]
    return {
        item.sub_question
        for item in cited
        if is_good(item)
        or ((item.sub_question, item.hit.passage.id) in good and any(item.overlaps(line) for line in unread))
    }
