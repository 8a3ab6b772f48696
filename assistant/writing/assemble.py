"""Assembling: the results of all stages become the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assistant.answer import (
    INDEX_FALLBACK,
    UNCALIBRATED,
    Answer,
    NoAnswerReason,
    Section,
    SectionHead,
    SectionKind,
    Status,
    Support,
    Verdict,
)
from assistant.conversation.rewriter import Rewritten
from assistant.frame.frame import Frame, frame_in
from assistant.language_models.language_model import TokenUsage
from assistant.query.kind import QuestionKind
from assistant.reading.abstention import AbstentionDecision
from assistant.writing.compose import Composed
from assistant.writing.conflicts import cited_conflicts
from assistant.writing.lists import items_left_out
from assistant.writing.plan import Plan
from assistant.writing.verify import Verified
from index.retriever import RetrievalResult

_WITHOUT_SHORT = (QuestionKind.CONTRAST, QuestionKind.SUMMARY, QuestionKind.TIMELINE)
"""Kinds of questions that no few words of one sentence answer. Lists and positions have one: questions that ask for one
thing are often taken for these (without, short F1 on xquad-en-closed falls from .65 to .56)."""

_NEAREST = 5
"""Evidence kept for explanation."""


def assemble_answer(
    *,
    question: str,
    standalone: Rewritten,
    retrieved: Sequence[RetrievalResult],
    decision: AbstentionDecision,
    plan: Plan,
    composed: Composed,
    timings_ms: Mapping[str, float],
) -> Answer:
    """Return the answer to `question`, or why there is none, from what each stage made of it."""
    verified = composed.verified
    unanswered = _unanswered(decision, plan, composed)
    left_out = _items_left_out(plan, verified)
    reason = decision.no_answer_reason or NoAnswerReason.NOT_SUPPORTED
    return Answer(
        question=question,
        status=_status(composed, unanswered, left_out),
        text=verified.text,
        short=None if _kind(plan) in _WITHOUT_SHORT else verified.short,
        confidence=decision.confidence,
        sentences=verified.sentences,
        sections=(*verified.sections, *_of_the_silent(plan, verified, unanswered)),
        kind=_kind(plan),
        verdict=_verdict(plan, verified),
        about=_remark(plan, composed, left_out, frame_in(plan.sub_questions[0].language)),
        citations=verified.citations,
        conflicts=cited_conflicts(plan.disagreements, verified.citations),
        not_confirmed=composed.not_confirmed,
        contradicted=composed.contradicted,
        hits=plan.hits,
        nearest=decision.considered[:_NEAREST],
        unanswered=unanswered,
        no_answer_reason=None if verified.sentences else reason,
        standalone_question=standalone.other_than(question),
        mode=composed.written_by,
        degraded=tuple(_degraded(decision, composed, retrieved)),
        generation=retrieved[0].generation,
        signals=decision.explanation,
        usage=_usage(standalone, composed),
        timings_ms=timings_ms,
    )


def _degraded(decision: AbstentionDecision, composed: Composed, retrieved: Sequence[RetrievalResult]) -> list[str]:
    fallback = [INDEX_FALLBACK] if any(result.fallback for result in retrieved) else []
    return [
        *composed.degraded,
        *composed.verified.degraded,
        *fallback,
        *([] if decision.is_calibrated else [UNCALIBRATED]),
    ]


def _usage(standalone: Rewritten, composed: Composed) -> Mapping[str, int]:
    usage = TokenUsage()
    for part in (standalone.usage, composed.usage):
        usage.add(part.prompt, part.completion)
    return usage.told()


def _unanswered(decision: AbstentionDecision, plan: Plan, composed: Composed) -> tuple[str, ...]:
    """Return the sub-questions that lack evidence, and those of whose sentences none could be verified.

    One without any sentence of its own is answered by those of another, which say the same.
    """
    if not composed.verified.sentences:
        return decision.unanswered
    drafted = {item.sub_question for sentence in plan.draft for item in sentence.evidence}
    lost = {plan.sub_questions[position].label for position in drafted - composed.verified.sub_questions}
    return tuple(one.label for one in plan.sub_questions if one.label in lost or one.label in decision.unanswered)


def _kind(plan: Plan) -> QuestionKind | None:
    """Return what was asked, where that is one thing, or one thing of several sides."""
    first, *others = plan.sub_questions
    return first.kind if first.compared or not others else None


def _verdict(plan: Plan, verified: Verified) -> Verdict | None:
    """Return yes or no where that is all that was asked."""
    heads = (section.head for section in verified.sections if len(plan.sub_questions) == 1)
    return next((Verdict(head.label) for head in heads if head.kind is SectionKind.VERDICT), None)


def _remark(plan: Plan, composed: Composed, left_out: int, frame: Frame) -> str | None:
    """Say that quotes answer a question of yes or no by neither, so that nobody takes what comes near for a yes; and
    that a list goes on."""
    is_quoted = composed.written_by == "extractive" and composed.verified.sentences
    if is_quoted and _kind(plan) is QuestionKind.YES_NO and _verdict(plan, composed.verified) is None:
        return frame.say("answer.no_verdict")
    return frame.counted("answer.list_goes_on", left_out) if left_out else None


def _items_left_out(plan: Plan, verified: Verified) -> int:
    """Count the items of lists that were asked for and are too long to be told."""
    asked = [number for number, one in enumerate(plan.sub_questions) if one.kind is QuestionKind.LIST]
    if not asked:
        return 0
    drafted = [item for sentence in plan.draft for item in sentence.evidence]
    cited = [item for item in (*plan.answerable, *drafted) if any(item.overlaps(one) for one in verified.citations)]
    return sum(
        len(items_left_out(cited, ranked, plan.sub_questions[number].text))
        for number in asked
        if (ranked := [item for item in plan.answerable if item.sub_question == number])
    )


def _of_the_silent(plan: Plan, verified: Verified, unanswered: Sequence[str]) -> Iterator[Section]:
    """Yield an empty section for each party of whom nothing was found, beside those of the others."""
    for one in plan.sub_questions:
        if verified.sentences and one.party and one.label in unanswered:
            yield Section(SectionHead(SectionKind.PARTY, one.label, one.party), ())


def _status(composed: Composed, unanswered: Sequence[str], left_out: int) -> Status:
    if not composed.verified.sentences:
        return Status.NO_ANSWER
    is_missing = any(sentence.support is Support.NOT_FOUND for sentence in composed.verified.sentences)
    return Status.PARTIAL if unanswered or left_out or is_missing else Status.ANSWERED
