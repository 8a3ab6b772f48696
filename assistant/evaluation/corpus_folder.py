"""A data folder for the articles of an evaluation: one for each path, kept, and made to hold what is there now."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.evaluation.errors import EvaluationError
from assistant.settings import Settings

_FOLDER = "evaluation"
"""Inside the user's data folder: what is removed with it leaves nothing behind elsewhere."""

OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Embedded:
    """Work of embedding for this evaluation: none when the same articles were met before."""

    passages: int
    seconds: float

    @property
    def per_second(self) -> float | None:
        return self.passages / self.seconds if self.passages and self.seconds > 0 else None


def prepare(settings: Settings, articles: Path, on_progress: OnProgress | None = None) -> tuple[Settings, Embedded]:
    """Return settings for a data folder that holds the articles of this file or folder and no others.

    What it held before is brought up to date, so that only what is new is embedded. Raises the rooms' errors, and
    `EvaluationError` when there is no such path.
    """
    from assistant.ingestion.ingest import ingest_paths

    folder = settings.data / _FOLDER / _name_of(articles)
    settings = settings.model_copy(update={"data": folder, "database": None})
    report = ingest_paths(settings, [articles], sync=True, on_progress=on_progress)
    return settings, Embedded(report.embedded, report.embedding_seconds)


def _name_of(articles: Path) -> str:
    if not articles.exists():
        raise EvaluationError(f"{articles} does not exist; check the path of --corpus.")
    return hashlib.sha256(os.fsencode(articles.resolve())).hexdigest()[:16]
