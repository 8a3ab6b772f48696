from __future__ import annotations

import gzip
import json

from assistant.reading.models.packaged import PackagedModel
from benchmarks.reader.labelled import Archive, unit_key
from benchmarks.reader.measure import is_answered_first, labelled_kept_back

DREW, RAINED = "The wooden bridge was drawn by Ida Brandt.", "It rained in the hills all day."
ASKED, UNANSWERED = "Who drew the wooden bridge?", "Who opened the great bridge?"


def test_is_answered_first_of_a_question_whose_likeliest_unit_answers(tmp_path) -> None:
    news, labelled = tmp_path / "news.jsonl", tmp_path / "labelled.jsonl.gz"
    news.write_text(json.dumps({"_id": "n001", "title": "Bridge", "text": f"{RAINED}\n{DREW}"}), encoding="utf-8")
    drew, rained = (["n001", unit_key(text)] for text in (DREW, RAINED))
    rows = [
        {"q": ASKED, "writer": "v4", "right": [[*drew, ""]], "wrong": [rained]},
        {"q": UNANSWERED, "writer": "v4", "right": [], "wrong": [drew]},
    ]
    with gzip.open(labelled, "wt", encoding="utf-8") as lines:
        lines.write("".join(f"{json.dumps(row)}\n" for row in rows))

    (units,) = labelled_kept_back(Archive(news), labelled)
    assert [one.text for one in units] == [DREW, RAINED]
    assert is_answered_first(PackagedModel(), units)
