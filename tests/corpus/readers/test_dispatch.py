from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article
from corpus.errors import UnreadableSource
from corpus.readers import beir, dispatch, formats, read_articles
from corpus.readers.formats import Format
from corpus.readers.source_file import LeftOut
from corpus.text.canonical import canonical_text


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"The words of {name}.")


def names_of(folder: Path) -> list[str]:
    return [reading.external_id for reading in read_articles(folder) if isinstance(reading, Article)]


def left_out_of(folder: Path) -> list[tuple[str, str]]:
    return [(reading.name, reading.ending) for reading in read_articles(folder) if isinstance(reading, LeftOut)]


def error_in(place: Path) -> UnreadableSource:
    (error,) = read_articles(place)
    assert isinstance(error, UnreadableSource)
    return error


def test_dispatch_a_folder_is_read_with_the_folders_below_it_in_order(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a.md", "sub/deep/c.markdown", "sub/B.TXT")
    assert names_of(tmp_path) == ["a.md", "b.txt", "sub/B.TXT", "sub/deep/c.markdown"]


def test_dispatch_every_format_is_read(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "b.txt")
    for name in ("c.html", "d.htm"):
        (tmp_path / name).write_text("<html><body><p>The words of a page that says something.</p></body></html>")
    (tmp_path / "corpus.jsonl").write_text('{"_id": "e", "text": "The words of a line."}\n')
    assert names_of(tmp_path) == ["a.md", "b.txt", "c.html", "e", "d.htm"]


def test_dispatch_files_of_other_kinds_are_told_and_hidden_ones_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", ".hidden.txt", ".git/notes.md", "picture.PNG", "sub/data.json", "README")
    assert names_of(tmp_path) == ["a.txt"]
    assert left_out_of(tmp_path) == [("README", ""), ("picture.PNG", ".png"), ("sub/data.json", ".json")]


def test_dispatch_the_queries_beside_a_beir_corpus_are_no_articles(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"_id": "d1", "text": "The words of a line."}\n')
    (tmp_path / "queries.jsonl").write_text('{"_id": "q1", "text": "What do the words say?"}\n')
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    assert names_of(tmp_path) == ["d1"]
    assert [name for name, _ in left_out_of(tmp_path)] == ["queries.jsonl", "qrels/test.tsv"]


def test_dispatch_tables_in_a_folder_without_a_beir_corpus_are_read(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.csv").write_text("id,text\nc1,The words of a row.\n")
    (tmp_path / "sub" / "b.jsonl").write_text('{"id": "j1", "text": "The words of a line."}\n')
    assert names_of(tmp_path) == ["c1", "j1"]


def test_dispatch_a_jsonl_file_of_any_name_is_read_when_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text('{"_id": "d1", "text": "The words of a line."}\n')
    assert names_of(tmp_path / "mine.jsonl") == ["d1"]


def test_dispatch_a_file_keeps_its_origin_however_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "sub/a.txt")
    monkeypatch.chdir(tmp_path)
    origins = {
        reading.origin
        for place in ("sub", "./sub/a.txt", str(tmp_path), "sub/../sub")
        for reading in read_articles(Path(place))
        if isinstance(reading, Article)
    }
    assert origins == {str(tmp_path / "sub" / "a.txt")}


def test_dispatch_a_file_of_another_kind_is_named_with_the_kinds_that_can_be_read(tmp_path: Path) -> None:
    write(tmp_path, "story.xyz", "story.doc")
    assert ".md, .markdown, .txt, .html, .htm, .pdf, .docx" in error_in(tmp_path / "story.xyz").reason
    assert error_in(tmp_path / "story.doc").reason == "it is Word 97; save it as .docx."


def test_dispatch_a_folder_with_the_name_of_a_file_is_a_folder(tmp_path: Path) -> None:
    write(tmp_path, "story.md/inner.md")
    assert names_of(tmp_path) == ["story.md/inner.md"]


def test_dispatch_a_link_that_leads_nowhere_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "z.txt")
    (tmp_path / "broken.md").symlink_to(tmp_path / "gone.md")
    (tmp_path / "itself.md").symlink_to(tmp_path / "itself.md")
    readings = list(read_articles(tmp_path))
    assert names_of(tmp_path) == ["a.txt", "z.txt"]
    assert [reading.reason for reading in readings if isinstance(reading, UnreadableSource)] == [
        "it cannot be read (no such file or directory).",
        "it cannot be read (too many levels of symbolic links).",
    ]


def test_dispatch_a_loop_of_links_ends(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "sub/b.txt")
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "sub")
    assert sorted(name.rpartition("/")[2] for name in names_of(tmp_path)) == ["a.txt", "b.txt"]


def test_dispatch_a_pipe_is_named_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert error_in(tmp_path).reason == "it is not a regular file."


def test_dispatch_a_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.txt")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # file modes do not bind root, who may run the tests
    assert error_in(tmp_path).reason == "it cannot be read (permission denied)."


def test_dispatch_a_folder_that_may_not_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.txt", "barred/b.txt")
    listed = os.scandir

    def refuse_barred(folder: str) -> Iterator[os.DirEntry[str]]:
        if str(folder).endswith("barred"):
            raise PermissionError(13, "Permission denied", str(folder))
        return listed(folder)

    monkeypatch.setattr(os, "scandir", refuse_barred)
    article, error = read_articles(tmp_path)
    assert isinstance(article, Article)
    assert isinstance(error, UnreadableSource)
    assert error.source == str(tmp_path / "barred")


def test_dispatch_a_name_that_is_no_unicode_can_still_be_stored(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    (tmp_path / name).write_text("...")
    (article,) = read_articles(tmp_path)
    assert isinstance(article, Article)
    assert article.external_id == "caf\\xe9.txt"
    assert article.title == "caf\\xe9"
    assert article.origin.encode().endswith(b"caf\\xe9.txt")


MARKUP = st.lists(
    st.sampled_from(
        [
            *("---\n", "title: a\n", "published: 2025-03-04\n", "url: [", "# ", "\n", "- ", "{", "}", '"', ":", "\\"),
            *('{"_id": "1", "text": "', '"}\n', "<p>", "</p>", "<title>", "<meta charset=", "<script>", "<!--", "&#0;"),
            *("Two of the three cranes have failed. ", "\x00", "\ud800", "\u0301", "\r", "é", "漢", "\ufeff"),
        ]
    ),
    max_size=30,
).map(lambda pieces: "".join(pieces).encode("utf-8", "surrogatepass"))


@given(
    raw=st.binary(max_size=200) | MARKUP,
    kind=st.sampled_from([".md", ".txt", ".html", ".jsonl", ".csv", ".eml", ".rst", ".rtf", ".pdf"]),
)
def test_dispatch_any_bytes_become_articles_that_can_be_stored_or_are_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, kind: str
) -> None:
    file = tmp_path_factory.getbasetemp() / f"story{kind}"
    file.write_bytes(raw)
    for reading in read_articles(file):
        if isinstance(reading, Article):
            assert reading.text == canonical_text(reading.text)
            assert reading.text.strip()
            assert reading.title.strip()
            repr(asdict(reading)).encode()
        else:
            assert not isinstance(reading, LeftOut)
            assert reading.source
            assert reading.reason.endswith(".")


def test_dispatch_a_source_over_which_its_reader_stumbles_is_named_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.txt", "b.md", "c.txt")
    monkeypatch.setitem(formats._BY_SUFFIX, ".md", Format("markdown", (".md",), stumble))
    first, error, last = read_articles(tmp_path)
    assert (isinstance(first, Article), isinstance(last, Article)) == (True, True)
    assert isinstance(error, UnreadableSource)
    assert (error.source, error.reason) == (
        str(tmp_path / "b.md"),
        "it cannot be read as an article (ZeroDivisionError).",
    )


def test_dispatch_a_line_over_which_its_reader_stumbles_is_named_and_the_next_lines_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corpus.jsonl").write_text("".join(f'{{"_id": "{id_}", "text": "Words."}}\n' for id_ in "abc"))
    read_line, finish = beir._read_line, dispatch.finish
    monkeypatch.setattr(
        beir, "_read_line", lambda line, number, ids: stumble() if number == 1 else read_line(line, number, ids)
    )
    monkeypatch.setattr(
        dispatch,
        "finish",
        lambda draft, name, origin: stumble() if draft.external_id == "b" else finish(draft, name, origin),
    )
    *errors, article = read_articles(tmp_path)
    assert isinstance(article, Article)
    assert article.external_id == "c"
    assert [error.reason for error in errors if isinstance(error, UnreadableSource)] == [
        "line 1: it cannot be read as an article (ZeroDivisionError).",
        "it cannot be read as an article (ZeroDivisionError).",
    ]


def stumble(*_: object) -> NoReturn:
    raise ZeroDivisionError("words of the source")
