"""That each word list of a language is data, stands once, and says what it is for."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import pytest

from corpus.text.chinese import CHINESE
from corpus.text.east_asian import EAST_ASIAN
from corpus.text.english import ENGLISH
from corpus.text.lexicons import Language, Lexicon
from tests.corpus.text.word_lists import word_lists

REPOSITORY = Path(__file__).parents[3]

NO_LANGUAGE = {
    "corpus/readers/html_blocks.py": "names of elements of HTML",
    "corpus/readers/text_blocks.py": "names of elements of HTML",
    "corpus/readers/urls.py": "parameters of web addresses that tell where a reader came from",
    "corpus/readers/pdf/__init__.py": "ends of names of files",
    "corpus/readers/pdf/engine.py": "parts of the names of fonts",
    "corpus/readers/rst.py": "roles and directives of Sphinx",
    "index/langchain_retriever.py": "keys of metadata",
    "corpus/store/sql/jobs.py": "columns of a table",
    "assistant/writing/prompt.py": "fields of a model's JSON",
    "assistant/evaluation/facts.py": "names of facts of a question",
    "assistant/evaluation/report/compare_report.py": "columns of a table",
    "assistant/evaluation/report/questions.py": "parts of a page",
}
"""Files whose lists of words in lower case are no language data, and what they are."""

MOST_ALIKE = 0.5
"""Share of the shorter list's own words that another may have too: from there on one list stands twice."""

FEWEST = 4
"""Words from which two lists are compared: shorter ones are alike by chance."""


def known_words() -> frozenset[str]:
    return ENGLISH.words(*ENGLISH.lexicons)


def word_lists_of_the_product() -> Mapping[str, list[str]]:
    """The lists in the code of each file that has some, each with its line."""
    found = {}
    for room in ("corpus", "index", "assistant", "api"):
        for path in sorted((REPOSITORY / room).rglob("*.py")):
            lists = word_lists(path.read_text(encoding="utf-8"), known_words())
            if lists:
                found[path.relative_to(REPOSITORY).as_posix()] = [f"{one.line}: {' '.join(one.words)}" for one in lists]
    return found


def own_words(lexicon: Lexicon) -> frozenset[str]:
    return frozenset((*lexicon.words, *lexicon.values))


def test_word_lists_stand_in_no_code() -> None:
    found = word_lists_of_the_product()

    assert {path: lists for path, lists in found.items() if path not in NO_LANGUAGE} == {}
    assert found.keys() >= NO_LANGUAGE.keys(), "an exception that is none any more"


@pytest.mark.parametrize(
    "planted",
    [
        '_NEGATIONS = frozenset({"not", "no", "never", "none"})',
        '_NEGATIONS = frozenset(("nay", "nope", "nix", "nowise"))',
        '_NEGATIONS = ("not", "no", "never", "none")',
        '_NEGATIONS = "not no never none".split()',
        '_NEGATIONS = _words("not no never none nobody nothing neither nor cannot without")',
        '_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}',
        '_ACRONYMS = {"a": "monday", "b": "tuesday", "c": "friday", "d": "sunday"}',
        '_MONTH = re.compile(r"(?:in | on | at | during) \\s")',
        '_MONTH = re.compile(rf"\\b(?:asked|cried|shouted|sang){_END}")',
    ],
)
def test_word_lists_finds_a_planted_list(planted: str) -> None:
    assert word_lists(f"import re\n\n{planted}\n", known_words())


@pytest.mark.parametrize(
    "harmless",
    [
        '_FIELDS = ("title", "publisher", "author", "language")',
        '_RUN = re.compile(r"[a-z]{2,} | [A-Z]+ | \\d+")',
        'raise ValueError("There is no such list in the folder.")',
        '_BOTH = re.compile(r"(?:on|to|about)")',
        '_VALUES = {"text": text, "start": start, "score": score, "digest": digest}',
    ],
)
def test_word_lists_lets_names_of_fields_and_grammar_be(harmless: str) -> None:
    assert word_lists(harmless, known_words()) == []


LANGUAGES = pytest.mark.parametrize("language", [ENGLISH, CHINESE, EAST_ASIAN], ids=lambda language: language.tag)
WITH_PARTIES = pytest.mark.parametrize("language", [ENGLISH, CHINESE], ids=lambda language: language.tag)


@LANGUAGES
def test_word_lists_lexicons_say_what_they_are_for(language: Language) -> None:
    for name, lexicon in language.lexicons.items():
        assert len(lexicon.about.split()) > 2, name
        assert lexicon.about.endswith((".", "?")), name


@LANGUAGES
def test_word_lists_lexicons_hold_no_list_twice(language: Language) -> None:
    lists = {name: own_words(lexicon) for name, lexicon in language.lexicons.items()}
    alike = {
        (one, other): sorted(lists[one] & lists[other])
        for one, other in combinations(lists, 2)
        if min(len(lists[one]), len(lists[other])) >= FEWEST
        and len(lists[one] & lists[other]) > MOST_ALIKE * min(len(lists[one]), len(lists[other]))
    }

    assert alike == {}


@LANGUAGES
def test_word_lists_lexicons_hold_no_word_twice(language: Language) -> None:
    for name, lexicon in language.lexicons.items():
        assert len(lexicon.words) == len(set(lexicon.words)), name
        taken = language.words(*lexicon.of, *lexicon.some_of) if lexicon.of or lexicon.some_of else frozenset()
        assert not taken.intersection(lexicon.words) - set(lexicon.without), name


@LANGUAGES
def test_word_lists_lexicons_are_all_used(language: Language) -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for room in ("corpus", "index", "assistant", "api")
        for path in (REPOSITORY / room).rglob("*.py")
    )
    lexicons = language.lexicons
    named = (
        {other for lexicon in lexicons.values() for other in (*lexicon.of, *lexicon.some_of)}
        | {name for name in lexicons if any(f"{{{name}}}" in one.pattern for one in lexicons.values())}
        | {name for lexicon in lexicons.values() for name in lexicon.values.values() if isinstance(name, str)}
    )

    assert [
        name for name in lexicons if name not in named and f'"{name}"' not in code and f"'{name}'" not in code
    ] == []


@LANGUAGES
def test_word_lists_patterns_are_such(language: Language) -> None:
    for name in language.lexicons:
        re.compile(language.pattern(name), re.VERBOSE)


@WITH_PARTIES
def test_word_lists_parties_say_what_each_of_their_lists_is_for(language: Language) -> None:
    data = language.folder.parent / "parties.toml"
    for name, table in tomllib.loads(data.read_text(encoding="utf-8")).items():
        assert table["about"].endswith("."), name


@pytest.mark.parametrize(
    ("lexicons", "digest", "raised"),
    [
        (
            (
                *("before_names", "before_anything", "before_numbers", "before_lower_case", "no_abbreviations"),
                *("short_weekdays", "months", "before_a_weekday", "after_a_quoted_question", "quoting"),
                "ordinal_endings",
            ),
            "9de30817cf30",
            "_OUR_RULES in corpus/text/sentences.py",
        ),
        (("search_stop_words",), "f57b0e10e90c", "_FORMAT in index/words/files.py"),
    ],
)
def test_word_lists_lexicons_that_stored_data_depends_on_change_with_its_version(
    lexicons: tuple[str, ...], digest: str, raised: str
) -> None:
    listed = json.dumps([sorted(ENGLISH.words(name)) for name in lexicons])

    assert sha256(listed.encode()).hexdigest()[:12] == digest, f"raise {raised}, then write the new digest here"
