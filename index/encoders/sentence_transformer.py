"""Encoders made by sentence-transformers; the only file that imports it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np

from index.encoders.encoder import Vector, Vectors
from index.encoders.encoder_input import readable, without_surrogates
from index.errors import EncoderUnavailable, running_a_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_WEIGHTS_OF_OTHER_ENGINES = ("onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot")
_BATCH = 32
"""Texts that are padded to one length and run together; more is not faster on two cores."""


def load_sentence_transformer(name: str) -> SentenceTransformerEncoder:
    """Any sentence-transformers model by hub name or path; `load_encoder` says what it costs and raises."""
    return SentenceTransformerEncoder(Path(name).resolve() if Path(name).is_dir() else _downloaded(name))


class SentenceTransformerEncoder:
    """The model in `folder`. One lock: its tokenizer cannot be shared by two threads at the same time."""

    def __init__(self, folder: Path) -> None:
        self.fingerprint = _fingerprint(folder)
        self._folder = folder
        self._lock = RLock()
        self._loaded: SentenceTransformer | None = None

    @property
    def dimension(self) -> int:
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def max_tokens(self) -> int:
        special = self._model.tokenizer.num_special_tokens_to_add()
        return int((self._model.max_seq_length or self._model.tokenizer.model_max_length) - special)

    def embed_question(self, question: str) -> Vector:
        with self._lock, running_a_model():
            vector = self._model.encode_query(
                self._readable(question), normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vector, dtype=np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock, running_a_model():
            vectors = self._model.encode_document(
                [self._readable(text) for text in texts],
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32)

    def count_tokens(self, text: str) -> int:
        with self._lock:
            ids = self._model.tokenizer(without_surrogates(text), add_special_tokens=False, verbose=False)
            return len(ids["input_ids"])

    def _readable(self, text: str) -> str:
        return readable(text, self.max_tokens)

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
