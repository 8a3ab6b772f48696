"""Trial of the configured language model: its speed, and the verification of one answer."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from time import perf_counter

from assistant.answer import Evidence
from assistant.groundedness.judge import shipped_judge
from assistant.language_models.language_model import ChatMessage, LanguageModel, TimeLimits, TokenUsage
from assistant.settings import ModelOptions
from assistant.writing.generative import Effort, ModelWriter
from assistant.writing.verify import Verification
from corpus.article import Article, Passage, article_id, content_hash
from index.hit import Hit, Scores

_GREETING = (ChatMessage("system", "You are brief."), ChatMessage("user", "Count from one to twenty, in words."))

_QUESTION = "When does the library open, and how many books does it have?"
_ARTICLE = (
    "The new library of Aldermoor opens on 4 March, said Ida Brandt, its head. It has 13,000 books. "
    "The old library may be sold next year."
)
"""Invented, so that no model knows the answer from elsewhere."""


@dataclass(frozen=True, slots=True)
class TriedSentence:
    """A sentence of the model and its verdict: verbatim, supported, partial, or left out."""

    text: str
    verdict: str


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """Result of a trial. `pieces_a_second` is about tokens. `sentences` answer `question` from `evidence`."""

    seconds_to_first_piece: float
    pieces_a_second: float
    follows_schemas: bool
    question: str
    evidence: tuple[str, ...]
    sentences: tuple[TriedSentence, ...]
    answer_seconds: float


def check_model(model: LanguageModel, options: ModelOptions) -> ModelCheck:
    """Ask the model twice. Raises `ModelFailed` when it does not answer within its limits."""
    first, rate = _speed(model, TimeLimits(options.first_seconds, options.whole_seconds))
    evidence = _evidence()
    started = perf_counter()
    sentences = tuple(_tried(ModelWriter(model, options), evidence))
    return ModelCheck(
        first,
        rate,
        model.follows_schemas,
        _QUESTION,
        tuple(item.text for item in evidence),
        sentences,
        perf_counter() - started,
    )


def _speed(model: LanguageModel, limits: TimeLimits) -> tuple[float, float]:
    """Return seconds until the first piece, and pieces a second after it."""
    started = perf_counter()
    times = []
    with closing(model.stream(_GREETING, limits, TokenUsage())) as pieces:
        times = [perf_counter() for _ in pieces]
    if len(times) < 2:
        return perf_counter() - started, 0.0
    return times[0] - started, (len(times) - 1) / max(times[-1] - times[0], 1e-6)


def _tried(writer: ModelWriter, evidence: Sequence[Evidence]) -> list[TriedSentence]:
    article = evidence[0].hit.article
    verification = Verification(lambda *_: article, shipped_judge())
    tried = []
    shown = writer.show(evidence, ())
    with closing(writer.write(_QUESTION, shown, Effort())) as drafts:
        for draft in (one for one in drafts if one and one.text):
            taken = verification.take(draft)
            verdict = verification.verified().sentences[-1].support.value if taken else "left out"
            tried.append(TriedSentence(draft.text, verdict))
    return tried


def _evidence() -> tuple[Evidence, ...]:
    name = "model-check"
    article = replace(
        Article(article_id(name), name, name, "A library opens", _ARTICLE, content_hash(_ARTICLE)),
        published=date(2025, 2, 1),
    )
    passage = Passage(name, article.id, article.content_hash, 0, len(_ARTICLE), name)
    hit = Hit(passage, article, score=1.0, scores=Scores(dense=1.0, lexical=1.0))
    ends = [at + 1 for at, letter in enumerate(_ARTICLE) if letter == "."]
    starts = [0, *(end + 1 for end in ends[:-1])]
    return tuple(Evidence(hit, start, end, support=1.0) for start, end in zip(starts, ends, strict=True))
