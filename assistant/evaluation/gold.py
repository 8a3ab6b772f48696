"""Gold questions, with what is known about their right answers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticSerializationError

_HIGHEST_GRADE = 1_000
"""Of any judgements that are known; gains are sums of them."""

_LONGEST_FIELD = 200
"""Characters of a field's name that are told: names come from whoever wrote the file."""


class GoldModel(BaseModel):
    """Base of all models read from gold files: immutable; ids may be written as numbers."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)


class GoldEvidence(GoldModel):
    """A document that answers, and the sentence or span in it where known (else `text` is empty).

    `start` is the offset of `text` in the document's canonical text, in code points.
    """

    doc_id: str
    text: str = ""
    start: int | None = Field(default=None, ge=0)


class GoldStatement(GoldModel):
    """A statement that would be wrong. An answer makes it when it contains one of the strings `any_of`."""

    text: str = ""
    any_of: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    evidence: tuple[GoldEvidence, ...] = ()


class GoldNugget(GoldStatement):
    """A fact that a complete answer tells, `vital` or not; `evidence` are the places that tell it.

    It is told when the answer contains one of the strings `any_of`; without any, when a quote covers one of the places.
    """

    id: str = ""
    vital: bool = True


def named(statement: GoldStatement) -> str:
    """Return what a person reads of a statement: its text, else a string that makes it, else where it stands."""
    return next(filter(None, (statement.text, *statement.any_of, *(item.text for item in statement.evidence))), "")


class GoldMessage(GoldModel):
    """Something said before the question."""

    role: Literal["user", "assistant"]
    content: str


def _as_list(value: Any) -> Any:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


class GoldQuestion(GoldModel):
    """One question. Fields that are not named here are kept, for slices (`model_extra`).

    `answers` are alternatives, any one of which is right. `answerable` is None when the file does not say
    and nothing in it tells. `grades` are relevance judgements by document, from a qrels file; without one
    every evidence document has grade 1. `documents`, where given, are the only ones that may be searched.
    `verdict` is the answer to a question of yes or no, `parties` those whose positions are asked for.
    """

    model_config = ConfigDict(extra="allow")

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    answers: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    answerable: bool | None = None
    evidence: tuple[GoldEvidence, ...] = ()
    history: tuple[GoldMessage, ...] = ()
    grades: Mapping[str, Annotated[int, Field(ge=-_HIGHEST_GRADE, le=_HIGHEST_GRADE)]] | None = None
    documents: tuple[str, ...] = ()
    nuggets: tuple[GoldNugget, ...] = ()
    forbidden: tuple[GoldStatement, ...] = ()
    verdict: Literal["yes", "no"] | None = None
    parties: tuple[str, ...] = ()
    draft: bool = False

    @property
    def is_answerable(self) -> bool | None:
        """Whether there is an answer; None when it is not known. Gold answers, nuggets and evidence say so."""
        if self.answerable is None and (self.answers or self.nuggets or self.relevance):
            return True
        return self.answerable

    @cached_property
    def relevance(self) -> Mapping[str, int]:
        """Grades (> 0) of the relevant documents."""
        if self.grades is not None:
            return {doc_id: grade for doc_id, grade in self.grades.items() if grade > 0}
        return {item.doc_id: 1 for item in self.evidence}


@dataclass(frozen=True, slots=True)
class BadLine:
    """A place in a gold file that holds no question; `reason` is one sentence for whoever mends it."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Gold:
    """The questions of one evaluation. `skipped` are the lines left out with `skip_bad`, `drafts` is how many
    questions were left out because no person has confirmed them yet."""

    name: str
    questions: tuple[GoldQuestion, ...]
    skipped: tuple[BadLine, ...] = ()
    drafts: int = 0

    @property
    def fingerprint(self) -> str:
        """Hash that is equal for equal questions, whatever file they came from."""
        digest = hashlib.sha256()
        for question in self.questions:
            digest.update(question.model_dump_json().encode())
        return digest.hexdigest()[:16]


def make_question(fields: Mapping[str, Any], place: str) -> GoldQuestion | BadLine:
    """Return the question in these fields, or what is wrong with them."""
    try:
        question = GoldQuestion.model_validate(fields)
        question.model_dump_json()  # as a run keeps it
    except ValidationError as error:
        return BadLine(place, explain(error))
    except PydanticSerializationError:
        return BadLine(place, "is nested too deeply, or holds half of a surrogate pair, which is no character.")
    return question


def explain(error: ValidationError) -> str:
    """Return one sentence about the first thing that is wrong; it names the field."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])[:_LONGEST_FIELD]
    return f"{field}: {first['msg']}." if field else f"{first['msg']}."
