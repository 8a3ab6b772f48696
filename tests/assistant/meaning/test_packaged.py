"""The models that the installation carries, as files."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import pytest

from assistant.errors import ReadingModelUnavailable
from assistant.meaning import packaged
from assistant.meaning.model import MeaningModel, Pair
from assistant.reading.models.packaged import PackagedModel


@pytest.mark.parametrize("model", [MeaningModel, PackagedModel])
def test_packaged_damaged_weights_are_an_error_that_says_what_to_do(
    model: type[MeaningModel | PackagedModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaged, "WEIGHTS", "__init__.py")

    with pytest.raises(ReadingModelUnavailable, match="install the assistant again"):
        model().warm_up()


@pytest.mark.parametrize(
    ("package", "fingerprint"),
    [("assistant.meaning", MeaningModel().fingerprint), ("assistant.reading", PackagedModel().fingerprint)],
)
def test_packaged_the_stored_hash_is_that_of_the_weights(package: str, fingerprint: str) -> None:
    room = files(package)
    stored = room.joinpath(packaged.WEIGHTS_HASH).read_text().strip()

    assert stored == hashlib.sha256(room.joinpath(packaged.WEIGHTS).read_bytes()).hexdigest()
    assert fingerprint.endswith(stored[:32])


def test_packaged_both_models_fit_the_room_for_weights() -> None:
    sizes = [
        len(files(package).joinpath(packaged.WEIGHTS).read_bytes())
        for package in ("assistant.meaning", "assistant.reading")
    ]

    assert sum(sizes) < 45_000_000


def test_meaning_model_reads_each_pair_alone() -> None:
    model = MeaningModel()
    pairs = [
        Pair("Ida Brandt built it.", "Bridges", "It was built by the engineer Ida Brandt in 1871."),
        Pair("Who built it?", "", "x"),
        Pair("", "", ""),
    ]

    together = model.logits(pairs)

    assert together.shape == (3, 5)
    assert [list(row.round(1)) for row in together] == [list(model.logits([pair])[0].round(1)) for pair in pairs]
    assert model.logits([]).shape == (0, 5)
