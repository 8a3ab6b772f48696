"""RAMDocs (Wang et al. 2025): each question has its own documents, which conflict, mislead or say nothing."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.evaluation.json_lines import write_objects

_SAYS_NOTHING = "noise"


def convert(file: Path, folder: Path) -> None:
    """Write `corpus.jsonl` and `gold.jsonl` into `folder`: all documents together, and for each question which
    of them may be searched."""
    corpus, gold = [], []
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            entry = json.loads(line)
            ids = [f"{number}-{position}" for position in range(len(entry["documents"]))]
            corpus += [
                {"_id": id_, "title": "", "text": document["text"]}
                for id_, document in zip(ids, entry["documents"], strict=True)
            ]
            gold.append(_question(str(number), entry, ids))
    folder.mkdir(parents=True, exist_ok=True)
    write_objects(folder / "corpus.jsonl", corpus)
    write_objects(folder / "gold.jsonl", gold)


def _question(id_: str, entry: dict, ids: list[str]) -> dict[str, object]:
    kinds = dict(zip(ids, entry["documents"], strict=True))
    said = {document["answer"] for document in kinds.values() if document["type"] != _SAYS_NOTHING}
    return {
        "id": id_,
        "question": entry["question"],
        "answers": entry["gold_answers"],
        "wrong_answers": entry["wrong_answers"],
        "answerable": True,
        "evidence": [{"doc_id": name} for name, document in kinds.items() if document["type"] == "correct"],
        "documents": ids,
        "type": "conflict",
        "has_conflict": len(said) > 1,
    }
