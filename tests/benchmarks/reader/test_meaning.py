from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch

from benchmarks.reader.example import Example, Support
from benchmarks.reader.meaning import Model, collate, encode, loss_of, training_of
from benchmarks.reader.training import batched
from benchmarks.reader.trunk import Trunk, minilm

TEXT = "Ida Brandt drew the bridge. Jon Moe opened it."
EXAMPLES = [
    Example("Who drew the bridge?", TEXT, "Aldermoor", spans=((0, 10),), answers=True),
    Example("Who closed the bridge?", TEXT, spans=(), answers=False),
    Example("Jon Moe drew the bridge.", TEXT, support=Support.CONTRADICTED),
    Example("Did Moe open it?", TEXT, answers=True, verdict=True),
]


@pytest.fixture(scope="module")
def trunk() -> Trunk:
    return minilm()


def test_encode_marks_the_tokens_of_the_answer(trunk: Trunk) -> None:
    answered, unanswered, claim, _ = encode(trunk, EXAMPLES)

    found = answered.ids[answered.starts[0] : answered.ends[0] + 1]
    assert trunk.tokenizer.decode(found) == "ida brandt"
    assert (unanswered.starts, unanswered.ends) == ([0], [0])
    assert claim.starts == []
    assert (claim.answers, claim.support, claim.verdict) == (-1, 1, -1)


def test_encode_leaves_out_an_answer_that_is_cut_off(trunk: Trunk) -> None:
    long = "It rained again. " * 200 + "Ida Brandt drew it."
    assert encode(trunk, [Example("Who?", long, spans=((len(long) - 19, len(long) - 9),))]) == []


def test_loss_of_counts_only_what_is_known(trunk: Trunk) -> None:
    model = Model(trunk)
    batch = collate(trunk, encode(trunk, [Example("Moe opened it.", TEXT)]))
    assert loss_of(batch, *model(batch)).item() == 0


def test_training_learns_and_goes_on_where_it_was_stopped(trunk: Trunk, tmp_path: Path) -> None:
    batches = list(batched(encode(trunk, EXAMPLES), random.Random(0), most_tokens=4_000)) * 12
    model = Model(trunk)
    training = training_of(model, trunk, batches, tmp_path, rate=1e-4)
    before = model.whole.weight.clone()

    training.run(minutes=5)
    assert training.is_done
    assert not torch.equal(before, model.whole.weight)
    again = Model(minilm())
    training_of(again, trunk, batches, tmp_path, rate=1e-4)
    assert torch.equal(again.whole.weight, model.whole.weight)
    batch = collate(trunk, batches[0])
    assert loss_of(batch, *model(batch)).item() < loss_of(batch, *Model(minilm())(batch)).item()
