from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.text.lexicons import Language, alternation


def language(folder: Path, *files: str) -> Language:
    for number, text in enumerate(files):
        (folder / f"{number}.toml").write_text(text, encoding="utf-8")
    return Language(folder, "de")


LISTS = """
[articles]
about = "Determiners that say only whether a thing is known."
words = "der die das ein eine"

[openers]
about = "What a sentence begins with."
of = ["articles"]
without = "ein"
some_of = { adverbs = "dann" }
phrases = ["zum Beispiel"]

[adverbs]
about = "When something happens."
words = "dann bald"

[numbers]
about = "Numbers that are written out."
values = { zwei = 2, drei = 3 }

[thanks]
about = "Thanks, and how strongly."
pattern = '{very}? danke'

[very]
about = "Words before thanks."
pattern = 'vielen|herzlichen'
"""


def test_lexicons_language_puts_its_lists_together(tmp_path: Path) -> None:
    german = language(tmp_path, LISTS)

    assert german.words("openers") == {"der", "die", "das", "eine", "dann", "zum Beispiel"}
    assert german.words("numbers", "adverbs") == {"zwei", "drei", "dann", "bald"}
    assert german.values("numbers")["drei"] == 3


def test_lexicons_language_makes_patterns_of_its_lists(tmp_path: Path) -> None:
    german = language(tmp_path, LISTS)

    assert re.fullmatch(german.any_of("openers"), "zum  Beispiel")
    assert re.fullmatch(german.pattern("thanks"), "vielendanke", re.VERBOSE)
    assert re.fullmatch(german.pattern("thanks"), "danke", re.VERBOSE)


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        (('[a]\nwords = "x"\n',), "says not what it is for"),
        (('[a]\nabout = "A list."\nwort = "x"\n',), "wort"),
        (('[a]\nabout = "A list."\n', '[a]\nabout = "Another."\n'), "a second time"),
        (('[a]\nabout = "A list."\nwords = "x"\n[b]\nabout = "B."\nof = ["a"]\nwithout = "y"\n',), "y"),
        (('[a]\nabout = "A list."\nwords = "x"\n[b]\nabout = "B."\nsome_of = { a = "z" }\n',), "z"),
    ],
)
def test_lexicons_language_refuses_a_list_that_is_not_as_it_should_be(
    tmp_path: Path, files: tuple[str, ...], complaint: str
) -> None:
    broken = language(tmp_path, *files)

    with pytest.raises(ValueError, match=complaint):
        [broken.words(name) for name in broken.lexicons]


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (("in", "inside"), "inside", "inside"),
        (("e.g", "x"), "e.g", "e.g"),
        (("argu*", "say"), "argued", "argued"),
        (("most recent", "most"), "most  recent", "most  recent"),
    ],
)
def test_lexicons_alternation_finds_the_longest_word(words: tuple[str, ...], text: str, expected: str) -> None:
    match = re.match(alternation(words), text)

    assert match is not None
    assert match.group() == expected


def test_lexicons_alternation_takes_its_words_literally() -> None:
    assert re.fullmatch(alternation(("e.g",)), "exg") is None
