"""The folder of one run: what was asked, what was answered, what it scored. Everything that `compare` needs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.evaluation.errors import BadPredictions, RunMismatch
from assistant.evaluation.gold import Gold, GoldQuestion, read_gold
from assistant.evaluation.json_lines import write_objects
from assistant.evaluation.predictions import Prediction, read_predictions
from assistant.evaluation.scoring import QuestionScores

GOLD = "gold.jsonl"
PREDICTIONS = "predictions.jsonl"
SCORES = "scores.jsonl"
METRICS = "metrics.json"
REPORT = "report.html"
_RECORD = "run.json"


class RunRecord(BaseModel):
    """What a run is of: which questions, and which system. `finished` is None while it may be resumed."""

    model_config = ConfigDict(frozen=True)

    gold: str
    gold_fingerprint: str
    system: Mapping[str, str]
    started: datetime
    finished: datetime | None = None

    def is_same_run(self, other: RunRecord) -> bool:
        """Whether both put the same questions to the same system."""
        return (self.gold_fingerprint, self.system) == (other.gold_fingerprint, other.system)


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run as it lies in its folder. `name` is the folder's."""

    name: str
    record: RunRecord
    questions: tuple[GoldQuestion, ...]
    predictions: Mapping[str, Prediction]
    scores: Sequence[QuestionScores]


def new_record(gold: Gold, system: Mapping[str, str]) -> RunRecord:
    return RunRecord(gold=gold.name, gold_fingerprint=gold.fingerprint, system=system, started=_now())


def open_run(folder: Path, record: RunRecord, questions: Sequence[GoldQuestion]) -> RunRecord:
    """Make the folder of a run, or find the same run in it, stopped; returns that run's record.

    Raises `RunMismatch` when the folder holds a finished run or another one.
    """
    known = _read_record(folder)
    if known is None:
        folder.mkdir(parents=True, exist_ok=True)
        write_objects(
            folder / GOLD, (question.model_dump(mode="json", exclude_defaults=True) for question in questions)
        )
        _write_record(folder, record)
        return record
    if known.finished:
        raise RunMismatch(f"{folder} holds a finished run; give another folder with --out.")
    if not known.is_same_run(record):
        raise RunMismatch(
            f"{folder} holds a stopped run of other questions or another system, so it cannot go on; "
            "give another folder with --out."
        )
    return known


def default_folder(parent: Path, record: RunRecord) -> Path:
    """The newest stopped run of the same kind below `parent`, else a new folder named by the gold and the time."""
    stopped = [
        (known.started, folder)
        for folder in sorted(parent.glob("*/"))
        if (known := _read_record(folder)) and not known.finished and known.is_same_run(record)
    ]
    if stopped:
        return max(stopped)[1]
    return parent / f"{record.gold}-{record.started:%Y%m%d-%H%M%S}"


def close_run(folder: Path, record: RunRecord, scores: Sequence[QuestionScores], metrics: Mapping[str, Any]) -> None:
    """Write the results; from then on the run is finished."""
    write_objects(folder / SCORES, ({"id": one.id, "values": one.values, "undefined": one.undefined} for one in scores))
    (folder / METRICS).write_text(json.dumps(metrics, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    _write_record(folder, record.model_copy(update={"finished": _now()}))


def load_run(folder: Path) -> FinishedRun:
    """Raises `BadPredictions` when there is no finished run in the folder."""
    record = _read_record(folder)
    if record is None or record.finished is None:
        raise BadPredictions(f"{folder} holds no finished run; give the --out folder of `assistant evaluate`.")
    gold = read_gold(folder / GOLD)
    return FinishedRun(
        name=folder.name,
        record=record,
        questions=gold.questions,
        predictions=read_predictions(folder / PREDICTIONS),
        scores=_read_scores(folder / SCORES),
    )


def _read_record(folder: Path) -> RunRecord | None:
    try:
        return RunRecord.model_validate_json((folder / _RECORD).read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError:
        raise BadPredictions(f"{folder / _RECORD} is damaged; give another folder.") from None


def _write_record(folder: Path, record: RunRecord) -> None:
    (folder / _RECORD).write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _read_scores(file: Path) -> list[QuestionScores]:
    try:
        with file.open(encoding="utf-8") as lines:
            return [QuestionScores(**json.loads(line)) for line in lines]
    except (OSError, ValueError, TypeError):
        raise BadPredictions(f"{file} is missing or damaged; evaluate again.") from None


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
