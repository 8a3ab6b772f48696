"""The stages of answering a question: rewrite, decompose, retrieve, read, decide on abstention, write, verify."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType
from typing import Self

from assistant.answer import Answer, Evidence, NoAnswerReason, Status
from assistant.conversation.collection import speaks_of_articles, told_of_collection
from assistant.conversation.contextual_retrieval import retrieve_in_context
from assistant.conversation.introduction import introduction
from assistant.conversation.rewriter import Message, Rewriter, Rewritten
from assistant.conversation.small_talk import is_small_talk
from assistant.conversation.wishes import Wish
from assistant.embedding import Embedded, embed_texts
from assistant.errors import BadQuestion, BadText, ModeUnavailable
from assistant.events import Completed, Event, Retrieved, Started, sentences_added
from assistant.frame.frame import frame_for
from assistant.groundedness.check_text import CheckedSentence, Source, check_text
from assistant.groundedness.judge import MeasuredError
from assistant.language_models.language_model import LanguageModel
from assistant.language_models.load import load_language_model
from assistant.limits import MAX_CHECKED_CHARACTERS, MAX_CHECKED_SENTENCES, MAX_QUESTION_CHARACTERS
from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.query.language import as_lexicons_write
from assistant.query.understand import understand
from assistant.reading.calibration import Calibration, shipped_calibration
from assistant.reading.prescore import PRESCORE_DEPTH
from assistant.reading.reader import ReadResult
from assistant.settings import Settings
from assistant.stages import Stages, assemble_stages
from assistant.stopwatch import Stopwatch
from assistant.writing.assemble import assemble_answer
from assistant.writing.compose import Mode
from assistant.writing.wished import asked_by_wish, with_remark, without_said
from corpus.article import Article, ArticleFilter
from corpus.errors import UnknownArticle
from corpus.store import open_store
from corpus.store.protocols import Store
from corpus.text.sentences import sentence_spans
from index.encoders.encoder import Encoder
from index.encoders.load import load_encoder
from index.hit import Hit
from index.live import LiveIndex, Progress
from index.retriever import RetrievalResult, Retriever

_log = logging.getLogger(__name__)

DEFAULT_HITS = 6
"""Passages that an answer lists for each sub-question, cited or not."""

_OF_THE_ASSISTANT = (QuestionKind.COLLECTION, QuestionKind.REQUEST)
"""What no article answers is said of the collection and the assistant."""

_NOT_TOLD = (NoAnswerReason.NOTHING_RELEVANT, NoAnswerReason.NOT_SUPPORTED)

_EVERYTHING = ArticleFilter()


@dataclass(frozen=True, slots=True)
class CheckedText:
    """The sentences of a text, checked, and how often such checks are wrong.

    Where the text was held against the articles, the number of a quote's source is that of its hit, and its span counts
    in that passage.
    """

    sentences: Sequence[CheckedSentence]
    measured: MeasuredError
    hits: Sequence[Hit] = ()


def check_question(question: str) -> None:
    """Raise `BadQuestion` for one that is empty or too long."""
    if not question.strip():
        raise BadQuestion("The question is empty; write what you want to know.")
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise BadQuestion(f"The question has {len(question):,} characters; ask in at most {MAX_QUESTION_CHARACTERS:,}.")


class Assistant:
    """Answers questions over one data folder. Safe to use from several threads; close it, or use `with`."""

    def __init__(self, store: Store, stages: Stages, model: LanguageModel | None = None) -> None:
        """`model` is the language model of `stages`, for other uses of it."""
        self.store = store
        self.stages = stages
        self.model = model
        self._bounds = _EVERYTHING
        self._watch: Callable[[Answer], None] = _ignore
        self._shows_not_confirmed = True
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
        """Open an assistant over `settings.data`, which may still be empty.

        `encoder` and `model` replace those in the settings. `seconds_to_swap` is passed to `LiveIndex`: of several
        processes each has another. What the calibration was not fitted for is logged.

        Raises `CorpusError` or `IndexRoomError` when the folder or the encoder cannot be used, and `BadSettings` when
        there can be no such language model.
        """
        model = model or load_language_model(settings.model)
        calibration = calibration or shipped_calibration()
        retrieval, data = settings.retrieval, settings.data_folder
        with ExitStack() as resources:
            encoder = encoder or load_encoder(retrieval.encoder, retrieval.threads)
            store = resources.enter_context(open_store(data))
            live = resources.enter_context(LiveIndex(store, data, encoder.fingerprint, seconds_to_swap))
            retriever = Retriever(store, encoder, live, retrieval)
            assistant = cls(store, assemble_stages(settings, retriever, encoder, calibration, model), model)
            assistant._shows_not_confirmed = settings.model.show_not_confirmed
            assistant._resources = resources.pop_all()
        if assistant.calibration_mismatches:
            _log.warning("Confidence is not calibrated: %s.", "; ".join(assistant.calibration_mismatches))
        return assistant

    @property
    def calibration_mismatches(self) -> tuple[str, ...]:
        """Why confidence is not calibrated, a phrase each; empty when it is."""
        return self.stages.calibration_mismatches

    def for_caller(
        self, bounds: ArticleFilter, watch: Callable[[Answer], None], shows_not_confirmed: bool = True
    ) -> Self:
        """Return this assistant for a caller who may see only what `bounds` let through.

        Its answers have a language model's sentences that were not confirmed, or contradicted, only if it
        `shows_not_confirmed`.
        It is open as long as this one. `watch` is called with each complete answer.
        """
        bounded = copy(self)
        bounded.store = self.store.within(bounds)
        bounded._bounds = bounds.within(self._bounds)
        bounded._watch = watch
        bounded._shows_not_confirmed = self._shows_not_confirmed and shows_not_confirmed
        return bounded

    def ask(
        self,
        question: str,
        filters: ArticleFilter = _EVERYTHING,
        history: Sequence[Message] = (),
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
        history: Sequence[Message] = (),
        top_k: int = DEFAULT_HITS,
        mode: Mode = "auto",
    ) -> Generator[Event]:
        """Answer as `ask` does, event by event.

        Raises what `ask` raises, before the first event. Closing the generator stops the work.
        """
        self._check(question, mode)
        asked = as_lexicons_write(question)
        if is_small_talk(asked):
            answer = yield from self._introduce(asked, filters)
        else:
            answer = yield from self._answer(asked, filters, _as_lexicons_write(history), top_k, mode)
        if answer.kind in _OF_THE_ASSISTANT and answer.no_answer_reason in _NOT_TOLD:
            answer = replace(answer, no_answer_reason=NoAnswerReason.NOT_A_QUESTION, about=self._about(asked, filters))
        answer = replace(answer, question=question)
        if not self._shows_not_confirmed:
            answer = replace(answer, not_confirmed=(), contradicted=())
        self._watch(answer)
        yield Completed(answer)

    def _answer(
        self, question: str, filters: ArticleFilter, history: Sequence[Message], top_k: int, mode: Mode
    ) -> Generator[Event, None, Answer]:
        """Run the stages one after the other."""
        stopwatch = Stopwatch()
        standalone = self._spelled(self._rewriter_for(mode).rewrite(question, history))
        frame = frame_for(question)
        asked = understand(standalone.question, self.stages.kind_of)
        sub_questions = tuple(replace(asked_by_wish(one, standalone.wish), language=frame.tag) for one in asked)
        stopwatch.lap("rewrite")
        retrieved = [self._retrieve(one, standalone, filters, max(top_k, PRESCORE_DEPTH)) for one in sub_questions]
        stopwatch.lap("search")
        of_collection = [one.kind for one in sub_questions] == [QuestionKind.COLLECTION]
        if of_collection and speaks_of_articles(standalone.question):  # whatever reading would find
            return (yield from self._tell_of_collection(question, standalone, filters, retrieved[0].generation))
        read = self._read(sub_questions, retrieved)
        decision = self.stages.abstention.decide(sub_questions, read, self._has_articles(retrieved))
        found = bool(decision.answerable)
        if of_collection and not found:
            return (yield from self._tell_of_collection(question, standalone, filters, retrieved[0].generation))
        if standalone.wish is Wish.MORE:
            decision = without_said(decision, asked, standalone.said)
        stopwatch.lap("read")
        written_by = self.stages.composer.choose(mode, decision)
        yield Started(written_by, retrieved[0].generation, standalone.other_than(question))
        plan = self.stages.composer.plan(sub_questions, read, decision, written_by, top_k)
        yield Retrieved(plan.hits)
        reading = partial(self._best_for, standalone.question, filters)
        composed = yield from self.stages.composer.write(standalone.question, plan, self._stored, history, reading)
        stopwatch.lap("write")
        stopwatch.note_part("verify", composed.verify_seconds)
        answer = assemble_answer(
            question=question,
            standalone=standalone,
            retrieved=retrieved,
            decision=decision,
            plan=plan,
            composed=composed,
            timings_ms=stopwatch.laps(),
        )
        return with_remark(answer, standalone.wish, told_all=found and not decision.answerable, frame=frame)

    def _tell_of_collection(
        self, question: str, standalone: Rewritten, filters: ArticleFilter, generation: str | None
    ) -> Generator[Event, None, Answer]:
        """Answer a question about the articles themselves, which no article answers, from what is stored with them.

        Where it is not plain that it is one, or no article is found, what is told stands beside the refusal: "how many
        articles can I read a month?" is no question about these.
        """
        allowed = filters.within(self._bounds)
        frame, retriever = frame_for(question), self.stages.retriever
        told = told_of_collection(standalone.question, self.store.articles, retriever, allowed, frame)
        yield Started("extractive", generation, standalone.other_than(question))
        yield Retrieved(told.hits)
        answer = Answer(
            question=question,
            status=Status.NO_ANSWER,
            no_answer_reason=NoAnswerReason.NOT_A_QUESTION,
            kind=QuestionKind.COLLECTION,
            about=told.text,
            hits=told.hits,
            standalone_question=standalone.other_than(question),
            generation=generation,
        )
        if told.hits and speaks_of_articles(standalone.question):
            sentences, sections = told.as_sentences()
            answer = replace(answer, status=Status.ANSWERED, no_answer_reason=None, about=None, text=told.text)
            answer = replace(answer, confidence=1.0, sentences=sentences, sections=sections)
            yield from sentences_added(answer)
        return answer

    def _introduce(self, question: str, filters: ArticleFilter) -> Generator[Event, None, Answer]:
        """Answer small talk with an introduction of the assistant and of what it covers; search nothing."""
        yield Started("extractive", None)
        yield Retrieved(())
        return Answer(
            question=question,
            status=Status.NO_ANSWER,
            no_answer_reason=NoAnswerReason.NOT_A_QUESTION,
            about=self._about(question, filters),
        )

    def _about(self, question: str, filters: ArticleFilter) -> str:
        """Say in the language of a question what this assistant is, and what articles it may show."""
        return introduction(self.store.articles.coverage(filters.within(self._bounds)), frame_for(question))

    def rewrite(self, question: str, history: Sequence[Message]) -> Rewritten:
        """Return a follow-up in full words, by rules alone, whether or not a language model is configured."""
        return self.stages.rewriter.rewrite(question, history)

    def retrieve(
        self,
        question: str,
        filters: ArticleFilter = _EVERYTHING,
        limit: int = 10,
        history: Sequence[Message] = (),
    ) -> RetrievalResult:
        """Return what both indexes find, not reranked, best first, at most `limit`. Raise `BadQuestion`."""
        return self._retrieve_standalone(question, filters, limit, history)[1]

    def search(
        self,
        question: str,
        filters: ArticleFilter = _EVERYTHING,
        limit: int = 10,
        history: Sequence[Message] = (),
    ) -> RetrievalResult:
        """Return what is retrieved, reranked, best first, at most `limit`. Raise `BadQuestion`."""
        asked, found = self._retrieve_standalone(question, filters, max(limit, PRESCORE_DEPTH), history)
        return replace(found, hits=self.stages.reader.read(asked, found.hits).hits[:limit])

    def check(
        self,
        text: str,
        sources: Sequence[Source] | None = None,
        filters: ArticleFilter = _EVERYTHING,
        context: str = "",
    ) -> CheckedText:
        """Check each sentence of `text` against `sources`, or, where those are None, against what is found for it in
        the articles that `filters` let through.

        `context` is what stands before the text. Raises `BadText` for one that is empty or too long.
        """
        sentences = sentence_spans(text) if len(text) <= MAX_CHECKED_CHARACTERS else ()
        if not text.strip() or not 0 < len(sentences) <= MAX_CHECKED_SENTENCES:
            raise BadText(
                f"The text has {len(text):,} characters; check 1 to {MAX_CHECKED_CHARACTERS:,} at once, "
                f"and at most {MAX_CHECKED_SENTENCES} sentences."
            )
        hits: tuple[Hit, ...] = ()
        if sources is None:
            hits = self._found_for([text[start:end] for start, end in sentences], filters.within(self._bounds))
            sources = [Source(hit.article.title, hit.article.published, hit.text) for hit in hits]
        judge = self.stages.judge
        return CheckedText(check_text(text, sources, self.stages.encoder, judge, context), judge.measured, hits)

    def embed(self, texts: Sequence[str]) -> Embedded:
        """Return the unit vectors of `texts`, made as those of passages are.

        Raises `TextTooLong` for one that has more tokens than the encoder reads.
        """
        return embed_texts(self.stages.encoder, texts)

    def _found_for(self, sentences: Sequence[str], allowed: ArticleFilter) -> tuple[Hit, ...]:
        """Return the passages that are found for each sentence, each once."""
        asked = [sentence[:MAX_QUESTION_CHARACTERS] for sentence in sentences]
        found = [self.stages.retriever.retrieve(sentence, allowed, DEFAULT_HITS).hits for sentence in asked]
        return tuple({hit.passage.id: hit for hits in found for hit in hits}.values())

    def index_age_seconds(self) -> float | None:
        """Return the seconds since the index that is searched was built; None when there is none yet."""
        return self.stages.retriever.index_age_seconds()

    def index_progress(self) -> Progress:
        """Return how far what is searched follows what is stored."""
        return self.stages.retriever.index_progress()

    def remembered_questions(self) -> tuple[int, int]:
        """Return how often a question's vector was remembered, and how often it had to be made."""
        return self.stages.retriever.remembered_questions()

    def warm_up(self) -> None:
        """Load models, index and lexicons, so that the first question does not wait for them."""
        self.stages.reader.warm_up()
        understand("warm up", self.stages.kind_of)
        if self.stages.composer.has_model:
            self.stages.judge.warm_up()
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

    def _check(self, question: str, mode: Mode = "auto") -> None:
        check_question(question)
        if mode == "generative" and not self.stages.composer.has_model:
            raise ModeUnavailable("No language model is configured; ask with mode auto or extractive.")

    def _rewriter_for(self, mode: Mode) -> Rewriter:
        return self.stages.rewriter if mode == "extractive" else self.stages.model_rewriter or self.stages.rewriter

    def _spelled(self, standalone: Rewritten) -> Rewritten:
        """Correct typing errors; not for a caller who may not know every word of the articles."""
        if self._bounds != _EVERYTHING:
            return standalone
        return replace(standalone, question=self.stages.retriever.spelled(standalone.question))

    def _retrieve_standalone(
        self, question: str, filters: ArticleFilter, limit: int, history: Sequence[Message]
    ) -> tuple[SubQuestion, RetrievalResult]:
        """Return the question in full words, not decomposed, and what is found for it."""
        self._check(question)
        standalone = self._spelled(self.rewrite(as_lexicons_write(question), _as_lexicons_write(history)))
        whole = SubQuestion(standalone.question, standalone.question)
        return whole, self._retrieve(whole, standalone, filters, limit)

    def _retrieve(
        self, sub_question: SubQuestion, standalone: Rewritten, filters: ArticleFilter, limit: int
    ) -> RetrievalResult:
        allowed = filters.within(self._bounds)
        return retrieve_in_context(self.stages.retriever, sub_question.text, standalone.before, allowed, limit)

    def _read(self, sub_questions: Sequence[SubQuestion], retrieved: Sequence[RetrievalResult]) -> list[ReadResult]:
        each = enumerate(zip(sub_questions, retrieved, strict=True))
        return [self.stages.reader.read(one, result.hits, position) for position, (one, result) in each]

    def _best_for(self, before: str, filters: ArticleFilter, question: str) -> Evidence | None:
        """Return what answers `question`, a part of the one `before`, likeliest; None where nothing may."""
        standalone = self.stages.rewriter.rewrite(question, [Message("user", before)])
        asked = understand(standalone.question, self.stages.kind_of)
        read = self._read(asked, [self._retrieve(one, standalone, filters, PRESCORE_DEPTH) for one in asked])
        return max((item for one in read for item in one.evidence), key=lambda item: item.support, default=None)

    def _has_articles(self, retrieved: Sequence[RetrievalResult]) -> bool:
        return any(result.hits for result in retrieved) or self.store.articles.count() > 0

    def _stored(self, article_id: str, content_hash: str) -> Article | None:
        try:
            return self.store.articles.get(article_id, content_hash)
        except UnknownArticle:
            return None


def _as_lexicons_write(history: Sequence[Message]) -> list[Message]:
    return [replace(message, content=as_lexicons_write(message.content)) for message in history]


def _ignore(_: Answer) -> None:
    """Do nothing with an answer that no caller watches for."""
