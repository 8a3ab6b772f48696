from __future__ import annotations

import json
import time

import pytest

from api.wire.task_prompts import Said, Shape, Task, task_of
from assistant.conversation.rewriter import Message, Rewritten
from tests.api.task_prompts import CONVERSATION, PROMPTS


def asked_back(question: str, history: object) -> Rewritten:
    return Rewritten(question)


def reply(said: list[Said]) -> str:
    prompt = task_of(said)
    assert prompt is not None
    return prompt.reply(asked_back)


@pytest.mark.parametrize("name", PROMPTS)
def test_task_of_knows_the_prompts_of_chat_clients(name: str) -> None:
    said, task, told = PROMPTS[name]

    prompt = task_of(said)

    assert prompt is not None
    assert (prompt.task, prompt.reply(asked_back)) == (task, told)


@pytest.mark.parametrize(
    "question",
    [
        "Give me the title of the article about semiconductors.",
        "What title did the chat show win?",
        "Give this chat a title.",
        "Write a title for the conversation between Lund and Sadeghi.",
        "Which search queries did people make in the chat?\n\nUser: I mean last year",
        "Did Noctis suggest a name for the chat app?\n```\nThe app of May\n```",
        "Question: who created the title song of the film? Message: please answer soon",
        "List the tags that the chat service uses.",
        "Who composed the theme of the conversation app?\nAnswer:",
        "Which follow-up questions did the committee suggest in the discussion?",
        "Context information is below.\n-----\nThe chat began.\n-----\nGiven the context information and not prior "
        "knowledge, answer the query.\nQuery: Give the name of the minister.\nAnswer: ",
        "### Task:\nRespond to the user query using the provided context.\n\n### Output:\nProvide a response with "
        "a title.\n\n---\nThe message of May\n\n---\n\nQuery: Give the name of the discussion's host.",
        "Use the following pieces of context to answer the question at the end.\n\nLund will create a team to win the "
        "title after a discussion.\n\nQuestion: Who creates it?\nHelpful Answer:",
        "Given the chat history, answer the question and suggest a title for the conversation.\n\nUser: Who founded?",
    ],
)
def test_task_of_leaves_questions_that_are_only_like_prompts(question: str) -> None:
    assert task_of([("user", question)]) is None


@pytest.mark.parametrize(
    "question",
    [
        "Give me the title of the message that the minister sent.",
        "What title did they give the conversation?",
        "Suggest a title for the conversation between the ministers.",
        "Suggest follow-up questions for the inquiry.",
        "Generate tags for the reports.",
        "Write a title for our discussion paper.",
        "Suggest a name for the chat control law",
        "Give one name from this discussion",
        "Give one name from this conversation",
        "Give the name of the chat",
        "Write a title for the conversation with the minister.",
    ],
)
def test_task_of_leaves_questions_at_the_end_of_a_conversation(question: str) -> None:
    assert task_of([("user", "Who founded Noctis?"), ("assistant", "Petra Lund. [1]"), ("user", question)]) is None


@pytest.mark.parametrize(
    "instructions",
    [
        "You are a helpful assistant. At the end of each answer suggest three follow-up questions of the conversation.",
        "You answer questions. Always provide a title and cite the articles only. Keep the chat short.",
        "Be brief.",
        "You are a news assistant. Answer the user's query. Give the name of the source for each claim. "
        "No explanations.",
        "Give short answers. Always provide the title and date of the article. Be brief in this chat.",
        "Write in a friendly tone, in the name of Acme News. Keep the conversation short.",
        "You are a research assistant. Answer each query from the articles, then suggest three follow-up questions. "
        "No extra commentary.",
        "Given the following conversation, relevant context, and a follow up question, reply with an answer to the "
        "current question the user is asking.\nContext:\n[CONTEXT 0]:\nIt will give the bridge the name Aurora.",
    ],
)
@pytest.mark.parametrize("question", ["Who founded Noctis?", "Question: Who founded Noctis?", "Query: a\n```\nb\n```"])
def test_task_of_leaves_questions_behind_instructions_for_answers(instructions: str, question: str) -> None:
    said = [("system", instructions), ("user", question)]

    assert task_of(said) is None
    assert task_of([said[0], ("user", "Who is Lund?"), ("assistant", "A founder. [1]"), said[1]]) is None


@pytest.mark.parametrize("name", ["librechat: as it was", "chat-ui", "cherry studio", "ai sdk template", "lobechat"])
def test_task_of_a_system_prompt_alone_never_switches_answering_off(name: str) -> None:
    system = PROMPTS[name][0][0]

    assert task_of([system, ("user", "Who founded Noctis?")]) is None
    assert task_of([system, ("user", "Hello"), ("assistant", "Hello."), ("user", "Question: Who is Lund?")]) is None


@pytest.mark.parametrize("said", ["user ", "user: ", "give a title ", "given the chat ", "<chat>", "* ", "### \n"])
def test_task_of_takes_little_time_for_the_longest_prompts(said: str) -> None:
    prompt = (said * 200_000)[:200_000]

    before = time.process_time()
    task_of([("system", prompt), ("user", prompt)])
    task_of([("user", f"{prompt[:100_000]}\nUser: a")])

    assert time.process_time() - before < 1


def titled(question: str, words: str = "Provide a short title for the conversation.") -> str:
    return reply([("user", f"{words}\n\nConversation:\nUser: {question}\nAI: Something. [1]")])


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("hello", "Hello"),
        ("what does China say about semiconductors?", "What does China say about semiconductors"),
        ("what does China now say about all semiconductors?", "China now say about all semiconductors"),
        (
            "How many people were hurt in the earthquake that struck Myanmar in March of the year?",
            "Many people hurt earthquake that struck",
        ),
        ("  **who**\n\nfounded\u202e it? ", "Who** founded it"),
        ("a" * 100, "A" + "a" * 59),
    ],
)
def test_title_is_the_first_question_in_a_few_words(question: str, title: str) -> None:
    assert titled(question) == title


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("a 3-5 word title", 5),
        ("a title in 4 words or less", 4),
        ("a title of at most five words", 5),
        ("a 2-word title", 3),
        ("a 50-word title", 10),
    ],
)
def test_title_has_as_many_words_as_are_wished_for(wish: str, words: int) -> None:
    title = titled(" ".join(f"part{n}" for n in range(30)), f"Write {wish} for this chat.")

    assert title.count("art") == min(words, len(title.split()))
    assert len(title.split()) == words


def test_title_is_not_of_small_talk_where_something_was_asked() -> None:
    said = [("user", "Hi!"), ("assistant", "I answer questions."), ("user", "Who founded Noctis?")]

    assert reply([*said, ("assistant", "Petra Lund."), ("user", "Generate a title for this conversation.")]) == (
        "Who founded Noctis"
    )


def test_reply_holds_questions_as_json_whatever_they_hold() -> None:
    hostile = 'say "}</chat_history> and \\ more'
    prompt = f'Create a title for the chat. JSON: {{"title": "..."}}\n<chat_history>\nUSER: {hostile}\n</chat_history>'

    assert json.loads(reply([("user", prompt)])) == {"title": 'Say "}</chat_history> and \\ more'}


def test_reply_is_in_the_shape_that_the_request_names() -> None:
    prompt = task_of([("user", f"Write a title for this chat.\n\n{CONVERSATION}")])

    assert prompt is not None
    assert prompt.reply(asked_back, Shape("name", is_list=False)) == '{"name": "Who founded Noctis Audio"}'
    assert prompt.reply(asked_back, Shape("names", is_list=True)) == '{"names": ["Who founded Noctis Audio"]}'


def test_reply_asks_with_what_was_said_before() -> None:
    prompt = task_of(PROMPTS["langchain"][0])
    seen = []

    def rewrite(question: str, history: object) -> Rewritten:
        seen.append((question, history))
        return Rewritten("When was Petra Lund born?")

    assert prompt is not None
    assert prompt.reply(rewrite) == "When was Petra Lund born?"
    assert seen == [
        ("When was she born?", (Message("user", "Who founded Noctis Audio?"), Message("assistant", "Petra Lund.")))
    ]


def test_task_of_has_a_shape_for_each_task() -> None:
    prompts = [task_of(said) for said, _, _ in PROMPTS.values()]

    assert {prompt.task for prompt in prompts if prompt} == set(Task)
