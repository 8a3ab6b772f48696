"""The language of a question: by letters that only some have, else by frequent words; English where neither tells."""

from __future__ import annotations

import re

from corpus.text.chinese import CHINESE
from corpus.text.language import likely_language
from corpus.text.languages import BY_LEXICONS
from corpus.text.letters import simplified
from corpus.text.lexicons import Language
from corpus.text.scripts import HAN, HANGUL, KANA

DEFAULT = "en"

_KANA, _HANGUL, _HAN, _LATIN = (re.compile(f"[{letters}]") for letters in (KANA, HANGUL, HAN, "A-Za-z"))

_FEWEST_WORDS = 2
"""Frequent words of another language from which a question is in it: of one, a name may be the reason."""

_LETTERS_OF_A_WORD = 3
"""Letters of Latin script, about, that say as much as one Han character or syllable of Korean."""


def question_language(question: str) -> str:
    """Return the ISO 639 code of the language that a question is asked in, as far as answers have it; else English."""
    return _by_letters(question) or likely_language(question, _FEWEST_WORDS)


def as_lexicons_write(text: str) -> str:
    """Return a text in Chinese in simplified letters, in which its lexicons are; any other as it is."""
    return simplified(text) if _by_letters(text) == CHINESE.tag else text


def read_by_lexicons(question: str) -> Language | None:
    """Return the language whose lexicons alone say what a question asks; None where it is English or not known."""
    tag = _by_letters(question)
    return BY_LEXICONS.get(tag) if tag else None


def is_in_latin_letters(question: str) -> bool:
    """Whether it is written as the languages are that the small models learned."""
    return bool(_LATIN.search(question)) and _by_letters(question) is None


def _by_letters(question: str) -> str | None:
    """Return the language that most of the letters are of; a name in another script is no question."""
    counts = {tag: len(letters.findall(question)) for tag, letters in (("ja", _KANA), ("ko", _HANGUL), ("zh", _HAN))}
    if sum(counts.values()) * _LETTERS_OF_A_WORD <= len(_LATIN.findall(question)):
        return None
    if counts["ja"]:
        return "ja"
    return "ko" if counts["ko"] else "zh"
