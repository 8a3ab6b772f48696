"""An answer for a language model that calls a tool: it pays for every word, so that each passage stands there once.

Left out is what it can do nothing with: passages that were read (`search` and `fetch` give them), scores and timings,
and what was not confirmed.
"""

from __future__ import annotations

from api.wire.answer import AnswerText, CitationBody, ConflictBody, answer_body
from api.wire.articles import ArticleReference
from api.wire.body import Body, Text, new_id
from api.wire.markdown import as_markdown
from api.wire.pieces import pieces_of
from assistant.answer import Answer, NoAnswerReason, Status, Support


class ToolSource(ArticleReference):
    """An article that is cited, `number` being that of its markers; or one that an answer about the articles names."""

    id: str
    number: int | None


class ToolAnswer(Body):
    """An answer of `/v1/ask`; its sources are those that are cited, or named by metadata, without their passages."""

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
    sources: list[ToolSource]
    conflicts: list[ConflictBody]


def tool_answer(answer: Answer) -> ToolAnswer:
    """Return what a tool tells of `answer`."""
    whole = answer_body(answer, new_id("req"))
    shared = {name: getattr(whole, name) for name in ToolAnswer.model_fields if name != "sources"}
    names_articles = any(sentence.support is Support.METADATA for sentence in whole.answer.sentences)
    told = [source for source in whole.sources if source.cited or names_articles]
    sources = [ToolSource(**source.model_dump(include=set(ToolSource.model_fields))) for source in told]
    return ToolAnswer(**shared, sources=sources)


def as_told(answer: Answer) -> str:
    """Return the answer as Markdown, with ` [n]` behind each sentence and a line for each source."""
    content = "".join(piece.text for piece in pieces_of(answer, new_id("req"), lambda *_: ""))
    sources = "\n".join(_line(source) for source in tool_answer(answer).sources)
    return f"{content}\n\n{sources}" if sources else content


def _line(source: ToolSource) -> str:
    published = source.published.isoformat() if source.published else None
    told = as_markdown(" ".join(", ".join(filter(None, [source.title, source.publisher, published])).split()))
    marker = f"[{source.number}]" if source.number else "-"
    return f"{marker} {told} ({source.article_id})"
