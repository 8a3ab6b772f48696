from __future__ import annotations

from pathlib import Path

import pytest

from assistant.evaluation.errors import BadGold
from assistant.evaluation.read_gold import read_gold


def written(folder: Path, text: str, name: str = "mine.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_table_two_columns_are_enough(tmp_path: Path) -> None:
    file = written(tmp_path, "question,answer\nHow many points?,13\nWhere?,Shanghai\n")

    found = read_gold(file).questions

    assert [(q.id, q.question, q.answers) for q in found] == [
        ("row-2", "How many points?", ("13",)),
        ("row-3", "Where?", ("Shanghai",)),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_table_any_spreadsheet_may_have_written_it(tmp_path: Path, delimiter: str) -> None:
    header, row = ["Question", "Answer", "Source"], ["Where?", '"Shanghai, China; east"', "https://example.org/a"]
    file = written(tmp_path, "\ufeff" + delimiter.join(header) + "\r\n" + delimiter.join(row) + "\r\n")

    [question] = read_gold(file).questions

    assert question.answers == ("Shanghai, China; east",)
    assert question.relevance == {"https://example.org/a": 1}


def test_table_other_columns_are_fields(tmp_path: Path) -> None:
    file = written(tmp_path, "id,question,answer,answerable,desk\na1,Who?,,false,economy\n")

    [question] = read_gold(file).questions

    assert (question.id, question.answerable, question.answers) == ("a1", False, ())
    assert question.model_extra == {"desk": "economy"}


def test_table_a_cell_may_run_over_lines(tmp_path: Path) -> None:
    file = written(tmp_path, 'question,answer\n"Who\nspoke?",Li Qiang\nWhere?,Shanghai\n')

    assert [q.question for q in read_gold(file).questions] == ["Who\nspoke?", "Where?"]


@pytest.mark.parametrize(
    "written_so",
    [
        "question,answer\r\nWhere?,Genève\r\n,\r\n,\r\n",
        "question,answer,,\nWhere?,Genève,,\n,,,\n",
        "question,answer\nWhere?,Genève,,\n,,,\n \n",
        "question; answer\nWhere?;Genève\n;\n",
        "question,answer\rWhere?,Genève\r,\r",
        "answer\tquestion\nGenève\tWhere?\n\t\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_table_empty_cells_and_rows_and_a_spreadsheets_own_encoding_do_no_harm(
    tmp_path: Path, written_so: str, encoding: str
) -> None:
    file = tmp_path / "QUESTIONS.CSV"
    file.write_bytes(written_so.encode(encoding))

    [question] = read_gold(file).questions

    assert (question.question, question.answers) == ("Where?", ("Genève",))


def test_table_a_workbook_that_is_only_called_a_table_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_bytes(b"PK\x03\x04" + bytes(range(256)) * 20)

    with pytest.raises(BadGold, match=r"mine\.csv is no table: it holds binary data, not text\. Save it as CSV\."):
        read_gold(tmp_path / "mine.csv")


def test_table_half_of_a_surrogate_pair_is_a_bad_line(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_bytes(b"question,answer\nWho?,\xed\xa0\x80\n")

    with pytest.raises(BadGold, match=r"line 2: .* half of a surrogate pair"):
        read_gold(tmp_path / "mine.csv")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Q,A\nWho?,Li\n", "names no column `question`"),
        ("Q" * 200_000, "names no column `question`"),
        ("question,answer\nWho, then?,Li\n", "line 2: has more cells than the header"),
        ("question,answer\n,Li\n", "line 2: question: Field required"),
    ],
)
def test_table_what_is_wrong_is_told(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(BadGold, match=reason):
        read_gold(written(tmp_path, text))


def test_table_a_quote_that_is_never_closed_is_told_and_swallows_no_questions(tmp_path: Path) -> None:
    file = written(tmp_path, 'question,answer\nHow much?,13\nWhat did it cost?,"4.2 million\nWho?,Li\nWhere?,Oslo\n')

    with pytest.raises(BadGold, match=r"line 3: .*its quote never closed"):
        read_gold(file)


@pytest.mark.parametrize(("column", "meant"), [("Anwser", "answer"), ("sorce", "source"), ("answerible", "answerable")])
def test_table_a_column_that_is_nearly_named_right_is_not_ignored(tmp_path: Path, column: str, meant: str) -> None:
    file = written(tmp_path, f"question,{column}\nHow much?,13\n")

    with pytest.raises(BadGold, match=f"column `{column.lower()}`; if `{meant}` is meant"):
        read_gold(file)
