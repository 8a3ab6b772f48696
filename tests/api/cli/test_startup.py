from __future__ import annotations

import subprocess
import sys

_LIGHT_START = """
import sys
sys.argv = ["assistant", "--help"]
from api.cli import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def test_help_comes_without_loading_any_heavy_library() -> None:
    done = subprocess.run([sys.executable, "-c", _LIGHT_START], capture_output=True, text=True, check=True)

    loaded = set(done.stderr.split())
    assert "ingest" in done.stdout
    assert not loaded & {"torch", "sentence_transformers", "chromadb", "tantivy", "numpy", "sqlalchemy"}
    assert not loaded & {"pydantic", "fastapi", "uvicorn", "trafilatura", "langchain_core", "rich"}
