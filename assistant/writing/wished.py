"""Answers to turns that wish for more of an answer, for its sources, or how sure it is.

Each asks the question before once more: for more, what was said is left out; to the others a remark is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Answer, NoAnswerReason
from assistant.conversation.wishes import Wish, was_said
from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.reading.abstention import AbstentionDecision
from corpus.article import Article

_KINDS = {Wish.MORE: QuestionKind.SUMMARY, Wish.CERTAINTY: None}
"""Who wishes for more wants what else there is; who doubts, every sentence that is worth adding."""

_NOTHING_MORE = "Nothing else was found about this."


def asked_by_wish(sub_questions: Sequence[SubQuestion], wish: Wish | None) -> tuple[SubQuestion, ...]:
    """Return the questions asked once more, of the kind whose shape is wished."""
    if wish not in _KINDS:
        return tuple(sub_questions)
    return tuple(replace(one, kind=_KINDS[wish]) for one in sub_questions)


def without_said(decision: AbstentionDecision, said: Sequence[str]) -> AbstentionDecision:
    """Return the decision without the evidence that was told before."""
    left = tuple(item for item in decision.answerable if not was_said(item.text, said))
    told_all = decision.answerable and not left
    return replace(
        decision,
        answerable=left,
        unanswered=() if told_all else decision.unanswered,
        no_answer_reason=NoAnswerReason.NOTHING_RELEVANT if told_all else decision.no_answer_reason,
    )


def with_remark(answer: Answer, wish: Wish | None) -> Answer:
    """Return the answer with what is to be said of it to people."""
    if wish is Wish.MORE and answer.no_answer_reason is NoAnswerReason.NOTHING_RELEVANT:
        return replace(answer, about=_NOTHING_MORE)
    if wish is Wish.SOURCES and answer.citations:
        articles = {citation.hit.article.id: citation.hit.article for citation in answer.citations}
        return replace(answer, about=f"This is told by {'; '.join(map(_named, articles.values()))}.")
    if wish is Wish.CERTAINTY and answer.citations:
        return replace(answer, about=_certainty(answer))
    return answer


def _named(article: Article) -> str:
    published = ", ".join(str(known) for known in (article.publisher, article.published) if known)
    return f"“{' '.join(article.title.split())}”" + (f" ({published})" if published else "")


def _certainty(answer: Answer) -> str:
    if not answer.is_calibrated:
        return "How often such answers are right was not measured for these models and settings."
    return f"Of answers as sure as this, {answer.confidence:.0%} were right where that was measured, on other articles."
