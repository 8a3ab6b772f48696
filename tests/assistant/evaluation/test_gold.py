from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.errors import BadGold
from assistant.evaluation.read_gold import read_gold
from tests.assistant.evaluation.builders import gold


def written(folder: Path, *lines: str | dict[str, Any]) -> Path:
    file = folder / "gold.jsonl"
    text = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    file.write_text("".join(line + "\n" for line in text), encoding="utf-8")
    return file


FIRST, SECOND = {"id": "q1", "question": "Who spoke?"}, {"id": "q2", "question": "When?"}


def test_gold_a_line_that_is_not_json_is_named_by_its_number(tmp_path: Path) -> None:
    file = written(tmp_path, FIRST, "{not json", SECOND)

    with pytest.raises(BadGold, match=r"gold\.jsonl line 2: is not JSON .*\n.*--skip-bad"):
        read_gold(file)


def test_gold_bad_lines_can_be_skipped_and_are_listed(tmp_path: Path) -> None:
    file = written(tmp_path, FIRST, "{not json", "[]", {"id": "q3"}, FIRST, SECOND)

    found = read_gold(file, skip_bad=True)

    assert [question.id for question in found.questions] == ["q1", "q2"]
    assert [str(line) for line in found.skipped] == [
        "gold.jsonl line 2: is not JSON (Expecting property name enclosed in double quotes at column 2).",
        "gold.jsonl line 3: is not a JSON object.",
        "gold.jsonl line 4: question: Field required.",
        "gold.jsonl line 5: the id q1 is already that of gold.jsonl line 1.",
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"id": "", "question": "Who?"}, "id: String should have at least 1 character"),
        ({"id": "q", "question": "Who?", "evidence": [{"text": "x"}]}, "evidence.0.doc_id: Field required"),
        ({"id": "q", "question": "Who?", "evidence": [{"doc_id": "d", "start": -1}]}, "evidence.0.start"),
        ({"id": "q", "question": "Who?", "history": [{"role": "narrator", "content": "x"}]}, "history.0.role"),
        ({"id": "q", "question": "Who?", "answerable": "perhaps"}, "answerable"),
    ],
)
def test_gold_a_wrong_field_is_named(tmp_path: Path, line: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadGold, match=reason):
        read_gold(written(tmp_path, line))


def test_gold_many_bad_lines_are_counted_rather_than_listed(tmp_path: Path) -> None:
    with pytest.raises(BadGold, match=r"line 5: .*\n\.\.\. and 7 more\."):
        read_gold(written(tmp_path, *["no"] * 12))


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_gold_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text(content)

    with pytest.raises(BadGold, match="holds no question"):
        read_gold(file)


def test_gold_a_path_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadGold, match="does not exist"):
        read_gold(tmp_path / "nowhere.jsonl")


def test_gold_a_file_of_another_kind_is_told(tmp_path: Path) -> None:
    (tmp_path / "gold.docx").write_text("x")

    with pytest.raises(BadGold, match="no gold file"):
        read_gold(tmp_path / "gold.docx")


def test_gold_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_bytes('{"id": "1", "question": "où"}'.encode("latin-1"))

    with pytest.raises(BadGold, match="not UTF-8"):
        read_gold(tmp_path / "gold.jsonl")


def test_gold_drafts_are_left_out_and_counted(tmp_path: Path) -> None:
    found = read_gold(written(tmp_path, FIRST, {**SECOND, "draft": True}))

    assert (len(found.questions), found.drafts) == (1, 1)


def test_gold_nothing_but_drafts_is_no_gold(tmp_path: Path) -> None:
    with pytest.raises(BadGold, match="but drafts"):
        read_gold(written(tmp_path, {**FIRST, "draft": True}))


def test_gold_numbers_as_ids_and_a_single_answer_are_taken_as_they_are_meant(tmp_path: Path) -> None:
    [question] = read_gold(written(tmp_path, {"id": 7, "question": "How many?", "answers": "13"})).questions

    assert (question.id, question.answers) == ("7", ("13",))


@pytest.mark.parametrize("answer", ["🦊 fox", "naïve\u0301", "العربية", "line\u2028end", "\x00nul"])
def test_gold_odd_unicode_survives(tmp_path: Path, answer: str) -> None:
    [question] = read_gold(written(tmp_path, {**FIRST, "answers": [answer]})).questions

    assert question.answers == (answer,)


def test_gold_a_lone_surrogate_is_a_bad_line(tmp_path: Path) -> None:
    with pytest.raises(BadGold, match="line 1: holds half of a surrogate pair"):
        read_gold(written(tmp_path, {**FIRST, "answers": ["\ud800"]}))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1" * 5_000, "holds a number of thousands of digits, or is nested too deeply"),
        ("[" * 100_000, "holds a number of thousands of digits, or is nested too deeply"),
        ("[" * 300 + "]" * 300, "is nested too deeply"),
    ],
)
def test_gold_json_that_no_program_can_take_is_a_bad_line(tmp_path: Path, value: str, reason: str) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text(f'{{"id": "q1", "question": "Who?", "mine": {value}}}\n')

    with pytest.raises(BadGold, match=f"line 1:? {reason}"):
        read_gold(file)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"answerable": False}, False),
        ({"answers": ["13"]}, True),
        ({"evidence": [{"doc_id": "d1"}]}, True),
        ({"answers": ["I do not know"], "answerable": False}, False),
    ],
)
def test_gold_what_is_known_of_the_answer_tells_whether_there_is_one(
    fields: dict[str, Any], expected: bool | None
) -> None:
    assert gold(**fields).is_answerable is expected


def test_gold_judgements_count_before_evidence() -> None:
    question = gold(evidence=[{"doc_id": "d1"}], grades={"d2": 2, "d3": 0})

    assert question.relevance == {"d2": 2}


def test_gold_fields_of_ones_own_are_kept() -> None:
    assert gold(type="date", desk="economy").model_extra == {"type": "date", "desk": "economy"}


def test_gold_equal_questions_have_one_fingerprint_whatever_their_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    one, other = written(tmp_path, FIRST, SECOND), written(tmp_path / "a", FIRST, "", SECOND)

    assert read_gold(one).fingerprint == read_gold(other).fingerprint
    assert read_gold(one).fingerprint != read_gold(written(tmp_path, FIRST)).fingerprint
