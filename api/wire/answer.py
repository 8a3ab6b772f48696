"""An answer with its sentences, citations and sources."""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from api.wire.articles import ArticleReference, reference
from api.wire.body import Body, Text, new_id, round_score, rounded
from api.wire.search import CopyBody, PassageBody, ScoresBody, copy_body, passage_body, scores_body
from assistant.answer import (
    Answer,
    Citation,
    Contradicted,
    Evidence,
    NoAnswerReason,
    NotConfirmed,
    SectionKind,
    Sentence,
    Span,
    Status,
    Support,
    Verdict,
)
from assistant.groundedness.judge import Vote
from assistant.query.kind import QuestionKind
from corpus.article import Article
from corpus.units import ContextPart, Role, page_of
from index.hit import Hit


class SpanBody(Body):
    """[start, end) in code points."""

    start: int
    end: int


class SourceBody(ArticleReference):
    """A passage that was read for an answer. Only cited sources have a `number`, for display."""

    id: str
    number: int | None
    date_source: Text | None
    language: Text | None
    score: float
    cited: bool
    copies: list[CopyBody]
    passage: PassageBody


class ContextBody(Body):
    """A stretch of the article that says what a quote is about: the head of its table's column, say."""

    role: Role
    text: Text
    source_span: SpanBody


class CitationBody(Body):
    """`quote` is exactly `source_span` of the article's text; that was checked before answering.

    `page`, from 1, is where it stands in a paged document.
    """

    id: str
    source_id: str
    number: int
    quote: str
    answer_span: SpanBody
    source_span: SpanBody
    page: int | None
    context: list[ContextBody]
    verified: Literal[True] = True


class SentenceBody(Body):
    """A sentence of the answer's text and what it cites: at least one citation, but of `metadata`, and of a language
    model's `connecting` and `not_found` sentences, which lead to others, or say what the articles do not tell.

    `added` is what in it is ours (heads of a table's cell, the date of "on Monday", "Yes:"); all else of a verbatim
    sentence is quoted.
    """

    start: int
    end: int
    support: Support
    citations: list[str]
    added: list[SpanBody]


class SectionBody(Body):
    """Sentences that belong together, by their positions in `sentences`; none where nothing was found.

    `label` is for people; `party` is whose section it is, `date` that of an entry of a timeline.
    """

    kind: SectionKind
    label: Text
    party: Text | None
    date: datetime.date | None
    sentences: list[int]


class AnswerText(Body):
    """The answer without markers; `confidence` is the calibrated probability that it is right.

    `kind` is that of the question, where it is sure of one; `verdict` answers a question of yes or no.
    """

    text: str
    short: str | None
    confidence: float
    kind: QuestionKind | None
    verdict: Verdict | None
    sentences: list[SentenceBody]
    sections: list[SectionBody]


class NearestBody(ArticleReference):
    """A sentence that was read: its support, what that was made of, its passage's scores.

    `above` is what it was read with. Of the signals, `span` and `answers` are the model's log-odds, in tens.
    """

    start: int
    end: int
    text: str
    above: str
    support: float
    meaning: float
    signals: dict[str, float]
    scores: ScoresBody


class VoteBody(Body):
    """What one judge said of a sentence: a word, and how probable it is that the evidence supports it, if it told."""

    judge: Text
    said: str
    probability: float | None


class JudgedBody(Body):
    """A sentence of the answer that is no quote, and what its judges said of it."""

    start: int
    end: int
    support: Support
    votes: list[VoteBody]


class ContradictedBody(Body):
    """A language model's sentence that was removed, the quote that says otherwise, and what its judges said."""

    text: Text
    quote: str | None
    source_id: str | None
    votes: list[VoteBody]


class Explanation(Body):
    """Why: the measured signals with the thresholds they were held against, the nearest evidence, the votes of the
    judges on sentences that are no quotes, and what was removed since its evidence says otherwise."""

    signals: dict[str, float]
    nearest: list[NearestBody]
    judged: list[JudgedBody]
    contradicted: list[ContradictedBody]


class ConflictBody(Body):
    """Sources that disagree about what was asked, and the citations of all sides."""

    about: Text
    citations: list[str]


class NotConfirmedBody(Body):
    """A language model's sentence that was not confirmed, and the quote of the source that it claimed, if any."""

    text: Text
    quote: str | None
    source_id: str | None


class AnswerBody(Body):
    """An answer with its citations and sources; `no_answer` is an answer too.

    `about` is for people: what this assistant is and covers, where nothing was asked that articles answer, what was
    asked of an answer, or that it is neither yes nor no. `not_confirmed` is no part of the answer: what a language
    model wrote, and nothing was found to say. `degraded` says in what way it is less than it could be:
    `model_unavailable`, `model_timeout`, `model_refused`, `model_not_found`, `model_rate_limited`,
    `model_context_too_long` or `model_content_filtered`, where a language model failed; `unverified`, where not all
    that it wrote was confirmed; `contradicted`, where a sentence of it said the contrary of its evidence and was
    removed; `judge_unavailable`, where the one that judges could not be asked; `shortened`, where its context held half
    of the evidence only; `context_ignored`, where a prompt held passages of the client's own; `index_fallback`,
    `uncalibrated`. Others may come. `usage` counts a language model's tokens, as far as its server tells them:
    `prompt_tokens`, `completion_tokens`, `total_tokens`.
    """

    id: str
    object: Literal["answer"] = "answer"
    created: int
    request_id: str
    question: Text
    standalone_question: Text | None
    status: Status
    no_answer_reason: NoAnswerReason | None
    about: Text | None
    unanswered: list[Text]
    mode: str
    degraded: list[str]
    answer: AnswerText
    citations: list[CitationBody]
    not_confirmed: list[NotConfirmedBody]
    sources: list[SourceBody]
    conflicts: list[ConflictBody]
    offset_unit: Literal["codepoint"] = "codepoint"
    index_generation: str | None
    usage: dict[str, int] = {}  # noqa: RUF012  # pydantic copies it
    timings_ms: dict[str, float]
    explanation: Explanation | None = Field(default=None, exclude_if=lambda value: value is None)


def answer_body(answer: Answer, request_id: str, explain: bool = False) -> AnswerBody:
    """Return the body for `answer`, stamped with a new id and the time. `explain` adds why it came out so."""
    sources = Sources(answer.hits, answer.citations)
    return AnswerBody(
        id=new_id("ans"),
        created=int(time.time()),
        request_id=request_id,
        question=answer.question,
        standalone_question=answer.standalone_question,
        status=answer.status,
        no_answer_reason=answer.no_answer_reason,
        about=answer.about,
        unanswered=list(answer.unanswered),
        mode=answer.mode,
        degraded=list(answer.degraded),
        answer=_answer_text(answer),
        citations=[sources.citation_body(citation) for citation in answer.citations],
        not_confirmed=[_not_confirmed(one, sources) for one in answer.not_confirmed],
        sources=sources.bodies(),
        conflicts=[ConflictBody.model_validate(one, from_attributes=True) for one in answer.conflicts],
        index_generation=answer.generation,
        usage=dict(answer.usage),
        timings_ms=rounded(answer.timings_ms),
        explanation=_explanation(answer, sources) if explain else None,
    )


class Sources:
    """Ids and numbers of the passages that an answer was made from.

    Ids follow the order of retrieval, so that they are known before anything is cited; numbers follow the
    first citation.
    """

    def __init__(self, hits: Sequence[Hit], citations: Sequence[Citation]) -> None:
        cited = [citation.hit for citation in citations]
        self._hits = {hit.passage.id: hit for hit in (*hits, *cited)}
        self._ids = {passage_id: f"s{n}" for n, passage_id in enumerate(self._hits, start=1)}
        in_order_of_citation = dict.fromkeys(hit.passage.id for hit in cited)
        self._numbers = {passage_id: n for n, passage_id in enumerate(in_order_of_citation, start=1)}

    def id_of(self, hit: Hit) -> str | None:
        return self._ids.get(hit.passage.id)

    def citation_body(self, citation: Citation) -> CitationBody:
        passage_id = citation.hit.passage.id
        return CitationBody(
            id=citation.id,
            source_id=self._ids[passage_id],
            number=self._numbers[passage_id],
            quote=citation.quote,
            answer_span=_span_body(citation.answer_span),
            source_span=_span_body(citation.source_span),
            page=page_of(citation.hit.article, citation.source_span.start),
            context=[_context_body(part, citation.hit.article) for part in citation.context],
        )

    def bodies(self) -> list[SourceBody]:
        """Return the cited sources by number, then the others by rank."""
        uncited = [passage_id for passage_id in self._hits if passage_id not in self._numbers]
        return [self._body(passage_id) for passage_id in (*self._numbers, *uncited)]

    def _body(self, passage_id: str) -> SourceBody:
        hit = self._hits[passage_id]
        return SourceBody(
            **reference(hit.article),
            id=self._ids[passage_id],
            number=self._numbers.get(passage_id),
            date_source=hit.article.date_source,
            language=hit.article.language,
            score=round_score(hit.score),
            cited=passage_id in self._numbers,
            copies=[copy_body(copy) for copy in hit.copies],
            passage=passage_body(hit),
        )


def _not_confirmed(one: NotConfirmed, sources: Sources) -> NotConfirmedBody:
    evidence = one.evidence
    return NotConfirmedBody(
        text=one.text,
        quote=evidence and evidence.text,
        source_id=evidence and sources.id_of(evidence.hit),
    )


def _answer_text(answer: Answer) -> AnswerText:
    return AnswerText(
        text=answer.text,
        short=answer.short,
        confidence=round_score(answer.confidence),
        kind=answer.kind,
        verdict=answer.verdict,
        sentences=[
            SentenceBody(
                start=sentence.span.start,
                end=sentence.span.end,
                support=sentence.support,
                citations=list(sentence.citations),
                added=list(map(_span_body, sentence.added)),
            )
            for sentence in answer.sentences
        ],
        sections=[
            SectionBody(
                kind=section.head.kind,
                label=section.head.label,
                party=section.head.party,
                date=section.head.date,
                sentences=list(section.sentences),
            )
            for section in answer.sections
        ],
    )


def _explanation(answer: Answer, sources: Sources) -> Explanation:
    return Explanation(
        signals=rounded(answer.signals),
        nearest=[_nearest_body(evidence) for evidence in answer.nearest],
        judged=[_judged_body(sentence) for sentence in answer.sentences if sentence.votes],
        contradicted=[_contradicted_body(one, sources) for one in answer.contradicted],
    )


def _judged_body(sentence: Sentence) -> JudgedBody:
    return JudgedBody(
        start=sentence.span.start,
        end=sentence.span.end,
        support=sentence.support,
        votes=_vote_bodies(sentence.votes),
    )


def _contradicted_body(one: Contradicted, sources: Sources) -> ContradictedBody:
    evidence = one.evidence
    return ContradictedBody(
        text=one.text,
        quote=evidence and evidence.text,
        source_id=evidence and sources.id_of(evidence.hit),
        votes=_vote_bodies(one.votes),
    )


def _vote_bodies(votes: Sequence[Vote]) -> list[VoteBody]:
    return [VoteBody.model_validate(vote, from_attributes=True) for vote in votes]


def _nearest_body(evidence: Evidence) -> NearestBody:
    return NearestBody(
        **reference(evidence.hit.article),
        start=evidence.start,
        end=evidence.end,
        text=evidence.text,
        above=evidence.above,
        support=round_score(evidence.support),
        meaning=round_score(evidence.signals.get("meaning", 0.0)),
        signals=rounded(evidence.signals),
        scores=scores_body(evidence.hit),
    )


def _context_body(part: ContextPart, article: Article) -> ContextBody:
    span = SpanBody(start=part.start, end=part.end)
    return ContextBody(role=part.role, text=article.text[part.start : part.end], source_span=span)


def _span_body(span: Span) -> SpanBody:
    return SpanBody.model_validate(span, from_attributes=True)
