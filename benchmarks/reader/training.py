"""What both trainings of this folder share: batches, the loop that learns from them, and its checkpoint."""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from time import perf_counter
from typing import Generic, Protocol, TypeVar

import torch
from safetensors.torch import save_file
from torch import nn

from assistant.meaning.packaged import WEIGHTS_HASH

_WARM_UP, _WEIGHT_DECAY = 0.06, 0.01
_STEPS_BETWEEN_CHECKPOINTS = 250
_STEPS_BETWEEN_REPORTS = 50
_MOST_A_BATCH = 64
_SORTED_TOGETHER = 40
"""Batches whose examples are sorted by length, so that little is padding, and yet every batch is a mixture."""


class Tokenized(Protocol):
    """An example as a model reads it."""

    @property
    def ids(self) -> list[int]: ...


One = TypeVar("One", bound=Tokenized)


def batched(
    encoded: Sequence[One], chance: random.Random, most_tokens: int, together: Callable[[One], object] = id
) -> Iterator[list[One]]:
    """Yield batches of examples about equally long, of so many tokens at most, padding included.

    Those of which `together` says the same, neighbours in `encoded`, stay together where they fit into one batch.
    Short ones are no more than `_MOST_A_BATCH`: a batch is one step, however little it tells.
    """
    groups = [list(group) for _, group in groupby(encoded, together)]
    for pool in _pools(groups):
        batches: list[list[One]] = [[]]
        for group in sorted(pool, key=_longest):
            for part in _parts(group, most_tokens):
                count = len(batches[-1]) + len(part)
                if batches[-1] and (count * _longest(part) > most_tokens or count > _MOST_A_BATCH):
                    batches.append([])
                batches[-1] += part
        chance.shuffle(batches)
        yield from batches


def _pools(groups: Sequence[list[One]]) -> Iterator[list[list[One]]]:
    """Yield groups of so many examples together as are sorted by length at once."""
    pool: list[list[One]] = []
    for group in groups:
        pool.append(group)
        if sum(map(len, pool)) >= 32 * _SORTED_TOGETHER:
            yield pool
            pool = []
    if pool:
        yield pool


def _parts(group: list[One], most_tokens: int) -> Iterator[list[One]]:
    most = max(1, min(most_tokens // _longest(group), _MOST_A_BATCH))
    return (group[start : start + most] for start in range(0, len(group), most))


def _longest(group: Sequence[One]) -> int:
    return max(len(one.ids) for one in group)


def log_probability(logits: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Return the log of the probability (batch,) that all right tokens have together."""
    return torch.logsumexp(logits.masked_fill(~right, -1e4), -1) - torch.logsumexp(logits, -1)


def _grown(state: Mapping[str, torch.Tensor], model: nn.Module) -> dict[str, torch.Tensor]:
    """Return the weights of an earlier stage with the model's own where that had fewer logits."""
    own = model.state_dict()
    return {name: torch.cat([weight, own[name][len(weight) :]]) for name, weight in state.items()}


def begin_with_checkpoint(model: nn.Module, checkpoint: Path) -> None:
    """Take the weights of another training."""
    model.load_state_dict(_grown(torch.load(checkpoint, weights_only=True)["reader"], model))


def store_weights(state: Mapping[str, torch.Tensor], file: Path) -> None:
    """Store layers and heads as float16, and their hash; the embeddings are those of the packaged encoder."""
    trained = {
        name.removeprefix("encoder."): weight.to(torch.float16).contiguous()
        for name, weight in state.items()
        if "embeddings" not in name
    }
    save_file(trained, file)
    file.chmod(0o644)
    file.with_name(WEIGHTS_HASH).write_text(f"{hashlib.sha256(file.read_bytes()).hexdigest()}\n", encoding="ascii")


class Training(Generic[One]):
    """One training, which goes on from its checkpoint. The rate rises, then falls to 0, both linearly."""

    def __init__(
        self,
        model: nn.Module,
        loss_of: Callable[[list[One]], torch.Tensor],
        batches: Sequence[list[One]],
        checkpoint: Path,
        rate: float,
    ) -> None:
        self._model = model
        self._loss_of = loss_of
        self._batches = batches
        self._checkpoint = checkpoint
        decayed = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
        others = [p for p in model.parameters() if p.requires_grad and p.ndim <= 1]
        self._optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": _WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}], lr=rate
        )
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimizer, self._share_of_rate)
        self._step = 0
        if checkpoint.exists():
            self._restore()

    @property
    def is_done(self) -> bool:
        return self._step == len(self._batches)

    def run(self, minutes: float) -> None:
        """Learn until the end, or until the first checkpoint after so long."""
        self._model.train()
        began, first, losses = perf_counter(), self._step, []
        while not self.is_done:
            losses.append(self._learn(self._batches[self._step]))
            self._step += 1
            if self._step % _STEPS_BETWEEN_REPORTS == 0 or self.is_done:
                done, pace = f"{self._step}/{len(self._batches)}", (perf_counter() - began) / (self._step - first)
                print(f"{done} loss {sum(losses) / len(losses):.4f} {pace:.2f} s a step", flush=True)
                losses.clear()
            if self._step % _STEPS_BETWEEN_CHECKPOINTS == 0 or self.is_done:
                self._save()
                if perf_counter() - began > 60 * minutes:
                    return

    def _learn(self, batch: list[One]) -> float:
        loss = self._loss_of(batch)
        loss.backward()
        nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        self._optimizer.step()
        self._schedule.step()
        self._optimizer.zero_grad()
        return loss.item()

    def _share_of_rate(self, step: int) -> float:
        done = step / len(self._batches)
        return min(done / _WARM_UP, (1 - done) / (1 - _WARM_UP))

    def _save(self) -> None:
        state = {
            "step": self._step,
            "reader": self._model.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
        }
        torch.save(state, self._checkpoint.with_suffix(".new"))
        self._checkpoint.with_suffix(".new").replace(self._checkpoint)

    def _restore(self) -> None:
        state = torch.load(self._checkpoint, weights_only=True)
        self._step = state["step"]
        self._model.load_state_dict(state["reader"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        print(f"Goes on from step {self._step}.", file=sys.stderr)
