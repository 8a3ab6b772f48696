from __future__ import annotations

import pytest

from corpus.readers.text_blocks import structure_of_text


def speakers(text: str) -> list[str | None]:
    structured = structure_of_text(text, "text")
    return [block.label and structured.text[slice(*block.label)] for block in structured.blocks]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Q: Why?\nA: So.\nQ: When?", ["Q", "A", "Q"]),
        ("Q. Why?\n\nA. So.\n\nQ. When?\n\nA. Then.", ["Q", "A", "Q", "A"]),
        ("CHAIR: Why?\n\nMS. ABA: So.\n\nMore.\n\nCHAIR: When?", ["CHAIR", "MS. ABA", "MS. ABA", "CHAIR"]),
        ("Ann Lee: Why?\n\nBo: So.\n\nAnn Lee: When?", ["Ann Lee", "Bo", "Ann Lee"]),
        ("[00:01] HOST: Why?\n[00:00:09] LENKA: So.\n00:15 HOST: When?", ["HOST", "LENKA", "HOST"]),
        ("HOST (on air): Why?\n\nBO: So.\n\nHOST (on air): Oh.", ["HOST (on air)", "BO", "HOST (on air)"]),
        ("MR. TITLE: So.\n\nBO: Why?\n\nMR. TITLE: Oh.\n\nDate: May 4.", ["MR. TITLE", "BO", "MR. TITLE", "MR. TITLE"]),
        ("Ann Summary: So.\n\nBo: Why?\n\nAnn Summary: Oh.", ["Ann Summary", "Bo", "Ann Summary"]),
        ("ANN: so we went\n\nBO: and then\n\nANN: it rained", ["ANN", "BO", "ANN"]),
    ],
)  # fmt: skip
def test_turns_are_told_by_labels_that_come_back(text: str, expected: list[str]) -> None:
    assert speakers(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Note: a thing.\n\nNote: another.\n\nNote: a third.",
        "Place: here.\n\nTime: now.\n\nPrice: none.",
        "Ann: Why?\n\nBo: So.",
        "Office: 555-347-8405, Cell: 555-504-1917\n\nCell: 555-292-2718\n\nOffice: 555-347-8408\n\nThe bridge is shut.",
        "Media Contact: Ann Lee\n\nEmail: ann@port.example\n\nMedia Contact: Bo Ek\n\nThe bridge is shut.",
        "Ann Lee: 555-347-8405\n\nBo Ek: bo@port.example\n\nAnn Lee: +47 555 31 10\n\nThe bridge is shut.",
        "Date: May 4\n\nBail: none was set.\n\nDate: May 5\n\nBail: it was raised.\n\nThe bridge is shut.",
        "WHO: Ann Lee speaks.\n\nWHERE: At the port.\n\nWHO: Bo Ek.\n\nCharges: two.\n\nThe bridge is shut.",
        "Case Number: 4 of two\n\nFiling Date: early in May\n\nCase Number: 5 of two\n\nThe bridge is shut.",
        "Adviser: Dr. Ann Lee\n\nTeam: Bo Ek, Port School\n\nAdviser: Dr. Ida Quist\n\nThe bridge is shut.",
        "A. Smith went home.\n\nB. Jones came.",
    ],
)
def test_turns_are_not_seen_in_other_texts(text: str) -> None:
    assert set(speakers(text)) == {None}


def test_turns_end_with_the_next_heading() -> None:
    structured = structure_of_text("**Q:** Why?\n\n**A:** So.\n\n**Q:** When?\n\n# Later\n\nMore.", "markdown")
    assert [block.kind.value for block in structured.blocks] == ["turn", "turn", "turn", "heading", "paragraph"]
