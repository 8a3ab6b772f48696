"""The story of a question: rewrite, search, read, judge, write, verify."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from copy import copy
from dataclasses import dataclass, replace
from time import perf_counter
from types import TracebackType
from typing import Literal, Self

from assistant.answer import Answer, Evidence, NoAnswerReason, Status
from assistant.conversation.follow_ups import FollowUps
from assistant.conversation.introduction import introduction
from assistant.conversation.model_rewriter import ModelRewriter
from assistant.conversation.rewriter import Rewriter, Rewritten, Turn
from assistant.conversation.search import search_in_context
from assistant.conversation.small_talk import is_small_talk
from assistant.errors import BadQuestion, ModelFailed, ModelTimedOut, ModeUnavailable
from assistant.events import Completed, Event, Found, Started, Withdrawn, written
from assistant.language_models.language_model import LanguageModel, load_language_model
from assistant.query.decompose import SubQuestion, decompose
from assistant.reading.abstention import AbstentionDecision, AbstentionPolicy
from assistant.reading.calibration import Calibration, shipped_calibration
from assistant.reading.models.load import load_reading_model
from assistant.reading.reader import RERANK_DEPTH, Read, Reader, SpanReader
from assistant.settings import Settings
from assistant.writing.conflicts import Disagreement, find_disagreements, told_conflicts, with_both_sides
from assistant.writing.extractive import WORTH_ADDING, Draft, ExtractiveWriter, Writer
from assistant.writing.generative import ModelWriter
from assistant.writing.verify import Verification, Verified, verify
from corpus.article import Article, ArticleFilter
from corpus.errors import UnknownArticle
from corpus.store import open_store
from corpus.store.protocols import Store
from index.encoders.encoder import Encoder
from index.encoders.load import load_encoder
from index.hit import Hit
from index.live import LiveIndex
from index.search import Searcher, SearchResult

Mode = Literal["auto", "extractive", "generative"]

MAX_QUESTION_CHARACTERS = 2_000
"""Nobody asks more in one question; an encoder reads a tenth of it."""

DEFAULT_HITS = 6
"""Passages that an answer lists for each part, cited or not."""

_EVERYTHING = ArticleFilter()

_NEAREST = 5
"""Evidence kept for explanation."""


class Assistant:
    """Answers questions over one data folder. Safe to use from several threads; close it, or use `with`."""

    def __init__(
        self,
        store: Store,
        searcher: Searcher,
        reader: Reader,
        writer: Writer,
        judge: AbstentionPolicy,
        rewriter: Rewriter,
        model: LanguageModel | None = None,
        model_writer: ModelWriter | None = None,
        model_rewriter: ModelRewriter | None = None,
    ) -> None:
        """Without `model_writer`, answers are quotes only; without `model_rewriter`, follow-ups go by rules only."""
        self.store = store
        self._searcher = searcher
        self._reader = reader
        self._writer = writer
        self._judge = judge
        self._rewriter = rewriter
        self.model = model
        self._model_writer = model_writer
        self._model_rewriter = model_rewriter
        self._bounds = _EVERYTHING
        self._watch: Callable[[Answer], None] = _unwatched
        self._resources = ExitStack()

    @classmethod
    def open(
        cls,
        settings: Settings,
        encoder: Encoder | None = None,
        calibration: Calibration | None = None,
        model: LanguageModel | None = None,
        seconds_to_swap: float = 0.0,
    ) -> Self:
        """An assistant over `settings.data`, which may still be empty; `encoder` and `model` replace those in the
        settings. `seconds_to_swap` is passed to `LiveIndex`: of several processes each has another.

        Raises `CorpusError` or `IndexRoomError` when the folder or the encoder cannot be used, and `BadSettings` when
        there can be no such language model.
        """
        model = model or load_language_model(settings.model)
        with ExitStack() as resources:
            finding = settings.finding
            encoder = encoder or load_encoder(finding.encoder, finding.threads)
            calibration = calibration or shipped_calibration()
            store = resources.enter_context(open_store(settings.data_folder))
            live = resources.enter_context(LiveIndex(store, settings.data_folder, encoder.fingerprint, seconds_to_swap))
            searcher = Searcher(store, encoder, live, finding)
            answering = settings.answering
            follow_ups = FollowUps(searcher.rarity)
            assistant = cls(
                store,
                searcher,
                SpanReader(
                    searcher,
                    load_reading_model(answering.reader, finding.threads),
                    calibration,
                    answering.passages_to_read,
                    answering.sure_enough,
                ),
                ExtractiveWriter(answering),
                AbstentionPolicy(calibration, answering.caution, searcher.rarity),
                follow_ups,
                model,
                ModelWriter(model, settings.model) if model else None,
                ModelRewriter(model, follow_ups) if model else None,
            )
            assistant._resources = resources.pop_all()
            return assistant

    def for_caller(self, bounds: ArticleFilter, watch: Callable[[Answer], None]) -> Self:
        """The same assistant, open and closed with this one, for somebody who may see only what `bounds` let through.

        `watch` is told each complete answer.
        """
        theirs = copy(self)
        theirs.store = self.store.within(bounds)
        theirs._bounds = bounds.within(self._bounds)
        theirs._watch = watch
        return theirs

    def ask(
        self,
        question: str,
        filters: ArticleFilter = _EVERYTHING,
        history: Sequence[Turn] = (),
        top_k: int = DEFAULT_HITS,
        mode: Mode = "auto",
    ) -> Answer:
        """Answer `question` from the articles that `filters` let through, or say why not.

        A refusal is an `Answer` with status `no_answer`. Raises `BadQuestion` for one that is empty or too long
        and `ModeUnavailable` for `generative` when no language model is configured.
        """
        *_, completed = self.stream(question, filters, history, top_k, mode)
        assert isinstance(completed, Completed)
        return completed.answer

    def stream(
        self,
        question: str,
        filters: ArticleFilter = _EVERYTHING,
        history: Sequence[Turn] = (),
        top_k: int = DEFAULT_HITS,
        mode: Mode = "auto",
    ) -> Generator[Event]:
        """The same as it comes. What `ask` raises is raised before the first event; closing it stops the work."""
        _check(question)
        if mode == "generative" and not self._model_writer:
            raise ModeUnavailable("No language model is configured; ask with mode auto or extractive.")
        clock = _Clock()
        if is_small_talk(question):
            yield from self._introduced(question, filters)
            return
        rewriter = self._rewriter if mode == "extractive" else self._model_rewriter or self._rewriter
        rewritten = rewriter.rewrite(question, history)
        parts = decompose(rewritten.question)
        clock.lap("rewrite")
        found = [self._find(part.text, rewritten, filters, max(top_k, RERANK_DEPTH)) for part in parts]
        clock.lap("search")
        read = self._read(parts, found)
        judgement = self._judge.judge(parts, read, self._has_articles(found))
        clock.lap("read")
        model_writer = self._model_writer if mode != "extractive" and judgement.supported else None
        yield Started(
            "generative" if model_writer else "extractive", found[0].generation, rewritten.other_than(question)
        )
        disagreements = find_disagreements(parts, judgement.supported)
        draft = with_both_sides(self._writer.write(judgement.supported), disagreements)
        shown = model_writer.show(judgement.supported, draft) if model_writer else ()
        hits = _merged(read, top_k, [*shown, *(item for sentence in draft for item in sentence.evidence)])
        yield Found(hits)
        quoted = verify(draft, self._stored)
        outcome = yield from self._written(rewritten.question, judgement, disagreements, quoted, model_writer, shown)
        clock.lap("write")
        verified = outcome.verified
        unanswered = _unanswered(parts, judgement, draft, verified)
        answer = Answer(
            question,
            _status(verified, unanswered),
            verified.text,
            verified.short,
            judgement.confidence,
            verified.sentences,
            verified.citations,
            conflicts=told_conflicts(disagreements, verified.citations),
            hits=hits,
            nearest=judgement.considered[:_NEAREST],
            unanswered=unanswered,
            no_answer_reason=None if verified.sentences else judgement.no_answer_reason or NoAnswerReason.NOT_SUPPORTED,
            standalone_question=rewritten.other_than(question),
            mode=outcome.mode,
            degraded=(*outcome.degraded, *(("index_fallback",) if any(result.fallback for result in found) else ())),
            generation=found[0].generation,
            signals=judgement.explanation,
            timings_ms=clock.laps(),
        )
        self._watch(answer)
        yield Completed(answer)

    def read(self, question: str, filters: ArticleFilter = _EVERYTHING) -> list[tuple[SubQuestion, Read]]:
        """What `ask` reads for each part of the question, before anything is decided; for measuring."""
        _check(question)
        parts = decompose(question)
        found = [self._searcher.search(part.text, filters.within(self._bounds), RERANK_DEPTH) for part in parts]
        return list(zip(parts, self._read(parts, found), strict=True))

    def rewrite(self, question: str, history: Sequence[Turn]) -> Rewritten:
        """What a follow-up means, by rules alone, whether or not a language model is configured."""
        return self._rewriter.rewrite(question, history)

    def find(
        self,
        question: str,
        filters: ArticleFilter = _EVERYTHING,
        limit: int = 10,
        history: Sequence[Turn] = (),
    ) -> SearchResult:
        """What searching alone finds, unread, best first, at most `limit`. Raises `BadQuestion`."""
        return self._standalone(question, filters, limit, history)[1]

    def search(
        self,
        question: str,
        filters: ArticleFilter = _EVERYTHING,
        limit: int = 10,
        history: Sequence[Turn] = (),
    ) -> SearchResult:
        """What was found, best first after the likeliest were read, at most `limit`. Raises `BadQuestion`."""
        part, found = self._standalone(question, filters, max(limit, RERANK_DEPTH), history)
        return replace(found, hits=self._reader.read(part, found.hits).hits[:limit])

    def index_age_seconds(self) -> float | None:
        """Time since the index that is searched was built; None when there is none yet."""
        return self._searcher.index_age_seconds()

    def remembered_questions(self) -> tuple[int, int]:
        """How often a question's vector was remembered, and how often it had to be made."""
        return self._searcher.remembered_questions()

    def warm_up(self) -> None:
        """Load the models and open the index, so that the first question does not wait for them."""
        self._reader.warm_up()
        self.search("warm up", limit=1)

    def close(self) -> None:
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _standalone(
        self, question: str, filters: ArticleFilter, limit: int, history: Sequence[Turn]
    ) -> tuple[SubQuestion, SearchResult]:
        """The question in full words, as one part, and what is found for it."""
        _check(question)
        rewritten = self.rewrite(question, history)
        part = SubQuestion(rewritten.question, rewritten.question)
        return part, self._find(part.text, rewritten, filters, limit)

    def _find(self, text: str, rewritten: Rewritten, filters: ArticleFilter, limit: int) -> SearchResult:
        return search_in_context(self._searcher, text, rewritten.before, filters.within(self._bounds), limit)

    def _read(self, parts: Sequence[SubQuestion], found: Sequence[SearchResult]) -> list[Read]:
        each = enumerate(zip(parts, found, strict=True))
        read = [(part, self._reader.read(part, result.hits, number)) for number, (part, result) in each]
        return [self._reader.rescore(part, of_part) for part, of_part in read]

    def _has_articles(self, found: Sequence[SearchResult]) -> bool:
        return any(result.hits for result in found) or self.store.articles.count() > 0

    def _written(
        self,
        question: str,
        judgement: AbstentionDecision,
        disagreements: Sequence[Disagreement],
        quoted: Verified,
        model_writer: ModelWriter | None,
        shown: Sequence[Evidence],
    ) -> Generator[Event, None, _Written]:
        """The model's sentences as they are verified; where they fail or do not suffice, the quotes instead."""
        if model_writer is None:
            yield from written(quoted)
            return _Written(quoted, "extractive")
        verification = Verification(self._stored)
        try:
            with closing(model_writer.write(question, shown)) as drafts:
                for sentence in drafts:
                    if verification.take(sentence):
                        *_, last = written(verification.verified())
                        yield last
            told = told_conflicts(disagreements, verification.verified().citations)
            suffices = len(told) == len(disagreements) and _answers(verification.evidence, judgement.supported)
            reason = None if suffices else "unverified"
        except ModelTimedOut:
            reason = "model_timeout"
        except ModelFailed:
            reason = "model_unavailable"
        if reason is None:
            return _Written(verification.verified(), "generative")
        if verification.evidence:
            yield Withdrawn(reason)
        yield from written(quoted)
        return _Written(quoted, "extractive", (reason,))

    def _introduced(self, question: str, filters: ArticleFilter) -> Iterator[Event]:
        """To what no article has to answer: what this is and what it covers. Nothing is searched."""
        yield Started("extractive", None)
        yield Found(())
        answer = Answer(
            question,
            Status.NO_ANSWER,
            no_answer_reason=NoAnswerReason.NOT_A_QUESTION,
            about=introduction(self.store.articles.coverage(filters.within(self._bounds))),
        )
        self._watch(answer)
        yield Completed(answer)

    def _stored(self, article_id: str, content_hash: str) -> Article | None:
        try:
            return self.store.articles.get(article_id, content_hash)
        except UnknownArticle:
            return None


@dataclass(frozen=True, slots=True)
class _Written:
    """What came of writing, and how."""

    verified: Verified
    mode: str
    degraded: tuple[str, ...] = ()


def _unwatched(_: Answer) -> None:
    """Nobody wants to know."""


def _check(question: str) -> None:
    if not question.strip():
        raise BadQuestion("The question is empty; write what you want to know.")
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise BadQuestion(f"The question has {len(question):,} characters; ask in at most {MAX_QUESTION_CHARACTERS:,}.")


def _answers(cited: Sequence[Evidence], supported: Sequence[Evidence]) -> bool:
    """Whether each part that has evidence is answered from good evidence of it."""
    best: dict[int, float] = {}
    for item in supported:
        best[item.part] = max(item.support, best.get(item.part, 0.0))
    answered = {item.part for item in cited if item.support >= WORTH_ADDING * best.get(item.part, 0.0)}
    return answered >= best.keys()


def _unanswered(
    parts: Sequence[SubQuestion], judgement: AbstentionDecision, draft: Draft, verified: Verified
) -> tuple[str, ...]:
    """The parts that lack evidence, and those of whose sentences none could be verified.

    A part without any sentence of its own is answered by those of another, which say the same.
    """
    if not verified.sentences:
        return judgement.unanswered
    drafted = {item.part for sentence in draft for item in sentence.evidence}
    lost = {parts[number].label for number in drafted - verified.parts}
    return tuple(part.label for part in parts if part.label in lost or part.label in judgement.unanswered)


def _status(verified: Verified, unanswered: Sequence[str]) -> Status:
    if not verified.sentences:
        return Status.NO_ANSWER
    return Status.PARTIAL if unanswered else Status.ANSWERED


def _merged(read: Sequence[Read], most: int, evidence: Sequence[Evidence]) -> tuple[Hit, ...]:
    """The first hits of all parts, `most` of each, and those that may be cited; best first, each passage once."""
    listed = [hit for of_part in read for hit in of_part.hits[:most]]
    best: dict[str, Hit] = {}
    for hit in (*listed, *(item.hit for item in evidence)):
        known = best.get(hit.passage.id)
        if known is None or known.score < hit.score:
            best[hit.passage.id] = hit
    return tuple(sorted(best.values(), key=lambda hit: -hit.score))


class _Clock:
    """Milliseconds of each stage, in order, and in total."""

    def __init__(self) -> None:
        self._started = self._last = perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self._laps[stage] = round((now - self._last) * 1000, 3)
        self._last = now

    def laps(self) -> Mapping[str, float]:
        return {**self._laps, "total": round((self._last - self._started) * 1000, 3)}
