"""An answer as a person reads it in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from api.cli.terminal import one_line
from api.wire.answer import AnswerBody, Explanation, SectionBody, SourceBody
from api.wire.articles import ArticleReference
from api.wire.markers import with_marker, without_foreign_markers
from api.wire.search import HitBody
from assistant.answer import (
    INDEX_FALLBACK,
    JUDGE_UNAVAILABLE,
    SHORTENED,
    UNCALIBRATED,
    NoAnswerReason,
    SectionKind,
    Status,
)
from assistant.errors import ContentFiltered, ContextTooLong, ModelNotFound, ModelRateLimited, ModelRefused
from assistant.frame.frame import frame_for

_NOTES = {
    JUDGE_UNAVAILABLE: "the language model that judges could not be asked; the small model judged alone",
    UNCALIBRATED: "confidence was not fitted for these models and settings; see: assistant status",
    INDEX_FALLBACK: "a part of the index is not built, damaged or away, and something slower stood in for it",
    SHORTENED: "the language model was shown half of the evidence, since its context holds no more",
    ModelRefused.degraded: "the language model's server refuses the key; see: assistant model check",
    ModelNotFound.degraded: "the language model's server has no such model; see: assistant model check",
    ModelRateLimited.degraded: "the language model's server takes no more requests for a while",
    ContextTooLong.degraded: "the evidence does not fit into the language model's context",
    ContentFiltered.degraded: "a content filter of the language model's server stopped it",
}
_NEAREST_SHOWN = 3
_EXCERPT_CHARACTERS = 300


def answer_lines(body: AnswerBody) -> Iterator[str]:
    """Return the answer with its `[n]` and each cited source with its quotes; else the nearest passages."""
    if body.standalone_question:
        yield f"({one_line(body.standalone_question)})"
    if body.status == Status.NO_ANSWER:
        yield from refusal_lines(body)
    else:
        yield with_markers(body)
        yield from _what_is_missing(body)
        yield from cited_source_lines(body)
    if body.explanation:
        yield from _explanation_lines(body, body.explanation)


def cited_source_lines(body: AnswerBody) -> Iterator[str]:
    """Return each cited source with its quotes."""
    for source in body.sources:
        if source.cited:
            yield from _cited_source(body, source)


def source_lines(body: AnswerBody) -> Iterator[str]:
    """Return the lines under an answer that is shown already: what it lacks, and each cited source."""
    yield from _what_is_missing(body)
    for source in body.sources:
        if source.cited:
            yield f"[{source.number}] {_title_line(source)}"


def hit_lines(hits: Iterable[HitBody]) -> Iterator[str]:
    """Return found passages, best first."""
    for rank, hit in enumerate(hits, start=1):
        yield f"{rank}. {_title_line(hit)}"
        yield f"   {_place(hit, hit.passage.start, hit.passage.end)}, score {hit.score:.3f}"
        yield f"   {_excerpt(hit.passage.text)}"
        for copy in hit.copies:
            yield f"   the same in: {_title_line(copy)}"


def with_markers(body: AnswerBody) -> str:
    """Return the answer's sections with ` [n]` behind each sentence, n being the numbers of its sources."""
    numbers = {citation.id: citation.number for citation in body.citations}
    return "\n".join(_section(body, numbers, section) for section in body.answer.sections if section.sentences)


def _section(body: AnswerBody, numbers: Mapping[str, int], section: SectionBody) -> str:
    """Return `- Drones. [1]` for an item, `5 May 2025: It opened. [2]`, `China: It offers chips. [3]`."""
    sentences = (body.answer.sentences[number] for number in section.sentences)
    told = " ".join(
        with_marker(
            without_foreign_markers(body.answer.text[one.start : one.end]), (numbers[id_] for id_ in one.citations)
        )
        for one in sentences
    )
    if section.kind is SectionKind.ITEM:
        return f"- {told}"
    is_headed = section.label and section.kind in (SectionKind.PARTY, SectionKind.DATED)
    return f"{one_line(section.label)}: {told}" if is_headed else told


def refusal_lines(body: AnswerBody) -> Iterator[str]:
    """Return why there is no answer, and the nearest passages; else what the assistant is there for."""
    if body.about:
        yield one_line(body.about)
        return
    frame = frame_for(body.question)
    yield frame.say(f"terminal.{body.no_answer_reason or NoAnswerReason.NOT_SUPPORTED}")
    if body.sources:
        yield ""
        yield frame.say("terminal.nearest")
    for source in body.sources[:_NEAREST_SHOWN]:
        yield f"  - {_title_line(source)}"
        yield f"    {_place(source, source.passage.start, source.passage.end)}"
        yield f"    {_excerpt(source.passage.text)}"


def _what_is_missing(body: AnswerBody) -> Iterator[str]:
    if body.about:
        yield one_line(body.about)
    frame = frame_for(body.question)
    for asked in body.unanswered:
        yield frame.say("terminal.unanswered", asked=one_line(asked))
    numbers = {citation.id: citation.number for citation in body.citations}
    for conflict in body.conflicts:
        sources = ", ".join(f"[{number}]" for number in dict.fromkeys(numbers[id_] for id_ in conflict.citations))
        yield frame.say("terminal.conflict", about=one_line(conflict.about), sources=sources)
    for reason in body.degraded:
        yield f"Note: {_NOTES.get(reason, reason.replace('_', ' '))}."


def _cited_source(body: AnswerBody, source: SourceBody) -> Iterator[str]:
    yield ""
    yield f"[{source.number}] {_title_line(source)}"
    for citation in body.citations:
        if citation.source_id == source.id:
            yield f"    “{one_line(citation.quote)}”"
            yield f"    {_place(source, citation.source_span.start, citation.source_span.end)}"
    for copy in source.copies:
        yield "    " + frame_for(body.question).say("terminal.copies", title=_title_line(copy))


def _explanation_lines(body: AnswerBody, explanation: Explanation) -> Iterator[str]:
    yield ""
    searched = body.index_generation or "exact search"
    fit = ", not calibrated" if UNCALIBRATED in body.degraded else ""
    yield f"Why ({body.status}, confidence {body.answer.confidence:.2f}{fit}, {searched}):"
    for name, value in explanation.signals.items():
        yield f"  {name} = {value:g}"
    yield "The nearest evidence, best first:"
    for nearest in explanation.nearest:
        signals = ", ".join(f"{name} {value:.2f}" for name, value in nearest.signals.items())
        yield f"  support {nearest.support:.3f} ({signals}): {_excerpt(nearest.text)}"
        yield f"    {_title_line(nearest)}; {_place(nearest, nearest.start, nearest.end)}"
    for judged in explanation.judged:
        yield f"  {judged.support}: {_excerpt(body.answer.text[judged.start : judged.end])}"
        for vote in judged.votes:
            sure = "" if vote.probability is None else f" ({vote.probability:.2f})"
            yield f"    {one_line(vote.judge)}: {vote.said.replace('_', ' ')}{sure}"
    for stage, milliseconds in body.timings_ms.items():
        yield f"  {stage}: {milliseconds:.0f} ms"


def _title_line(article: ArticleReference) -> str:
    """Return `Title, Publisher, 2025-07-26, https://...`, as far as each is known."""
    known = (
        article.title,
        article.publisher,
        article.published and article.published.isoformat(),
        article.url,
    )
    return ", ".join(one_line(part) for part in known if part)


def _place(article: ArticleReference, start: int, end: int) -> str:
    return f"characters {start}-{end} of article {article.article_id}"


def _excerpt(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _EXCERPT_CHARACTERS else line[:_EXCERPT_CHARACTERS].rstrip() + " ..."
