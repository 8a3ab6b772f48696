from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers.text_blocks import FORMATS, structure_of_text
from corpus.text.canonical import canonical_text
from tests.corpus.readers.shapes import assert_well_formed, shape

WRAPPED = "Divers have found the wreck of the coal ship, which sank in the\nwinter of 1911, off the cape."


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (WRAPPED, [("paragraph", WRAPPED.replace("\n", " "))]),
        ("Title\n\nText.", [("heading", "Title"), ("paragraph", "Text.")]),
        ("Is it a title?\n\nText.", [("heading", "Is it a title?"), ("paragraph", "Text.")]),
        ("A sentence.\n\nText.", [("paragraph", "A sentence."), ("paragraph", "Text.")]),
        ("Title\nText.", [("paragraph", "Title"), ("paragraph", "Text.")]),
        ("Title\n=====\nText.", [("heading", "Title"), ("paragraph", "Text.")]),
        ("It shut, said Sen.\n\nAnn Lee.", [("paragraph", "It shut, said Sen. Ann Lee.")]),
        ("You need:\n* eggs\n* milk", [("paragraph", "You need:"), ("item", "eggs"), ("item", "milk")]),
        (
            "You need:\n\neggs;\n\nmilk; and\n\ntime.\n\nBake it.",
            [
                ("paragraph", "You need:"),
                ("item", "eggs;"),
                ("item", "milk; and"),
                ("item", "time."),
                ("paragraph", "Bake it."),
            ],
        ),
        ("You need:\n\neggs; or\n\nmilk.", [("paragraph", "You need:"), ("item", "eggs; or"), ("item", "milk.")]),
        ("You need:\n\neggs;\n\nBake.", [("paragraph", "You need:"), ("paragraph", "eggs;"), ("paragraph", "Bake.")]),
        ("You:\n\nNo;\n\nyes;", [("paragraph", "You:"), ("item", "No;"), ("item", "yes;")]),
        (
            "Two.\n\nFirst, a. So.\n\n“Second, b.\n\nAnd finally, c.\n\nThird, d.",
            [
                ("paragraph", "Two."),
                ("item", "First, a. So."),
                ("item", "“Second, b."),
                ("item", "And finally, c."),
                ("paragraph", "Third, d."),
            ],
        ),
        (
            "First, a.\n\nNo.\n\nSecond, b.",
            [("paragraph", "First, a."), ("paragraph", "No."), ("paragraph", "Second, b.")],
        ),
        ("First, a.\n\nThird, c.", [("paragraph", "First, a."), ("paragraph", "Third, c.")]),
        ("1. one\n   goes on\n2) two", [("item", "one goes on"), ("item", "two")]),
        ("a.\n\n- - -\n\nb.", [("paragraph", "a."), ("paragraph", "b.")]),
        ("Weight: 94 g\nHeight: 2 m\nPrice: 3", [("row", "Weight: 94 g"), ("row", "Height: 2 m"), ("row", "Price: 3")]),
        ("Weight: 94 g\nHeight: 2 m", [("paragraph", "Weight: 94 g"), ("paragraph", "Height: 2 m")]),
        (
            "Note: a\nNote: b\nNote: c",
            [("paragraph", "Note: a"), ("paragraph", "Note: b"), ("paragraph", "Note: c")],
        ),
        ("Read more: the ferry sinks", [("furniture", "Read more: the ferry sinks")]),
        ("Correction: it was May.", [("correction", "Correction: it was May.")]),
    ],
)
def test_text_blocks_of_plain_text(text: str, blocks: list[tuple[str, str]]) -> None:
    assert shape(structure_of_text(text, "text")) == blocks


BEFORE = "The pier was shut in March after two bolts had broken."
AFTER = "The council votes on the repair of the pier in May, and ferries will land elsewhere."
FILLED = (
    "The council votes in May on the repair of the pier, and\n"
    "ferries land at the old quay until that is done, which the\n"
    "owners regret."
)


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        (f"{BEFORE}\n\nWhat happens next\n\n{AFTER}", ["What happens next"]),
        (f"{BEFORE}\nBackground\n{AFTER}", ["Background"]),
        (f"{BEFORE}\n\nNO END IN SIGHT\n\nThe ‘long wait’\n\n{AFTER}", ["NO END IN SIGHT", "The ‘long wait’"]),
        (f"- a\n- b\n\nThe costs\n\n{AFTER[:-1]}:\n\n- c", ["The costs"]),
        (f"Title\n\n{BEFORE}\n\nThe costs\n\n{AFTER}", ["Title", "The costs"]),
        (f"{BEFORE}\n\nBackground\n{FILLED}", ["Background"]),
        (f"{FILLED}\nBackground\n{FILLED}", ["Background"]),
        (f"{BEFORE}\n\nAnn Lee\n\nChief of Staff\n\nPort Marlow\n\n{AFTER}", []),
        (f"{BEFORE}\n\nAnn Lee\n\nann@port.example\n\n{AFTER}", []),
        (f"{BEFORE}\n\n“We stay here”\n\n{AFTER}", []),
        (f"{BEFORE}\n\nDate: May 4\n\n{AFTER}", []),
        (f"{BEFORE}\n\nQ And will he —\n\n{AFTER}", []),
        (f"{BEFORE}\n\nBy Ann Lee\n\n{AFTER}", []),
        (f"{BEFORE}\n\nHundreds of hours\n\nof recordings were heard in the court by the jury.", []),
        (f"The bolts of the pier\n\nwhich broke\n\nBackground\n\n{AFTER}", ["The bolts of the pier"]),
        (f"{BEFORE}\n\nBackground\n\nSo it was.", []),
        (f"{BEFORE}\n\nBackground", []),
    ],
)
def test_text_blocks_lines_that_stand_by_themselves_above_sentences_are_headings(
    text: str, headings: list[str]
) -> None:
    blocks = shape(structure_of_text(text, "text"))
    assert [words for kind, words in blocks if kind == "heading"] == headings


@pytest.mark.parametrize(
    "wrapped",
    [
        FILLED,
        "It took the repair crew of the harbour a whole night.\nMayor Brandt had come down to the quay and said so.",
        "It was sold in 2004 to the company which is called the\nPort Marlow Pier and Ferry Line.",
    ],
)
def test_text_blocks_of_hard_wrapped_text_stay_whole(wrapped: str) -> None:
    assert shape(structure_of_text(f"{BEFORE}\n\n{wrapped}", "text"))[1:] == [("paragraph", wrapped.replace("\n", " "))]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("# Head #\n\nsoft\nbreak  \nhard", [("heading", "Head"), ("paragraph", "soft break\nhard")]),
        ("~~4~~ **5** *6* `7` [8](x) <!-- 9 -->", [("paragraph", "5 6 7 8")]),
        ("- a\n    - b\n\n3. c", [("item", "a"), ("item", "b"), ("item", "c")]),
        ("|A|B|\n|-|-|\n|x|1|", [("row", "A\tB"), ("row", "x\t1")]),
        ("> q\n\n```sh\n# c\n```", [("quotation", "q"), ("code", "# c")]),
        ("a[^1] b\n\n[^1]: A note.", [("paragraph", "a b"), ("item", "A note.")]),
        ("[[Page]] [[Page|words]] ![[picture.png]]!", [("paragraph", "Page words !")]),
        ("[[a]](b) [x", [("paragraph", "[a] [x")]),
        ("Term\n: What it is", [("row", "Term\tWhat it is")]),
        ("a\\*b &amp; c", [("paragraph", "a*b & c")]),
        ("10<sup>3</sup>", [("paragraph", "10³")]),
    ],
)
def test_text_blocks_of_markdown(text: str, blocks: list[tuple[str, str]]) -> None:
    assert shape(structure_of_text(text, "markdown")) == blocks


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<p>One <b>two</b></p>", "One two"),
        ("<!DOCTYPE html><body>x", "x"),
        ("# Head", "Head"),
        ("see [this](https://example.org)", "see this"),
        ("a **b** c", "a b c"),
        ("3 * 4 * 5 and a_b_c", "3 * 4 * 5 and a_b_c"),
        ("x < y and y > z", "x < y and y > z"),
        ("[1] a note (2020)", "[1] a note (2020)"),
    ],
)
def test_text_blocks_of_unknown_markup_are_told_by_its_marks(text: str, shown: str) -> None:
    assert structure_of_text(text).text == shown


@given(
    st.text(st.one_of(st.characters(exclude_categories=("Cs",)), st.sampled_from("\n\n -*#|:.[]<>AQ1")), max_size=120),
    st.sampled_from((*FORMATS, None)),
)
def test_text_blocks_of_anything_are_well_formed(text: str, markup: str | None) -> None:
    assert_well_formed(structure_of_text(canonical_text(text), markup))


@pytest.mark.parametrize("markup", FORMATS)
@pytest.mark.parametrize(
    "text",
    ["*" * 100_000, "[[a|" * 20_000, " " * 300_000 + "x", "- a\n" * 20_000, "A B " * 50_000, "1:" * 50_000],
)  # fmt: skip
def test_text_blocks_of_hostile_text_are_made_in_time(text: str, markup: str) -> None:
    assert len(structure_of_text(text, markup).text) <= 2 * len(text)
