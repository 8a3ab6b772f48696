from __future__ import annotations

from pathlib import Path

import pytest

from docs.generate import pages


@pytest.mark.parametrize(("path", "text"), [pytest.param(*page, id=page[0].name) for page in pages()])
def test_generated_files_what_is_generated_is_up_to_date(path: Path, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, "run `make snapshots`, and read what changed"
