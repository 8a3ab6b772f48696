from __future__ import annotations

import pytest

from tests.corpus.readers.files import heads, read, refusal, shown


def rtf(body: str) -> bytes:
    return rf"{{\rtf1\ansi\deff0{{\fonttbl{{\f0 Times;}}}}{body}}}".encode("latin-1")


def test_rtf_headings_are_told_by_level_or_by_the_name_of_their_style() -> None:
    styles = r"{\stylesheet{\s0 Normal;}{\s1\b Heading 1;}{\s2\outlinelevel1 Anything;}}"
    body = r"\pard\s1 The quay\par\pard\s2 Its fee\par\pard\outlinelevel2 In May\par\pard\s0 It rose.\par"
    assert shown(read("rtf", rtf(styles + body))) == [
        ("heading1", "The quay"),
        ("heading2", "Its fee"),
        ("heading3", "In May"),
        ("paragraph", "It rose."),
    ]


def test_rtf_items_lose_their_marks_and_keep_their_numbers() -> None:
    body = r"\pard{\listtext\bullet\tab}the fee\par\pard{\listtext 2.\tab}the quay\par"
    draft = read("rtf", rtf(body))
    assert shown(draft) == [("item1", "the fee"), ("item1", "the quay")]
    assert [block.ordinal for block in draft.blocks] == [None, 2]


def test_rtf_cells_know_their_heads_and_may_hold_several_paragraphs() -> None:
    row = r"\trowd\pard\intbl {}\cell\pard\intbl {}\cell\row "
    body = row.format("Quay", "Boats") + row.format("North", r"104\par\pard\intbl at most") + r"\pard After.\par"
    draft = read("rtf", rtf(body))
    assert heads(draft, "104 at most") == (["Boats"], ["North"])
    assert draft.text.endswith("After.")


def test_rtf_letters_outside_ascii_and_raised_digits_are_kept_and_struck_text_is_not() -> None:
    body = r"\pard Caf\'e9 \u8211? 10{\super 3}{\strike  rafts}{\v  hidden}{\deleted  gone} boats.\par"
    assert read("rtf", rtf(body)).text == "Café – 10³ boats."


def test_rtf_title_and_author_are_its_own() -> None:
    draft = read(
        "rtf", rtf(r"{\info{\title Quay report}{\author Ada Lind}{\creatim\yr2013\mo1\dy2}}\pard It rose.\par")
    )
    assert (draft.title, draft.author, draft.published, draft.text) == ("Quay report", "Ada Lind", None, "It rose.")


@pytest.mark.parametrize(
    ("raw", "words"), [(b"not a document", "no .rtf file"), (b"", "no .rtf file")], ids=["other", "empty"]
)
def test_rtf_what_is_none_is_refused(raw: bytes, words: str) -> None:
    assert words in refusal("rtf", raw)


def test_rtf_deep_groups_do_no_harm() -> None:
    assert read("rtf", rtf("{" * 200_000 + r"\pard It rose.\par" + "}" * 200_000)).text == "It rose."
