from __future__ import annotations

from assistant.ask import Assistant
from assistant.conversation.contextual_retrieval import retrieve_in_context
from assistant.conversation.rewriter import Message
from corpus.article import ArticleFilter

SAYS = "What does China say about semiconductors?"
HISTORY = (Message("user", SAYS), Message("assistant", "It offers to share them."))


def test_contextual_retrieval_without_a_question_before_it_is_one_plain_search(helper: Assistant) -> None:
    plain = helper.retrieve(SAYS, limit=5)

    assert helper.retrieve(SAYS, limit=5, history=()).hits == plain.hits


def test_contextual_retrieval_what_was_asked_before_says_what_a_question_leaves_unsaid(helper: Assistant) -> None:
    alone = [hit.passage.id for hit in helper.retrieve("Which obstacles are named?", limit=16).hits]
    together = [hit.passage.id for hit in helper.retrieve("Which obstacles are named?", limit=16, history=HISTORY).hits]
    of_chips = [hit.passage.id for hit in helper.retrieve(SAYS, limit=1).hits]

    assert together.index(of_chips[0]) <= alone.index(of_chips[0])
    assert together != alone


def test_contextual_retrieval_hits_are_distinct_and_the_best_scores_one(helper: Assistant) -> None:
    hits = helper.retrieve("and the US?", limit=20, history=HISTORY).hits
    listed = [one.passage.id for hit in hits for one in (hit, *hit.copies)]

    assert len(set(listed)) == len(listed)
    assert hits[0].score == 1.0
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_contextual_retrieval_a_follow_up_is_answered_as_what_it_means(helper: Assistant) -> None:
    answer = helper.ask("and the US?", history=HISTORY)
    plainly = helper.ask("What does the US say about semiconductors?", history=HISTORY)

    assert answer.question == "and the US?"
    assert answer.standalone_question == "What does the US say about semiconductors?"
    assert (answer.text, answer.status) == (plainly.text, plainly.status)
    assert plainly.standalone_question is None


def test_contextual_retrieval_filters_hold_for_follow_ups(helper: Assistant) -> None:
    nobody = ArticleFilter(publisher=("Nobody",))

    assert helper.retrieve("and the US?", nobody, history=HISTORY).hits == ()
    assert retrieve_in_context(helper.stages.retriever, "and the US?", SAYS, nobody, 5).hits == ()
