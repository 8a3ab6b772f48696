"""Trains the reader: the packaged encoder, all layers but its embeddings, learns to find answers in passages.

    python -m benchmarks.reader.train BENCH WORK [--epochs 3] [--write]

BENCH holds the files that `examples.py` names. The state goes to WORK now and then, so that the same command goes on
where it was stopped. A training that has come to its end may be lengthened by more epochs;
what it had learned is kept. `--write` stores the mean of the weights at all these ends (Wortsman et al. 2022), as
float16, where the product takes them.

The model reads `[CLS] question [SEP] title, passage [SEP]` and gives every token two logits, that an answer starts and
that it ends there; at `[CLS]` they say that there is none (Devlin et al. 2019). A third logit at `[CLS]` says whether
the passage answers. Loss: cross-entropy of start and of end, where all annotated answers count (log of their summed
probability), and binary cross-entropy of the third.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from assistant.meaning.packaged import WEIGHTS
from benchmarks.reader.examples import Example, read_examples
from benchmarks.reader.training import Training, batched, log_probability, store_weights
from benchmarks.reader.trunk import Trunk, minilm

STORED = Path(__file__).parents[2] / "assistant" / "reading" / WEIGHTS

_LEARNING_RATE = 1.2e-4
_TOKENS_A_BATCH = 4_500
"""Padding included: 32 examples of 140 tokens."""
_MOST_TOKENS = 256
_ANSWERS_WEIGHT = 0.5
"""Of the third logit's loss, beside the mean of start and end."""


class Reader(nn.Module):
    """Logits (batch, tokens, 2) of start and end, -inf where no answer can be; and (batch,) of the whole."""

    def __init__(self, trunk: Trunk) -> None:
        super().__init__()
        self.encoder = trunk.encoder
        self.encoder.embeddings.requires_grad_(False)
        width = self.encoder.config.hidden_size
        self.spans = nn.Linear(width, 2)
        self.answers = nn.Linear(width, 1)

    def forward(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.encoder(batch.ids, attention_mask=batch.mask, token_type_ids=batch.types).last_hidden_state
        hidden = hidden.float()
        spans = self.spans(hidden).masked_fill(~batch.may_answer[..., None], -1e4)
        return spans, self.answers(hidden[:, 0]).squeeze(-1)


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids of question and passage; `starts` and `ends` are the answers' first and last tokens, [0] for none."""

    ids: list[int]
    types: list[int]
    starts: list[int]
    ends: list[int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of shape (batch, tokens), except `answerable`, (batch,)."""

    ids: torch.Tensor
    mask: torch.Tensor
    types: torch.Tensor
    may_answer: torch.Tensor
    starts: torch.Tensor
    ends: torch.Tensor
    answerable: torch.Tensor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bench", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--minutes", type=float, default=60.0, help="stop after so long, at a checkpoint")
    parser.add_argument("--write", action="store_true", help=f"store the weights of the checkpoint in {STORED}")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    trunk = minilm()
    reader = Reader(trunk)
    training = Training(
        reader,
        lambda batch: loss_of(collated := collate(batch), *reader(collated)),
        list(_all_batches(arguments.bench, trunk.tokenizer, arguments.epochs)),
        arguments.work / "checkpoint.pt",
        _LEARNING_RATE,
    )
    if arguments.write and training.is_done:
        ends = [torch.load(file, weights_only=True) for file in sorted(arguments.work.glob("end-*.pt"))]
        store_weights(mean_of(ends), STORED)
    elif arguments.write:
        sys.exit("The training has not come to its end; run the same command without --write first.")
    elif not training.is_done:
        training.run(arguments.minutes)
        if training.is_done:
            torch.save(reader.state_dict(), arguments.work / f"end-{training.steps}.pt")


def loss_of(batch: Batch, spans: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    start = log_probability(spans[..., 0], batch.starts)
    end = log_probability(spans[..., 1], batch.ends)
    whole = binary_cross_entropy_with_logits(answers, batch.answerable)
    return -(start + end).mean() / 2 + _ANSWERS_WEIGHT * whole


def _all_batches(bench: Path, tokenizer: Tokenizer, epochs: float) -> Iterator[list[Encoded]]:
    tokenizer.enable_truncation(_MOST_TOKENS, strategy="only_second")
    for epoch in range(ceil(epochs)):
        encoded = encode(tokenizer, read_examples(bench, epoch))
        batches = list(batched(encoded, random.Random(epoch), _TOKENS_A_BATCH))
        yield from batches[: ceil(len(batches) * min(1.0, epochs - epoch))]


def encode(tokenizer: Tokenizer, examples: Sequence[Example]) -> list[Encoded]:
    """Examples as tokens; those whose answers are cut off are left out."""
    second = [f"{example.title}\n{example.passage}" if example.title else example.passage for example in examples]
    pairs = [(example.question, text) for example, text in zip(examples, second, strict=True)]
    encodings = tokenizer.encode_batch(pairs)
    kept = []
    for example, encoding in zip(examples, encodings, strict=True):
        shift = len(example.title) + 1 if example.title else 0
        spans = [_token_span(encoding, start + shift, end + shift) for start, end in example.answers]
        found = [span for span in spans if span]
        if found or not example.answers:
            found = found or [(0, 0)]
            kept.append(Encoded(encoding.ids, encoding.type_ids, [s for s, _ in found], [e for _, e in found]))
    return kept


def _token_span(encoding, start: int, end: int) -> tuple[int, int] | None:  # tokenizers has no types
    first = encoding.char_to_token(start, 1)
    last = encoding.char_to_token(end - 1, 1)
    return None if first is None or last is None else (first, last)


def collate(examples: Sequence[Encoded]) -> Batch:
    shape = len(examples), max(len(one.ids) for one in examples)
    ids, types, mask = (np.zeros(shape, np.int64) for _ in range(3))
    starts, ends = (np.zeros(shape, np.bool_) for _ in range(2))
    for row, one in enumerate(examples):
        size = len(one.ids)
        ids[row, :size], types[row, :size], mask[row, :size] = one.ids, one.types, 1
        starts[row, one.starts] = ends[row, one.ends] = True
    may_answer = (types == 1) & (ids != _SEPARATOR)
    may_answer[:, 0] = True
    answerable = np.array([one.starts != [0] for one in examples], np.float32)
    arrays = (ids, mask, types, may_answer, starts, ends, answerable)
    return Batch(*(torch.from_numpy(array) for array in arrays))


_SEPARATOR = 102
"""`[SEP]` in BERT's vocabulary."""


def mean_of(ends: Sequence[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    return {name: torch.stack([end[name] for end in ends]).mean(0) for name in ends[-1] if "embeddings" not in name}


if __name__ == "__main__":
    main()
