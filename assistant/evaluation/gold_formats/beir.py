"""A BEIR folder: `gold.jsonl` where there is one, else `queries.jsonl`; judgements from `qrels/`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant.evaluation.errors import BadGold
from assistant.evaluation.gold import BadLine, GoldQuestion, make_question
from assistant.evaluation.gold_formats.jsonl import read_jsonl, read_objects
from assistant.evaluation.gold_formats.judgements import read_judgements


def read_beir(folder: Path) -> Iterator[tuple[str, GoldQuestion | BadLine]]:
    """Yield questions with their judgements. Of bare queries only the judged ones: the file mixes all splits."""
    judgements = read_judgements(_qrels_of(folder)) if (folder / "qrels").is_dir() else {}
    if (folder / "gold.jsonl").is_file():
        for place, reading in read_jsonl(folder / "gold.jsonl"):
            if isinstance(reading, GoldQuestion) and reading.id in judgements:
                reading = reading.model_copy(update={"grades": judgements[reading.id]})
            yield place, reading
        return
    if not (folder / "queries.jsonl").is_file():
        raise BadGold(f"{folder} holds neither gold.jsonl nor queries.jsonl; check the path.")
    for place, query in read_objects(folder / "queries.jsonl"):
        if isinstance(query, BadLine):
            yield place, query
        elif (grades := judgements.get(str(query.get("_id")))) is not None:
            yield (
                place,
                make_question({"id": query["_id"], "question": query.get("text"), "grades": grades}, place),
            )


def _qrels_of(folder: Path) -> Path:
    """Return `test.tsv`, as BEIR names the split to report; else the only file there is."""
    files = sorted((folder / "qrels").glob("*.tsv"))
    named_test = [file for file in files if file.stem == "test"]
    chosen = named_test or files
    if len(chosen) != 1:
        raise BadGold(f"{folder / 'qrels'} holds no test.tsv and {len(files)} other files; leave one there.")
    return chosen[0]
