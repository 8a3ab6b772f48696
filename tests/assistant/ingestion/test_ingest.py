from pathlib import Path

import pytest

from assistant.ingestion import library
from assistant.settings import Settings
from index.options import RetrievalOptions
from tests.hashing_encoder import HashingEncoder


def test_filling_the_data_folder_uses_no_more_threads_than_are_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def load(name: str, threads: int) -> HashingEncoder:
        asked.append(threads)
        return HashingEncoder()

    monkeypatch.setattr(library, "load_encoder", load)
    article = tmp_path / "one.md"
    article.write_text("# One\n\nThe bridge was built in 1902.\n")
    library.ingest_paths(Settings(data=tmp_path / "data", finding=RetrievalOptions(threads=1)), [article])
    assert asked == [1]
