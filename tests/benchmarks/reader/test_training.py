from __future__ import annotations

import random
from dataclasses import dataclass

from benchmarks.reader.training import batched


@dataclass(frozen=True)
class One:
    ids: list[int]
    question: int = 0


def test_batched_fills_batches_with_examples_about_equally_long() -> None:
    chance = random.Random(0)
    examples = [One([0] * chance.randint(5, 100)) for _ in range(500)]
    batches = list(batched(examples, chance, most_tokens=1_000))
    assert sum(map(len, batches)) == 500
    assert all(len(batch) * max(len(one.ids) for one in batch) <= 1_000 for batch in batches)
    padding = sum(max(len(one.ids) for one in batch) - len(one.ids) for batch in batches for one in batch)
    assert padding < 0.1 * sum(len(one.ids) for one in examples)


def test_batched_keeps_what_belongs_together_in_one_batch() -> None:
    chance = random.Random(0)
    examples = [One([0] * chance.randint(5, 40), number // 6) for number in range(300)]
    batches = list(batched(examples, chance, 1_000, lambda one: one.question))
    where = {
        question: [n for n, batch in enumerate(batches) for one in batch if one.question == question]
        for question in range(50)
    }
    assert all(len(found) == 6 and len(set(found)) == 1 for found in where.values())


def test_batched_divides_what_does_not_fit_into_one_batch() -> None:
    batches = list(batched([One([0] * 50)] * 10, random.Random(0), 100, lambda one: one.question))
    assert [len(batch) for batch in batches] == [2] * 5
