"""What goes over the wire: answers, hits and articles as JSON bodies.

The command line (`--json`) and HTTP both speak these. All offsets count code points. Making a body reads
nothing but the noun that it is given.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from assistant.answer import Answer, Citation, Evidence, NoAnswerReason, Span, Status, Support
from assistant.ingestion.ingest import IngestReport
from corpus.article import Action, Article, ArticleSummary, Version
from index.hit import Hit


class Body(BaseModel):
    """What every JSON body has in common: it does not change once it is made."""

    model_config = ConfigDict(frozen=True)


class SpanBody(Body):
    """[start, end) in code points."""

    start: int
    end: int


class PassageBody(Body):
    """A passage and its text: `[start, end)` of the article."""

    id: str
    start: int
    end: int
    text: str


def _well_formed(text: object) -> object:
    # A question from a shell may hold lone surrogates, which no JSON text can carry.
    return text.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(text, str) else text


Text = Annotated[str, BeforeValidator(_well_formed)]
"""Text from outside that may not have been made canonical."""


class ArticleReference(Body):
    """Which article, in which version, and what a reader wants to know of it before opening it."""

    article_id: str
    external_id: Text
    content_hash: str
    title: Text
    url: Text | None
    publisher: Text | None
    published: date | None


class CopyBody(ArticleReference):
    """A passage elsewhere that says the same, folded into the hit or source that lists it."""

    passage: PassageBody


class ScoresBody(Body):
    """Raw scores: `dense` a cosine, `lexical` BM25, `reader` a probability where a reader has judged."""

    dense: float
    lexical: float
    reader: float | None = None


class HitBody(ArticleReference):
    """A passage that was found. `score` ranks the hits of one search only."""

    passage: PassageBody
    score: float
    scores: ScoresBody
    copies: list[CopyBody]


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


class CitationBody(Body):
    """`quote` is exactly `source_span` of the article's text; that was checked before answering."""

    id: str
    source_id: str
    number: int
    quote: str
    answer_span: SpanBody
    source_span: SpanBody
    verified: Literal[True] = True


class SentenceBody(Body):
    """A sentence of the answer's text and what it cites (at least one citation)."""

    start: int
    end: int
    support: Support
    citations: list[str]


class AnswerText(Body):
    """The answer without markers; `confidence` is the calibrated probability that it is right."""

    text: str
    short: str | None
    confidence: float
    sentences: list[SentenceBody]


class NearestBody(ArticleReference):
    """A sentence that was considered: its rank score, its cosine to the question, its passage's scores."""

    start: int
    end: int
    text: str
    support: float
    meaning: float
    scores: ScoresBody


class Explanation(Body):
    """Why: the measured signals with the thresholds they were held against, and the nearest evidence."""

    signals: dict[str, float]
    nearest: list[NearestBody]


class ConflictBody(Body):
    """Sources that disagree about what was asked, and the citations of all sides."""

    about: Text
    citations: list[str]


class AnswerBody(Body):
    """An answer with its citations and sources; `no_answer` is an answer too.

    `about` is for people: what this assistant is and covers, where nothing was asked that articles answer.
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
    sources: list[SourceBody]
    conflicts: list[ConflictBody]
    offset_unit: Literal["codepoint"] = "codepoint"
    index_generation: str | None
    usage: dict[str, int] = {}
    timings_ms: dict[str, float]
    explanation: Explanation | None = Field(default=None, exclude_if=lambda value: value is None)


class SearchBody(Body):
    """Hits, best first."""

    object: Literal["list"] = "list"
    data: list[HitBody]
    index_generation: str | None
    timings_ms: dict[str, float]


class ArticleSummaryBody(ArticleReference):
    """An article without its text; `characters` is the text's length in code points."""

    author: Text | None
    language: Text | None
    date_source: Text | None
    characters: int


class ArticleListBody(Body):
    """A page of articles in a stable order; `next_cursor` asks for the next one, None at the end."""

    object: Literal["list"] = "list"
    data: list[ArticleSummaryBody]
    next_cursor: str | None


class VersionBody(Body):
    """A text that the article has or had; `stored` is when it came in, never a publication date."""

    content_hash: str
    title: Text
    published: date | None
    characters: int
    stored: datetime


class ArticleBody(ArticleSummaryBody):
    """An article in one version; all offsets count into `text`. `versions` are newest first."""

    object: Literal["article"] = "article"
    text: str
    versions: list[VersionBody]


class RemarkBody(Body):
    """What is to say of one source, which `source` names."""

    source: Text
    reason: Text


class IngestBody(Body):
    """What became of the articles that were offered: `counts` by action, and all that did not go smoothly."""

    counts: dict[Action, int]
    removed: list[str]
    unreadable: list[RemarkBody]
    warnings: list[RemarkBody]


class HealthBody(Body):
    """That the service is alive, or ready."""

    status: Literal["alive", "ready"]


def answer_body(answer: Answer, request_id: str, explain: bool = False) -> AnswerBody:
    """The body for `answer`, stamped with a new id and the time. `explain` adds why it came out so."""
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
        sources=sources.bodies(),
        conflicts=[ConflictBody.model_validate(one, from_attributes=True) for one in answer.conflicts],
        index_generation=answer.generation,
        timings_ms=_rounded(answer.timings_ms),
        explanation=_explanation(answer) if explain else None,
    )


def search_body(hits: Iterable[Hit], generation: str | None, milliseconds: float) -> SearchBody:
    """The body for the hits of one search that took this long."""
    return SearchBody(
        data=[_hit_body(hit) for hit in hits],
        index_generation=generation,
        timings_ms=_rounded({"search": milliseconds, "total": milliseconds}),
    )


def article_list_body(articles: Sequence[ArticleSummary], limit: int) -> ArticleListBody:
    """A page of `limit` articles. Give it one more when there is one: that tells that a page follows."""
    page = [ArticleSummaryBody(**_details(one), characters=one.characters) for one in articles[:limit]]
    return ArticleListBody(data=page, next_cursor=page[-1].article_id if len(articles) > limit else None)


def article_body(article: Article, versions: Iterable[Version]) -> ArticleBody:
    """The body for one article in one version, with all versions that are kept."""
    return ArticleBody(
        **_details(article),
        characters=len(article.text),
        text=article.text,
        versions=[VersionBody.model_validate(version, from_attributes=True) for version in versions],
    )


_ONLY_IN_JOBS = (Action.REJECTED, Action.DELETED)


def ingest_body(report: IngestReport) -> IngestBody:
    """The body for one ingest; every action that a file may meet has its count, 0 included."""
    return IngestBody(
        counts={action: report.counts.get(action, 0) for action in Action if action not in _ONLY_IN_JOBS},
        removed=list(report.removed),
        unreadable=[RemarkBody.model_validate(one, from_attributes=True) for one in report.unreadable],
        warnings=[RemarkBody.model_validate(one, from_attributes=True) for one in report.warnings],
    )


def new_id(kind: str) -> str:
    """An opaque id nobody else has: `kind` and 32 hexadecimal digits."""
    return f"{kind}_{uuid.uuid4().hex}"


class Sources:
    """Gives ids and numbers to the passages that an answer was made from.

    Ids follow the order of retrieval, so that they are known before anything is cited; numbers follow the
    first citation.
    """

    def __init__(self, hits: Sequence[Hit], citations: Sequence[Citation]) -> None:
        cited = [citation.hit for citation in citations]
        self._hits = {hit.passage.id: hit for hit in (*hits, *cited)}
        self._ids = {passage_id: f"s{n}" for n, passage_id in enumerate(self._hits, start=1)}
        in_order_of_citation = dict.fromkeys(hit.passage.id for hit in cited)
        self._numbers = {passage_id: n for n, passage_id in enumerate(in_order_of_citation, start=1)}

    def citation_body(self, citation: Citation) -> CitationBody:
        passage_id = citation.hit.passage.id
        return CitationBody(
            id=citation.id,
            source_id=self._ids[passage_id],
            number=self._numbers[passage_id],
            quote=citation.quote,
            answer_span=_span_body(citation.answer_span),
            source_span=_span_body(citation.source_span),
        )

    def bodies(self) -> list[SourceBody]:
        """The cited sources by number, then the others by rank."""
        uncited = [passage_id for passage_id in self._hits if passage_id not in self._numbers]
        return [self._body(passage_id) for passage_id in (*self._numbers, *uncited)]

    def _body(self, passage_id: str) -> SourceBody:
        hit = self._hits[passage_id]
        return SourceBody(
            **_reference(hit.article),
            id=self._ids[passage_id],
            number=self._numbers.get(passage_id),
            date_source=hit.article.date_source,
            language=hit.article.language,
            score=_round(hit.score),
            cited=passage_id in self._numbers,
            copies=[_copy_body(copy) for copy in hit.copies],
            passage=_passage_body(hit),
        )


def _details(article: Article | ArticleSummary) -> dict[str, Any]:
    """The fields of `ArticleSummaryBody` but `characters`."""
    return {
        **_reference(article),
        "author": article.author,
        "language": article.language,
        "date_source": article.date_source,
    }


def _reference(article: Article | ArticleSummary) -> dict[str, Any]:
    """The fields of `ArticleReference`."""
    return {
        "article_id": article.id,
        "external_id": article.external_id,
        "content_hash": article.content_hash,
        "title": article.title,
        "url": article.url,
        "publisher": article.publisher,
        "published": article.published,
    }


def _answer_text(answer: Answer) -> AnswerText:
    return AnswerText(
        text=answer.text,
        short=answer.short,
        confidence=_round(answer.confidence),
        sentences=[
            SentenceBody(
                start=sentence.span.start,
                end=sentence.span.end,
                support=sentence.support,
                citations=list(sentence.citations),
            )
            for sentence in answer.sentences
        ],
    )


def _explanation(answer: Answer) -> Explanation:
    return Explanation(
        signals=_rounded(answer.signals),
        nearest=[_nearest_body(evidence) for evidence in answer.nearest],
    )


def _nearest_body(evidence: Evidence) -> NearestBody:
    return NearestBody(
        **_reference(evidence.hit.article),
        start=evidence.start,
        end=evidence.end,
        text=evidence.text,
        support=_round(evidence.support),
        meaning=_round(evidence.signals.get("meaning", 0.0)),
        scores=_scores_body(evidence.hit),
    )


def _hit_body(hit: Hit) -> HitBody:
    return HitBody(
        **_reference(hit.article),
        passage=_passage_body(hit),
        score=_round(hit.score),
        scores=_scores_body(hit),
        copies=[_copy_body(copy) for copy in hit.copies],
    )


def _copy_body(hit: Hit) -> CopyBody:
    return CopyBody(**_reference(hit.article), passage=_passage_body(hit))


def _passage_body(hit: Hit) -> PassageBody:
    return PassageBody(id=hit.passage.id, start=hit.passage.start, end=hit.passage.end, text=hit.text)


def _scores_body(hit: Hit) -> ScoresBody:
    reader = hit.scores.reader
    return ScoresBody(
        dense=_round(hit.scores.dense),
        lexical=_round(hit.scores.lexical),
        reader=None if reader is None else _round(reader),
    )


def _span_body(span: Span) -> SpanBody:
    return SpanBody.model_validate(span, from_attributes=True)


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: _round(value) for name, value in values.items()}


def _round(value: float) -> float:
    # Four places are all that a score or a millisecond means; float32 noise would differ between machines.
    return round(float(value), 4)
