"""BERT on a CPU: its graph made from weights, compiled for the processor at hand; the only file that imports openvino.

    run = compile_bert(weights, BertShape(layers=6, heads=12), [mean_pooled])
    (vectors,) = run(token_ids, attention, token_types)

Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding".
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from index.encoders.quarters import QUARTERS, SCALES, ZERO
from index.encoders.weights import Weights, release_pages
from index.errors import running_a_model

# OpenVINO's tools for converting models report every import to Google Analytics. Without them it loads faster, too.
sys.modules.setdefault("openvino.tools.ovc", None)  # type: ignore[arg-type]

import openvino as ov  # noqa: E402
from openvino import opset15 as ops  # noqa: E402

Precision = Literal["bf16", "f32"]

Head = Callable[[ov.Node, ov.Node], ov.Node]
"""Makes an output of the last hidden states [batch, tokens, hidden] and the mask [batch, tokens], both floats."""

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_PADDING_SCORE = -10_000.0
"""Added to the attention to padding: far below any real score, and exact enough in bf16."""

_FIRST_TOKENS = 32
"""In the call that prepares a model: a width that short questions have, too."""

_SHARED_FROM = 1024
"""Values from which a constant is used where it lies; smaller ones are cheaper copied."""


@dataclass(frozen=True, slots=True)
class BertShape:
    """The numbers that the weights do not tell: their own shapes give the rest."""

    layers: int
    heads: int
    norm_epsilon: float = 1e-12


class Bert:
    """A compiled model. Safe to call from several threads: they take turns, since one call uses all cores."""

    def __init__(self, compiled: ov.CompiledModel) -> None:
        self._request = compiled.create_infer_request()
        self._outputs = len(compiled.outputs)
        self._turn = Lock()

    def __call__(
        self, token_ids: NDArray[np.int64], attention: NDArray[np.int64], token_types: NDArray[np.int64]
    ) -> list[NDArray[np.float32]]:
        """Return the output of each head, in order, for inputs [batch, tokens]; `attention` is 1, or 0 for padding.

        Every new pair of sizes costs some milliseconds and is remembered: use few of them. Raises `ModelRunFailed`.
        """
        with self._turn, running_a_model():
            results = self._request.infer([token_ids, attention, token_types], share_inputs=True)
            return [np.array(results[position], dtype=np.float32) for position in range(self._outputs)]


def compile_bert(
    weights: Weights, shape: BertShape, heads: Sequence[Head], precision: Precision | None = None, threads: int = 0
) -> Bert:
    """Compile the encoder of `weights` with an output for each of `heads`, in the fastest precision the processor has.

    It uses so many `threads`, 0 for one on each core. Weights are used where they lie, so they must not change.
    Raises `KeyError` when one is missing.
    """
    core = ov.Core()
    bert = Bert(
        core.compile_model(
            _model(weights, shape, heads),
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": precision or fastest_precision(),
                "PERFORMANCE_HINT": "LATENCY",
                "NUM_STREAMS": "1",
                "INFERENCE_NUM_THREADS": threads,
                # A thread pinned to a core that another process keeps busy waits for it: 3 ms became 21.
                "ENABLE_CPU_PINNING": False,
            },
        )
    )
    # The first call copies the weights into the order that the processor likes; few of the originals are read again.
    token_ids = np.ones((1, _FIRST_TOKENS), dtype=np.int64)
    bert(token_ids, attention=token_ids, token_types=np.zeros_like(token_ids))
    release_pages(weights)
    return bert


def fastest_precision() -> Precision:
    """Return bf16 where the processor calculates with it (AVX-512 BF16, AMX), else f32, which every processor can."""
    return "bf16" if "BF16" in ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


def mean_pooled(hidden: ov.Node, mask: ov.Node) -> ov.Node:
    """[batch, hidden]: the mean over the tokens that are not padding, made one long."""
    kept = ops.multiply(hidden, ops.unsqueeze(mask, _ints(2)))
    return ops.normalize_l2(ops.reduce_sum(kept, _ints(1)), _ints(1), 1e-12, "max")


def linear(weight: NDArray[np.float32], bias: NDArray[np.float32]) -> Head:
    """A head that gives every token its logits, [batch, tokens, outputs]; `weight` is [outputs, hidden]."""
    return lambda hidden, _mask: _linear(hidden, weight, bias)


def linear_of_first(weight: NDArray[np.float32], bias: NDArray[np.float32]) -> Head:
    """A head that gives the first token its logits, [batch, outputs]; `weight` is [outputs, hidden]."""
    return lambda hidden, _mask: _linear(ops.gather(hidden, _int(0), _int(1)), weight, bias)


def _model(weights: Weights, shape: BertShape, heads: Sequence[Head]) -> ov.Model:
    inputs = [ops.parameter([-1, -1], ov.Type.i64, name=name) for name in _INPUTS]
    token_ids, attention, token_types = inputs
    mask = ops.convert(attention, "f32")
    padding = _padding_scores(mask)
    hidden = _embeddings(weights, shape, token_ids, token_types)
    for number in range(shape.layers):
        hidden = _layer(_below(weights, f"encoder.layer.{number}."), shape, hidden, padding)
    return ov.Model([head(hidden, mask) for head in heads], inputs, "bert")


def _embeddings(weights: Weights, shape: BertShape, token_ids: ov.Node, token_types: ov.Node) -> ov.Node:
    first, step, axis = _int(0), _int(1), _int(0)
    length = ops.gather(ops.shape_of(token_ids), _int(1), axis)
    rows = {
        "word": token_ids,
        "position": ops.range(first, length, step, "i64"),
        "token_type": token_types,
    }
    word, position, kind = (_rows(weights, f"embeddings.{name}_embeddings.weight", ids) for name, ids in rows.items())
    return _norm(ops.add(ops.add(word, kind), position), _below(weights, "embeddings.LayerNorm."), shape)


def _rows(weights: Weights, name: str, ids: ov.Node) -> ov.Node:
    """The rows of a matrix; of one of 4 bits (`index.encoders.quarters`) only these are multiplied out."""
    if name in weights:
        return ops.gather(_constant(weights[name]), ids, _int(0))
    stored = (np.ascontiguousarray(weights[name + kind]) for kind in (QUARTERS, SCALES))
    constants = (ov.op.Constant(array, shared_memory=True) for array in stored)
    quarters, scales = (ops.convert(ops.gather(constant, ids, _int(0)), "f32") for constant in constants)
    upper = ops.floor(ops.multiply(quarters, _float(1 / 16)))
    lower = ops.subtract(quarters, ops.multiply(upper, _float(16)))
    numbers = ops.subtract(ops.concat([lower, upper], -1), _float(ZERO))
    return ops.reshape(ops.multiply(numbers, scales), _ints(0, 0, -1), True)


def _layer(weights: Weights, shape: BertShape, hidden: ov.Node, padding: ov.Node) -> ov.Node:
    attended = _dense(_attention(weights, shape, hidden, padding), weights, "attention.output.dense")
    hidden = _norm(ops.add(attended, hidden), _below(weights, "attention.output.LayerNorm."), shape)
    widened = ops.gelu(_dense(hidden, weights, "intermediate.dense"), "erf")
    narrowed = _dense(widened, weights, "output.dense")
    return _norm(ops.add(narrowed, hidden), _below(weights, "output.LayerNorm."), shape)


def _attention(weights: Weights, shape: BertShape, hidden: ov.Node, padding: ov.Node) -> ov.Node:
    size = weights["attention.self.query.weight"].shape[0]
    by_head, in_turn = _ints(0, 0, shape.heads, size // shape.heads), _ints(0, 2, 1, 3)
    query, key, value = (
        ops.transpose(ops.reshape(_dense(hidden, weights, f"attention.self.{name}"), by_head, True), in_turn)
        for name in ("query", "key", "value")
    )
    mixed = ops.scaled_dot_product_attention(query, key, value, padding)
    return ops.reshape(ops.transpose(mixed, in_turn), _ints(0, 0, size), True)


def _padding_scores(mask: ov.Node) -> ov.Node:
    """[batch, 1, 1, tokens]: what is added to the score of attending to a token."""
    missing = ops.subtract(_float(1), mask)
    return ops.unsqueeze(ops.multiply(missing, _float(_PADDING_SCORE)), _ints(1, 2))


def _dense(nodes: ov.Node, weights: Weights, name: str) -> ov.Node:
    return _linear(nodes, weights[f"{name}.weight"], weights[f"{name}.bias"])


def _linear(nodes: ov.Node, weight: NDArray[Any], bias: NDArray[Any]) -> ov.Node:
    return ops.add(ops.matmul(nodes, _constant(weight), False, True), _constant(bias))


def _norm(nodes: ov.Node, weights: Weights, shape: BertShape) -> ov.Node:
    normal = ops.mvn(nodes, _ints(-1), True, shape.norm_epsilon, "inside_sqrt")
    return ops.add(ops.multiply(normal, _constant(weights["weight"])), _constant(weights["bias"]))


def _below(weights: Weights, prefix: str) -> Weights:
    return {name.removeprefix(prefix): array for name, array in weights.items() if name.startswith(prefix)}


def _constant(array: NDArray[Any]) -> ov.Node:
    values = np.ascontiguousarray(array, dtype=np.float32)
    return ov.op.Constant(values, shared_memory=values.size >= _SHARED_FROM)


def _ints(*values: int) -> ov.Node:
    return ops.constant(np.array(values, dtype=np.int64))


def _float(value: float) -> ov.Node:
    return ops.constant(np.float32(value))


def _int(value: int) -> ov.Node:
    return ops.constant(np.int64(value))
