"""Gold questions from feedback of readers. A thumb is no proof, so each is a draft until a person agrees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assistant.evaluation.gold import GoldQuestion, make_question
from corpus.feedback import Feedback


def questions_from_feedback(feedback: Iterable[Feedback]) -> Iterator[GoldQuestion]:
    """Yield a draft for each feedback that came with its question; an answer that was liked is the answer to expect.

    The answer to what they disliked is kept as `given_answer`, which no measure reads: write the right one.
    """
    for number, said in enumerate(feedback, start=1):
        if said.question and said.question.strip():
            made = make_question(_fields(said), f"feedback {number}")
            if isinstance(made, GoldQuestion):
                yield made.model_copy(update={"id": f"feedback-{number}"})


def _fields(said: Feedback) -> dict[str, object]:
    is_liked = said.rating == "up"
    told = {
        "rating": said.rating,
        "comment": said.comment,
        "answer_id": said.answer_id,
        "received": said.received.isoformat(timespec="seconds"),
        "given_answer": None if is_liked else said.answer,
    }
    return {
        "id": "feedback",
        "question": said.question,
        "answers": [said.answer] if is_liked and said.answer else [],
        "draft": True,
        **{name: value for name, value in told.items() if value is not None},
    }
