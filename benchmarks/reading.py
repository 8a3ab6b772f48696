"""Reading alone: what the assistant reads for a question, before it decides whether to answer."""

from __future__ import annotations

from assistant.ask import Assistant
from assistant.query.decompose import decompose
from assistant.reading.prescore import PRESCORE_DEPTH
from assistant.reading.reader import ReadResult
from corpus.article import ArticleFilter

_EVERYTHING = ArticleFilter()


def read_question(assistant: Assistant, question: str, filters: ArticleFilter = _EVERYTHING) -> list[ReadResult]:
    """Return what is read for each sub-question, in order. Raise `BadQuestion` as `Assistant.ask` does."""
    return [
        assistant.stages.reader.read(one, assistant.retrieve(one.text, filters, PRESCORE_DEPTH).hits, position)
        for position, one in enumerate(decompose(question))
    ]
