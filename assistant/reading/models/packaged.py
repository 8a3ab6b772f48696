"""The reading model that the installation carries; README.md in this folder is its card."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.resources import as_file, files
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ReadingModelUnavailable
from assistant.reading.models.span_model import Reading
from index.encoders.default_encoder import default_folder
from index.encoders.encoder_input import without_surrogates
from index.encoders.weights import Weights, read_weights
from index.passage_text import text_start

if TYPE_CHECKING:
    from index.encoders.bert_runtime import Bert, Precision
    from index.encoders.tokens import Tokens

WEIGHTS, WEIGHTS_HASH = "weights.safetensors", "weights.sha256"
"""The hash is stored, since making it takes longer than all else at a start."""

_MOST_TOKENS, MOST_OF_QUESTION = 384, 96
"""Of question, title and passage together, and of a question: a passage of the default size fits beside it."""

_SPECIAL_TOKENS = 3
"""One before the question, one after it, one at the end."""

_WIDTH_STEP = 32
"""Inputs are as wide as a multiple of this many tokens: the runtime prepares each width once."""


class PackagedModel:
    """MiniLM with a head for spans and one for whole passages, trained by `benchmarks/reader/train.py`.

    Its weights are loaded when the first passage is read.
    """

    def __init__(self, precision: Precision | None = None, threads: int = 0) -> None:
        """`precision`: the fastest that the processor has, unless given. `threads`: 0 for as many as it has cores."""
        self._precision = precision
        self._threads = threads
        self._loading = Lock()

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the trained weights. The embeddings beside them are the carried encoder's, which has its own."""
        digest = files("assistant.reading").joinpath(WEIGHTS_HASH).read_text(encoding="ascii")
        return f"minilm-reader-{digest.strip()[:32]}"

    def warm_up(self) -> None:
        _ = self._model

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        if not passages:
            return []
        tokens, bert = self._model
        starts = [text_start(without_surrogates(title)) for title, _ in passages]
        texts = [start + without_surrogates(text) for start, (_, text) in zip(starts, passages, strict=True)]
        asked, *tokenized = tokens.tokenize([without_surrogates(question), *texts])
        asked_ids = asked.ids[:MOST_OF_QUESTION]
        room = _MOST_TOKENS - _SPECIAL_TOKENS - len(asked_ids)
        spans, answers = bert(*_inputs(tokens, asked_ids, [of_text.ids[:room] for of_text in tokenized]))
        first = len(asked_ids) + _SPECIAL_TOKENS - 1
        return [
            _reading(of_text.spans[:room], len(start), spans[row, 0], spans[row, first:], float(answers[row, 0]))
            for row, (of_text, start) in enumerate(zip(tokenized, starts, strict=True))
        ]

    @property
    def _model(self) -> tuple[Tokens, Bert]:
        with self._loading:
            return self._loaded

    @cached_property
    def _loaded(self) -> tuple[Tokens, Bert]:
        # Loaded here, since a process that asks nothing needs neither.
        from index.encoders.bert_runtime import BertShape, compile_bert, linear, linear_of_first
        from index.encoders.tokens import Tokens

        folder = default_folder()
        try:
            weights = _weights()
            heads = [
                linear(weights["spans.weight"], weights["spans.bias"]),
                linear_of_first(weights["answers.weight"], weights["answers.bias"]),
            ]
            bert = compile_bert(weights, BertShape(layers=6, heads=12), heads, self._precision, self._threads)
            return Tokens(folder / "tokenizer.json"), bert
        except Exception as error:  # whatever damaged files make the libraries raise
            raise ReadingModelUnavailable(
                f"The packaged reading model cannot be loaded ({error}); install the assistant again."
            ) from error


def _weights() -> Weights:
    """Return the trained layers and heads on the embeddings of the packaged encoder."""
    with as_file(files("assistant.reading") / WEIGHTS) as file:
        trained = dict(read_weights(file))
    encoder = read_weights(default_folder() / "model.safetensors")
    embeddings = {name: array for name, array in encoder.items() if name.startswith("embeddings.")}
    return embeddings | trained


def _inputs(
    tokens: Tokens, question: Sequence[int], texts: Sequence[Sequence[int]]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return token ids, attention and token types, each (texts, width):

    `[CLS] question [SEP] text [SEP]` in every row.
    """
    before = [tokens.classifier, *question, tokens.separator]
    longest = len(before) + max(map(len, texts)) + 1
    shape = len(texts), -(-longest // _WIDTH_STEP) * _WIDTH_STEP
    ids, attention, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for row, text in enumerate(texts):
        end = len(before) + len(text) + 1
        ids[row, :end] = [*before, *text, tokens.separator]
        attention[row, :end] = 1
        types[row, len(before) : end] = 1
    return ids, attention, types


def _reading(
    tokens: Sequence[tuple[int, int]],
    passage_start: int,
    none: NDArray[np.float32],
    logits: NDArray[np.float32],
    answers: float,
) -> Reading:
    """Return what was read in one text.

    `logits`, (n, 2), begin with those of the text's first token; `none` are those of no answer at all.
    """
    spans = np.array(tokens, dtype=np.int32).reshape(-1, 2)
    of_passage = spans[:, 0] >= passage_start
    lifted = (logits[: len(spans)] - none)[of_passage]
    return Reading(spans[of_passage] - passage_start, lifted[:, 0], lifted[:, 1], answers)
