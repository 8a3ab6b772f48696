from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, SourceWarning
from corpus.errors import UnreadableSource
from corpus.readers import Reading, read_articles
from corpus.readers.source_file import MAX_FILE_BYTES
from corpus.text.canonical import canonical_text


def read(folder: Path, *lines: str | bytes) -> list[Reading]:
    file = folder / "corpus.jsonl"
    file.write_bytes(b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines))
    return list(read_articles(file))


def line(**fields: object) -> str:
    return json.dumps({"_id": "d1", "text": "Words.", **fields})


def test_beir_a_line_with_metadata_is_an_article(tmp_path: Path) -> None:
    metadata = {"published": "2025-03-04", "url": "https://example.org/a#b", "source": "Marlow Gazette"}
    (article,) = read(tmp_path, line(_id="Beyonce\u0301#1", title="Cranes", text="\nOne.\n", metadata=metadata))
    assert isinstance(article, Article)
    assert article.external_id == "Beyonce\u0301#1", "ids are not normalised: judgements name them"
    assert article.origin == f"{tmp_path / 'corpus.jsonl'}#Beyonce\u0301#1"
    assert article.title == "Cranes"
    assert article.text == "One."
    assert (article.published, article.date_source) == (date(2025, 3, 4), "metadata")
    assert (article.url, article.publisher) == ("https://example.org/a", "Marlow Gazette")


def test_beir_the_least_a_line_needs_is_an_id_and_a_text(tmp_path: Path) -> None:
    (article,) = read(
        tmp_path, '{"_id": 7, "text": "The ferry\\nkeeps to its timetable.", "title": "", "metadata": null}'
    )
    assert isinstance(article, Article)
    assert (article.external_id, article.title) == ("7", "The ferry")


def test_beir_many_lines_may_share_one_address(tmp_path: Path) -> None:
    metadata = {"url": "https://example.org/a"}
    one, two = read(tmp_path, line(_id="1", metadata=metadata), line(_id="2", metadata=metadata))
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    assert one.id != two.id


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("not json", "it is not JSON."),
        ("[" * 100_000, "it is not JSON."),
        ('{"_id": "x", "text": "cut', "it is not JSON."),
        ('["x"]', "it is not a JSON object."),
        (b'{"_id": "x", "text": "caf\xe9"}', "it is not UTF-8."),
        ('{"text": "Words."}', "it has no _id."),
        ('{"_id": " ", "text": "Words."}', "it has no _id."),
        ('{"_id": ["x"], "text": "Words."}', "it has no _id."),
        ('{"_id": "a\\u0000b", "text": "Words."}', "its _id is too long or holds control characters."),
        ('{"_id": "a\\ud800b", "text": "Words."}', "its _id is too long or holds control characters."),
        ('{"_id": "x"}', "it has no text."),
        ('{"_id": "x", "text": " \\n"}', "it has no text."),
        ('{"_id": "x", "text": 5}', "it has no text."),
        ('{"_id": "before", "text": "Other words."}', "its _id is already that of line 1."),
    ],
)
def test_beir_a_bad_line_is_named_and_the_rest_goes_on(tmp_path: Path, bad: str | bytes, reason: str) -> None:
    before, error, after = read(tmp_path, line(_id="before"), "", bad, line(_id="after"))
    assert isinstance(before, Article)
    assert isinstance(after, Article)
    assert isinstance(error, UnreadableSource)
    assert error.source == str(tmp_path / "corpus.jsonl")
    assert error.reason == f"line 3: {reason}"


def test_beir_a_line_beyond_the_limit_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    error, after = read(tmp_path, line(text="a" * 2 * MAX_FILE_BYTES), line(_id="after"))
    assert isinstance(after, Article)
    assert isinstance(error, UnreadableSource)
    assert error.reason.startswith("line 1: it is longer than 64 MiB")


def test_beir_surrogates_and_controls_in_a_text_are_made_canonical(tmp_path: Path) -> None:
    (article,) = read(tmp_path, '{"_id": "x", "text": "a\\ud800b\\u0000c", "title": "\\udfff"}')
    assert isinstance(article, Article)
    assert (article.text, article.title) == ("a\ufffdbc", "\ufffd")


def test_beir_a_doubtful_date_is_said_with_the_line_it_stands_in(tmp_path: Path) -> None:
    warning, article = read(tmp_path, line(metadata={"published": "03/04/2025"}))
    assert isinstance(article, Article)
    assert isinstance(warning, SourceWarning)
    assert article.published is None
    assert warning.source.endswith("corpus.jsonl#d1")


@given(st.text(st.characters(exclude_categories=())).filter(lambda text: canonical_text(text).strip()))
def test_beir_every_letter_of_a_plain_text_survives(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    canonical = canonical_text(text)
    (reading,) = read(tmp_path_factory.mktemp("beir"), line(text=canonical, metadata={"format": "text"}))
    if isinstance(reading, Article):
        assert reading.text == canonical_text(reading.text)
        assert list(filter(str.isalpha, reading.text)) == list(filter(str.isalpha, canonical))
    else:
        assert not any(map(str.isalpha, canonical))
