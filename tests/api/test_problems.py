from __future__ import annotations

import pytest

from api.problems import ROOM_ERRORS, ExitCode, exit_code_of, problem_of
from assistant.errors import BadQuestion, BadSettings, ModeUnavailable, ReadingModelUnavailable, TextTooLong
from corpus.errors import DataFolderBusy, NothingToIngest, StoreTooNew, UnknownArticle
from index.errors import EncoderMismatch, GenerationBuildFailed


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (UnknownArticle("x"), 404, ExitCode.BAD_INPUT),
        (NothingToIngest("x"), 422, ExitCode.BAD_INPUT),
        (DataFolderBusy("x"), 503, ExitCode.DATA_FOLDER),
        (StoreTooNew("x"), 503, ExitCode.DATA_FOLDER),
        (EncoderMismatch("x"), 503, ExitCode.MODEL_OR_INDEX),
        (GenerationBuildFailed("x"), 503, ExitCode.MODEL_OR_INDEX),
        (BadQuestion("x"), 422, ExitCode.BAD_INPUT),
        (TextTooLong("x"), 422, ExitCode.BAD_INPUT),
        (ModeUnavailable("x"), 422, ExitCode.BAD_INPUT),
        (ReadingModelUnavailable("x"), 503, ExitCode.MODEL_OR_INDEX),
        (BadSettings("x"), 500, ExitCode.BAD_INPUT),
        (ZeroDivisionError("x"), 500, ExitCode.UNEXPECTED),
    ],
)
def test_problems_every_error_has_a_status_and_an_exit_code(error: Exception, status: int, code: ExitCode) -> None:
    assert (problem_of(error).status, exit_code_of(error)) == (status, code)


@pytest.mark.parametrize("root", ROOM_ERRORS)
def test_problems_an_error_that_is_not_in_the_table_fares_as_its_family_does(root: type[Exception]) -> None:
    class New(root):  # type: ignore[misc, valid-type]  # a family member that is still to come
        pass

    assert problem_of(New("x")) == problem_of(root("x"))


def test_problems_what_may_pass_says_when_to_come_back() -> None:
    assert problem_of(DataFolderBusy("x")).retry_seconds
    assert problem_of(UnknownArticle("x")).retry_seconds is None
