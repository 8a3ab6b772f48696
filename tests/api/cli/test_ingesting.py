from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.article import Article
from corpus.readers import read_articles
from corpus.store import DataFolder, open_store_writer
from tests.api.cli.conftest import Command
from tests.corpus.readers.files import zipped_parts
from tests.corpus.store.examples import put_unsplit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "chips.md").write_text("---\ntitle: Chips\n---\nChips are scarce in every country.\n")
    (folder / "rules.txt").write_text("China wants common rules for artificial intelligence.\n")
    return folder


def test_ingest_each_article_is_reported_and_the_same_again_changes_nothing(assistant: Command, folder: Path) -> None:
    first, second = assistant("ingest", folder), assistant("ingest", folder)

    assert (first.code, second.code) == (0, 0)
    assert sorted(line.split()[0] for line in first.out.splitlines()[:2]) == ["created", "created"]
    assert first.out.splitlines()[-1] == "2 created."
    assert second.out.splitlines() == ["2 unchanged."]


def test_ingest_what_cannot_be_read_is_named_and_the_rest_goes_on(assistant: Command, folder: Path) -> None:
    (folder / "broken.txt").write_bytes(b"\x00\x01\x02 binary \x00" * 100)

    done = assistant("ingest", folder)

    assert done.code == 1
    assert "broken.txt" in done.err
    assert done.out.splitlines()[-1] == "2 created, 1 could not be read."


def test_ingest_files_of_other_kinds_are_counted_by_their_ends(assistant: Command, folder: Path) -> None:
    for name in ("a.png", "b.PNG", "c.exe", "notes"):
        (folder / name).write_bytes(b"x")

    done, again = assistant("ingest", folder), assistant("ingest", folder, "--json")

    assert done.code == 0
    assert done.out.splitlines()[-2:] == [
        "2 created.",
        "4 files of other kinds left out (.png 2, .exe 1, without ending 1).",
    ]
    assert json.loads(again.out)["left_out"] == {".png": 2, ".exe": 1, "": 1}


def test_ingest_columns_of_a_table_can_be_named(assistant: Command, tmp_path: Path) -> None:
    table = tmp_path / "boats.csv"
    table.write_text("nr,words\n1,The ferry was sold.\n")

    unnamed = assistant("ingest", table)
    named = assistant("ingest", table, "--columns", "text=words,id=nr")
    wrong = assistant("ingest", table, "--columns", "words=text")

    assert unnamed.code == 1
    assert "no column is called text; its columns are: nr, words" in unnamed.err
    assert (named.code, named.out.splitlines()[-1]) == (0, "1 created.")
    assert wrong.code == 2
    assert "field=column" in " ".join(wrong.err.split())


def test_ingest_a_hostile_document_costs_one_sentence_and_the_rest_goes_on(assistant: Command, folder: Path) -> None:
    (folder / "bomb.docx").write_bytes(zipped_parts({"word/document.xml": bytes(600 * 2**20)}))
    (folder / "fake.pdf").write_bytes(b"%PDF-1.4 fake")

    done = assistant("ingest", folder)

    assert done.code == 1
    assert done.out.splitlines()[-1] == "2 created, 2 could not be read."
    assert "bomb.docx: unpacked it is larger than 512 MiB; split it." in done.err
    assert "fake.pdf: it is no PDF file, or damaged or cut short." in done.err


def test_ingest_of_two_folders_with_files_of_one_name_the_way_to_have_both_is_told(
    assistant: Command, folder: Path, tmp_path: Path
) -> None:
    for name in ("north", "south"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.md").write_text(f"The news of the {name}.")

    done = assistant("ingest", tmp_path / "north", tmp_path / "south")

    (told,) = [line for line in done.out.splitlines() if line.startswith("conflict index.md")]
    assert told.endswith("give it a url in its front matter, or ingest the folder above both")
    above = assistant("ingest", tmp_path / "north" / "..")
    assert "conflict" not in above.out


def test_ingest_a_report_can_be_read_by_a_program(assistant: Command, folder: Path) -> None:
    (folder / "broken.txt").write_bytes(b"\x00\x01\x02 binary \x00" * 100)

    body = json.loads(assistant("ingest", folder, "--json").out)

    assert body["counts"]["created"] == 2
    assert body["counts"]["unchanged"] == 0
    assert [source["source"].endswith("broken.txt") for source in body["unreadable"]] == [True]


def test_ingest_sync_removes_what_is_gone(assistant: Command, folder: Path) -> None:
    assistant("ingest", folder)
    (folder / "rules.txt").unlink()

    done = assistant("ingest", folder, "--sync")

    assert done.out.splitlines()[-1] == "1 unchanged, 1 removed."
    assert len(json.loads(assistant("articles", "list", "--json").out)["data"]) == 1


def test_ingest_nothing_is_read_when_there_are_articles_and_only_an_empty_folder_should_be_filled(
    assistant: Command, folder: Path
) -> None:
    assistant("ingest", "--if-empty", folder / "chips.md")

    done = assistant("ingest", "--if-empty", folder)

    assert (done.code, done.out) == (0, "Nothing to do.\n")
    assert len(json.loads(assistant("articles", "list", "--json").out)["data"]) == 1


def test_ingest_what_an_older_version_stored_before_it_was_killed_is_told_and_indexed_though_nothing_is_read(
    assistant: Command, folder: Path, tmp_path: Path
) -> None:
    with open_store_writer(DataFolder(tmp_path / "data")) as store:
        put_unsplit(store, [one for one in read_articles(folder) if isinstance(one, Article)])

    assert json.loads(assistant("status", "--json").out)["not_found_yet"] == 2
    assistant("ingest", "--if-empty", folder)
    assert json.loads(assistant("status", "--json").out)["not_found_yet"] == 0

    assert json.loads(assistant("search", "chips", "--json").out)["data"]


@pytest.mark.parametrize("path", ["missing", "empty"])
def test_ingest_a_path_without_articles_is_told_in_one_sentence(assistant: Command, tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()

    done = assistant("ingest", tmp_path / path)

    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert path in done.err


def test_ingest_a_folder_that_another_writer_holds_is_left_alone(
    assistant: Command, folder: Path, tmp_path: Path
) -> None:
    with open_store_writer(DataFolder(tmp_path / "data")):
        done = assistant("ingest", folder)

    assert (done.code, done.out) == (3, "")
    assert len(done.err.splitlines()) == 1


def test_ingest_rebuilding_makes_a_new_generation_of_the_same_articles(assistant: Command, folder: Path) -> None:
    assistant("ingest", folder)
    before = json.loads(assistant("status", "--json").out)

    done = assistant("rebuild")

    after = json.loads(assistant("status", "--json").out)
    assert done.code == 0
    assert after["live_generation"] != before["live_generation"]
    assert (after["articles"], after["passages"]) == (before["articles"], before["passages"])


def test_ingest_ctrl_c_keeps_what_was_reported_and_the_same_command_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number}.txt").write_text(f"Country number {number} makes {number * 7} chips a year.\n")
    # Whoever runs the tests in the background may have them ignore Ctrl-C, which children inherit.
    command = ["env", "--default-signal=INT", Path(sys.executable).with_name("assistant"), "ingest", folder]
    environment = {**os.environ, "ASSISTANT_DATA": str(tmp_path / "data")}

    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("created ")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    created, unchanged = map(int, re.findall(r"(\d+) (?:created|unchanged)", "0 created " + again.stdout)[-2:])
    assert process.returncode == 130
    assert "is kept" in err
    assert "Traceback" not in err
    assert created + unchanged == 40
    assert unchanged >= 1 + out.count("created ")
