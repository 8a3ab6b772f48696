from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ARTICLES

_LIGHT_START = """
import sys
sys.argv = ["assistant", "--help"]
from api.cli import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def test_startup_help_comes_without_loading_any_heavy_library() -> None:
    done = subprocess.run([sys.executable, "-c", _LIGHT_START], capture_output=True, text=True, check=True)

    loaded = set(done.stderr.split())
    assert "ingest" in done.stdout
    assert not loaded & {"torch", "sentence_transformers", "chromadb", "tantivy", "numpy", "sqlalchemy"}
    assert not loaded & {"pydantic", "fastapi", "uvicorn", "trafilatura", "langchain_core", "rich"}


_DAILY_WORK = """
import sys
from pathlib import Path
from api.cli import main
article = next(Path(sys.argv[1]).glob("*.md"))
for arguments in (["ingest", article], ["search", "China"], ["ask", "what does China say?"]):
    sys.argv = ["assistant", *map(str, arguments)]
    try:
        main()
    except SystemExit as left:
        assert not left.code, (arguments, left.code)
from api.http.app import create_app
print(*sys.modules, file=sys.stderr)
"""


def test_startup_the_default_encoder_works_without_loading_pytorch(tmp_path: Path) -> None:
    environment = {**os.environ, "ASSISTANT_DATA": str(tmp_path / "data")}
    command = [sys.executable, "-c", _DAILY_WORK, ARTICLES]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    loaded = set(done.stderr.splitlines()[-1].split())
    assert "openvino" in loaded
    assert not loaded & {"torch", "transformers", "sentence_transformers"}
