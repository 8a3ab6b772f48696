"""A news desk of our own making as a benchmark set: invented articles, and questions asked of all of them together.

    python -m benchmarks.desk FOLDER

writes `corpus.jsonl` and `gold.jsonl` to FOLDER. The model that reads has seen none of them: what it says is worth is
fitted on them, for news asks otherwise than an encyclopaedia. reader/data/README.md tells how they were written. A
line of `reader/data/desk.jsonl.gz` is an article with its sentences (an empty one ends a paragraph), or a question with
its parts: each a fact that a full answer tells, as the places [article, sentence] that tell it, any of which will do.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from assistant.evaluation.json_lines import write_objects
from benchmarks.reader.written import packed_rows

DATA = Path(__file__).parent / "reader" / "data" / "desk.jsonl.gz"

NAME = "desk"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    write_set(parser.parse_args().folder)


def write_set(folder: Path) -> Path:
    """Write the set in BEIR's form with a gold file; return the folder."""
    rows = packed_rows(DATA)
    articles = {row["id"]: row for row in rows if "id" in row}
    asked = [row for row in rows if "q" in row]
    folder.mkdir(parents=True, exist_ok=True)
    write_objects(folder / "corpus.jsonl", map(_document, articles.values()))
    write_objects(folder / "gold.jsonl", (_question(number, row, articles) for number, row in enumerate(asked)))
    return folder


def _document(article: Mapping) -> dict:
    metadata = {"published": article["published"] or None, "source": article["source"]}
    return {"_id": article["id"], "title": article["title"], "text": _text(article), "metadata": metadata}


def _text(article: Mapping) -> str:
    paragraphs = [" ".join(sentences) for is_text, sentences in groupby(article["s"], bool) if is_text]
    return "\n\n".join(paragraphs)


def _question(number: int, row: Mapping, articles: Mapping[str, Mapping]) -> dict:
    parts = [[_evidence(articles[article], sentence) for article, sentence in part] for part in row["parts"]]
    return {
        "id": f"desk-{number:03}",
        "question": row["q"],
        "type": row["kind"],
        "answerable": bool(parts),
        "answers": [row["short"]] if row["short"] else [],
        "evidence": [place for part in parts for place in part],
        "nuggets": [
            {"id": f"n{count}", "text": "", "vital": True, "evidence": part} for count, part in enumerate(parts, 1)
        ],
    }


def _evidence(article: Mapping, sentence: int) -> dict:
    text = article["s"][sentence]
    return {"doc_id": article["id"], "text": text, "start": _text(article).find(text)}


if __name__ == "__main__":
    main()
