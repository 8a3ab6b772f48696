from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from benchmarks.reader.example import Example, Support
from benchmarks.reader.meaning import Model, begin_with_stored, collate, encode, loss_of, mean, shuffled, training_of
from benchmarks.reader.training import batched, store_weights
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


def test_loss_of_is_less_where_the_text_that_answers_is_ahead_of_the_questions_wrong_ones(trunk: Trunk) -> None:
    batch = collate(trunk, encode(trunk, [_asked("Who drew it?", answers) for answers in (True, False)]))
    spans = torch.zeros(2, batch.ids.shape[1], 2)
    ahead, behind = torch.zeros(2, 40), torch.zeros(2, 40)
    ahead[0, 0], behind[1, 0] = 1.0, 1.0

    assert loss_of(batch, spans, ahead) < loss_of(batch, spans, behind)


def test_loss_of_does_not_rank_texts_of_different_questions(trunk: Trunk) -> None:
    examples = [_asked("Who drew it?", answers=True), _asked("Who closed it?", answers=False)]
    batch = collate(trunk, encode(trunk, examples))
    logits = torch.zeros(2, 40)
    alone = binary_cross_entropy_with_logits(torch.zeros(2), torch.tensor([1.0, 0.0]), reduction="sum")

    assert loss_of(batch, torch.zeros(2, batch.ids.shape[1], 2), logits).item() == pytest.approx(alone.item() / 4)


def _asked(question: str, answers: bool) -> Example:
    return Example(question, TEXT, answers=answers)


def test_training_learns_and_goes_on_where_it_was_stopped(trunk: Trunk, tmp_path: Path) -> None:
    batches = list(batched(encode(trunk, EXAMPLES), random.Random(0), most_tokens=4_000)) * 6
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


def test_begin_with_stored_takes_layers_and_heads(trunk: Trunk, tmp_path: Path) -> None:
    stored, model = Model(trunk), Model(minilm())
    with torch.no_grad():
        stored.whole.bias.fill_(0.5)
        stored.encoder.encoder.layer[0].output.dense.bias.fill_(0.25)
    store_weights(stored.state_dict(), tmp_path / "weights.safetensors")

    begin_with_stored(model, tmp_path / "weights.safetensors")
    assert model.whole.bias.eq(0.5).all()
    assert model.encoder.encoder.layer[0].output.dense.bias.eq(0.25).all()


def test_mean_keeps_its_share_of_the_weights_before() -> None:
    before, after = {"layer": torch.tensor([1.0, 0.0])}, {"layer": torch.tensor([0.0, 1.0])}
    assert mean(before, after, kept=0.4)["layer"].tolist() == pytest.approx([0.4, 0.6])
    assert mean(before, after, kept=0.0)["layer"].tolist() == [0.0, 1.0]


def test_shuffled_keeps_the_texts_of_a_question_together() -> None:
    examples = [_asked(str(number // 3), answers=True) for number in range(30)]
    asked = [one.asked for one in shuffled(examples, random.Random(0))]
    assert asked != [one.asked for one in examples]
    assert all(len(set(asked[start : start + 3])) == 1 for start in range(0, 30, 3))
