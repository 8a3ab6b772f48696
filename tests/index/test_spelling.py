from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text.analysis import content_terms
from index.spelling import Spelling

PASSAGES = (
    "semiconductors semiconductors parliament Brightwave Setanta resolution protects strings players prayers players"
    " summaries Hanson"
)
WORDS = frozenset("semiconductors parliament resolution protects strings players prayers syringe what says".split())


def rarity(terms: Collection[str]) -> dict[str, float]:
    counts = content_terms(PASSAGES)
    return {term: 1 / counts.count(term) for term in terms if term in counts}


SPELLING = Spelling(rarity, WORDS.__contains__, set(PASSAGES.lower().split()).__contains__)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("what does China say about semicondutors?", "what does China say about semiconductors?"),
        ("What did parliment decide?", "What did parliament decide?"),
        ("Who founded Brigthwave?", "Who founded Brightwave?"),
        ("Sentanta’s sports", "Setanta’s sports"),
        ("rwsolution of the Parliament", "resolution of the Parliament"),
        ("Who are the plaayers?", "Who are the players?"),
        ("Resollution of the parliament", "Resolution of the parliament"),
    ],
)
def test_spelling_a_slip_becomes_the_word_that_passages_have(typed: str, meant: str) -> None:
    assert SPELLING.corrected(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "What do semiconductors cost?",  # known
        "Which syringes are sold?",  # an inflection of a word, though no passage has it
        "Who is Seteno?",  # more than one slip
        "What is Wrightwave?",  # begins otherwise
        "Who is Brughtwave?",  # of a name no key is mistaken
        "What is a rtsolution?",  # two slips
        "How is parliaxent spelled?",  # a key far away
        "cost of BRIGHTWAEV and XXIII",  # no plain words
        "a set of strngs parlamet resolutin protcts",  # so many unknown words are about something else
        "Summarize the resolution.",  # a request, though "summariize" has the stem of "summaries"
        "So? Summarising what?",
        "Which Summarist players?",  # no passage has "summaris", of the same stem as "summaries"
        "Hansson resigned when?",  # the first word is capitalised, whatever it is
        "",
    ],
)
def test_spelling_leaves_what_may_be_meant(typed: str) -> None:
    assert SPELLING.corrected(typed) == typed


@given(st.text(max_size=200))
def test_spelling_looks_at_any_text(text: str) -> None:
    corrected = SPELLING.corrected(text)

    assert abs(len(corrected) - len(text)) <= 3
