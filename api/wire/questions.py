"""What readers ask, as the operator sees it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from api.wire.body import Body, Text
from assistant.asked.listing import QuestionGroup
from corpus.asked import AskedCount


class AskedBody(Body):
    """A question, how often it was asked or its answer rated down, and the UTC day of the last time."""

    id: str
    question: Text
    times: int
    last: date


class QuestionGroupBody(Body):
    """Questions that mean about the same, and all their numbers together; the first was asked most often."""

    times: int
    last: date
    questions: list[AskedBody]


class QuestionsBody(Body):
    """Groups of questions, those first that were asked most often. `keep_days` is the setting; 0: none is kept."""

    object: Literal["list"] = "list"
    data: list[QuestionGroupBody]
    keep_days: int


def questions_body(groups: Sequence[QuestionGroup], keep_days: int) -> QuestionsBody:
    return QuestionsBody(data=list(map(_group_body, groups)), keep_days=keep_days)


def _group_body(group: QuestionGroup) -> QuestionGroupBody:
    return QuestionGroupBody(times=group.times, last=group.last, questions=list(map(_asked_body, group.questions)))


def _asked_body(asked: AskedCount) -> AskedBody:
    return AskedBody(id=asked.id, question=asked.question, times=asked.times, last=asked.last)
