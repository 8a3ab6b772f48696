from __future__ import annotations

import pytest

from assistant.evaluation.align import align
from assistant.evaluation.gold import GoldEvidence, GoldQuestion
from corpus.article import Article
from tests.assistant.evaluation.builders import gold
from tests.assistant.structured import structured_article

SOURCE = (
    "# Tolls\n\nThe *toll* of the bridge\nis **70** crowns.\n\n- See [here](https://example.org).\n\nIt is 70 crowns."
)
ARTICLE = structured_article(SOURCE)


def aligned(text: str, start: int | None, article: Article | None = ARTICLE) -> GoldEvidence:
    evidence = GoldEvidence(doc_id="d", text=text, start=start)
    question = GoldQuestion(id="q", question="What is the toll?", answerable=True, evidence=(evidence,))
    (found,) = align([question], lambda _: article)
    return found.evidence[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The *toll* of the bridge\nis **70** crowns.", "The toll of the bridge is 70 crowns"),
        ("See [here](https://example.org).", "See here"),
        ("It is 70 crowns.", "It is 70 crowns"),
    ],
)
def test_align_finds_what_stands_in_the_source_by_its_letters(text: str, expected: str) -> None:
    found = aligned(text, SOURCE.index(text))
    assert found.text.rstrip(".") == expected
    assert found.start is not None
    assert ARTICLE.text.startswith(found.text, found.start)


@pytest.mark.parametrize(("start", "expected"), [(SOURCE.index("**70"), 0), (SOURCE.rindex("70 crowns"), 1)])
def test_align_takes_of_several_places_the_nearest(start: int, expected: int) -> None:
    places = [ARTICLE.text.index("70 crowns"), ARTICLE.text.rindex("70 crowns")]
    assert aligned("**70** crowns", start).start == places[expected]


def test_align_leaves_what_stands_already_or_nowhere() -> None:
    place = ARTICLE.text.index("It is")
    assert aligned("It is 70", place) == GoldEvidence(doc_id="d", text="It is 70", start=place)
    assert aligned("It is 71", 5) == GoldEvidence(doc_id="d", text="It is 71", start=5)
    assert aligned("It is 70", 3, article=None) == GoldEvidence(doc_id="d", text="It is 70", start=3)


def test_align_moves_the_places_of_nuggets_and_of_what_is_forbidden_too() -> None:
    place = {"doc_id": "d", "text": "is **70** crowns", "start": SOURCE.index("is **70")}
    question = gold(evidence=[place], nuggets=[{"evidence": [place]}], forbidden=[{"evidence": [place]}])

    (found,) = align([question], lambda _: ARTICLE)

    assert found.nuggets[0].evidence == found.forbidden[0].evidence == found.evidence
    assert found.evidence[0].text == "is 70 crowns"


def test_align_needs_no_offset() -> None:
    found = aligned("**70** crowns", None)
    assert (found.text, found.start) == ("70 crowns", None)
