import pytest

from corpus.text.names import names_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What did Eric Schmidt say in Shanghai?", ["Eric Schmidt", "Shanghai"]),
        ("WAIC opened", ["WAIC"]),
        ("Who spoke?", []),
    ],
)
def test_names_in_finds_capitalised_runs(text: str, expected: list[str]) -> None:
    assert names_in(text) == expected
