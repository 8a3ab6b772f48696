from __future__ import annotations

from pathlib import Path

import pytest

from corpus.article import Article
from corpus.errors import UnreadableSource
from corpus.readers import Reading, read_articles
from corpus.readers.source_file import MAX_FILE_BYTES


def read_one(folder: Path, raw: bytes) -> Reading:
    file = folder / "story.txt"
    file.write_bytes(raw)
    (reading,) = read_articles(file)
    return reading


def read_article(folder: Path, raw: bytes) -> Article:
    article = read_one(folder, raw)
    assert isinstance(article, Article)
    return article


def test_text_file_a_text_is_kept_without_its_line_wrapping_and_its_first_line_is_its_title(tmp_path: Path) -> None:
    wrapped = "The repair of the three cranes in the port takes nine days, and\ncosts a fortune."
    text = f"Cranes stand still in Port Marlow\n\nTwo of three have failed.\n\n  {wrapped}"
    article = read_article(tmp_path, text.encode())
    assert article.text.split("\n\n") == [
        "Cranes stand still in Port Marlow",
        "Two of three have failed.",
        "The repair of the three cranes in the port takes nine days, and costs a fortune.",
    ]
    assert article.title == "Cranes stand still in Port Marlow"
    assert article.external_id == "story.txt"


def test_text_file_white_space_around_a_text_is_not_part_of_it(tmp_path: Path) -> None:
    assert read_article(tmp_path, b"\xef\xbb\xbf\n\n  A story.\r\nIt ends. \n\n").text == "A story.\n\nIt ends."


def test_text_file_nul_and_lone_surrogates_do_not_spoil_a_text(tmp_path: Path) -> None:
    raw = "The \x00crane \ud83d failed, déjà vu.".encode("utf-8", "surrogatepass")
    assert read_article(tmp_path, raw).text == "The crane \ufffd failed, déjà vu."


@pytest.mark.parametrize("raw", [b"", b"  \n\t\r\n ", b"\xef\xbb\xbf", b"\x00"])
def test_text_file_a_file_without_text_is_unreadable(tmp_path: Path, raw: bytes) -> None:
    error = read_one(tmp_path, raw)
    assert isinstance(error, UnreadableSource)
    assert error.reason == "it holds no text."


def test_text_file_binary_content_is_unreadable_whatever_its_name(tmp_path: Path) -> None:
    error = read_one(tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    assert isinstance(error, UnreadableSource)
    assert error.reason == "it holds binary data, not text."


@pytest.mark.parametrize("line", ["word and another sentence here. ", "ab", "é\u0301 ", "漢字"])
def test_text_file_fifty_megabytes_on_one_line_are_one_article(tmp_path: Path, line: str) -> None:
    raw = line.encode() * (50_000_000 // len(line.encode()))
    article = read_article(tmp_path, raw)
    assert len(article.text) > 10_000_000
    assert len(article.title) <= 120


def test_text_file_a_file_beyond_the_limit_is_refused_with_the_limit(tmp_path: Path) -> None:
    error = read_one(tmp_path, b"a" * (MAX_FILE_BYTES + 1))
    assert isinstance(error, UnreadableSource)
    assert "larger than 64 MiB" in error.reason
