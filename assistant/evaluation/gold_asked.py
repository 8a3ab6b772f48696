"""Gold questions from what readers asked: each is a draft until a person has written what is right."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from assistant.evaluation.gold import GoldQuestion, make_question
from assistant.evaluation.gold_feedback import questions_from_feedback
from corpus.asked import AskedCount, question_id
from corpus.store.service_protocols import ServiceStore


def questions_from_asked(store: ServiceStore, question_ids: Collection[str]) -> Iterator[GoldQuestion]:
    """Yield a draft for each of these questions that is kept, with what readers said of its answer, if any did."""
    said = {question_id(one.question): one for one in questions_from_feedback(store.feedback.all())}
    asked = {one.id: one for one in store.asked.find(question_ids)}
    for wanted in dict.fromkeys(question_ids):
        draft = said.get(wanted) or (_draft(asked[wanted]) if wanted in asked else None)
        if draft is not None:
            yield draft.model_copy(update={"id": wanted})


def _draft(asked: AskedCount) -> GoldQuestion | None:
    fields = {
        "id": asked.id,
        "question": asked.question,
        "draft": True,
        "asked": asked.times,
        "last_asked": asked.last.isoformat(),
    }
    made = make_question(fields, asked.id)
    return made if isinstance(made, GoldQuestion) else None
