from __future__ import annotations

import pytest

from tests.corpus.readers.files import docx, heads, read, refusal, shown, zipped_parts

_CORE = """<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">
    <dc:title>Quay report</dc:title><dc:creator>Ada Lind</dc:creator><dcterms:created>2013-12-23</dcterms:created>
    </cp:coreProperties>"""


def p(text: str, properties: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def style(name: str) -> str:
    return f'<w:pStyle w:val="{name}"/>'


def test_docx_headings_paragraphs_and_captions_keep_their_kinds() -> None:
    draft = read("docx", docx(p("The quay", style("H1")) + p("It was closed.") + p("Figure 1: The quay", style("C"))))
    assert shown(draft) == [
        ("heading1", "The quay"),
        ("paragraph", "It was closed."),
        ("caption", "Figure 1: The quay"),
    ]


def test_docx_title_and_author_are_its_own_and_when_it_was_begun_is_no_date() -> None:
    draft = read("docx", docx(p("It was closed."), more={"docProps/core.xml": _CORE}))
    assert (draft.title, draft.author, draft.published) == ("Quay report", "Ada Lind", None)


@pytest.mark.parametrize(
    "unseen",
    [
        "<w:del><w:r><w:delText>not</w:delText></w:r></w:del>",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>not</w:t></w:r>",
        "<w:r><w:rPr><w:strike/></w:rPr><w:t>not</w:t></w:r>",
    ],
    ids=["deleted", "hidden", "struck"],
)
def test_docx_what_is_deleted_hidden_or_struck_is_left_out(unseen: str) -> None:
    body = f"<w:p><w:r><w:t>It was </w:t></w:r>{unseen}<w:ins><w:r><w:t>closed.</w:t></w:r></w:ins></w:p>"
    assert read("docx", docx(body)).text == "It was closed."


def test_docx_cells_know_their_heads_also_where_cells_are_merged() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"

    wide = '<w:gridSpan w:val="2"/>'
    table = (
        f"<w:tbl><w:tr>{cell('Quay')}{cell('Boats', wide)}</w:tr>"
        f"<w:tr>{cell('North')}{cell('104')}{cell('129')}</w:tr></w:tbl>"
    )
    draft = read("docx", docx(table))
    assert heads(draft, "104") == heads(draft, "129") == (["Boats"], ["North"])


def test_docx_a_raised_digit_stays_a_power() -> None:
    raised = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>3</w:t></w:r>'
    assert read("docx", docx(f"<w:p><w:r><w:t>10</w:t></w:r>{raised}</w:p>")).text == "10³"


def test_docx_a_formula_is_kept_as_its_letters() -> None:
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    formula = f'<m:oMath xmlns:m="{math}"><m:r><m:t>a+b</m:t></m:r></m:oMath>'
    assert read("docx", docx(f"<w:p><w:r><w:t>With </w:t></w:r>{formula}</w:p>")).text == "With a+b"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"not a document", "no .docx file"),
        (docx(p("It was closed. " * 100))[:700], "damaged or cut short"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "encrypted, or of an older kind"),
        (zipped_parts({"word/document.xml": bytes(600 * 2**20)}), "larger than 512 MiB"),
        (zipped_parts({"readme.txt": "x"}), "holds no document"),
        (docx(p("&b;"), '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'), "declares entities"),
        (docx(p("&x;"), '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "declares entities"),
        (docx("<w:tbl><w:tr><w:tc>" * 400 + p("x") + "</w:tc></w:tr></w:tbl>" * 400), "nested too deeply"),
    ],
    ids=["other", "cut", "encrypted", "bomb", "empty", "laughs", "external", "deep"],
)
def test_docx_a_hostile_or_damaged_file_costs_one_sentence(raw: bytes, words: str) -> None:
    reason = refusal("docx", raw)
    assert words in reason
    assert reason.endswith(".")
    assert "\n" not in reason
