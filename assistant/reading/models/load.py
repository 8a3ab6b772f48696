"""Loading of reading models by name."""

from __future__ import annotations

from assistant.reading.models.packaged import PackagedModel
from assistant.reading.models.span_model import ReadingModel

DEFAULT = "default"


def load_reading_model(name: str = DEFAULT, threads: int = 0) -> ReadingModel:
    """Load the model that the installation carries, or any Hugging Face question-answering model by name or path.

    The carried one uses so many `threads`, 0 for one on each core. Raise `ReadingModelUnavailable` when there is no
    such model.
    """
    if name == DEFAULT:
        return PackagedModel(threads=threads)
    from assistant.reading.models.question_answering import QuestionAnsweringModel

    return QuestionAnsweringModel(name)
