from __future__ import annotations

import pytest

from corpus.errors import UnreadableSource
from corpus.job import PostedSource
from corpus.readers.posted import format_of_file, read_posted
from tests.corpus.readers.pages import lines, pdf


def test_posted_a_pdf_is_read_with_its_pages_and_warnings_as_from_a_disk() -> None:
    raw = pdf(lambda canvas: lines(canvas, 72, 700, ["It was sold on Monday."]), title="Ferries")
    article, warnings = read_posted(PostedSource("a.pdf", "pdf", raw[: raw.rindex(b"startxref")]), 1_000)
    assert (article.title, article.external_id, article.text) == ("Ferries", "a.pdf", "It was sold on Monday.")
    assert [block.page for block in article.blocks] == [1]
    assert [warning.reason for warning in warnings] == ["it is cut short; what was left of it was read."]


def test_posted_a_file_that_cannot_be_read_is_refused_in_a_sentence() -> None:
    with pytest.raises(UnreadableSource, match="no PDF file"):
        read_posted(PostedSource("a.pdf", "pdf", b"%PDF-1.4 fake"), 1_000)


@pytest.mark.parametrize(
    ("name", "its_format"), [("a.PDF", "pdf"), ("b.docx", "docx"), ("c.eml", "eml"), ("d.csv", None), ("e", None)]
)
def test_posted_files_are_known_by_their_ends_and_tables_are_not_taken(name: str, its_format: str | None) -> None:
    assert format_of_file(name) == its_format
