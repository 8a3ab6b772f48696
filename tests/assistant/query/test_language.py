from __future__ import annotations

import pytest

from assistant.query.language import is_in_latin_letters, question_language, read_by_lexicons
from corpus.text.chinese import CHINESE


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("中国对半导体有什么看法？", "zh"),
        ("GDP是多少？", "zh"),
        ("台积电在Arizona的工厂何时投产？", "zh"),
        ("日本は半導体について何と言っていますか？", "ja"),
        ("한국은 반도체에 대해 뭐라고 말합니까?", "ko"),
        ("What does 习近平 say about chips?", "en"),
        ("Who?", "en"),
        ("2024?", "en"),
        ("Wie viele Artikel hast du?", "de"),
        ("¿Qué dice China?", "es"),
        ("Que dit la Chine ?", "fr"),
        ("Was sagt die deutsche Regierung über den Handel mit Halbleitern?", "de"),
    ],
)
def test_question_language_is_that_of_most_letters(question: str, language: str) -> None:
    assert question_language(question) == language


def test_read_by_lexicons_knows_chinese_and_leaves_english_to_its_models() -> None:
    assert read_by_lexicons("谁？") is CHINESE
    assert read_by_lexicons("Who?") is None
    assert not is_in_latin_letters("日本のGDPはいくらですか？")
    assert is_in_latin_letters("Who?")
