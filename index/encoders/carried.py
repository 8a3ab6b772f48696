"""Encoders that the installation carries, run without PyTorch (ADR 10)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoders.encoder import Vector, Vectors
from index.encoders.encoder_input import readable, without_surrogates
from index.encoders.quarters import multiplied_out
from index.encoders.weights import read_weights
from index.errors import EncoderUnavailable

if TYPE_CHECKING:
    from index.encoders.bert_runtime import Bert, Precision
    from index.encoders.tokens import Tokens

_CONFIG, _LENGTHS, _TOKENIZER, WEIGHTS = (
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What is special to one of them: where its files lie, how its fingerprints begin and what stands before a text.

    `remedy` says what to do when its files are damaged.
    """

    name: str
    folder: Path
    family: str
    remedy: str
    before_question: str = ""
    before_passage: str = ""


class CarriedEncoder:
    """Compiled when it is first used, once in a process: all that are like it share it.

    Its vectors are those of sentence-transformers to a cosine of .9999, in whichever precision it runs.
    """

    def __init__(self, carried: Carried, precision: Precision | None = None, threads: int = 0) -> None:
        """`precision`: the fastest the processor has, unless given. `threads`: 0 for as many as it has cores.

        Raises `EncoderUnavailable` when its files cannot be read.
        """
        self._carried = carried
        self._precision = precision
        self._threads = threads
        folder = carried.folder
        try:
            self.fingerprint = f"{carried.family}-{_digest(folder)}"
            self.dimension = int(_read(folder / _CONFIG)["hidden_size"])
            self._most = int(_read(folder / _LENGTHS)["max_seq_length"])
        except (OSError, ValueError, KeyError) as error:
            raise _unusable(carried, error) from error

    @property
    def max_tokens(self) -> int:
        return self._most - _SPECIAL_TOKENS - self._tokens_before

    @cached_property
    def _tokens_before(self) -> int:
        before = self._carried.before_passage
        return self.count_tokens(before) if before else 0

    def embed_question(self, question: str) -> Vector:
        vector: Vector = self._embed([question], self._carried.before_question)[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, self._carried.before_passage)

    def _embed(self, texts: Sequence[str], before: str) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        tokens, bert = self._model
        ids = tokens.ids([before + readable(text, self.max_tokens) for text in texts], self._most)
        for places in batches([len(of_text) for of_text in ids]):
            vectors[places] = _run(bert, [ids[place] for place in places])
        return vectors

    def count_tokens(self, text: str) -> int:
        tokens, _ = self._model
        return tokens.count(without_surrogates(text))

    @cached_property
    def _model(self) -> tuple[Tokens, Bert]:
        with _one_at_a_time:
            return _compiled(self._carried, self._precision, self._threads)


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield places of texts that run together, longest first, so that little of a batch is padding."""
    places = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    while places:
        rows = max(1, _BATCH_TOKENS // _width(lengths[places[0]]))
        yield places[:rows]
        places = places[rows:]


_one_at_a_time = Lock()


@cache
def _compiled(carried: Carried, precision: Precision | None, threads: int) -> tuple[Tokens, Bert]:
    # Loaded here, since a process that only reads stored vectors needs neither.
    from index.encoders.bert_runtime import BertShape, compile_bert, mean_pooled
    from index.encoders.tokens import Tokens

    folder = carried.folder
    try:
        config = _read(folder / _CONFIG)
        shape = BertShape(config["num_hidden_layers"], config["num_attention_heads"], config["layer_norm_eps"])
        bert = compile_bert(multiplied_out(read_weights(folder / WEIGHTS)), shape, [mean_pooled], precision, threads)
        return Tokens(folder / _TOKENIZER), bert
    except Exception as error:  # whatever damaged files or an old processor make the libraries raise
        raise _unusable(carried, error) from error


def _run(bert: Bert, ids: Sequence[Sequence[int]]) -> Vectors:
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


def _digest(folder: Path) -> str:
    """Hash of the files that can change a vector. Precision is left out: it changes cosines by less than .0001."""
    digest = hashlib.sha256()
    for name in (_CONFIG, _LENGTHS, _TOKENIZER, WEIGHTS):
        with (folder / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:32]


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _unusable(carried: Carried, error: Exception) -> EncoderUnavailable:
    return EncoderUnavailable(
        f"The {carried.name} encoder in {carried.folder} cannot be loaded ({error}); {carried.remedy}."
    )
