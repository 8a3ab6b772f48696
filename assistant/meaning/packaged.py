"""The packaged encoder with its layers trained anew and heads of its own, as the weights of a package hold them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from importlib.resources import as_file, files
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from assistant.errors import ReadingModelUnavailable
from index.encoders.default_encoder import default_folder
from index.encoders.weights import Weights, read_weights

if TYPE_CHECKING:
    from index.encoders.bert_runtime import Bert, Head, Precision
    from index.encoders.tokens import Tokens

WEIGHTS, WEIGHTS_HASH = "weights.safetensors", "weights.sha256"
"""The hash is stored, since making it takes longer than all else at a start."""

Heads = Callable[[Weights], Sequence["Head"]]
"""Makes the heads of the weights."""


class PackagedEncoder:
    """Compiled when it is first used, once in a process: all that is like it share it. Safe from several threads."""

    def __init__(self, package: str, heads: Heads, precision: Precision | None = None, threads: int = 0) -> None:
        """`precision`: the fastest that the processor has, unless given. `threads`: 0 for as many as it has cores."""
        self._package = package
        self._heads = heads
        self._precision = precision
        self._threads = threads

    @cached_property
    def digest(self) -> str:
        """Hash of the trained weights. The embeddings beside them are the carried encoder's, which has its own."""
        return files(self._package).joinpath(WEIGHTS_HASH).read_text(encoding="ascii").strip()[:32]

    @cached_property
    def loaded(self) -> tuple[Tokens, Bert]:
        """The tokenizer and the compiled model. Raises `ReadingModelUnavailable`."""
        with _one_at_a_time, as_file(files(self._package) / WEIGHTS) as file:
            return _compiled(file, self._heads, self._precision, self._threads)


_one_at_a_time = Lock()


@cache
def _compiled(file: Path, heads: Heads, precision: Precision | None, threads: int) -> tuple[Tokens, Bert]:
    # Loaded here, since a process that asks nothing needs neither.
    from index.encoders.bert_runtime import BertShape, compile_bert
    from index.encoders.tokens import Tokens

    try:
        weights = _on_embeddings(file)
        bert = compile_bert(weights, BertShape(layers=6, heads=12), heads(weights), precision, threads)
        return Tokens(default_folder() / "tokenizer.json"), bert
    except Exception as error:  # whatever damaged files make the libraries raise
        raise ReadingModelUnavailable(
            f"A packaged model cannot be loaded ({error}); install the assistant again."
        ) from error


def _on_embeddings(file: Path) -> Weights:
    """Return the trained layers and heads on the embeddings of the packaged encoder."""
    encoder = read_weights(default_folder() / "model.safetensors")
    embeddings = {name: array for name, array in encoder.items() if name.startswith("embeddings.")}
    return embeddings | dict(read_weights(file))
