from __future__ import annotations

from assistant.reading.excerpt import excerpt
from corpus.units import units_of
from tests.assistant.structured import structured_article

LONG = (
    '"We closed the quay in May because the piles were rotten. Nobody on the board wanted to spend another crown on '
    "them, and the divers had told us twice that they would not hold through the winter. We will open the quay again "
    'in June, when the new piles are in," said Ann Lee, the harbour master.'
)


def cut(text: str, answer: str) -> str:
    article = structured_article(text)
    unit = next(one for one in units_of(article) if one.start <= article.text.index(answer) < one.end)
    start = article.text.index(answer)
    first, last = excerpt(article, unit, (start, start + len(answer)))
    return article.text[first:last]


def test_excerpt_is_the_sentence_of_a_long_quotation_that_answers() -> None:
    assert cut(LONG, "rotten") == "We closed the quay in May because the piles were rotten."
    assert cut(LONG, "June").startswith("We will open the quay again in June")


def test_excerpt_of_a_short_unit_or_over_two_sentences_is_all_of_it() -> None:
    short = '"We closed the quay in May. The piles were rotten," said Ann Lee.'
    assert cut(short, "rotten") == short
    assert cut(LONG, "rotten. Nobody on the board") == LONG


def test_excerpt_of_a_quotation_that_may_be_anybodys_is_all_of_it() -> None:
    nobodys = LONG.removesuffix(" said Ann Lee, the harbour master.").removesuffix(',"') + '."'
    assert cut(nobodys, "rotten") == nobodys
