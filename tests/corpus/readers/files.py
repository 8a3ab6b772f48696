"""Small documents, made by hand, and how they are read."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from corpus.block import BlockKind
from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft
from corpus.readers.formats import format_named

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def zipped(**parts: str | bytes) -> bytes:
    return zipped_parts(parts)


def zipped_parts(parts: dict[str, str | bytes]) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return made.getvalue()


def docx(body: str, before: str = "", more: dict[str, str | bytes] | None = None) -> bytes:
    return zipped_parts(
        {
            "[Content_Types].xml": f"""<Types xmlns="{_PACKAGE}/content-types">
                <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
                <Default Extension="xml" ContentType="application/xml"/></Types>""",
            "_rels/.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
                <Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>""",
            "word/document.xml": f'{before}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
            "word/styles.xml": f"""<w:styles xmlns:w="{_WORD}">
                <w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>
                <w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>
                <w:style w:type="paragraph" w:styleId="C"><w:name w:val="caption"/></w:style></w:styles>""",
            **(more or {}),
        }
    )


def odt(body: str, before: str = "", styles: str = "") -> bytes:
    names = " ".join(
        f'xmlns:{prefix}="{_ODF}:{uri}:1.0"'
        for prefix, uri in {
            "office": "office",
            "text": "text",
            "table": "table",
            "style": "style",
            "fo": "xsl-fo-compatible",
        }.items()
    )
    return zipped_parts(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"""{before}<office:document-content {names}>
                <office:automatic-styles>{styles}</office:automatic-styles>
                <office:body><office:text>{body}</office:text></office:body></office:document-content>""",
        }
    )


def read(name: str, raw: bytes) -> Draft:
    """Return the draft that a format makes of bytes, in the child process as everywhere."""
    return format_named(name).parse(raw, "the file")


def refusal(name: str, raw: bytes) -> str:
    """Return the reason for which a format refuses bytes."""
    with pytest.raises(UnreadableSource) as refused:
        read(name, raw)
    assert refused.value.source == "the file"
    return refused.value.reason


def shown(draft: Draft) -> list[tuple[str, str]]:
    """Return kind and text of each block; a heading's and item's level stands behind its kind."""
    return [(f"{block.kind}{block.level or ''}", draft.text[block.start : block.end]) for block in draft.blocks]


def heads(draft: Draft, cell_text: str) -> tuple[list[str], list[str]]:
    """Return the heads of the column and the row of the cell with this text."""
    cells = [cell for block in draft.blocks if block.kind is BlockKind.ROW for cell in block.cells]
    cell = next(cell for cell in cells if draft.text[cell.start : cell.end] == cell_text)
    return [draft.text[a:b] for a, b in cell.column], [draft.text[a:b] for a, b in cell.row]
