"""The written claims, and whom they admit as a judge: real requests to a server that is scripted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import ModelTimedOut, ModelUnavailable
from assistant.groundedness.judge_record import keep_measurement, kept_measurement
from assistant.groundedness.measured_judge import (
    FEWEST_SUPPORTED,
    MOST_WRONG_OF_ADMITTED,
    JudgeMeasurement,
    measure_judge,
    share_interval,
    written_claims,
)
from assistant.language_models.language_model import TimeLimits
from assistant.language_models.load import load_language_model
from corpus.errors import DataFolderUnusable
from corpus.store.data_folder import DataFolder
from tests.assistant.model_server import Fault, ModelServer, model_server
from tests.assistant.scripted_judge import IS_RIGHT, WrongOneTimeIn, claims_in, user_of, verdicts

LIMITS = TimeLimits(5.0, 10.0)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as server:
        server.script = lambda body: verdicts(user_of(body), IS_RIGHT.__getitem__)
        yield server


def measured(server: ModelServer, limits: TimeLimits = LIMITS) -> JudgeMeasurement:
    model = load_language_model(server.options())
    assert model
    return measure_judge(model, server.options().address, limits, lambda *_: None)


def test_written_claims_are_a_hundred_right_and_a_hundred_wrong_ones_each_said_once() -> None:
    claims = written_claims()
    assert (len(IS_RIGHT), sum(IS_RIGHT.values()), len({one.text for one in claims})) == (200, 100, 60)
    assert all(one.claim.evidence and one.claim.evidence[0].published for one in claims)


def test_written_claims_wrong_ones_take_no_fewer_words_from_the_evidence_than_right_ones() -> None:
    def shared(is_right: bool) -> float:
        shares = []
        for one in written_claims():
            told = " ".join(row.text.lower() for row in one.claim.evidence).split()
            said = one.claim.text.lower().split()
            if one.is_right is is_right:
                shares.append(sum(word in told for word in said) / len(said))
        return sum(shares) / len(shares)

    assert shared(False) > shared(True)


def test_measure_judge_one_that_is_always_right_is_admitted(server: ModelServer) -> None:
    found = measured(server)
    assert (found.right_supported, found.wrong_supported, found.unsure, found.operating_point) == (100, 0, 0, 0.5)
    assert found.is_admitted
    assert found.interval[1] < MOST_WRONG_OF_ADMITTED
    assert len(server.requests) == 20


def test_measure_judge_one_that_is_wrong_one_time_in_four_is_refused(server: ModelServer) -> None:
    server.script = lambda body: verdicts(user_of(body), WrongOneTimeIn(4))
    found = measured(server)
    assert (found.right_supported, found.wrong_supported, found.operating_point) == (75, 25, None)
    assert not found.is_admitted


def test_measure_judge_one_that_is_wrong_one_time_in_fifty_is_admitted(server: ModelServer) -> None:
    server.script = lambda body: verdicts(user_of(body), WrongOneTimeIn(50))
    found = measured(server)
    assert (found.right_supported, found.wrong_supported, found.is_admitted) == (98, 2, True)


def test_measure_judge_one_that_knows_when_it_is_wrong_is_admitted_at_a_higher_point(server: ModelServer) -> None:
    mistaken = WrongOneTimeIn(4)

    def script(body: dict) -> list[str]:
        user = user_of(body)
        sure = {number: 95 if mistaken(text) is IS_RIGHT[text] else 55 for number, text in claims_in(user).items()}
        lines = [
            f"{number}: {'supported' if mistaken(text) else 'not_told'} {sure[number]}"
            for number, text in claims_in(user).items()
        ]
        return ["\n".join(lines)]

    server.script = script
    found = measured(server)
    assert (found.right_supported, found.wrong_supported, found.operating_point) == (75, 0, 0.85)
    assert found.is_admitted


@pytest.mark.parametrize("said", ["", "Yes.", '{"verdicts": [', '{"verdicts": [{"claim": 1, "verdict": "fine"}]}'])
def test_measure_judge_one_whose_output_is_broken_is_refused(server: ModelServer, said: str) -> None:
    server.script = lambda _: [said]
    found = measured(server)
    assert (found.unsure, found.supported, found.is_admitted) == (200, 0, False)


def test_measure_judge_one_that_confirms_hardly_anything_is_refused(server: ModelServer) -> None:
    few = {text for text, is_right in list(IS_RIGHT.items())[: 2 * FEWEST_SUPPORTED - 4] if is_right}
    server.script = lambda body: verdicts(user_of(body), few.__contains__)
    found = measured(server)
    assert (0 < found.supported < FEWEST_SUPPORTED, found.wrong_supported, found.is_admitted) == (True, 0, False)


def test_measure_judge_one_that_says_yes_to_all_is_refused(server: ModelServer) -> None:
    server.script = lambda body: verdicts(user_of(body), lambda _: True)
    assert not measured(server).is_admitted


def test_measure_judge_shows_no_two_claims_about_one_text_at_once(server: ModelServer) -> None:
    of_text = {one.claim.text: one.text for one in written_claims()}
    measured(server)
    for body in server.requests:
        texts = [of_text[claim] for claim in claims_in(user_of(body)).values()]
        assert len(set(texts)) == len(texts)
    assert {sum(IS_RIGHT[claim] for claim in claims_in(user_of(body)).values()) for body in server.requests} <= {
        4,
        5,
        6,
    }


@pytest.mark.parametrize(("fault", "error"), [(Fault.SILENT, ModelTimedOut), (Fault.ERROR, ModelUnavailable)])
def test_measure_judge_one_that_fails_is_an_error(server: ModelServer, fault: Fault, error: type[Exception]) -> None:
    server.fault = fault
    with pytest.raises(error):
        measured(server, TimeLimits(0.8, 1.0))


def test_measurement_is_kept_for_this_model_alone(server: ModelServer, tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data")
    found = measured(server)
    keep_measurement(found, data)
    assert kept_measurement(found.model, found.address, data) == found
    assert kept_measurement("another", found.address, data) is None
    assert kept_measurement(found.model, "http://127.0.0.1:1/v1", data) is None
    assert data.judge.stat().st_mode & 0o077 == 0


def test_measurement_has_no_secret_of_the_address(server: ModelServer, tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data")
    secret = server.options(base_url=server.url.replace("://", "://ida:hidden@") + "?key=hidden")
    model = load_language_model(server.options())
    assert model
    keep_measurement(measure_judge(model, secret.address, LIMITS, lambda *_: None), data)
    assert "hidden" not in data.judge.read_text(encoding="utf-8")
    assert secret.address == server.url


@pytest.mark.parametrize("damaged", [b"", b"{}", b"\xff", b'{"model": 5}'])
def test_measurement_that_is_damaged_is_none(server: ModelServer, tmp_path: Path, damaged: bytes) -> None:
    data = DataFolder(tmp_path)
    data.judge.write_bytes(damaged)
    assert kept_measurement("default", server.url, data) is None


def test_measurement_that_cannot_be_written_is_said(server: ModelServer, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file", encoding="utf-8")
    with pytest.raises(DataFolderUnusable):
        keep_measurement(measured(server), DataFolder(tmp_path / "data"))


def test_share_interval_is_wilsons() -> None:
    assert share_interval(5, 100) == pytest.approx((0.0215, 0.1118), abs=1e-3)
    assert share_interval(0, 0) == (0.0, 1.0)
    assert share_interval(0, 100)[0] == 0.0
