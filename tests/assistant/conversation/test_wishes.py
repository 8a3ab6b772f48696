import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation.follow_ups import FollowUps
from assistant.conversation.rewriter import Message
from assistant.conversation.wishes import Said, Wish, wish_of

ASKED = "Who won the regatta at Lowfield?"
TOLD = "Tarn Rowing Club won the regatta on Sunday [4 May 2025]. [1]"


@pytest.mark.parametrize(
    ("turn", "wish"),
    [
        ("tell me more", Wish.MORE),
        ("More details, please!", Wish.MORE),
        ("Thanks. Anything else?", Wish.MORE),
        ("go on", Wish.MORE),
        ("What's your source?", Wish.SOURCES),
        ("where did you get that from", Wish.SOURCES),
        ("Says who?", Wish.SOURCES),
        ("Are you sure?", Wish.CERTAINTY),
        ("Really? Is that true?", Wish.CERTAINTY),
        ("how certain is that", Wish.CERTAINTY),
    ],
)
def test_wish_of_a_turn_that_asks_nothing_new(turn: str, wish: Wish) -> None:
    assert wish_of(turn) is wish


@pytest.mark.parametrize(
    "turn",
    [
        "tell me more about the strike",
        "Is that true of Norway?",
        "where is that?",
        "Which source of income did the club lose?",
        "Where does it come from?",
        "What is its source?",
        "What is the evidence?",
        "Where was it written?",
        "Is it reliable?",
        "Where do you find it?",
        "are you sure that the bridge is closed?",
        "thanks",
        "",
    ],
)
def test_wish_of_what_asks_something_itself_is_none(turn: str) -> None:
    assert wish_of(turn) is None


@given(st.text(max_size=120))
def test_wish_of_any_text(text: str) -> None:
    assert wish_of(text) in (None, *Wish)


def test_wish_asks_the_last_question_once_more() -> None:
    history = [Message("user", ASKED), Message("assistant", TOLD), Message("user", "more"), Message("assistant", "x")]

    rewritten = FollowUps(lambda _: {}).rewrite("are you sure?", history)

    assert (rewritten.question, rewritten.wish) == (ASKED, Wish.CERTAINTY)
    assert rewritten.said == (TOLD, "x")


def test_wish_without_a_question_before_it_is_an_ordinary_turn() -> None:
    rewritten = FollowUps(lambda _: {}).rewrite("tell me more", [Message("user", "hello"), Message("assistant", "Hi.")])

    assert (rewritten.question, rewritten.wish) == ("tell me more", None)


def test_said_whatever_marks_and_dates_an_answer_added() -> None:
    said = Said([TOLD, "- Kenya Airways [1]\n- Air France [1]"])

    assert said.has("Tarn Rowing Club won the regatta on Sunday.")
    assert said.has("Kenya Airways")
    assert not said.has("Kenya Railways")
    assert not said.has("Tarn Rowing Club lost the regatta of 2023 to Aldmere.")
    assert not Said([]).has("Tarn Rowing Club won the regatta on Sunday.")
