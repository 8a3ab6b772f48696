"""The short answer in a text that is known to answer: the likeliest one of its sentences."""

from __future__ import annotations

from assistant.meaning.shown import above
from assistant.reading.models.span_model import ReadingModel
from assistant.reading.short_answer import short_answer
from corpus.text.sentences import sentence_spans

_MOST_SENTENCES = 24
"""Of a text; bounds the work."""


def answered_in(model: ReadingModel, question: str, text: str, title: str = "") -> str:
    """Return the words that answer `question`, from the sentence that answers it likeliest; "" for none of its kind.

    Each sentence is read below the title and the sentence before it.
    """
    sentences = [text[start:end] for start, end in sentence_spans(text)][:_MOST_SENTENCES]
    if not sentences:
        return ""
    shown = [(above(title, before), one) for before, one in zip(["", *sentences], sentences, strict=False)]
    best, sentence = max(zip(model.read(question, shown), sentences, strict=True), key=lambda read: read[0].answers)
    span = best.best_span(0, len(sentence))
    short = span and short_answer(sentence, span.start, span.end, question)
    return sentence[slice(*short)] if short else ""
