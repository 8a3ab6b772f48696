from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import NoAnswerReason, Status
from assistant.ask import Assistant
from assistant.conversation.rewriter import Message
from assistant.conversation.small_talk import is_small_talk
from assistant.events import Completed, Retrieved, Started
from corpus.article import ArticleFilter


@pytest.mark.parametrize(
    "text",
    [
        "thanks", "Thank you so much!", "hello", "Hi there!", "who are you?", "what can you answer?", "ok",
        "👍", "hi 👋", "Hi, who are you?", "What can I ask you about?", "What articles do you have?",
        "?", "help", "Thanks for your help!", "Great! Thank you!", "That is fine.", "Good morning :)",
        "are you a robot?", "how are you doing today?",
    ],
)  # fmt: skip
def test_small_talk_what_asks_for_nothing_in_an_article_is_small_talk(text: str) -> None:
    assert is_small_talk(text)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, and the US?", "what do you know about chips?", "who is he?", "how does this work?", "why?", "and you?",
        "Good morning, what does China say?", "Hello world programs", "highly suspect hello my name is human meaning",
        "who are the sirens?", "What can I do?", "Do you have any name?", "What is this for?", "who made it?",
        "what should I ask for?", "Thank You for Smoking", "help desk opening hours", "Sorry Day",
    ],
)  # fmt: skip
def test_small_talk_a_question_is_no_small_talk(text: str) -> None:
    assert not is_small_talk(text)


@pytest.mark.parametrize(
    "text",
    [
        "thanks, that was really useful", "Thanks that was really useful!", "That was very helpful.", "this is great",
        "You are amazing!", "you've been very helpful", "great answer", "Good job!", "I appreciate your help",
        "That helps a lot, thank you", "ok that makes sense", "that's exactly what I needed", "that's all for now",
        "No more questions, thanks", "nothing else", "what a great answer!", "much appreciated", "I love it",
        "thank you, you were very kind", "wow, impressive work", "ok thanks, bye", "bye for now", "see you tomorrow",
        "take care!", "have a nice weekend", "I have a question", "Can I ask you something?", "testing",
        "hello, can you help me?", "Hi! How are you feeling today?", "How old are you?", "where are you from?",
        "Do you speak German?", "what languages do you speak?", "what is your favourite colour?", "I'm bored",
        "can you write me a poem?", "Write a poem about the floods", "tell me a joke", "Tell me another joke please",
        "Could you please compose a haiku on spring?", "tell me a story", "draw me a picture", "sing me a song",
    ],
)  # fmt: skip
def test_small_talk_praise_chat_and_wishes_for_a_poem_are_small_talk(text: str) -> None:
    assert is_small_talk(text)


@pytest.mark.parametrize(
    "text",
    [
        "what's new today?", "What happened today?", "what's going on?", "thanks, and what about the US?",
        "Thanks for that, who won?", "who wrote the poem?", "Can you write me a summary of the floods?",
        "write a report about the strike", "tell me a story about the floods", "tell me the latest news",
        "Who sang the national anthem?", "what languages do they speak in Karvia?", "Do you know who resigned?",
        "can you tell me who won the election?", "how old is the prime minister?", "where are you allowed to swim?",
        "Is it useful?", "was that helpful to the victims?", "That was the verdict?", "this is great for whom?",
        "Is the vaccine good?", "I have a question about the floods", "can I ask about the strike?",
        "nothing about the bridge?", "What is your source for that?", "Test results of the vaccine", "drug test",
        "testing for the virus", "Love Actually", "good work by the police", "Great Britain", "Perfect storm",
        "that was enough to win?", "what a great answer did she give to?", "are you sure?", "how are things in Melna?",
        "dance", "do you think rates will fall?", "make a list of the winners", "give me a timeline of the strike",
        "show me some pictures of the flood", "draw a comparison between the two", "thanks to whom was it found?",
    ],
)  # fmt: skip
def test_small_talk_what_only_begins_like_small_talk_is_a_question(text: str) -> None:
    assert not is_small_talk(text)


@given(st.text(max_size=200))
def test_small_talk_any_text_is_looked_at(text: str) -> None:
    assert is_small_talk(text) in {True, False}


@pytest.mark.parametrize("text", ["thanks!", "who are you?"])
def test_small_talk_is_told_what_this_is_and_what_it_covers(helper: Assistant, text: str) -> None:
    answer = helper.ask(text, history=[Message("user", "What does China say?"), Message("assistant", "Much.")])
    covered = helper.store.articles.coverage()

    assert (answer.status, answer.no_answer_reason) == (Status.NO_ANSWER, NoAnswerReason.NOT_A_QUESTION)
    assert answer.about is not None
    assert answer.about.startswith(f"I answer questions from {covered.articles} articles by {covered.publishers[0]}")
    assert str(covered.first) in answer.about
    assert (answer.text, answer.sentences, answer.citations, answer.hits) == ("", (), (), ())
    assert (answer.confidence, answer.standalone_question) == (0.0, None)


def test_small_talk_covers_no_more_than_the_filters_let_through(helper: Assistant) -> None:
    publisher = helper.store.articles.coverage().publishers[-1]
    own = helper.ask("what can you answer?", ArticleFilter(publisher=(publisher,))).about or ""
    nothing = helper.ask("what can you answer?", ArticleFilter(publisher=("Nobody",))).about or ""

    assert f" by {publisher}" in own
    assert not any(other in own for other in helper.store.articles.coverage().publishers[:-1])
    assert nothing == "I answer questions from articles, and there are none to look into yet."


def test_small_talk_comes_in_the_same_order_of_events(helper: Assistant) -> None:
    started, found, completed = helper.stream("hello")

    assert isinstance(started, Started)
    assert found == Retrieved(())
    assert isinstance(completed, Completed)


def test_small_talk_a_real_question_says_nothing_of_the_assistant(helper: Assistant) -> None:
    assert helper.ask("what does China say about semiconductors?").about is None
