"""Composing: from the evidence that may be used to sentences that were verified, as they come.

Quotes always stand ready; a language model's sentences take their place where each of them is verified and they
suffice.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from assistant.answer import Evidence
from assistant.errors import ModelFailed, ModelTimedOut
from assistant.events import Event, SentenceAdded, Withdrawn, sentences_added
from assistant.groundedness.judge import ClaimJudge
from assistant.query.decompose import SubQuestion
from assistant.reading.abstention import AbstentionDecision
from assistant.reading.reader import ReadResult
from assistant.writing.conflicts import cited_conflicts, find_disagreements, with_both_sides
from assistant.writing.corrections import missing_corrections, with_corrections
from assistant.writing.draft import WORTH_ADDING, DraftSentence, Writer
from assistant.writing.generative import ModelWriter
from assistant.writing.plan import Plan, WrittenBy, merge_hits
from assistant.writing.verify import StoredArticle, Verification, Verified, verify

Mode = Literal["auto", "extractive", "generative"]
"""Mode of an answer: a language model where there is one, quotes only, or a language model or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """Verified sentences, their writer, and the ways in which they are less than was asked for."""

    verified: Verified
    written_by: WrittenBy
    degraded: tuple[str, ...] = ()


class Composer:
    """Plans and writes. Without `model_writer`, answers are quotes only."""

    def __init__(self, writer: Writer, judge: ClaimJudge, model_writer: ModelWriter | None = None) -> None:
        self._writer = writer
        self._judge = judge
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
        disagreements = find_disagreements(sub_questions, decision.answerable)
        draft = with_corrections(with_both_sides(self._writer.write(sub_questions, decision.answerable), disagreements))
        shown: tuple[Evidence, ...] = ()
        if self._model_writer and written_by == "generative":
            shown = self._model_writer.show(decision.answerable, draft)
        return Plan(
            sub_questions=sub_questions,
            written_by=written_by,
            answerable=decision.answerable,
            disagreements=disagreements,
            draft=draft,
            shown=shown,
            hits=merge_hits(read, top_k, [*shown, *(item for sentence in draft for item in sentence.evidence)]),
        )

    def write(self, question: str, plan: Plan, stored: StoredArticle) -> Generator[Event, None, Composed]:
        """Yield the model's sentences as they are verified; where they fail or do not suffice, the quotes instead."""
        quoted = verify(plan.draft, stored, self._judge)
        verification = Verification(stored, self._judge)
        reason = None
        if self._model_writer and plan.written_by == "generative":
            reason = yield from _write_with_model(self._model_writer, question, plan, verification)
            if reason is None:
                return Composed(verified=verification.verified(), written_by="generative")
            if verification.evidence:
                yield Withdrawn(reason)
        yield from sentences_added(quoted)
        return Composed(verified=quoted, written_by="extractive", degraded=(reason,) if reason else ())


def _write_with_model(
    writer: ModelWriter, question: str, plan: Plan, verification: Verification
) -> Generator[SentenceAdded, None, str | None]:
    """Yield the model's sentences that are verified; return why they make no answer, or None when they do."""
    try:
        with closing(writer.write(question, plan.shown)) as drafts:
            for sentence in drafts:
                yield from _taken(verification, sentence)
        for _, notes in list(missing_corrections(verification.evidence)):
            for note in notes:
                yield from _taken(verification, DraftSentence(note.text, (note,)))
    except ModelTimedOut:
        return "model_timeout"
    except ModelFailed:
        return "model_unavailable"
    return None if _suffices(plan, verification) else "unverified"


def _taken(verification: Verification, sentence: DraftSentence) -> Generator[SentenceAdded, None, None]:
    """Yield the sentence if it stands."""
    if verification.take(sentence):
        *_, last = sentences_added(verification.verified())
        yield last


def _suffices(plan: Plan, verification: Verification) -> bool:
    """Whether each sub-question is answered, and each disagreement shown."""
    conflicts = cited_conflicts(plan.disagreements, verification.verified().citations)
    return len(conflicts) == len(plan.disagreements) and _answers_all(verification.evidence, plan.answerable)


def _answers_all(cited: Sequence[Evidence], answerable: Sequence[Evidence]) -> bool:
    """Whether each sub-question that has evidence is answered from good evidence of it."""
    best: dict[int, float] = {}
    for item in answerable:
        best[item.sub_question] = max(item.support, best.get(item.sub_question, 0.0))
    answered = {item.sub_question for item in cited if item.support >= WORTH_ADDING * best.get(item.sub_question, 0.0)}
    return answered >= best.keys()
