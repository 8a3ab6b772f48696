from __future__ import annotations

import pytest

from tests.corpus.readers.files import heads, odt, read, refusal, shown, zipped_parts

_NUMBERED = """<text:list-style style:name="L1"><text:list-level-style-number text:level="1"/></text:list-style>"""
_WIDE_ROW = f"<table:table-row>{'<table:table-cell><text:p>x</text:p></table:table-cell>' * 5_000}</table:table-row>"
_SPANS = """
    <style:style style:name="Up"><style:text-properties style:text-position="super 58%"/></style:style>
    <style:style style:name="Gone"><style:text-properties style:text-line-through-style="solid"/></style:style>
    <style:style style:name="Q" style:parent-style-name="Quotations"/>"""


def test_odt_headings_lists_and_quotations_keep_their_kinds() -> None:
    draft = read(
        "odt",
        odt(
            '<text:h text:outline-level="2">The quay</text:h><text:p>Things change:</text:p>'
            "<text:list><text:list-item><text:p>the fee</text:p><text:list><text:list-item><text:p>in May</text:p>"
            "</text:list-item></text:list></text:list-item></text:list>"
            '<text:list text:style-name="L1"><text:list-item><text:p>a step</text:p></text:list-item></text:list>'
            '<text:p text:style-name="Q">As she said.</text:p>',
            styles=_NUMBERED + _SPANS,
        ),
    )
    assert shown(draft) == [
        ("heading2", "The quay"),
        ("paragraph", "Things change:"),
        ("item1", "the fee"),
        ("item2", "in May"),
        ("item1", "a step"),
        ("quotation", "As she said."),
    ]
    assert [block.ordinal for block in draft.blocks if block.kind == "item"] == [None, None, 1]


def test_odt_blanks_breaks_and_raised_digits_are_kept_and_struck_text_and_comments_are_not() -> None:
    text = (
        '<text:p>10<text:span text:style-name="Up">3</text:span><text:s text:c="2"/>boats'
        '<text:span text:style-name="Gone"> and rafts</text:span><office:annotation><text:p>really?</text:p>'
        "</office:annotation><text:line-break/>came.</text:p>"
    )
    deleted = (
        "<text:tracked-changes><text:changed-region><text:p>gone</text:p></text:changed-region></text:tracked-changes>"
    )
    assert read("odt", odt(deleted + text, styles=_SPANS)).text == "10³ boats\ncame."


def test_odt_cells_know_their_heads_and_covered_cells_are_none() -> None:
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    wide = ' table:number-columns-spanned="2"'
    head = cell.format("", "Quay") + cell.format(wide, "Boats") + "<table:covered-table-cell/>"
    row = cell.format("", "North") + cell.format("", "104") + cell.format("", "129")
    draft = read(
        "odt",
        odt(
            "<table:table><table:table-header-rows><table:table-row>"
            f"{head}</table:table-row></table:table-header-rows><table:table-row>{row}</table:table-row></table:table>"
        ),
    )
    assert heads(draft, "129") == (["Boats"], ["North"])


def test_odt_a_note_comes_after_the_text_that_it_stands_at() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>In May.</text:p></text:note-body>"
        "</text:note>"
    )
    draft = read("odt", odt(f"<text:p>It was{note} closed.</text:p><text:p>It rained.</text:p>"))
    assert draft.text == "It was closed.\n\nIt rained.\n\nIn May."


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (odt("<text:p>&x;</text:p>", '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "declares entities"),
        (odt("<text:section>" * 100_000), "damaged, or nested too deeply"),
        (zipped_parts({"content.xml": "<x/>"}), "holds no text document"),
        (odt(f"<table:table>{_WIDE_ROW * 2}</table:table>"), "more than 1,000 columns"),
        (zipped_parts({"content.xml": "<x/>", "META-INF/manifest.xml": "<encryption-data/>"}), "encrypted"),
    ],
    ids=["external", "deep", "other", "wide", "encrypted"],
)
def test_odt_a_hostile_or_damaged_file_costs_one_sentence(raw: bytes, words: str) -> None:
    assert words in refusal("odt", raw)
