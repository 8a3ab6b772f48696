"""Kinds of questions: what shape of answer is asked for."""

from __future__ import annotations

from enum import StrEnum


class QuestionKind(StrEnum):
    """What is asked for. Their order is that of the reading model's logits."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    DATE = "date"
    AMOUNT = "amount"
    FACT = "fact"
    YES_NO = "yes_no"
    LIST = "list"
    CAUSE = "cause"
    MANNER = "manner"
    DEFINITION = "definition"
    SUMMARY = "summary"
    POSITION = "position"
    CONTRAST = "contrast"
    LATEST = "latest"
    TIMELINE = "timeline"
    COLLECTION = "collection"
    REQUEST = "request"
