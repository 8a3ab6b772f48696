"""Answers to turns that wish for more of an answer, for its sources, or how sure it is.

Each asks the question before once more: for more, what was said is left out; to the others a remark is added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from assistant.answer import Answer, Evidence, NoAnswerReason
from assistant.conversation.wishes import Said, Wish
from assistant.frame.frame import ENGLISH_FRAME, Frame
from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.reading.abstention import AbstentionDecision
from assistant.writing.lists import with_whole_lists
from corpus.article import Article

_IN_THEIR_SHAPE = frozenset(
    (QuestionKind.LIST, QuestionKind.YES_NO, QuestionKind.CONTRAST, QuestionKind.TIMELINE, QuestionKind.SUMMARY)
)
"""Kinds that tell all that is worth telling anyway."""


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
        is_list = asked[number].kind is QuestionKind.LIST
        yield from with_whole_lists(ranked, asked[number].text) if is_list else ranked


def with_remark(answer: Answer, wish: Wish | None, *, told_all: bool, frame: Frame = ENGLISH_FRAME) -> Answer:
    """Return the answer with what is to be said of it to people; `told_all` where nothing is left to be told."""
    remark = frame.say("answer.nothing_more") if told_all else None
    if wish is Wish.SOURCES and answer.citations:
        articles = {citation.hit.article.id: citation.hit.article for citation in answer.citations}
        named = frame.say("words.semicolon").join(_named(article, frame) for article in articles.values())
        remark = frame.say("answer.told_by", articles=named)
    elif wish is Wish.CERTAINTY and answer.citations:
        remark = _certainty(answer, frame)
    return replace(answer, about=frame.say("words.space").join(filter(None, (answer.about, remark))) or None)


def _named(article: Article, frame: Frame) -> str:
    published = frame.listed(str(known) for known in (article.publisher, article.published) if known)
    title = frame.say("words.title", title=" ".join(article.title.split()))
    return frame.say("answer.told_by_one", title=title, details=published) if published else title


def _certainty(answer: Answer, frame: Frame) -> str:
    if not answer.is_calibrated:
        return frame.say("answer.uncalibrated")
    return frame.say("answer.certainty", share=f"{answer.confidence:.0%}")
