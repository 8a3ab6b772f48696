"""The running models and settings, as far as calibration depends on them."""

from __future__ import annotations

from assistant.reading.calibration import CalibrationFingerprint
from assistant.reading.models.span_model import ReadingModel
from assistant.reading.prescore import PRESCORE_DEPTH
from assistant.settings import Settings
from index.encoders.encoder import Encoder


def calibration_fingerprint(settings: Settings, encoder: Encoder, reader: ReadingModel) -> CalibrationFingerprint:
    """Return the fingerprint of these models under these settings, to hold against `Calibration.fitted_for`."""
    retrieval, answering = settings.retrieval, settings.answering
    return CalibrationFingerprint(
        encoder=encoder.fingerprint,
        reader=reader.fingerprint,
        passage_tokens=retrieval.passage_tokens,
        candidates=retrieval.candidates,
        dense_weight=retrieval.dense_weight,
        prescore_depth=PRESCORE_DEPTH,
        windows=answering.windows,
    )
