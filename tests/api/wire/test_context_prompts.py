from __future__ import annotations

import time

import pytest

from api.wire.context_prompts import Bare, bare
from api.wire.task_prompts import task_of
from tests.api.context_prompts import PASSAGES, PROMPTS, QUESTION
from tests.api.task_prompts import PROMPTS as TASK_PROMPTS


@pytest.mark.parametrize("name", PROMPTS)
def test_bare_is_the_question_of_a_context_prompt(name: str) -> None:
    assert bare([("user", PROMPTS[name])]) == Bare((("user", QUESTION),), had_context=True)


def test_bare_has_a_question_of_several_lines_whole() -> None:
    question = "Noctis was sold.\nWho founded it?"
    for prompt in PROMPTS.values():
        assert bare([("user", prompt.replace(QUESTION, question))]).said == (("user", question),)


@pytest.mark.parametrize("name", ["open webui", "librechat: text of files"])
def test_bare_knows_context_prompts_among_earlier_messages(name: str) -> None:
    said = [("system", "Be brief."), ("user", PROMPTS[name]), ("assistant", "Petra Lund. [1]"), ("user", "And when?")]

    assert bare(said) == Bare((said[0], ("user", QUESTION), said[2], said[3]), had_context=False)


def test_bare_asks_again_where_a_chain_sends_more_passages_behind_the_answer() -> None:
    asked = [("user", QUESTION), ("assistant", "Petra Lund. [1]")]
    more = f"We have the opportunity to refine the existing answer, with more context.\n----\n{PASSAGES}\n----\nDo."

    assert bare([*asked, ("user", more)]) == Bare(tuple(asked), had_context=True)
    assert bare([("user", more)]) == Bare((("user", more),), had_context=False)


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "What does 'context information is below' mean?",
        "Context information is below. Who wrote that?",
        "The original query is as follows: who wrote it?",
        "Which answer does the question at the end of the article get?\nAnswer: none",
        "Use the following pieces of context to answer the question: the bridge is shut. When does it open?",
        "Respond to the user query using the provided context",
        "Did the ministry say that context: matters?\nQuestion: did it?",
        "Attached document(s):\nwho signed them?",
        "New context: the mayor resigned. Query: who follows?",
        "The user has attached a file to the conversation: why is it empty?",
        "<context>The bridge is shut.</context> When does it open?",
        "  \n",
    ],
)
def test_bare_leaves_questions_that_are_only_like_context_prompts(question: str) -> None:
    assert bare([("user", question)]) == Bare((("user", question),), had_context=False)


def test_bare_leaves_what_is_not_of_the_user() -> None:
    said = tuple((role, prompt) for prompt in PROMPTS.values() for role in ("system", "assistant"))

    assert bare(said) == Bare(said, had_context=False)


@pytest.mark.parametrize("name", TASK_PROMPTS)
def test_bare_leaves_task_prompts(name: str) -> None:
    said = TASK_PROMPTS[name][0]

    assert bare(said) == Bare(tuple(said), had_context=False)


def test_task_of_a_context_prompt_is_none_whatever_its_passages_ask_for() -> None:
    title = "Generate a concise title for this conversation in JSON format.\nUser: Who founded it?"

    for prompt in PROMPTS.values():
        assert task_of(bare([("user", prompt.replace(PASSAGES, title))]).said) is None


@pytest.mark.parametrize(
    "said", ["question: ", "\nquestion:", "given the ", "</context>", "\n```", "answer:\n", " ", "\n", "we have "]
)
def test_bare_takes_little_time_for_the_longest_prompts(said: str) -> None:
    openings = [prompt.partition(PASSAGES)[0] for prompt in PROMPTS.values()]

    before = time.process_time()
    for opening in openings:
        bare([("user", (opening + said * 200_000)[:200_000])])

    assert time.process_time() - before < 5
