"""What was measured of the judging language model, as it is kept in the data folder."""

from __future__ import annotations

import logging
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from assistant.groundedness.measured_judge import JudgeMeasurement, measured_with
from corpus.durable import move_durably
from corpus.store.data_folder import DataFolder
from corpus.store.disk import explained
from corpus.store.privacy import create_private, make_private_folder

_log = logging.getLogger(__name__)

_MEASUREMENT = TypeAdapter(JudgeMeasurement)


def keep_measurement(measurement: JudgeMeasurement, data: DataFolder) -> None:
    """Write it in the place of the one before. Raise `DataFolderUnusable` where nothing can be written."""
    beside = data.judge.with_name(f"{data.judge.name}.new")
    try:
        make_private_folder(data.path)
        create_private(beside)
        beside.write_bytes(_MEASUREMENT.dump_json(measurement, indent=2))
        move_durably(beside, data.judge)
    except OSError as error:
        raise explained(data.path, error) from error


def kept_measurement(model: str, address: str, data: DataFolder) -> JudgeMeasurement | None:
    """Return what was last measured, if it was this model, with the claims and instructions of this release."""
    found = _read(data.judge)
    wanted = (model, address, measured_with())
    return found if found and (found.model, found.address, found.measured_with) == wanted else None


def _read(file: Path) -> JudgeMeasurement | None:
    try:
        return _MEASUREMENT.validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError):
        _log.warning("%s cannot be read, so that no language model judges: run assistant model check.", file)
        return None
