import pytest

from assistant.attribution import may_speak_for

ARTICLE = (
    "Li Qiang, China's premier, opened the fair. Li Qiang called chips a bottleneck. "
    "The White House published a plan. It asks for less regulation. Visitors came from everywhere."
)


@pytest.mark.parametrize(
    ("side", "sentence", "expected"),
    [
        ("China", "Li Qiang called chips a bottleneck.", True),
        ("the US", "Li Qiang called chips a bottleneck.", False),
        ("the US", "It asks for less regulation.", True),
        ("China", "It asks for less regulation.", False),
        ("China", "Visitors came from everywhere.", True),
        ("the US", "The White House published a plan.", True),
    ],
)
def test_another_sides_sentence_does_not_speak_for_this_one(side: str, sentence: str, expected: bool) -> None:
    start = ARTICLE.index(sentence)
    assert may_speak_for(side, ARTICLE, start, start + len(sentence)) is expected


def test_a_name_is_not_found_inside_a_longer_word() -> None:
    text = "Liberal voters of the United States stayed away. Chips are a bottleneck, said Li."
    start = text.index("Chips")
    assert may_speak_for("China", text, start, len(text))
