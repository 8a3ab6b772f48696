from __future__ import annotations

import gzip
import json
from pathlib import Path

from benchmarks.archive import write_set
from benchmarks.reader.labelled import unit_key

DREW = "Ida Brandt drew the bridge, and nobody helped her."
ARTICLE = {"_id": "n001", "title": "Bridge opened", "text": f"{DREW}\nJon Moe opened it.", "metadata": {}}
ASKED = [
    {"q": "Who designed it?", "kind": "fact", "writer": "v4", "right": [["n001", unit_key(DREW), "Ida Brandt"]]},
    {"q": "Who paid for it?", "kind": "unanswerable", "writer": "v5", "right": []},
    {"q": "Who learned from this?", "kind": "fact", "writer": "v1", "right": [["n001", unit_key(DREW), ""]]},
]


def test_archive_write_set_asks_what_was_kept_back(tmp_path: Path) -> None:
    news, labelled = tmp_path / "news.jsonl", tmp_path / "labelled.jsonl.gz"
    news.write_text(json.dumps(ARTICLE), encoding="utf-8")
    with gzip.open(labelled, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in ASKED)
    folder = write_set(news, tmp_path / "archive", labelled)

    gold = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["question"], row["answerable"]) for row in gold] == [
        ("Who designed it?", True),
        ("Who paid for it?", False),
    ]
    assert gold[0]["answers"] == ["Ida Brandt"]
    assert gold[0]["evidence"] == [{"doc_id": "n001", "text": DREW}]
    assert (folder / "corpus.jsonl").read_bytes() == news.read_bytes()
