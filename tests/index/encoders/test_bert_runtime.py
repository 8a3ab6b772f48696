"""The small model here has random weights; that the real one is computed rightly is asked of the default encoder."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from index.encoders.bert_runtime import Bert, BertShape, compile_bert, linear, mean_pooled
from index.encoders.weights import Weights
from index.errors import ModelRunFailed

SHAPE = BertShape(layers=2, heads=4)
HIDDEN, INNER, WORDS = 32, 64, 50
RANDOM = np.random.default_rng(7)


def values(*shape: int) -> NDArray[np.float32]:
    return RANDOM.normal(0, 0.3, shape).astype(np.float32)


def dense(name: str, outputs: int, inputs: int) -> Weights:
    return {f"{name}.weight": values(outputs, inputs), f"{name}.bias": values(outputs)}


def norm(name: str) -> Weights:
    return {f"{name}.weight": values(HIDDEN) + 1, f"{name}.bias": values(HIDDEN)}


def layer(prefix: str) -> Weights:
    squares = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense")
    return {
        **{name: array for square in squares for name, array in dense(prefix + square, HIDDEN, HIDDEN).items()},
        **norm(prefix + "attention.output.LayerNorm"),
        **dense(prefix + "intermediate.dense", INNER, HIDDEN),
        **dense(prefix + "output.dense", HIDDEN, INNER),
        **norm(prefix + "output.LayerNorm"),
    }


WEIGHTS: Weights = {
    "embeddings.word_embeddings.weight": values(WORDS, HIDDEN),
    "embeddings.position_embeddings.weight": values(16, HIDDEN),
    "embeddings.token_type_embeddings.weight": values(2, HIDDEN),
    **norm("embeddings.LayerNorm"),
    **layer("encoder.layer.0."),
    **layer("encoder.layer.1."),
}
HEAD = (values(3, HIDDEN), values(3))


@pytest.fixture(scope="module")
def bert() -> Bert:
    return compile_bert(WEIGHTS, SHAPE, [lambda hidden, _mask: hidden, linear(*HEAD), mean_pooled], "f32")


def inputs(*lengths: int, width: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The same tokens in each row, as many as `lengths` says; the second half of a row is of the other type."""
    attention = np.array([[place < length for place in range(width)] for length in lengths], dtype=np.int64)
    token_ids = np.arange(1, width + 1) * attention
    token_types = (np.arange(width) >= width // 2).astype(np.int64) * attention
    return token_ids, attention, token_types


def test_bert_runtime_the_last_hidden_states_are_those_of_transformers(bert: Bert) -> None:
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=WORDS,
        hidden_size=HIDDEN,
        num_hidden_layers=SHAPE.layers,
        num_attention_heads=SHAPE.heads,
        intermediate_size=INNER,
        max_position_embeddings=16,
    )
    reference = BertModel(config, add_pooling_layer=False).eval()
    reference.load_state_dict({name: torch.from_numpy(array) for name, array in WEIGHTS.items()}, strict=False)
    given = inputs(9, 6, width=9)
    with torch.inference_mode():
        expected = reference(*(torch.from_numpy(array) for array in given)).last_hidden_state.numpy()

    hidden, _, _ = bert(*given)

    kept = given[1].astype(bool)
    assert np.allclose(hidden[kept], expected[kept], atol=1e-4)


def test_bert_runtime_a_linear_head_gives_every_token_its_logits(bert: Bert) -> None:
    weight, bias = HEAD
    hidden, logits, _ = bert(*inputs(8, width=8))
    assert logits.shape == (1, 8, 3)
    assert np.allclose(logits, hidden @ weight.T + bias, atol=1e-4)


def test_bert_runtime_the_pooled_head_gives_the_direction_of_the_mean(bert: Bert) -> None:
    hidden, _, pooled = bert(*inputs(8, 5, width=8))
    means = np.array([hidden[0].mean(axis=0), hidden[1, :5].mean(axis=0)])
    assert np.allclose(pooled, means / np.linalg.norm(means, axis=1, keepdims=True), atol=1e-5)


def test_bert_runtime_padding_changes_nothing(bert: Bert) -> None:
    token_ids, attention, token_types = inputs(8, 5, width=8)
    _, _, together = bert(token_ids, attention, token_types)
    _, _, alone = bert(token_ids[1:, :5], attention[1:, :5], token_types[1:, :5])
    assert np.allclose(together[1], alone[0], atol=1e-5)


def test_bert_runtime_the_type_of_a_token_counts(bert: Bert) -> None:
    token_ids, attention, token_types = inputs(8, width=8)
    _, _, typed = bert(token_ids, attention, token_types)
    _, _, untyped = bert(token_ids, attention, np.zeros_like(token_types))
    assert not np.allclose(typed, untyped, atol=1e-2)


def test_bert_runtime_weights_of_half_the_size_can_be_given() -> None:
    halved = {name: array.astype(np.float16) for name, array in WEIGHTS.items()}
    given = inputs(8, width=8)
    (vector,) = compile_bert(halved, SHAPE, [mean_pooled], "f32")(*given)
    (expected,) = compile_bert(WEIGHTS, SHAPE, [mean_pooled], "f32")(*given)
    assert (vector * expected).sum() > 0.9999


def test_bert_runtime_a_missing_weight_is_named() -> None:
    weights = {name: array for name, array in WEIGHTS.items() if name != "encoder.layer.1.output.dense.bias"}
    with pytest.raises(KeyError, match=r"output\.dense\.bias"):
        compile_bert(weights, SHAPE, [mean_pooled])


def test_bert_runtime_a_run_that_fails_is_told_in_our_words_and_the_next_one_succeeds(bert: Bert) -> None:
    token_ids, attention, token_types = inputs(8, width=8)

    with pytest.raises(ModelRunFailed, match="could not be run"):
        bert(token_ids, attention[:, :4], token_types)

    # Inputs of another size: the runtime remembers the failure for as long as sizes stay the same.
    assert len(bert(*inputs(12, width=12))) == 3
