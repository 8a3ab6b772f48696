"""Predictions: what a system answered and found for each question. Ours and any other's, one JSON a line."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, TextIO

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from assistant.evaluation.errors import BadPredictions
from assistant.evaluation.gold import explain
from assistant.evaluation.json_lines import NotAnObject, parse_object


class PredictionModel(BaseModel):
    """Base of all models read from predictions: immutable, and every number finite."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True, allow_inf_nan=False)


_Milliseconds = Annotated[float, Field(ge=0.0, le=1e9)]
"""Twelve days at most: sums and charts of larger numbers would say nothing."""

_Offset = Annotated[int, Field(ge=0, le=10**9)]
"""Longer than any document is."""

_SharedName = Annotated[str, AfterValidator(sys.intern)]


class PredictedCitation(PredictionModel):
    """`quote` stands at [start, end) of the document, in code points.

    `answer_start`, `answer_end` say which part of the answer it is for; other systems may leave them out.
    """

    doc_id: str
    start: _Offset
    end: _Offset
    quote: str = ""
    answer_start: _Offset | None = None
    answer_end: _Offset | None = None


@dataclass(frozen=True, slots=True, config=ConfigDict(coerce_numbers_to_str=True, allow_inf_nan=False))
class RetrievedPassage:
    """A found passage. `copies` are the documents whose near-duplicate passages were folded into it.

    There are a hundred to a question: a slotted dataclass and shared names take a quarter of a model's memory.
    """

    doc_id: _SharedName
    start: _Offset | None = None
    end: _Offset | None = None
    score: float | None = None
    copies: tuple[_SharedName, ...] = ()


class PredictionStatus(StrEnum):
    """Status of an answer; `FAILED` is no refusal: the system gave an error, or nothing at all."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


class PredictedSection(PredictionModel):
    """A section of an answer: what it is, its label, and the positions of its sentences."""

    kind: str = "plain"
    label: str = ""
    sentences: tuple[int, ...] = ()


class Prediction(PredictionModel):
    """One question's answer. `retrieved` is best first. `confidence` is the probability of being right.

    `conflicts` counts the disagreements between sources that the answer shows. `without_history` is the same
    question asked as if nothing had been said before, for questions with a history. `generation` is the index
    that was searched.
    """

    id: str
    status: PredictionStatus
    answer: str = ""
    short: str | None = None
    confidence: float | None = Field(default=None, ge=0.0, le=1.0)
    citations: tuple[PredictedCitation, ...] = ()
    retrieved: tuple[RetrievedPassage, ...] = ()
    timings_ms: Mapping[str, _Milliseconds] = {}
    verdict: Literal["yes", "no"] | None = None
    kind: str | None = None
    sections: tuple[PredictedSection, ...] = ()
    conflicts: int = Field(default=0, ge=0, le=10**6)
    standalone_question: str | None = None
    generation: str | None = None
    error: str | None = None
    without_history: Prediction | None = None

    @model_validator(mode="before")
    @classmethod
    def _status_from_answer(cls, fields: Any) -> Any:
        """Add the status where another system leaves it out: an empty answer is a refusal."""
        if isinstance(fields, dict) and "status" not in fields:
            return {**fields, "status": "answered" if fields.get("answer") else "no_answer"}
        return fields

    @property
    def is_answered(self) -> bool:
        return self.status in (PredictionStatus.ANSWERED, PredictionStatus.PARTIAL)

    @property
    def is_refused(self) -> bool:
        return self.status is PredictionStatus.NO_ANSWER


def missing(question_id: str) -> Prediction:
    """Return the prediction of a question that has none: neither answered nor refused."""
    return Prediction(id=question_id, status=PredictionStatus.FAILED, error="There is no prediction.")


def read_predictions(path: Path) -> dict[str, Prediction]:
    """Return predictions by question id. Raise `BadPredictions` with the line for what is none."""
    predictions: dict[str, Prediction] = {}
    for number, line in _lines(path):
        prediction = _parse(line, f"{path} line {number}")
        if prediction.id in predictions:
            raise BadPredictions(f"{path} line {number}: there is a prediction for {prediction.id} already.")
        predictions[prediction.id] = prediction
    return predictions


def resume_predictions(path: Path) -> dict[str, Prediction]:
    """Return the predictions of a run that was stopped; a last line that was cut off is removed from the file."""
    if not path.exists():
        return {}
    with path.open("r+b") as lines:
        lines.truncate(sum(len(line) for line in lines if line.endswith(b"\n")))
    return read_predictions(path)


def append_prediction(lines: TextIO, prediction: Prediction) -> None:
    """Write a prediction through at once, so that a killed run loses at most the question it was asking."""
    lines.write(prediction.model_dump_json(exclude_defaults=True) + "\n")
    lines.flush()


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    if not path.is_file():
        raise BadPredictions(f"{path} does not exist; check the path.")
    try:
        with path.open(encoding="utf-8-sig") as lines:
            yield from ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    except UnicodeDecodeError as error:
        raise BadPredictions(f"{path} is not UTF-8 text ({error.reason}).") from None


def _parse(line: str, place: str) -> Prediction:
    try:
        return Prediction.model_validate(parse_object(line))
    except NotAnObject as error:
        raise BadPredictions(f"{place} {error}") from None
    except ValidationError as error:
        raise BadPredictions(f"{place}: {explain(error)}") from None
