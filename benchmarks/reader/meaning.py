"""Trains the packaged models: an encoder that reads a question or claim beside a text, and says four things of them.

    python -m benchmarks.reader.meaning first BENCH PUBLIC WORK [--minutes 60]
    python -m benchmarks.reader.meaning second BENCH PUBLIC WORK [--minutes 60]
    python -m benchmarks.reader.meaning claims BENCH PUBLIC WORK [--minutes 60]
    python -m benchmarks.reader.meaning judge BENCH PUBLIC WORK [--minutes 60]
    python -m benchmarks.reader.meaning reader BENCH PUBLIC WORK [--minutes 60]
    python -m benchmarks.reader.meaning windows BENCH PUBLIC WORK [--minutes 60]
    python -m benchmarks.reader.meaning news BENCH PUBLIC WORK [--minutes 60]
    python -m benchmarks.reader.meaning shapes BENCH PUBLIC WORK [--minutes 60]
    python -m benchmarks.reader.meaning stories BENCH PUBLIC WORK [--minutes 60]
    python -m benchmarks.reader.meaning spans BENCH PUBLIC WORK [--minutes 40]
    python -m benchmarks.reader.meaning words BENCH PUBLIC WORK [--minutes 60]
    python -m benchmarks.reader.meaning hard BENCH PUBLIC WORK [--minutes 60]

BENCH holds the benchmark sets, PUBLIC the files that `public.py` names. The first stage learns from public examples;
the second learns all that is written, too. From there the way parts: judging goes on without spans, and reading, from
the first stage on, without claims, since six layers that learn both do neither as well; then it learns to read sentence
by sentence, what news is asked, the kinds of questions, documents of all sorts, and what of what was found for
questions about real news answers them ("hard"). The state goes to WORK now and then, so that the same command goes on
where it was stopped. `--write` stores the weights of "judge" or "hard" where the product takes them; "spans" and
"words", which go on from "stories" with answers in other words than the question's, are not carried
(docs/adr/0042-other-words.md).

The model reads `[CLS] asked [SEP] context [SEP] text [SEP]`, only the text with the second token type. Every token
gets two logits, that a short answer starts and that it ends there; at `[CLS]` they say that there is none (Devlin et
al. 2019). More logits at `[CLS]`: the text answers the question; the text supports the claim, contradicts it, does
neither; the answer is yes; and one for each kind of question, which is then read beside no text. Loss: cross-entropy of
start and of end, where all annotated answers count (log of their summed probability), of the three, of the kinds, and
binary cross-entropy of the other two; and for each text that answers, that it does so more than the question's wrong
ones in the same batch. What is not known of an example counts nothing.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from assistant.meaning.inputs import joined
from assistant.meaning.model import ANSWERS, KINDS, SUPPORT, YES
from assistant.meaning.packaged import WEIGHTS
from assistant.query.kind import QuestionKind
from benchmarks.reader import public
from benchmarks.reader.asked import is_kept_back, kind_examples, paraphrase_kinds, verdict_examples
from benchmarks.reader.desks import desk_examples, read_desks
from benchmarks.reader.documents import Shelf, document_examples, read_shelves
from benchmarks.reader.example import Example
from benchmarks.reader.examples import Example as ShiftsExample
from benchmarks.reader.examples import read_examples
from benchmarks.reader.exclude import Excluded
from benchmarks.reader.hard import NearMisses
from benchmarks.reader.labelled import Archive, labelled_examples
from benchmarks.reader.paraphrases import paraphrase_examples
from benchmarks.reader.training import Training, batched, begin_with_checkpoint, log_probability, store_weights
from benchmarks.reader.trunk import Trunk, minilm
from benchmarks.reader.windows import windows
from benchmarks.reader.written import by_key, claim_examples, question_examples, read_texts
from index.encoders.bert_runtime import fastest_precision
from index.encoders.load import load_encoder

_TOKENS_A_BATCH = 4_000
"""Padding included."""
_MOST_TOKENS = 288

_KIND = {kind: number for number, kind in enumerate(QuestionKind)}
_HEADS = KINDS.stop
"""Logits of the first token; `assistant.meaning.model` says what each of them is."""
_ANSWERS_WEIGHT = 0.5

_UNKNOWN = -1

_LABELS = ("spans", "answers", "support", "verdict", "kind")

_CHECKPOINT = "checkpoint.pt"

_PRODUCT = Path(__file__).parents[2] / "assistant"
STORED = {"judge": _PRODUCT / "meaning" / WEIGHTS, "hard": _PRODUCT / "reading" / WEIGHTS}
"""Where the weights of these stages belong."""


class Model(nn.Module):
    """Logits (batch, tokens, 2) of start and end, very low where no answer can be; and (batch, _HEADS)."""

    def __init__(self, trunk: Trunk) -> None:
        super().__init__()
        self.encoder = trunk.encoder
        self.encoder.embeddings.requires_grad_(False)
        width = self.encoder.config.hidden_size
        self.spans = nn.Linear(width, 2)
        self.whole = nn.Linear(width, _HEADS)

    def forward(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        # Where the processor does not calculate with bf16, that is eighty times slower than f32.
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=fastest_precision() == "bf16"):
            hidden = self.encoder(batch.ids, attention_mask=batch.mask, token_type_ids=batch.types).last_hidden_state
        hidden = hidden.float()
        spans = self.spans(hidden).masked_fill(~batch.may_answer[..., None], -1e4)
        return spans, self.whole(hidden[:, 0])


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids, and where the text begins; `starts` and `ends` are the answers' first and last tokens, [0] for none,
    [] where they are not learned. The labels are -1 where they are not known; `asked` is the question's own number."""

    ids: list[int]
    text: int
    starts: list[int]
    ends: list[int]
    answers: int
    support: int
    verdict: int
    kind: int
    asked: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of shape (batch, tokens), except the labels, (batch,)."""

    ids: torch.Tensor
    mask: torch.Tensor
    types: torch.Tensor
    may_answer: torch.Tensor
    starts: torch.Tensor
    ends: torch.Tensor
    answers: torch.Tensor
    support: torch.Tensor
    verdict: torch.Tensor
    kind: torch.Tensor
    asked: torch.Tensor


def begin_with_stored(model: Model, file: Path) -> None:
    """Take layers and heads from weights as `store_weights` leaves them."""
    weights = {name: torch.from_numpy(array).float() for name, array in load_file(file).items()}
    heads = {name: weights.pop(name) for name in list(weights) if name.startswith(("spans.", "whole."))}
    model.load_state_dict(heads | {f"encoder.{name}": weight for name, weight in weights.items()}, strict=False)


def mean(before: Mapping[str, torch.Tensor], after: Mapping[str, torch.Tensor], kept: float) -> dict[str, torch.Tensor]:
    """Return the weighted mean of two states of a model, of which the first has the share `kept`."""
    return {
        name: torch.lerp(after[name], weight, kept) for name, weight in before.items() if weight.is_floating_point()
    }


def loss_of(batch: Batch, spans: torch.Tensor, whole: torch.Tensor) -> torch.Tensor:
    """The mean over the examples of all that is known of them."""
    has_spans = batch.starts.any(-1)
    start = log_probability(spans[..., 0], batch.starts)
    end = log_probability(spans[..., 1], batch.ends)
    total = -((start + end) / 2)[has_spans].sum()
    total = total + _ANSWERS_WEIGHT * _binary(whole[:, ANSWERS], batch.answers)
    total = total + _ranked(whole[:, ANSWERS], batch.answers, batch.asked)
    total = total + _binary(whole[:, YES], batch.verdict)
    total = total + cross_entropy(whole[:, KINDS], batch.kind, ignore_index=_UNKNOWN, reduction="sum")
    total = total + cross_entropy(whole[:, SUPPORT], batch.support, ignore_index=_UNKNOWN, reduction="sum")
    return total / len(batch.ids)


def _ranked(logits: torch.Tensor, answers: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
    """Return the sum over the texts that answer of -log of their share among themselves and the question's wrong texts.

    The localized contrastive estimate of Gao et al. (2021), "Rethink Training of BERT Rerankers".
    """
    right = answers == 1
    beside = (asked[:, None] == asked[None, :]) & (answers == 0)[None, :]
    wrong = logits[None, :].masked_fill(~beside, -1e4).logsumexp(-1)
    return (torch.logaddexp(logits, wrong) - logits)[right & beside.any(-1)].sum()


def _binary(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    known = labels != _UNKNOWN
    return binary_cross_entropy_with_logits(logits[known], labels[known].float(), reduction="sum")


def training_of(
    model: Model, trunk: Trunk, batches: Sequence[list[Encoded]], work: Path, rate: float
) -> Training[Encoded]:
    return Training(
        model,
        lambda batch: loss_of(collated := collate(trunk, batch), *model(collated)),
        batches,
        work / _CHECKPOINT,
        rate,
    )


def encode(trunk: Trunk, examples: Sequence[Example]) -> list[Encoded]:
    """Examples as tokens; those whose answers are cut off are left out."""
    tokenize = trunk.tokenizer
    asked = tokenize.encode_batch([one.asked for one in examples], add_special_tokens=False)
    above = tokenize.encode_batch([one.context for one in examples], add_special_tokens=False)
    texts = tokenize.encode_batch([one.text for one in examples], add_special_tokens=False)
    kept = []
    numbers: dict[str, int] = {}
    for example, question, context, text in zip(examples, asked, above, texts, strict=True):
        shown = joined(question.ids, context.ids, text.ids, trunk.first, trunk.separator, _MOST_TOKENS)
        room = len(shown.ids) - shown.text - 1
        tokens = None if example.spans is None else [_tokens_of(text, s, e, room) for s, e in example.spans]
        found = [span for span in tokens or () if span]
        if example.spans and not found:
            continue
        first = shown.text
        starts = [] if tokens is None else [first + s for s, _ in found] or [0]
        ends = [] if tokens is None else [first + e for _, e in found] or [0]
        kept.append(
            Encoded(
                shown.ids,
                first,
                starts,
                ends,
                _label(example.answers),
                _label(example.support),
                _label(example.verdict),
                _UNKNOWN if example.kind is None else _KIND[example.kind],
                numbers.setdefault(example.asked, len(numbers)),
            )
        )
    return kept


def _label(value: int | None) -> int:
    return _UNKNOWN if value is None else int(value)


def _tokens_of(text, start: int, end: int, room: int) -> tuple[int, int] | None:  # tokenizers has no types
    inside = [number for number, (s, e) in enumerate(text.offsets) if s < end and e > start]
    return (inside[0], inside[-1]) if inside and inside[-1] < room else None


def collate(trunk: Trunk, examples: Sequence[Encoded]) -> Batch:
    shape = len(examples), max(len(one.ids) for one in examples)
    ids = np.full(shape, trunk.padding, np.int64)
    types, mask = (np.zeros(shape, np.int64) for _ in range(2))
    starts, ends, may_answer = (np.zeros(shape, np.bool_) for _ in range(3))
    for row, one in enumerate(examples):
        size = len(one.ids)
        ids[row, :size], types[row, one.text : size], mask[row, :size] = one.ids, 1, 1
        may_answer[row, one.text : size - 1] = may_answer[row, 0] = True
        starts[row, one.starts] = ends[row, one.ends] = True
    labels = ([getattr(one, name) for one in examples] for name in ("answers", "support", "verdict", "kind", "asked"))
    tensors = (torch.from_numpy(array) for array in (ids, mask, types, may_answer, starts, ends))
    return Batch(*tensors, *map(torch.tensor, labels))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """How often the written claims and questions are learned from; how many of the public ones, of SQuADShifts and of
    sentences damaged by rules; how fast; and after which other stage.

    `learns`: examples that teach none of these are left out, and nothing else is learned of the others.
    """

    public_share: float
    rate: float
    after: str
    claim_epochs: int = 0
    question_epochs: int = 0
    shifts: int = 0
    damaged: int = 0
    learns: tuple[str, ...] = ("spans", "answers", "support", "verdict")
    windows: float = 0.0
    """Share of the public examples that are read sentence by sentence."""
    desk_epochs: float = 0
    document_epochs: float = 0
    asked_epochs: float = 0
    """How often kinds of questions, and questions of yes or no, are learned from."""
    paraphrase_epochs: float = 0
    labelled_epochs: float = 0
    kept: float = 0.0
    """Share that the weights before the stage have in those that are stored: of few examples a stage learns much, and
    forgets some of what it knew. Their mean keeps both (Wortsman et al. 2022, "Robust fine-tuning of zero-shot
    models")."""
    frozen_layers: int = 0
    """Layers, from the lowest, that stay as they are: nothing of them is forgotten, and they cost no backward pass."""

    def may_learn(self, example: Example) -> bool:
        return any(getattr(example, name) is not None for name in self.learns)

    def learned(self, example: Example) -> Example:
        """Return what is learned of an example."""
        return replace(example, **{name: None for name in _LABELS if name not in self.learns})


STAGES = {
    "first": Stage(public_share=1.0, shifts=16_000, rate=1.2e-4, after=""),
    "second": Stage(claim_epochs=3, question_epochs=1, public_share=0.35, shifts=3_000, rate=1e-4, after="first"),
    "claims": Stage(
        claim_epochs=3,
        question_epochs=1,
        public_share=0.35,
        damaged=5_000,
        rate=6e-5,
        after="second",
        learns=("support", "verdict"),
    ),
    "judge": Stage(
        claim_epochs=1,
        question_epochs=1,
        public_share=0.15,
        damaged=8_000,
        rate=6e-5,
        after="claims",
        learns=("support", "verdict"),
    ),
    "reader": Stage(
        question_epochs=1,
        public_share=0.8,
        shifts=10_000,
        rate=1e-4,
        after="first",
        learns=("spans", "answers"),
    ),
    "windows": Stage(
        question_epochs=2,
        public_share=1.0,
        shifts=16_000,
        rate=1e-4,
        after="reader",
        learns=("spans", "answers"),
        windows=0.8,
    ),
    "news": Stage(
        question_epochs=1,
        public_share=0.08,
        shifts=1_500,
        rate=6e-5,
        after="windows",
        learns=("spans", "answers"),
        windows=0.9,
        desk_epochs=3,
    ),
    "shapes": Stage(
        question_epochs=1,
        public_share=0.08,
        shifts=1_500,
        rate=6e-5,
        after="news",
        learns=("spans", "answers", "kind"),
        windows=0.9,
        desk_epochs=2,
        document_epochs=2,
        asked_epochs=3,
    ),
    "stories": Stage(
        public_share=0.04,
        shifts=1_000,
        rate=5e-5,
        after="shapes",
        learns=("spans", "answers", "kind"),
        windows=0.9,
        desk_epochs=1,
        document_epochs=2,
        asked_epochs=4,
    ),
    "spans": Stage(
        question_epochs=1,
        public_share=0.4,
        shifts=6_000,
        rate=8e-5,
        after="stories",
        learns=("spans", "answers", "kind"),
        windows=0.8,
        desk_epochs=1,
        document_epochs=1,
        asked_epochs=1,
    ),
    "words": Stage(
        question_epochs=1,
        public_share=0.15,
        shifts=2_000,
        rate=6e-5,
        after="spans",
        learns=("spans", "answers", "kind"),
        windows=0.8,
        desk_epochs=2,
        document_epochs=1,
        asked_epochs=2,
        paraphrase_epochs=3,
    ),
    "hard": Stage(
        public_share=0.006,
        shifts=180,
        rate=6e-5,
        after="stories",
        learns=("spans", "answers", "kind"),
        windows=0.9,
        desk_epochs=0.24,
        document_epochs=0.24,
        asked_epochs=0.36,
        labelled_epochs=1.2,
        kept=0.4,
        frozen_layers=2,
    ),
}


def shuffled(examples: Sequence[Example], chance: random.Random) -> list[Example]:
    """Return them in a random order in which those of one question, written one after the other, stay together."""
    questions = [list(group) for _, group in groupby(examples, lambda one: one.asked)]
    return [one for question in chance.sample(questions, len(questions)) for one in question]


def stage_batches(stage: Stage, trunk: Trunk, bench: Path, folder: Path) -> list[list[Encoded]]:
    """All batches of a stage, in the order in which they are learned."""
    chance = random.Random(stage.after)
    excluded = Excluded(bench)
    found = [list(read(folder)) for read in public.SETS] + [list(read(folder, chance)) for read in public.CHANCE_SETS]
    found.append(list(public.answer_sentences(folder, bench, chance)))
    examples = [one for of_set in found for one in chance.sample(of_set, round(len(of_set) * stage.public_share))]
    examples += [_of_shifts(one) for one in read_examples(bench, 0)[: stage.shifts]]
    if stage.windows:
        kept = [one for one in examples if stage.may_learn(one)]
        chance.shuffle(kept)
        split = round(len(kept) * stage.windows)
        examples = [*windows(kept[:split], chance), *kept[split:]]
    examples += islice(public.damaged(folder, chance), stage.damaged)
    texts = read_texts(paragraphs=by_key(public.paragraphs(folder)))
    for _ in range(stage.claim_epochs):
        examples += claim_examples(texts, chance)
    examples += [*question_examples(texts)] * stage.question_epochs
    examples += of_found_units(stage, folder, chance)
    examples += repeated(learned_of_questions(), stage.asked_epochs, chance)
    wanted = [stage.learned(one) for one in examples if stage.may_learn(one)]
    encoded = encode(trunk, shuffled([one for one in wanted if one not in excluded], chance))
    return list(batched(encoded, chance, _TOKENS_A_BATCH, lambda one: one.asked))


def repeated(examples: Iterable[Example], epochs: float, chance: random.Random) -> list[Example]:
    """Return all examples so often; of the last, broken epoch, those of as many questions, drawn by chance."""
    questions = [list(group) for _, group in groupby(examples, lambda one: one.asked)]
    whole, rest = divmod(epochs, 1)
    drawn = questions * int(whole) + chance.sample(questions, round(rest * len(questions)))
    return [one for question in drawn for one in question]


def of_found_units(stage: Stage, folder: Path, chance: random.Random) -> list[Example]:
    """Questions beside single units, some of which answer, as reading meets them."""
    near_misses = NearMisses(load_encoder())
    examples: list[Example] = []
    if stage.desk_epochs:
        examples += repeated(desk_examples(read_desks(), near_misses), stage.desk_epochs, chance)
    if stage.document_epochs:
        examples += repeated(document_examples(learned_shelves(), near_misses), stage.document_epochs, chance)
    if stage.labelled_epochs:
        labelled = labelled_examples(Archive(folder / "news.jsonl"))
        examples += repeated(labelled, stage.labelled_epochs, chance)
    return examples + repeated(paraphrase_examples(), stage.paraphrase_epochs, chance)


def learned_shelves() -> list[Shelf]:
    return [
        replace(shelf, questions=[row for row in shelf.questions if not is_kept_back(row["q"])])
        for shelf in read_shelves()
    ]


def learned_of_questions() -> list[Example]:
    """Kinds and verdicts, but for those that are kept back."""
    desks = read_desks()
    known = [*kind_examples(desks, read_shelves()), *paraphrase_kinds(), *verdict_examples()]
    return [one for one in known if not is_kept_back(one.asked)]


def _of_shifts(one: ShiftsExample) -> Example:
    return Example(one.question, one.passage, one.title, spans=one.answers, answers=bool(one.answers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("bench", type=Path)
    parser.add_argument("public", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--minutes", type=float, default=60.0, help="stop after so long, at a checkpoint")
    parser.add_argument(
        "--write", action="store_true", help="store the weights of a last stage's end where the product takes them"
    )
    parser.add_argument(
        "--begin-with", type=Path, help="stored weights to go on from, where the stage before left no checkpoint"
    )
    arguments = parser.parse_args()
    if arguments.write and arguments.stage not in STORED:
        parser.error(f"only the weights of {' and '.join(STORED)} are stored")
    torch.manual_seed(0)
    trunk, stage = minilm(), STAGES[arguments.stage]
    model = Model(trunk)
    work = arguments.work / arguments.stage
    work.mkdir(parents=True, exist_ok=True)
    model.encoder.encoder.layer[: stage.frozen_layers].requires_grad_(False)
    batches = stage_batches(stage, trunk, arguments.bench, arguments.public)
    if arguments.begin_with:
        begin_with_stored(model, arguments.begin_with)
    elif stage.after:
        begin_with_checkpoint(model, arguments.work / stage.after / _CHECKPOINT)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    training = training_of(model, trunk, batches, work, stage.rate)
    if not arguments.write:
        training.run(arguments.minutes)
    elif training.is_done:
        store_weights(mean(before, model.state_dict(), stage.kept), STORED[arguments.stage])
    if training.is_done:
        print("The stage has come to its end.")


if __name__ == "__main__":
    main()
