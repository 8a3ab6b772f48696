"""Answers to turns that wish for more of an answer, for its sources, or how sure it is.

Each asks the question before once more: for more, what was said is left out; to the others a remark is added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from assistant.answer import Answer, Evidence, NoAnswerReason
from assistant.conversation.wishes import Said, Wish
from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.reading.abstention import AbstentionDecision
from assistant.writing.lists import with_whole_lists
from corpus.article import Article

_IN_THEIR_SHAPE = frozenset(
    (QuestionKind.LIST, QuestionKind.YES_NO, QuestionKind.CONTRAST, QuestionKind.TIMELINE, QuestionKind.SUMMARY)
)
"""Kinds that tell all that is worth telling anyway."""

_NOTHING_MORE = "Nothing else was found about this."


def asked_by_wish(asked: SubQuestion, wish: Wish | None) -> SubQuestion:
    """Return a question asked once more, of the kind whose shape is wished: whoever wishes for more wants what else
    there is; who doubts, every sentence that is worth adding."""
    if wish is Wish.MORE:
        return replace(asked, kind=QuestionKind.SUMMARY)
    if wish is Wish.CERTAINTY and asked.kind not in _IN_THEIR_SHAPE:
        return replace(asked, kind=None)
    return asked


def without_said(
    decision: AbstentionDecision, asked: Sequence[SubQuestion], texts: Sequence[str]
) -> AbstentionDecision:
    """Return the decision without the evidence that was told before; of what was asked for a list, with all items."""
    said = Said(texts)
    left = tuple(item for item in _with_lists(decision.answerable, asked) if not said.has(item.text))
    told_all = decision.answerable and not left
    return replace(
        decision,
        answerable=left,
        unanswered=() if told_all else decision.unanswered,
        no_answer_reason=NoAnswerReason.NOTHING_RELEVANT if told_all else decision.no_answer_reason,
    )


def _with_lists(answerable: Sequence[Evidence], asked: Sequence[SubQuestion]) -> Iterator[Evidence]:
    for number, group in groupby(answerable, key=lambda item: item.sub_question):
        ranked = list(group)
        yield from with_whole_lists(ranked) if asked[number].kind is QuestionKind.LIST else ranked


def with_remark(answer: Answer, wish: Wish | None, *, told_all: bool) -> Answer:
    """Return the answer with what is to be said of it to people; `told_all` where nothing is left to be told."""
    remark = _NOTHING_MORE if told_all else None
    if wish is Wish.SOURCES and answer.citations:
        articles = {citation.hit.article.id: citation.hit.article for citation in answer.citations}
        remark = f"This is told by {'; '.join(map(_named, articles.values()))}."
    elif wish is Wish.CERTAINTY and answer.citations:
        remark = _certainty(answer)
    return replace(answer, about=" ".join(filter(None, (answer.about, remark))) or None)


def _named(article: Article) -> str:
    published = ", ".join(str(known) for known in (article.publisher, article.published) if known)
    return f"“{' '.join(article.title.split())}”" + (f" ({published})" if published else "")


def _certainty(answer: Answer) -> str:
    if not answer.is_calibrated:
        return "How often such answers are right was not measured for these models and settings."
    return f"Of answers as sure as this, {answer.confidence:.0%} were right where that was measured, on other articles."
