"""TREC CAsT 2020 (Dalton et al.): conversations whose every turn a person rewrote so that it stands by itself.

There are no passages: a turn is a question whose gold answer is its manual rewrite, and only rewriting is asked for.
"""

from __future__ import annotations

import json
from pathlib import Path

from assistant.evaluation.json_lines import write_objects

_SOMETHING_TO_SEARCH = {"_id": "none", "title": "", "text": "This set has no passages."}


def convert(file: Path, folder: Path) -> None:
    """Write `corpus.jsonl` and `gold.jsonl` into `folder`. What the assistant replied is not known."""
    gold = []
    for topic in json.loads(file.read_text(encoding="utf-8")):
        said: list[dict[str, str]] = []
        for turn in topic["turn"]:
            question, rewrite = turn["raw_utterance"], turn["manual_rewritten_utterance"]
            gold.append(
                {
                    "id": f"{topic['number']}-{turn['number']}",
                    "question": question,
                    "answers": [rewrite],
                    "history": list(said),
                    "needs_rewriting": question.strip() != rewrite.strip(),
                }
            )
            said.append({"role": "user", "content": question})
    folder.mkdir(parents=True, exist_ok=True)
    write_objects(folder / "corpus.jsonl", [_SOMETHING_TO_SEARCH])
    write_objects(folder / "gold.jsonl", gold)
