from __future__ import annotations

import pytest

from assistant.writing.corrections import with_corrections
from assistant.writing.draft import Draft
from assistant.writing.shown import shown
from tests.assistant.structured import structured_article, unit_evidence

CORRECTION = "Correction: it costs 70, not 40."
RETRACTION = "Retraction: we take this article back."


def texts(draft: Draft) -> list[str]:
    return [sentence.text for sentence in with_corrections(draft)]


@pytest.mark.parametrize(
    ("notes", "quoted", "expected"),
    [
        ("", ["A ride costs 70."], ["A ride costs 70."]),
        (CORRECTION, ["A ride costs 70."], ["A ride costs 70.", CORRECTION]),
        (CORRECTION, ["A ride costs 70.", "It is long."], ["A ride costs 70.", "It is long.", CORRECTION]),
        (CORRECTION, [CORRECTION], [CORRECTION]),
        (RETRACTION, ["A ride costs 70."], [RETRACTION, "A ride costs 70."]),
    ],
)
def test_corrections_stand_beside_what_is_quoted(notes: str, quoted: list[str], expected: list[str]) -> None:
    article = structured_article(f"A ride costs 70. It is long.\n\n{notes}")
    assert texts(tuple(shown(unit_evidence(article, text)) for text in quoted)) == expected


def test_corrections_of_one_article_are_not_those_of_another() -> None:
    corrected = structured_article(f"A ride costs 70.\n\n{CORRECTION}", name="one")
    other = structured_article("It is late.", name="two")
    draft = (shown(unit_evidence(corrected, "A ride costs 70.")), shown(unit_evidence(other, "It is late.")))
    assert texts(draft) == ["A ride costs 70.", CORRECTION, "It is late."]
    assert texts(draft[1:]) == ["It is late."]


def test_corrections_are_three_sentences_at_most() -> None:
    article = structured_article("A ride costs 70.\n\nCorrection: one. It is two. It is three. It is four.")
    assert len(texts((shown(unit_evidence(article, "A ride costs 70.")),))) == 4
