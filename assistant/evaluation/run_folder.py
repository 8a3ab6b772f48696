"""The folder of one run: questions, answers and scores, which is everything that `compare` needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.evaluation.errors import BadPredictions, RunMismatch
from assistant.evaluation.gold import Gold, GoldQuestion
from assistant.evaluation.json_lines import write_objects
from assistant.evaluation.predictions import Prediction, read_predictions
from assistant.evaluation.read_gold import read_gold
from assistant.evaluation.scoring import QuestionScores
from corpus.durable import move_durably

GOLD = "gold.jsonl"
PREDICTIONS = "predictions.jsonl"
SCORES = "scores.jsonl"
METRICS = "metrics.json"
REPORT = "report.html"
_RECORD = "run.json"
_LOCK = "run.lock"


class RunRecord(BaseModel):
    """Questions and system of a run. `finished` is None while it may be resumed."""

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


@contextmanager
def opened_run(
    out: Path | None, parent: Path, record: RunRecord, questions: Sequence[GoldQuestion]
) -> Iterator[tuple[Path, RunRecord]]:
    """Hold the folder of a run and yield it with its record; a run that was stopped there goes on.

    `out` is the folder; None: the newest stopped run of the same kind below `parent`, else a new one named by the
    gold and the time. Raises `RunMismatch` when `out` holds a finished run or another one, or is in use.
    """
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        with _held(out):
            yield out, _begin_or_go_on(out, record, questions)
        return
    with ExitStack() as holding:
        folder = _stopped_run(parent, record, holding) or _new_folder(parent, record, holding)
        yield folder, _begin_or_go_on(folder, record, questions)


def _begin_or_go_on(folder: Path, record: RunRecord, questions: Sequence[GoldQuestion]) -> RunRecord:
    known = _read_record(folder)
    if known is None:
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


def _stopped_run(parent: Path, record: RunRecord, holding: ExitStack) -> Path | None:
    """Return the newest stopped run of the same kind that no process holds, and hold it."""
    stopped = {folder: known.started for folder in parent.glob("*/") if (known := _stopped_record(folder, record))}
    for folder in sorted(stopped, key=lambda folder: (stopped[folder], folder), reverse=True):
        with suppress(RunMismatch):
            holding.enter_context(_held(folder))
            if _stopped_record(folder, record):
                return folder
    return None


def _stopped_record(folder: Path, record: RunRecord) -> RunRecord | None:
    """Return the record of a stopped run of the same kind, else None; damaged ones of others are passed over."""
    with suppress(BadPredictions):
        known = _read_record(folder)
        return known if known and not known.finished and known.is_same_run(record) else None
    return None


def _new_folder(parent: Path, record: RunRecord, holding: ExitStack) -> Path:
    """Make a new folder and hold it; runs of one second are numbered."""
    parent.mkdir(parents=True, exist_ok=True)
    name = f"{record.gold}-{record.started:%Y%m%d-%H%M%S}"
    for number in count(1):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        with suppress(FileExistsError):
            folder.mkdir()
            break
    holding.enter_context(_held(folder))
    return folder


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the folder for one process at a time; the operating system frees the lock of one that dies."""
    lock = FileLock(folder / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise RunMismatch(f"{folder} is in use by a run that is going on; give another folder with --out.") from None
    try:
        yield
    finally:
        lock.release()


def close_run(folder: Path, record: RunRecord, scores: Sequence[QuestionScores], metrics: Mapping[str, Any]) -> None:
    """Write the results; from then on the run is finished."""
    write_objects(folder / SCORES, map(asdict, scores))
    _write(folder / METRICS, json.dumps(metrics, indent=2, allow_nan=False) + "\n")
    _write_record(folder, record.model_copy(update={"finished": _now()}))


def load_run(folder: Path) -> FinishedRun:
    """Raise `BadPredictions` when there is no finished run in the folder."""
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
    _write(folder / _RECORD, record.model_dump_json(indent=2) + "\n")


def _write(file: Path, text: str) -> None:
    """Write the file whole or not at all, also when the process is killed meanwhile."""
    beside = file.with_name(f"{file.name}.new")
    beside.write_text(text, encoding="utf-8")
    move_durably(beside, file)


def _read_scores(file: Path) -> list[QuestionScores]:
    try:
        with file.open(encoding="utf-8") as lines:
            return [QuestionScores(**json.loads(line)) for line in lines]
    except (OSError, ValueError, TypeError):
        raise BadPredictions(f"{file} is missing or damaged; evaluate again.") from None


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
