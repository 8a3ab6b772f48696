"""WiCE (Kamoi et al. 2023): claims, each with an article's sentences and those of them that support it.

A claim is asked like a question about its own article. Of the several sets of sentences that support it, every
sentence counts as gold, so that recall is a lower bound.
"""

from __future__ import annotations

import json
from pathlib import Path

from assistant.evaluation.json_lines import write_objects
from corpus.text.canonical import canonical_text

_BETWEEN = "\n\n"
_AS_TEXT = {"format": "text"}
"""Sentences are paragraphs of their own, and their marks are part of them."""


def convert(file: Path, folder: Path) -> None:
    """Write `corpus.jsonl` and `gold.jsonl` into `folder`; an article has one sentence a line."""
    corpus, gold = [], []
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            sentences = sentences_of(entry)
            corpus.append(
                {"_id": entry["meta"]["id"], "title": "", "text": _BETWEEN.join(sentences), "metadata": _AS_TEXT}
            )
            gold.append(_claim(entry, sentences))
    folder.mkdir(parents=True, exist_ok=True)
    write_objects(folder / "corpus.jsonl", corpus)
    write_objects(folder / "gold.jsonl", gold)


def sentences_of(entry: dict) -> list[str]:
    """An entry's sentences as they stand in the article that is made of them."""
    return [" ".join(canonical_text(sentence).split()) for sentence in entry["evidence"]]


def _claim(entry: dict, sentences: list[str]) -> dict[str, object]:
    id_ = entry["meta"]["id"]
    supporting = sorted({number for numbers in entry["supporting_sentences"] for number in numbers})
    return {
        "id": id_,
        "question": entry["claim"],
        "answerable": entry["label"] != "not_supported",
        "evidence": [
            {"doc_id": id_, "text": sentences[number], "start": _start(sentences, number)} for number in supporting
        ],
        "documents": [id_],
        "label": entry["label"],
    }


def _start(sentences: list[str], number: int) -> int:
    """Where the sentence of this number begins in the lines together."""
    return sum(len(sentence) + len(_BETWEEN) for sentence in sentences[:number])
