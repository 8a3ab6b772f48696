"""The model that is shipped, run as it is run for users."""

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.kind import QuestionKind
from assistant.reading.models.packaged import PackagedModel

TITLE = "Bridges of Aldermoor"
PASSAGE = (
    "The town of Aldermoor has two bridges. The older one was built by the engineer Ida Brandt in 1871 and is closed "
    "to lorries 🚫. Since 2019 a second bridge has carried 12,000 vehicles a day."
)


@pytest.fixture(scope="module")
def model() -> PackagedModel:
    return PackagedModel()


def answer(model: PackagedModel, question: str, passage: str = PASSAGE) -> tuple[str, float]:
    (reading,) = model.read(question, [(TITLE, passage)])
    span = reading.best_span(0, len(passage))
    assert span is not None
    return passage[span.start : span.end], span.score


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who built the older bridge?", "Ida Brandt"),
        ("When was the older bridge built?", "1871"),
        ("How many vehicles cross the second bridge every day?", "12,000"),
    ],
)
def test_packaged_the_answer_is_found_where_it_stands(model: PackagedModel, question: str, expected: str) -> None:
    assert expected in answer(model, question)[0]


def test_packaged_a_question_that_the_passage_does_not_answer_scores_lower(model: PackagedModel) -> None:
    _, answered = answer(model, "Who built the older bridge?")
    _, near_miss = answer(model, "Who paid for the second bridge?")
    _, elsewhere = answer(model, "Which river flows through Paris?")
    assert answered > near_miss
    assert answered > 0 > elsewhere


def test_packaged_each_passage_has_its_own_reading_whatever_stands_beside_it(model: PackagedModel) -> None:
    other = "Bread needs flour, water and salt."
    (alone,) = model.read("Who built it?", [("", PASSAGE)])
    beside = model.read("Who built it?", [("", PASSAGE), ("", other)])
    assert [(reading.tokens[0, 0], reading.tokens[-1, 1]) for reading in beside] == [(0, len(PASSAGE)), (0, len(other))]
    assert beside[0].answers == pytest.approx(alone.answers, abs=0.5)


def test_packaged_nothing_is_read_of_nothing(model: PackagedModel) -> None:
    assert model.read("Who?", []) == []


def test_packaged_a_title_is_context_and_never_an_answer(model: PackagedModel) -> None:
    (reading,) = model.read("Which town has two bridges?", [(TITLE, PASSAGE)])
    assert reading.tokens[0].tolist() == [0, 3]


def test_packaged_what_is_too_long_to_read_is_cut(model: PackagedModel) -> None:
    (reading,) = model.read("Who built the bridge? " * 200, [(TITLE, PASSAGE * 100)])
    assert 0 < reading.tokens[-1, 1] < len(PASSAGE) * 100


@hypothesis.settings(max_examples=40)
@given(st.text(min_size=1, max_size=60), st.text(max_size=99), st.text(min_size=1, max_size=300))
def test_packaged_offsets_are_code_points_of_any_passage(
    model: PackagedModel, question: str, title: str, passage: str
) -> None:
    (reading,) = model.read(question, [(title, passage)])
    assert all(0 <= start < end <= len(passage) for start, end in reading.tokens)
    assert len(reading.tokens) == len(reading.starts) == len(reading.ends)


def test_packaged_half_a_surrogate_pair_is_no_error(model: PackagedModel) -> None:
    (reading,) = model.read("Who \ud800 built it?", [("\udfff", PASSAGE)])
    assert reading.tokens[0].tolist() == [0, 3]


def test_packaged_every_processor_reads_alike(model: PackagedModel) -> None:
    portable = PackagedModel(precision="f32")
    for question in ("Who built the older bridge?", "Who paid for the second bridge?"):
        fast_text, fast = answer(model, question)
        text, score = answer(portable, question)
        assert (fast_text, fast) == (text, pytest.approx(score, abs=0.5))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who built the harbour wall of Marlow?", QuestionKind.PERSON),
        ("When was the Marlow harbour wall finished?", QuestionKind.DATE),
        ("How many people work in the port of Marlow?", QuestionKind.AMOUNT),
        ("Did the town council of Marlow approve the new harbour wall?", QuestionKind.YES_NO),
        ("Why did the harbour wall of Marlow collapse?", QuestionKind.CAUSE),
        ("How do the port and the fishermen differ on the wall?", QuestionKind.CONTRAST),
        ("Sum up the story of the Marlow harbour wall.", QuestionKind.SUMMARY),
        ("How many articles do you have about Marlow?", QuestionKind.COLLECTION),
    ],
)
def test_packaged_kind_of_tells_what_shape_of_answer_is_asked_for(
    model: PackagedModel, question: str, kind: QuestionKind
) -> None:
    assert model.kind_of(question) is kind


def test_packaged_kind_of_what_is_no_question_is_not_sure_or_something(model: PackagedModel) -> None:
    assert model.kind_of("") in (None, *QuestionKind)
    assert model.kind_of("\ud800 ?" * 400) in (None, *QuestionKind)
