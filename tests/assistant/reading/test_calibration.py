"""What confidence was fitted for, held against what runs."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.reading.calibration import CalibrationFingerprint, shipped_calibration
from assistant.reading.fingerprint import calibration_fingerprint
from assistant.reading.models.load import load_reading_model
from index.encoders.load import load_encoder
from index.options import RetrievalOptions
from tests.hashing_encoder import HashingEncoder


@pytest.fixture(scope="module")
def by_default() -> CalibrationFingerprint:
    return calibration_fingerprint(Settings(), load_encoder(), load_reading_model())


def test_calibration_shipped_calibration_fits_the_default_models_and_settings(
    by_default: CalibrationFingerprint,
) -> None:
    assert shipped_calibration().mismatches(by_default) == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"encoder": "another"}, "encoder is another, not minilm-"),
        ({"reader": "another"}, "reader is another, not minilm-reader-"),
        ({"passage_tokens": 128}, "passage tokens is 128, not 256"),
        ({"candidates": 100}, "candidates is 100, not 50"),
        ({"prescore_depth": 8}, "prescore depth is 8, not 16"),
        ({"windows": 8}, "windows is 8, not 12"),
    ],
)
def test_calibration_mismatches_say_what_differs_from_what_was_fitted_for(
    by_default: CalibrationFingerprint, changes: dict[str, object], said: str
) -> None:
    [phrase] = shipped_calibration().mismatches(replace(by_default, **changes))
    assert phrase.startswith(said)


def test_calibration_mismatches_are_never_none_where_nothing_is_known_of_the_fitting(
    by_default: CalibrationFingerprint,
) -> None:
    assert replace(shipped_calibration(), fitted_for=None).mismatches(by_default)


def test_calibration_assistant_open_says_nothing_where_calibration_fits(
    helper: Assistant, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with Assistant.open(settings) as opened:
        assert opened.calibration_mismatches == ()
    assert caplog.messages == []
    assert helper.ask("what does China say about semiconductors?").is_calibrated


@pytest.mark.parametrize("encoder", [None, HashingEncoder()])
def test_calibration_assistant_open_says_what_calibration_does_not_fit_and_answers_are_marked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, encoder: HashingEncoder | None
) -> None:
    retrieval = RetrievalOptions() if encoder else RetrievalOptions(passage_tokens=128)
    with (
        caplog.at_level(logging.WARNING, logger="assistant"),
        Assistant.open(Settings(data=tmp_path, retrieval=retrieval), encoder) as opened,
    ):
        answer = opened.ask("what does China say about semiconductors?")
    [message] = caplog.messages
    assert message.startswith("Confidence is not calibrated: encoder" if encoder else "Confidence is not calibrated: p")
    assert not answer.is_calibrated
    assert "uncalibrated" in answer.degraded
