from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.article import Article, SourceWarning
from corpus.errors import UnreadableSource
from corpus.readers import Reading, read_articles

FULL = """---
title: Cranes stand still in Port Marlow
url: https://Example.org/marlow/cranes?utm_source=mail#top
publisher: Marlow Gazette
author: Ines Calder
published: 2025-03-04
language: en-GB
---

Two of the three cranes have *failed*.

The repair takes nine days.
"""


def read(folder: Path, content: str) -> list[Reading]:
    file = folder / "story.md"
    file.write_text(content, encoding="utf-8")
    return list(read_articles(file))


def read_one(folder: Path, content: str) -> Article:
    (article,) = read(folder, content)
    assert isinstance(article, Article)
    return article


def test_markdown_all_front_matter_reaches_the_article(tmp_path: Path) -> None:
    article = read_one(tmp_path, FULL)
    assert article.title == "Cranes stand still in Port Marlow"
    assert article.url == article.external_id == "https://example.org/marlow/cranes"
    assert article.publisher == "Marlow Gazette"
    assert article.author == "Ines Calder"
    assert article.published == date(2025, 3, 4)
    assert article.date_source == "front-matter"
    assert article.language == "en"
    assert article.origin == str(tmp_path / "story.md")


def test_markdown_the_text_is_what_stands_below_the_front_matter_without_marks(tmp_path: Path) -> None:
    article = read_one(tmp_path, FULL)
    assert article.text == "Two of the three cranes have failed.\n\nThe repair takes nine days."


def test_markdown_without_front_matter_all_is_text(tmp_path: Path) -> None:
    article = read_one(tmp_path, "# The ferry ##\n\nIt keeps to its timetable.\n\n---\n\nMore.\n")
    assert article.title == "The ferry"
    assert article.text == "The ferry\n\nIt keeps to its timetable.\n\nMore."
    assert article.url is None
    assert article.published is None
    assert article.date_source is None
    assert article.external_id == "story.md"


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("Some words.\n\n## Second level\n\n# First level", "Second level"),
        (
            "```sh\n# a comment\n```\n\n# The **ferry** [is `late`](https://example.org) today",
            "The ferry is late today",
        ),
        ("~~~\n# a comment that goes on", "# a comment that goes on"),
        ("#nospace is no heading\n\nwords", "#nospace is no heading"),
        ("A line without a heading\nand another", "A line without a heading and another"),
        ("\n\n" + "long " * 100, "long " * 23 + "long…"),
    ],
)
def test_markdown_a_title_is_the_first_heading_else_the_first_line_else_the_name(
    tmp_path: Path, body: str, title: str
) -> None:
    assert read_one(tmp_path, body).title == title


def test_markdown_values_are_taken_as_they_were_written(tmp_path: Path) -> None:
    article = read_one(tmp_path, "---\ntitle: 2025\nauthor: [A. One, B. Two]\nlanguage: no\npublisher: ~\n---\nWords.")
    assert (article.title, article.author, article.language, article.publisher) == (
        "2025",
        "A. One, B. Two",
        "no",
        None,
    )


@pytest.mark.parametrize(
    "front",
    [
        """---
date: 2025-03-04
authors:
  - A. One
  - B. Two
lang: de
link: https://example.org/a
site: The Post
---""",
        """---
Date: 2025-03-04
Authors: A. One, B. Two
lang: de
canonical_url: https://example.org/a
source: The Post
...""",
        """+++
date = 2025-03-04
authors = ["A. One", "B. Two"]
lang = "de"
url = "https://example.org/a"
publisher = "The Post"
+++""",
    ],
)
def test_markdown_front_matter_is_read_by_the_names_that_others_use(tmp_path: Path, front: str) -> None:
    article = read_one(tmp_path, f"{front}\nWords.")
    assert (article.text, article.author, article.language) == ("Words.", "A. One, B. Two", "de")
    assert (article.published, article.date_source) == (date(2025, 3, 4), "front-matter")
    assert (article.url, article.publisher) == ("https://example.org/a", "The Post")


@pytest.mark.parametrize(
    ("written", "title"),
    [("Cranes: a story", "Cranes: a story"), ("@harbour in pictures", "@harbour in pictures"), ("'open", "'open")],
)
def test_markdown_a_title_that_is_no_yaml_is_read_as_it_stands_and_said(
    tmp_path: Path, written: str, title: str
) -> None:
    warning, article = read(tmp_path, f"---\nauthor: Ines Calder\ntitle: {written}\n---\nWords.")
    assert isinstance(article, Article)
    assert isinstance(warning, SourceWarning)
    assert (article.title, article.author) == (title, "Ines Calder")
    assert "line" in warning.reason


def test_markdown_our_own_names_go_first(tmp_path: Path) -> None:
    article = read_one(tmp_path, "---\ndate: soon\nlang: de\nlanguage: ~\npublished: 2025-03-04\n---\nWords.")
    assert (article.published, article.language) == (date(2025, 3, 4), "de")


def test_markdown_a_rule_at_the_beginning_is_no_front_matter(tmp_path: Path) -> None:
    assert read_one(tmp_path, "---\n\nThe ferry.\n\n---\n\nMore.").text == "The ferry.\n\nMore."


def test_markdown_a_front_matter_that_is_empty_is_none(tmp_path: Path) -> None:
    assert read_one(tmp_path, "---\n---\nWords.").text == "Words."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            "---\ntitle: Cranes: a story\n& just words\n---\nWords.",
            "not YAML, line 2: mapping values are not allowed here",
        ),
        ("---\ntitle: Cranes\ndraft: true\n---\nWords.", "says that it is a draft"),
        ("---\ntitle: Cranes\n\nWords.", "no closing line '---'"),
        ("+++\ntitle: Cranes\n+++\nWords.", "is not TOML: Expected '=' after a key in a key/value pair (at line 2"),
        ("+++\ntitle = 'Cranes'\n\nWords.", "no closing line '+++'"),
        ("+++\na = " + "[" * 20_000 + "\n+++\nWords.", "nested too deeply"),
        ("---\njust words\n---\nWords.", "not a list of names and values"),
        ('---\ntitle: "\\UFFFFFFFF"\n---\nWords.', "a character that does not exist"),
        ('---\ntitle: "\\U00110000"\n---\nWords.', "a character that does not exist"),
        ("---\na: " + "[" * 20_000 + "\n---\nWords.", "nested too deeply"),
        ("---\n" + "a: b\n" * 20_000 + "---\nWords.", "longer than"),
        ("---\na: !!python/object:os.system x\n---\n", "holds no text"),
    ],
)
def test_markdown_broken_front_matter_makes_a_file_unreadable_and_names_the_problem(
    tmp_path: Path, content: str, reason: str
) -> None:
    (error,) = read(tmp_path, content)
    assert isinstance(error, UnreadableSource)
    assert error.source == str(tmp_path / "story.md")
    assert reason in error.reason


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("26s /9999999999999999999999999999999999999999h", "not a date"),
        ("03/04/2025", "more than one way"),
        ("soon", "not a date"),
        ("2999-01-01", "in the future"),
    ],
)
def test_markdown_a_doubtful_date_is_said_and_the_article_has_none(tmp_path: Path, written: str, why: str) -> None:
    warning, article = read(tmp_path, f"---\npublished: {written}\n---\nWords.")
    assert isinstance(article, Article)
    assert isinstance(warning, SourceWarning)
    assert article.published is None
    assert article.date_source is None
    assert warning.source == article.origin
    assert why in warning.reason
    assert written in warning.reason


def test_markdown_an_address_that_is_no_web_address_is_said_and_the_article_has_none(tmp_path: Path) -> None:
    warning, article = read(tmp_path, "---\nurl: javascript:alert(1)\n---\nWords.")
    assert isinstance(article, Article)
    assert isinstance(warning, SourceWarning)
    assert article.url is None
    assert article.external_id == "story.md"
    assert "javascript:alert(1)" in warning.reason


def test_markdown_foreign_fields_are_bounded_and_on_one_line(tmp_path: Path) -> None:
    article = read_one(tmp_path, f'---\ntitle: "a\\n\\tb\\0c"\nauthor: {"x" * 5000}\n---\nWords.')
    assert article.title == "a bc"
    assert article.author is not None
    assert len(article.author) == 300
