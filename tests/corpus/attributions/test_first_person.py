from __future__ import annotations

import pytest

from corpus.article import Article, article_id, content_hash
from corpus.attributions.first_person import who_speaks
from corpus.readers.text_blocks import structure_of_text

SENTENCE = "As I told the council, we keep the ferry."


def who(sentence: str, title: str = "", author: str | None = None, around: str = "") -> str | None:
    structure = structure_of_text(f"{around}\n\n{sentence}".strip())
    text = structure.text
    article = Article(
        article_id(title), "x", "x", title, text, content_hash(text), author=author, blocks=tuple(structure.blocks)
    )
    start = text.index(sentence)
    return who_speaks(article, start, start + len(sentence))


@pytest.mark.parametrize(
    ("title", "speaker"),
    [
        ("Statement from Mayor Ann Lee on the Ferry", "Mayor Ann Lee"),
        ("Joint Statement by Ann Lee and Bo Ek", "Ann Lee and Bo Ek"),
        ("Opening remarks of Dr. Ann Lee, Harbour Board", "Dr. Ann Lee"),
        ("Remarks by the President at a Dinner", "the President"),
        ("Statement by Mayor Ann Lee Welcoming the Ferry", "Mayor Ann Lee"),
        ("Joint Statement from the Towns of Arholm, Corvo and Sark", None),
        ("Letter from Paris", None),
        ("The ferry sails: a statement by the mayor", None),
        ("Ferry kept", None),
    ],
)
def test_who_speaks_in_a_statement_is_told_by_its_title(title: str, speaker: str | None) -> None:
    assert who(SENTENCE, title) == speaker


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("I’m glad that it sails.", "Ann Lee"),
        ("It is my ferry.", "Ann Lee"),
        ("Our ferry sails.", "Ann Lee"),
        ("The ferry sails.", None),
        ("The US ferry of World War I sails.", None),
        ("“I will not pay,” said Bo Ek.", None),
        ("I, Ann Lee, have kept it.", None),
        ("I sleep on the ferry.", "Ann Lee"),
    ],
)
def test_who_speaks_is_asked_of_those_who_speak_of_themselves_alone(sentence: str, speaker: str | None) -> None:
    assert who(sentence, "Statement from Ann Lee") == speaker


def test_who_speaks_for_himself_is_the_author_and_for_more_is_not_known() -> None:
    assert who("I saw it sail.", "Ferry kept", author="Ann Lee") == "Ann Lee"
    assert who("We saw it sail.", "Ferry kept", author="Ann Lee") is None
    assert who("I saw it sail.", "Ferry kept", author="Newsroom") is None


def test_who_speaks_in_a_conversation_is_whose_turn_it_is() -> None:
    turns = "MS. LEE: The ferry is old.\n\nMR. EK: It is.\n\nMS. LEE: It must sail.\n\nMR. EK: It can."
    assert who("I will mend it.", "Remarks by Mayor Ann Lee", around=turns) == "MR. EK"
    assert who("MS. LEE: I know.", "Remarks by Mayor Ann Lee", around=turns) is None
