from __future__ import annotations

import zlib
from typing import Any

import pytest
from reportlab.lib.colors import black
from reportlab.lib.pdfencrypt import StandardEncryption

from corpus.block import BlockKind
from tests.corpus.readers.files import heads, read, refusal, shown
from tests.corpus.readers.pages import HEIGHT, SIZE, WIDTH, justified, lines, pdf

LEFT = [
    "The old ferry was sold on Monday, as the",
    "harbour office said in a letter. It had",
    "crossed the sound for forty years and had",
    "carried every family of the island at",
]
RIGHT = [
    "least once. Nobody knows what its new",
    "owner will do with it in the winter, when",
    "the sound is frozen and the boats of the",
    "island lie on the beach.",
]


def test_pdf_lines_are_joined_to_paragraphs_and_a_larger_line_is_a_heading() -> None:
    def draw(canvas: Any) -> None:
        y = lines(canvas, 72, 750, ["The ferry"], "Helvetica-Bold", 18)
        y = justified(canvas, 72, y - 20, ["It crossed the sound for forty years", "and was sold."])
        justified(canvas, 72, y - 10, ["Nobody bought it for a long time, until", "in May somebody did."])

    assert shown(read("pdf", pdf(draw))) == [
        ("heading1", "The ferry"),
        ("paragraph", "It crossed the sound for forty years and was sold."),
        ("paragraph", "Nobody bought it for a long time, until in May somebody did."),
    ]


def test_pdf_columns_are_read_one_after_the_other_below_a_title_that_goes_across() -> None:
    def draw(canvas: Any) -> None:
        lines(canvas, 72, 760, ["A title that goes across both of the columns of the page"], "Helvetica-Bold", 16)
        # Row by row, as some programs write them.
        for number, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
            lines(canvas, 72, 720 - 13 * number, [left], size=10)
            lines(canvas, 310, 720 - 13 * number, [right], size=10)

    draft = read("pdf", pdf(draw))
    assert draft.text.split("\n\n")[1] == " ".join([*LEFT, *RIGHT])


def test_pdf_every_block_has_the_page_on_which_it_begins_and_paragraphs_go_on_over_pages() -> None:
    def first(canvas: Any) -> None:
        lines(canvas, 72, 700, LEFT, size=10)

    def second(canvas: Any) -> None:
        y = lines(canvas, 72, 700, RIGHT, size=10)
        lines(canvas, 72, y - 30, ["A ferry of another island."], size=10)

    draft = read("pdf", pdf(first, second))
    assert draft.text.split("\n\n") == [" ".join([*LEFT, *RIGHT]), "A ferry of another island."]
    assert [block.page for block in draft.blocks] == [1, 2]


def test_pdf_running_heads_and_feet_and_page_numbers_are_left_out() -> None:
    def page(number: int) -> Any:
        def draw(canvas: Any) -> None:
            lines(canvas, 72, 810, ["The Harbour Review"], size=8)
            lines(canvas, 72, 600, [f"Boat number {number} came in the {number}th week."])
            lines(canvas, WIDTH / 2, 30, [f"Page {number} of 4"], size=8)

        return draw

    draft = read("pdf", pdf(*(page(number) for number in range(1, 5))))
    assert [text for _, text in shown(draft)] == [f"Boat number {n} came in the {n}th week." for n in range(1, 5)]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (["The harbour is old and the har-", "bour is deep."], "The harbour is old and the harbour is deep."),
        (["The harbour-master and the harbour-", "master came."], "The harbour-master and the harbour-master came."),
        (
            ["They were at the sound for the inter\u00ad", "national day."],
            "They were at the sound for the international day.",
        ),
        (["They saw the boats of the years 1990-", "1994 come."], "They saw the boats of the years 1990-1994 come."),
    ],
    ids=["word", "compound", "soft", "numbers"],
)
def test_pdf_words_are_joined_at_ends_of_lines_where_they_were_divided(written: list[str], text: str) -> None:
    draft = read("pdf", pdf(lambda canvas: justified(canvas, 72, 700, written)))
    assert draft.text == text


def test_pdf_items_lose_their_bullets_and_know_their_numbers_and_depths() -> None:
    def draw(canvas: Any) -> None:
        y = lines(canvas, 72, 700, ["Three things changed:"])
        y = lines(canvas, 80, y, ["• the fee of the quay,", "  which had been low"])
        y = lines(canvas, 100, y, ["• in May"])
        lines(canvas, 80, y - 20, ["1. the first step", "2. the second step"])

    draft = read("pdf", pdf(draw))
    assert shown(draft)[1:] == [
        ("item1", "the fee of the quay, which had been low"),
        ("item2", "in May"),
        ("item1", "the first step"),
        ("item1", "the second step"),
    ]
    assert [block.ordinal for block in draft.blocks if block.kind is BlockKind.ITEM] == [None, None, 1, 2]


def test_pdf_a_bullet_that_is_drawn_counts_as_one() -> None:
    def draw(canvas: Any) -> None:
        for y in (700, 680):
            canvas.circle(76, y + 3.5, 2, fill=1)
            lines(canvas, 84, y, [f"the fee of {y}"])

    assert shown(read("pdf", pdf(draw))) == [("item1", "the fee of 700"), ("item1", "the fee of 680")]


def test_pdf_cells_of_a_ruled_table_know_their_heads_and_lines_in_a_cell_are_one() -> None:
    def draw(canvas: Any) -> None:
        lines(canvas, 72, 750, ["Boats of the two quays in the last of the years:"])
        canvas.setStrokeColor(black)
        canvas.grid([72, 172, 272, 372], [730, 710, 680, 660])
        for x, texts in ((76, ["Quay"]), (176, ["2023"]), (276, ["2024"])):
            lines(canvas, x, 716, texts, size=9)
        for x, texts in ((76, ["North, beyond", "the light"]), (176, ["104"]), (276, ["129"])):
            lines(canvas, x, 698, texts, size=9)
        for x, texts in ((76, ["South"]), (176, ["12"]), (276, ["14"])):
            lines(canvas, x, 666, texts, size=9)

    draft = read("pdf", pdf(draw))
    assert heads(draft, "129") == (["2024"], ["North, beyond the light"])
    assert shown(draft)[-1] == ("row", "South\t12\t14")


def test_pdf_cells_that_only_stand_below_each_other_are_a_table() -> None:
    def draw(canvas: Any) -> None:
        y = 700.0
        for row in (("Quay", "Boats", "Fee"), ("North", "104", "3.5"), ("South", "12", "4.1")):
            for x, text in zip((72, 200, 300), row, strict=True):
                lines(canvas, x, y, [text])
            y -= 15
        lines(canvas, 72, y - 20, ["The fee is in crowns."])

    draft = read("pdf", pdf(draw))
    assert heads(draft, "4.1") == (["Fee"], ["South"])
    assert shown(draft)[-1] == ("paragraph", "The fee is in crowns.")


def test_pdf_accents_that_are_drawn_beside_their_letters_are_put_on_them() -> None:
    draft = read("pdf", pdf(lambda canvas: lines(canvas, 72, 700, ["Ren´e and the Erg¨anzung were there."])))
    assert draft.text == "René and the Ergänzung were there."


def test_pdf_a_table_of_contents_is_furniture() -> None:
    def draw(canvas: Any) -> None:
        y = lines(
            canvas, 72, 700, ["1 The quay . . . . . . . . . . . . . 3", "2 Its fee . . . . . . . . . . . . . . 14"]
        )
        lines(canvas, 72, y - 30, ["It was sold on Monday."])

    assert [kind for kind, _ in shown(read("pdf", pdf(draw)))][-2:] == ["furniture", "paragraph"]


def test_pdf_raised_digits_stay_powers_and_marks_of_notes_are_left_out() -> None:
    def draw(canvas: Any) -> None:
        text = canvas.beginText(72, 700)
        written = (("On the 4", SIZE, 0), ("th", 7, 4), (" it weighed 10", SIZE, 0), ("3", 7, 4), (" tons.", SIZE, 0))
        for part, size, rise in (*written, ("12", 7, 4)):
            text.setFont("Helvetica", size)
            text.setRise(rise)
            text.textOut(part)
        canvas.drawText(text)

    assert read("pdf", pdf(draw)).text == "On the 4th it weighed 10³ tons."


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_pdf_a_page_that_is_turned_reads_as_if_it_were_not(turn: int) -> None:
    def draw(canvas: Any) -> None:
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(turn)
        lines(canvas, -200, 100, LEFT, size=10)

    assert read("pdf", pdf(draw)).text == " ".join(LEFT)


def test_pdf_text_outside_of_the_page_is_not_seen() -> None:
    def draw(canvas: Any) -> None:
        lines(canvas, 72, 700, ["It was sold on Monday."])
        lines(canvas, 72, 2_000, ["Nobody sees this."])
        lines(canvas, -900, 700, ["Nor this."])

    assert read("pdf", pdf(draw)).text == "It was sold on Monday."


def test_pdf_code_keeps_its_lines_and_indents() -> None:
    def draw(canvas: Any) -> None:
        y = lines(canvas, 72, 700, ["This is how the fee is reckoned in the office:"])
        lines(canvas, 72, y - 5, ["fee = 3"], "Courier", 10)
        lines(canvas, 84, y - 17, ["+ 1"], "Courier", 10)

    assert shown(read("pdf", pdf(draw)))[-1] == ("code", "fee = 3\n  + 1")


def test_pdf_title_author_and_date_are_what_it_says_of_itself() -> None:
    draft = read(
        "pdf", pdf(lambda canvas: lines(canvas, 72, 700, ["It was sold."]), title="Ferries", author="Ada Lind")
    )
    assert (draft.title, draft.author, draft.date_source) == ("Ferries", "Ada Lind", "pdf")
    assert draft.published == "2000-01-01"  # reportlab's day for documents that are always the same


def test_pdf_a_title_that_is_a_file_name_gives_way_to_the_largest_heading() -> None:
    def draw(canvas: Any) -> None:
        y = lines(canvas, 72, 750, ["Ferries of the sound"], "Helvetica-Bold", 20)
        lines(canvas, 72, y - 20, LEFT)

    assert read("pdf", pdf(draw, title="Microsoft Word - draft3.docx")).title == "Ferries of the sound"


def picture(canvas: Any) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, WIDTH, HEIGHT)


def test_pdf_scanned_pages_are_named_and_need_ocr() -> None:
    text = [lambda canvas: lines(canvas, 72, 700, ["It was sold on Monday."])]
    draft = read("pdf", pdf(*text, picture, picture, *text, picture))
    assert draft.warnings == (
        "pages 2-3 and 5 are not text but pictures of it; they need OCR (with ocrmypdf, say) to be read.",
    )
    assert "OCR" in refusal("pdf", pdf(picture))


def raw_pdf(content: bytes, pages: int = 1, catalog: bytes = b"") -> bytes:
    """Return a PDF written by hand, in which all pages have one content."""
    kids = b" ".join(b"%d 0 R" % (5 + number) for number in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % pages,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        content,
        *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>/Contents 4 0 R>>"] * pages,
    ]
    made, places = b"%PDF-1.4\n", []
    for number, written in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj" % number + written + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (count, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + end


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), more, content)


_HELLO = b"BT /F 12 Tf 50 700 Td (It was sold on Monday.) Tj ET"
_BOMB = zlib.compress(_HELLO + b" " * (300 * 2**20), 9)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "no PDF file"),
        (b"%PDF-1.4 fake", "no PDF file"),
        (raw_pdf(stream(_HELLO))[:300], "no PDF file"),
        (raw_pdf(stream(_HELLO), pages=10_000), "10,000 pages"),
        (raw_pdf(stream(b"q " * 2_000_000)), "no text"),
        (raw_pdf(stream(b"[" * 1_000_000)), "no text"),
        (
            pdf(lambda canvas: lines(canvas, 72, 700, ["It was sold."]), encrypted=StandardEncryption("secret")),
            "encrypted",
        ),
    ],
    ids=["empty", "fake", "cut", "10,000 pages", "states", "arrays", "encrypted"],
)
def test_pdf_a_hostile_or_damaged_file_costs_one_sentence(raw: bytes, words: str) -> None:
    reason = refusal("pdf", raw)
    assert words in reason
    assert reason.endswith(".")


@pytest.mark.parametrize(
    "raw",
    [
        raw_pdf(stream(_HELLO), catalog=b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
        raw_pdf(stream(_HELLO), catalog=b"/OpenAction<</S/URI/URI(http://127.0.0.1:9/)>>"),
        raw_pdf(stream(_BOMB, b"/Filter/FlateDecode")),
        raw_pdf(stream(_HELLO), pages=1_000),
        raw_pdf(stream(_HELLO + b" 1 1 m 9 9 l S" * 200_000)),
        raw_pdf(stream(b"BT /F 12 Tf 50 700 Td " + b"(It was sold on Monday.) Tj " * 20_000 + b"ET " + _HELLO)),
    ],
    ids=["script", "link", "bomb", "1,000 pages", "drawing", "letters"],
)
def test_pdf_what_else_is_in_a_file_does_no_harm(raw: bytes) -> None:
    assert "It was sold on Monday." in read("pdf", raw).text


def test_pdf_one_that_is_cut_short_is_read_as_far_as_it_goes_and_said_to_be() -> None:
    whole = pdf(lambda canvas: lines(canvas, 72, 700, ["It was sold on Monday."]))
    draft = read("pdf", whole[: whole.rindex(b"startxref")])
    assert draft.text == "It was sold on Monday."
    assert draft.warnings == ("it is cut short; what was left of it was read.",)
