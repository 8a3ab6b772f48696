from __future__ import annotations

from pathlib import Path

import pytest

from corpus.article import Article
from corpus.errors import UnreadableSource
from corpus.readers import read_articles
from corpus.readers.rows import BadColumns, columns_of


def readings(file: Path, content: str | bytes, columns: str = "") -> list[Article | str]:
    """Return the articles of a table, and what is said of rows that are none."""
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = []
    for reading in read_articles(file, columns_of(columns)):
        assert isinstance(reading, Article | UnreadableSource)
        found.append(reading if isinstance(reading, Article) else reading.reason)
    return found


def test_rows_columns_are_known_by_their_usual_names(tmp_path: Path) -> None:
    content = (
        "ID,Headline,Body,Link,Pub Date,Source,Byline,Lang\n"
        'a1,The ferry,"It was sold,\non Monday.",https://example.org/a1,2021-05-04,Review,Ada Lind,en\n'
    )
    (article,) = readings(tmp_path / "a.csv", content)
    assert isinstance(article, Article)
    assert (article.external_id, article.title, article.text) == ("a1", "The ferry", "It was sold,\non Monday.")
    assert (article.url, str(article.published)) == ("https://example.org/a1", "2021-05-04")
    assert (article.publisher, article.author, article.language) == ("Review", "Ada Lind", "en")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "id;text\n1;It was sold.\n"),
        ("a.tsv", "id\ttext\n1\tIt was sold.\n"),
        ("a.csv", "\ufeffid,text\n1,It was sold.\n"),
        ("a.csv", "id,text\n1,It was sold.\n".encode("utf-16")),
        ("a.jsonl", '{"id": 1, "text": "It was sold."}\n'),
    ],
    ids=["semicolons", "tabs", "mark", "utf-16", "json"],
)
def test_rows_are_read_whatever_separates_them(name: str, content: str | bytes, tmp_path: Path) -> None:
    (article,) = readings(tmp_path / name, content)
    assert isinstance(article, Article)
    assert (article.external_id, article.text) == ("1", "It was sold.")


def test_rows_old_encodings_are_read(tmp_path: Path) -> None:
    (article,) = readings(tmp_path / "a.csv", "id,text\n1,Café – “sold”.\n".encode("cp1252"))
    assert isinstance(article, Article)
    assert article.text == "Café – “sold”."


def test_rows_other_names_of_columns_can_be_told(tmp_path: Path) -> None:
    for name, content in (
        ("a.csv", "nr,words\n7,It was sold.\n"),
        ("a.jsonl", '{"nr": "7", "words": "It was sold."}\n'),
    ):
        (article,) = readings(tmp_path / name, content, "text=words, id=nr")
        assert isinstance(article, Article)
        assert (article.external_id, article.text) == ("7", "It was sold.")


@pytest.mark.parametrize(
    ("content", "columns", "reason"),
    [
        ("a,b\n1,2\n", "", "no column is called text; its columns are: a, b; name it with --columns text=NAME."),
        ("a,text\n1,2\n", "title=c", "it has no column 'c' for title; its columns are: a, text."),
        ("", "", "no column is called text; its columns are: none; name it with --columns text=NAME."),
        ("\x00\x01\x02" * 100, "", "it holds binary data, not text."),
        (",".join(f"c{n}" for n in range(100_000)) + "\n", "", "it has 100,000 columns; at most 1,000 are read."),
    ],
    ids=["no text", "not there", "empty", "binary", "100,000 columns"],
)
def test_rows_a_table_without_texts_costs_one_sentence(content: str, columns: str, reason: str, tmp_path: Path) -> None:
    assert readings(tmp_path / "a.csv", content, columns) == [reason]


def test_rows_a_bad_row_is_named_with_its_line_and_the_next_follows(tmp_path: Path) -> None:
    found = readings(tmp_path / "a.csv", "id,text\n1,It was sold.\n1,Twice.\n2,\n3,It was not.\n")
    assert [one.text if isinstance(one, Article) else one for one in found] == [
        "It was sold.",
        "line 3: its id is already that of line 2.",
        "line 4: it has no text.",
        "It was not.",
    ]


def test_rows_bad_lines_of_json_are_named_and_the_next_follows(tmp_path: Path) -> None:
    found = readings(
        tmp_path / "a.jsonl", '{"text": "One.", "url": "https://example.org/1"}\n[1]\nno\n{"text": "Two."}\n'
    )
    assert [one.external_id if isinstance(one, Article) else one for one in found] == [
        "https://example.org/1",
        "line 2: it is not a JSON object.",
        "line 3: it is not JSON.",
        "a.jsonl#4",
    ]


def test_rows_a_cell_may_hold_a_long_article(tmp_path: Path) -> None:
    (article,) = readings(tmp_path / "a.csv", "id,text\n1," + "It was sold. " * 50_000 + "\n")
    assert isinstance(article, Article)
    assert len(article.text) > 600_000


@pytest.mark.parametrize("written", ["text", "text=", "words=text", "=a"])
def test_rows_columns_that_name_no_field_are_refused_with_the_fields(written: str) -> None:
    with pytest.raises(BadColumns, match="field is one of id, title, text, url"):
        columns_of(written)
