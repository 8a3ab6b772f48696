"""Trains the reader: the packaged encoder, all layers but its embeddings, learns to find answers in passages.

    python -m benchmarks.reader.train BENCH WORK [--epochs 3] [--write]

BENCH holds the files that `examples.py` names. Every `_STEPS_BETWEEN_CHECKPOINTS` steps the state goes to WORK, so that
the same command goes on where it was stopped. A training that has come to its end may be lengthened by more epochs;
what it had learned is kept. `--write` stores the mean of the weights at all these ends (Wortsman et al. 2022), as
float16, where the product takes them.

The model reads `[CLS] question [SEP] title, passage [SEP]` and gives every token two logits, that an answer starts and
that it ends there; at `[CLS]` they say that there is none (Devlin et al. 2019). A third logit at `[CLS]` says whether
the passage answers. Loss: cross-entropy of start and of end, where all annotated answers count (log of their summed
probability), and binary cross-entropy of the third.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits
from transformers import BertModel

from assistant.reading.models.packaged import WEIGHTS, WEIGHTS_HASH
from benchmarks.reader.examples import Example, read_examples
from index.encoders.default_encoder import default_folder

STORED = Path(__file__).parents[2] / "assistant" / "reading" / WEIGHTS

_LEARNING_RATE, _WARM_UP, _WEIGHT_DECAY = 1.2e-4, 0.06, 0.01
_TOKENS_A_BATCH = 4_500
"""Padding included: 32 examples of 140 tokens."""
_MOST_TOKENS = 256
_STEPS_BETWEEN_CHECKPOINTS = 250
_SORTED_TOGETHER = 40
"""Batches whose examples are sorted by length, so that little is padding, and yet every batch is a mixture."""
_ANSWERS_WEIGHT = 0.5
"""Of the third logit's loss, beside the mean of start and end."""


class Reader(nn.Module):
    """Logits (batch, tokens, 2) of start and end, -inf where no answer can be; and (batch,) of the whole."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        # Without dropout, whose random numbers one core makes alone, two cores train half as fast again; on CPUs eager
        # attention trains faster than the fused one.
        self.encoder = BertModel.from_pretrained(
            folder,
            add_pooling_layer=False,
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
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
    trainer = Trainer(arguments.bench, arguments.work, arguments.epochs)
    if arguments.write and trainer.is_done:
        write(trainer.ends(), STORED)
    elif arguments.write:
        sys.exit("The training has not come to its end; run the same command without --write first.")
    else:
        trainer.run(arguments.minutes)


class Trainer:
    """One training, which goes on from its checkpoint."""

    def __init__(self, bench: Path, work: Path, epochs: float) -> None:
        folder = default_folder()
        self._work = work
        self._checkpoint = work / "checkpoint.pt"
        self._batches = list(_all_batches(bench, folder, epochs))
        self.reader = Reader(folder)
        decayed = [p for p in self.reader.parameters() if p.requires_grad and p.ndim > 1]
        others = [p for p in self.reader.parameters() if p.requires_grad and p.ndim <= 1]
        self._optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": _WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}],
            lr=_LEARNING_RATE,
        )
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimizer, self._share_of_learning_rate)
        self._step = 0
        if self._checkpoint.exists():
            self._restore()

    def ends(self) -> list[dict[str, torch.Tensor]]:
        """The weights at the end of this training and of the shorter ones that it goes on from."""
        return [torch.load(file, weights_only=True) for file in sorted(self._work.glob("end-*.pt"))]

    @property
    def is_done(self) -> bool:
        return self._step == len(self._batches)

    def run(self, minutes: float) -> None:
        self.reader.train()
        began, loss_sum, first = perf_counter(), 0.0, self._step
        while self._step < len(self._batches):
            loss_sum += self._learn(collate(self._batches[self._step]))
            self._step += 1
            if self._step % 50 == 0 or self._step == len(self._batches):
                pace = (perf_counter() - began) / (self._step - first)
                print(f"{self._step}/{len(self._batches)} loss {loss_sum / 50:.4f} {pace:.2f} s a step", flush=True)
                loss_sum = 0.0
            if self._step % _STEPS_BETWEEN_CHECKPOINTS == 0 or self._step == len(self._batches):
                self._save()
                if self.is_done:
                    torch.save(self.reader.state_dict(), self._work / f"end-{self._step}.pt")
                if perf_counter() - began > 60 * minutes:
                    return

    def _learn(self, batch: Batch) -> float:
        loss = loss_of(batch, *self.reader(batch))
        loss.backward()
        nn.utils.clip_grad_norm_(self.reader.parameters(), 1.0)
        self._optimizer.step()
        self._schedule.step()
        self._optimizer.zero_grad()
        return loss.item()

    def _share_of_learning_rate(self, step: int) -> float:
        """Linear rise, then linear fall to 0."""
        done = step / len(self._batches)
        return min(done / _WARM_UP, (1 - done) / (1 - _WARM_UP))

    def _save(self) -> None:
        state = {
            "step": self._step,
            "reader": self.reader.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
        }
        torch.save(state, self._checkpoint.with_suffix(".new"))
        self._checkpoint.with_suffix(".new").replace(self._checkpoint)

    def _restore(self) -> None:
        state = torch.load(self._checkpoint, weights_only=True)
        self._step = state["step"]
        self.reader.load_state_dict(state["reader"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        print(f"Goes on from step {self._step}.", file=sys.stderr)


def loss_of(batch: Batch, spans: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    start = _log_probability(spans[..., 0], batch.starts)
    end = _log_probability(spans[..., 1], batch.ends)
    whole = binary_cross_entropy_with_logits(answers, batch.answerable)
    return -(start + end).mean() / 2 + _ANSWERS_WEIGHT * whole


def _log_probability(logits: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Log of the probability (batch,) that all right tokens have together."""
    return torch.logsumexp(logits.masked_fill(~right, -1e4), -1) - torch.logsumexp(logits, -1)


def _all_batches(bench: Path, folder: Path, epochs: float) -> Iterator[list[Encoded]]:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_MOST_TOKENS, strategy="only_second")
    for epoch in range(ceil(epochs)):
        batches = list(_batches(encode(tokenizer, read_examples(bench, epoch)), random.Random(epoch)))
        yield from batches[: ceil(len(batches) * min(1.0, epochs - epoch))]


def _batches(encoded: Sequence[Encoded], chance: random.Random) -> Iterator[list[Encoded]]:
    pool = 32 * _SORTED_TOGETHER
    for start in range(0, len(encoded), pool):
        batches: list[list[Encoded]] = [[]]
        for one in sorted(encoded[start : start + pool], key=lambda one: len(one.ids)):
            if (len(batches[-1]) + 1) * len(one.ids) > _TOKENS_A_BATCH:
                batches.append([])
            batches[-1].append(one)
        chance.shuffle(batches)
        yield from batches


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


def write(ends: Sequence[dict[str, torch.Tensor]], file: Path) -> None:
    """Layers and heads as float16, and their hash; the embeddings are those of the packaged encoder."""
    trained = {
        name.removeprefix("encoder."): torch.stack([end[name] for end in ends]).mean(0).to(torch.float16).contiguous()
        for name in ends[-1]
        if "embeddings" not in name
    }
    save_file(trained, file)
    file.with_name(WEIGHTS_HASH).write_text(f"{hashlib.sha256(file.read_bytes()).hexdigest()}\n", encoding="ascii")


if __name__ == "__main__":
    main()
