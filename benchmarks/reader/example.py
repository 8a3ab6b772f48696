"""One example that the model of meaning learns from; what it teaches depends on what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from assistant.query.kind import QuestionKind


class Support(IntEnum):
    """What a text does for a claim; the number is that of the model's logit."""

    SUPPORTED = 0
    CONTRADICTED = 1
    NOT_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Example:
    """A question or claim, and a text with what is known of it. None: not known, so not learned from.

    `context` is what stands above the text: title, date, headings, the sentence before. `spans` are the short answers
    in `text`, in code points, none where it has none. `answers`: whether the text answers the question. `support`: what
    the text does for the claim. `verdict`: the answer to a question of yes or no.
    `kind`: that of the question, which is then read beside no text.
    """

    asked: str
    text: str
    context: str = ""
    spans: tuple[tuple[int, int], ...] | None = None
    answers: bool | None = None
    support: Support | None = None
    verdict: bool | None = None
    kind: QuestionKind | None = None
