"""An archive of real news as a benchmark set: what was asked of it, and the units that were labelled as answers.

    python -m benchmarks.archive PUBLIC/news.jsonl FOLDER

writes `corpus.jsonl` and `gold.jsonl` to FOLDER; reader/data/README.md tells how the questions were written, and how
`news.jsonl` is rebuilt. Only questions are taken of whose labels the model that reads has learned nothing.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping
from pathlib import Path

from assistant.evaluation.json_lines import write_objects
from benchmarks.reader.labelled import LABELLED, Archive, labelled_rows

NAME = "archive"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("news", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    write_set(arguments.news, arguments.folder)


def write_set(news: Path, folder: Path, labelled: Path = LABELLED) -> Path:
    """Write the set in BEIR's form with a gold file; return the folder."""
    archive = Archive(news)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(news, folder / "corpus.jsonl")
    asked = enumerate(labelled_rows(kept_back=True, file=labelled))
    write_objects(folder / "gold.jsonl", (_question(number, row, archive) for number, row in asked))
    return folder


def _question(number: int, row: Mapping, archive: Archive) -> dict:
    found = [(article, archive.window(article, unit)) for article, unit, _ in row["right"]]
    return {
        "id": f"archive-{number:03}",
        "question": row["q"],
        "type": row["kind"],
        "answerable": bool(row["right"]),
        "answers": [short for *_, short in row["right"] if short],
        "evidence": [{"doc_id": article, "text": window.text} for article, window in found if window],
    }


if __name__ == "__main__":
    main()
