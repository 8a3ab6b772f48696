from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.question import split_question
from assistant.reader import SentenceReader
from corpus.sentences import sentence_spans
from index.hit import Hit
from tests.assistant.evidence import make_article, make_hit
from tests.hashing_encoder import HashingEncoder

ARTICLE = make_article(
    "Plans of two states. China will share its chips with other countries. "
    "The US wants to lead in chips at any price. Visitors came from every continent."
)


class HashedSentences:
    """Vectors made when they are asked for; shared words are near."""

    def __init__(self) -> None:
        self._encoder = HashingEncoder()

    def sentence_vectors(self, hits: Sequence[Hit]) -> dict[str, NDArray[np.float32]]:
        return {
            hit.passage.id: self._encoder.embed_passages(
                [hit.text[start:end] for start, end in sentence_spans(hit.text)]
            )
            for hit in hits
        }

    def question_vector(self, question: str) -> NDArray[np.float32]:
        return self._encoder.embed_question(question)

    def rarity(self, terms: Collection[str]) -> dict[str, float]:
        return dict.fromkeys(terms, 1.0)


def read(question: str) -> list[str]:
    parts = split_question(question)
    hits = [[make_hit(ARTICLE)] for _ in parts]
    return [evidence.text for evidence in SentenceReader(HashedSentences()).read(parts, hits)]


def test_the_sentence_that_carries_the_questions_words_comes_first() -> None:
    assert read("Which visitors came?")[0] == "Visitors came from every continent."


def test_a_sentence_about_another_side_is_not_read() -> None:
    assert "China will share its chips with other countries." not in read("what does the US say about chips?")


def test_a_fragment_answers_nothing() -> None:
    article = make_article("Chips\nChina will share its chips with other countries.")
    evidence = SentenceReader(HashedSentences()).read(split_question("Chips?"), [[make_hit(article)]])
    assert [item.text for item in evidence] == ["China will share its chips with other countries."]


def test_evidence_of_a_later_passage_has_offsets_of_its_article() -> None:
    start = ARTICLE.text.index("The US wants")
    evidence = SentenceReader(HashedSentences()).read(split_question("chips?"), [[make_hit(ARTICLE, start)]])
    assert {ARTICLE.text[item.start : item.end] for item in evidence} == {item.text for item in evidence}
    assert min(item.start for item in evidence) == start


def test_each_part_has_its_own_evidence() -> None:
    parts = split_question("what do China and the US each say about chips?")
    evidence = SentenceReader(HashedSentences()).read(parts, [[make_hit(ARTICLE)], [make_hit(ARTICLE)]])
    best = {item.part: item.text for item in reversed(evidence)}
    assert best == {
        0: "China will share its chips with other countries.",
        1: "The US wants to lead in chips at any price.",
    }
