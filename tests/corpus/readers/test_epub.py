from __future__ import annotations

import pytest

from tests.corpus.readers.files import read, refusal, shown, zipped_parts

_CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
    <rootfile full-path="OPS/book.opf"/></rootfiles></container>"""
_OPF = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
    <metadata><dc:title>Quays</dc:title><dc:creator>Ada Lind</dc:creator><dc:language>en</dc:language>
    <dc:publisher>Harbour Press</dc:publisher><dc:date>2021-05-04</dc:date></metadata>
    <manifest><item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
    <item id="b" href="two.xhtml" media-type="application/xhtml+xml"/>
    <item id="a" href="one%20a.xhtml" media-type="application/xhtml+xml"/></manifest>
    <spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""


def page(body: str) -> str:
    return f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'


def book(first: str, second: str = "<p>The end.</p>", **more: str) -> bytes:
    return zipped_parts(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": _CONTAINER,
            "OPS/book.opf": _OPF,
            "OPS/nav.xhtml": page("<p>Contents</p>"),
            "OPS/one a.xhtml": page(first),
            "OPS/two.xhtml": page(second),
            **{name.replace("__", "/"): text for name, text in more.items()},
        }
    )


def test_epub_pages_come_in_the_order_of_the_spine_without_its_navigation() -> None:
    draft = read("epub", book("<h1>One</h1><p>It began.</p>"))
    assert shown(draft) == [("heading1", "One"), ("paragraph", "It began."), ("paragraph", "The end.")]


def test_epub_says_who_wrote_it_and_when_it_was_published() -> None:
    draft = read("epub", book("<p>It began.</p>"))
    assert (draft.title, draft.author, draft.publisher) == ("Quays", "Ada Lind", "Harbour Press")
    assert (draft.language, draft.published, draft.date_source) == ("en", "2021-05-04", "epub")


def test_epub_entities_of_html_are_letters_and_marks_of_notes_are_left_out() -> None:
    note = '<a xmlns:epub="http://www.idpf.org/2007/ops" epub:type="noteref" href="#n1">1</a>'
    assert read("epub", book(f"<p>Caf&eacute;&nbsp;&amp; <a id='x'/>bar.{note}</p>")).text.startswith(
        "Café\xa0& bar.\n"
    )


def test_epub_scripts_and_pictures_are_no_text() -> None:
    draft = read("epub", book("<script>alert(1)</script><p>It began.</p><img alt='x' src='http://127.0.0.1/x.png'/>"))
    assert draft.text == "It began.\n\nThe end."


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (zipped_parts({"mimetype": "application/epub+zip"}), "does not say where its book is"),
        (zipped_parts({"META-INF/container.xml": _CONTAINER.replace("OPS/", "../../")}), "does not say where"),
        (
            book(
                "<p>x</p>",
                **{
                    "META-INF__encryption.xml": '<e xmlns="http://www.w3.org/2001/04/xmlenc#">'
                    '<CipherReference URI="OPS/two.xhtml"/></e>'
                },
            ),
            "protected (DRM)",
        ),
    ],
    ids=["empty", "outside", "protected"],
)
def test_epub_a_hostile_or_damaged_file_costs_one_sentence(raw: bytes, words: str) -> None:
    assert words in refusal("epub", raw)
