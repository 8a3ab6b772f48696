import pytest

from corpus.text.counting import LAST, announces_several, counted_as, small_numbers


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("First, open it.", 1),
        ("“Secondly, close it.", 2),
        ("First and foremost, rest.", 1),
        ("And finally, go.", LAST),
        ("First came Lund.", None),
        ("It was first, then", None),
    ],
)
def test_counted_as_tells_which_of_several_a_paragraph_is(text: str, counted: int | None) -> None:
    assert counted_as(text) == counted


def test_announces_several_by_a_number_or_its_like() -> None:
    assert announces_several("We have three wishes.")
    assert announces_several("They do the following.")
    assert not announces_several("We have a wish.")


def test_small_numbers_are_in_words_or_digits() -> None:
    assert small_numbers("Four of 12 ships in 2024") == {4, 12}
