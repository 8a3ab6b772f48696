"""Word documents (.docx), by mammoth: it knows styles, numbering, merged cells, notes and tracked changes.

What is deleted, hidden or a comment is left out, as are the heads and feet of pages. When a document was begun is no
date of publication, and is not taken for one.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_STORED, ZipFile

from corpus.readers.archive import Archive
from corpus.readers.draft import Draft
from corpus.readers.html_blocks import structure_of

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

_BODY = "word/document.xml"

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Caption'] => figcaption:fresh
p[style-name='caption'] => figcaption:fresh
p[style-name='Quote'] => blockquote:fresh
p[style-name='Intense Quote'] => blockquote:fresh
p[style-name='Block Text'] => blockquote:fresh
p[style-name='Quotations'] => blockquote:fresh
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='Preformatted Text'] => pre:separator('\\n')
p[style-name='Source Code'] => pre:separator('\\n')
"""
"""Styles of Word, LibreOffice and pandoc that mammoth does not know; their names are the same in all languages."""

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CORE = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
}


def parse(raw: bytes, origin: str) -> Draft:
    """Return text and blocks of a document. Raises `UnreadableSource`."""
    import mammoth
    from lxml import html

    archive = Archive(raw, origin, ".docx")
    body = archive.xml(_BODY)
    if body is None:
        raise archive.refused("it is no .docx file: it holds no document.")
    made = mammoth.convert_to_html(
        _repacked(archive, body), style_map=_STYLES, convert_image=lambda _: [], external_file_access=False
    )
    tree = html.fragment_fromstring(made.value, create_parent="body")
    _drop_marks(tree)
    found = structure_of(tree)
    core = archive.xml("docProps/core.xml")
    return Draft(
        found.text,
        found.blocks,
        title=_said(core, "dc:title"),
        author=_said(core, "dc:creator"),
        language=_said(core, "dc:language"),
    )


def _repacked(archive: Archive, body: _Element) -> BytesIO:
    """Return the document without hidden text, and with formulas as text, which mammoth both knows nothing of."""
    from lxml import etree

    for mark in list(body.iter(f"{_WORD}vanish")):
        run = mark.getparent().getparent()
        if mark.get(f"{_WORD}val") not in ("0", "false") and run.tag == f"{_WORD}r":
            run.getparent().remove(run)
    for formula in list(body.iter(f"{_MATH}oMath")):
        _write_formula(formula)
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as file:
        for name in archive.names():
            if name != _BODY and name.endswith((".xml", ".rels")):
                file.writestr(name, archive.read(name))
        file.writestr(_BODY, etree.tostring(body))
    packed.seek(0)
    return packed


def _write_formula(formula: _Element) -> None:
    """Put a run with the formula's letters in its place."""
    from lxml import etree

    run = etree.Element(f"{_WORD}r")
    text = etree.SubElement(run, f"{_WORD}t")
    text.text = "".join(part.text or "" for part in formula.iter(f"{_MATH}t"))
    run.tail = formula.tail
    formula.getparent().replace(formula, run)


def _drop_marks(tree: HtmlElement) -> None:
    """Leave out the arrows that lead back from notes."""
    for link in tree.xpath("//a[starts-with(@href, '#footnote-ref') or starts-with(@href, '#endnote-ref')]"):
        link.drop_tree()


def _said(core: _Element | None, name: str) -> str | None:
    return core.findtext(f".//{name}", namespaces=_CORE) if core is not None else None
