from corpus.text.analysis import content_terms


def test_analysis_content_terms_are_stems_in_order_with_repeats() -> None:
    assert content_terms("What do the chips say of chips?") == ["chip", "say", "chip"]
