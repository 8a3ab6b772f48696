"""Follow-ups in Chinese, by lexicons alone."""

from __future__ import annotations

import pytest

from assistant.conversation.follow_ups import FollowUps
from assistant.conversation.rewriter import Message
from assistant.conversation.small_talk import is_small_talk
from assistant.conversation.wishes import Wish, wish_of


def rewritten(*turns: str) -> str:
    """The last of these turns, which the user and the assistant took one after the other, in full words."""
    roles = ("user", "assistant")
    *history, question = turns
    messages = [Message(roles[number % 2], turn) for number, turn in enumerate(history)]  # type: ignore[arg-type]
    return FollowUps(lambda _: {}).rewrite(question, messages).question


@pytest.mark.parametrize(
    ("before", "question", "full"),
    [
        ("中国对半导体有什么看法？", "那美国呢？", "美国对半导体有什么看法？"),
        ("中国对半导体有什么看法？", "欧盟呢", "欧盟对半导体有什么看法？"),
        ("中国对半导体有什么看法？", "那稀土呢？", "中国对稀土有什么看法？"),
        ("What does China say about chips?", "那美国呢？", "What does the US say about chips?"),
        ("2024年中国的贸易顺差是多少？", "那2025年呢？", "2025年中国的贸易顺差是多少？"),
        ("中国的贸易顺差是多少？", "去年呢？", "去年，中国的贸易顺差是多少？"),
        ("中国什么时候宣布出口管制？", "为什么？", "中国为什么宣布出口管制？"),
        ("台积电的工厂在哪里？", "什么时候投产？", "台积电的工厂什么时候投产？"),
        ("台积电的工厂在哪里？", "那三星呢？", "三星的工厂在哪里？"),
        ("李强在论坛上说了什么？", "他是什么时候说的？", "李强是什么时候说的？"),
        ("国务卿鲁比奥访问了哪些国家？", "他为什么取消行程？", "鲁比奥为什么取消行程？"),
        ("欧盟怎么看待关税？", "它采取了哪些措施？", "欧盟采取了哪些措施？"),
        ("欧盟怎么看待关税？", "其计划何时生效？", "欧盟的计划何时生效？"),
        ("中国和美国对芯片有什么不同看法？", "他们达成协议了吗？", "中国和美国达成协议了吗？"),
        ("欧盟怎么看待关税？", "其他国家怎么看？", "其他国家怎么看？"),
        ("欧盟怎么看待关税？", "请问大会在哪里举行？", "大会在哪里举行？"),
        ("欧盟怎么看待关税？", "为什么股价下跌？", "为什么股价下跌？"),
    ],
)
def test_follow_ups_in_chinese_are_put_in_full_words(before: str, question: str, full: str) -> None:
    assert rewritten(before, "...", question) == full


def test_follow_ups_in_chinese_he_is_who_answered() -> None:
    answer = "Howard Lutnick is the secretary of commerce."

    assert rewritten("谁是商务部长？", answer, "他是哪年上任的？") == "Howard Lutnick是哪年上任的？"


def test_follow_ups_in_chinese_a_topic_is_carried_through_several_turns() -> None:
    assert rewritten("中国对芯片有什么看法？", "...", "那美国呢？", "...", "那稀土呢？") == "美国对稀土有什么看法？"


@pytest.mark.parametrize(
    ("turn", "wish"),
    [
        ("还有吗？", Wish.MORE),
        ("能说得详细一点吗？", Wish.MORE),
        ("好的，请继续。", Wish.MORE),
        ("来源是什么？", Wish.SOURCES),
        ("这是从哪里看到的？", Wish.SOURCES),
        ("你确定吗？", Wish.CERTAINTY),
        ("真的吗？", Wish.CERTAINTY),
        ("还有哪些国家签署了协议？", None),
        ("稀土的来源是什么？", None),
    ],
)
def test_wish_of_a_turn_in_chinese(turn: str, wish: Wish | None) -> None:
    assert wish_of(turn) is wish


@pytest.mark.parametrize("turn", ["你好！", "谢谢，再见。", "你是谁？", "你能做什么？", "讲个笑话", "ok，谢谢", "？？"])
def test_small_talk_in_chinese_needs_no_article(turn: str) -> None:
    assert is_small_talk(turn)


@pytest.mark.parametrize(
    "turn",
    [
        "谁？",
        "为什么？",
        "中国怎么看？",
        "谁写了这首诗？",
        "日本は半導体について何と言っていますか？",
        "AIの規則は？",
        "한국은?",
    ],
)
def test_small_talk_is_no_question_in_chinese_japanese_or_korean(turn: str) -> None:
    assert not is_small_talk(turn)
