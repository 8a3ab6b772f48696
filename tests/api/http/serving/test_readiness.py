from __future__ import annotations

from typing import cast

import pytest

from api.http.serving import readiness
from assistant.ask import Assistant
from index.errors import ModelRunFailed


class Failing:
    """Stands where the assistant stands, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def retrieve(self, *_: object, **__: object) -> None:
        self.asked += 1
        raise ModelRunFailed("No memory is left.")


def test_readiness_a_look_that_failed_is_remembered_as_long_as_one_that_did_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr(readiness, "monotonic", lambda: now)
    helper = Failing()
    looks = readiness.Readiness(cast(Assistant, helper))

    with pytest.raises(ModelRunFailed):
        looks.is_there()
    assert (looks.is_there(), looks.is_there(), helper.asked) == (False, False, 1)

    now += 2
    with pytest.raises(ModelRunFailed):
        looks.is_there()
