import pytest

from corpus.text.analysis import content_terms


def test_analysis_content_terms_are_stems_in_order_with_repeats() -> None:
    assert content_terms("What do the chips say of chips?") == ["chip", "say", "chip"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("半导体GDP增长5%", ["半导", "导体", "gdp", "增长", "5"]),
        ("3月 서울은 東京タワー", ["3", "月", "서울", "울은", "东京", "京タ", "タワ", "ワー"]),
        ("半導體增長５％", ["半导", "导体", "体增", "增长", "5"]),
        ("集" * 40, ["集集"] * 39),
    ],
)
def test_content_terms_of_letters_that_no_spaces_part_are_their_pairs(text: str, terms: list[str]) -> None:
    assert content_terms(text) == terms
