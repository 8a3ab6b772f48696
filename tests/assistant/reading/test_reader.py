"""Reading with the packaged model, on articles that need no store."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.answer import Evidence
from assistant.query.decompose import SubQuestion, decompose
from assistant.reading.calibration import shipped_calibration
from assistant.reading.models.packaged import PackagedModel
from assistant.reading.prescore import PRESCORE_DEPTH
from assistant.reading.reader import ReadResult, SpanReader
from corpus.text.sentences import sentence_spans
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


@pytest.fixture(scope="module")
def reader() -> SpanReader:
    return SpanReader(HashedSentences(), PackagedModel(), shipped_calibration(), rerank_depth=3, early_exit=1.0)


def read(reader: SpanReader, question: str, *hits: Hit) -> ReadResult:
    (sub_question,) = decompose(question)
    return reader.read(sub_question, hits or [make_hit(ARTICLE)])


def texts(evidence: Sequence[Evidence]) -> list[str]:
    return [item.text for item in evidence]


def test_reader_read_puts_the_sentence_that_answers_first(reader: SpanReader) -> None:
    assert texts(read(reader, "Where did the visitors come from?").evidence)[0] == (
        "Visitors came from every continent."
    )


def test_reader_read_takes_the_short_answer_from_its_sentence(reader: SpanReader) -> None:
    best = read(reader, "Where did the visitors come from?").evidence[0]
    assert best.short is not None
    start, end = best.short
    assert best.start <= start < end <= best.end
    assert "every continent" in ARTICLE.text[start:end]


def test_reader_read_leaves_out_sentences_about_another_party(reader: SpanReader) -> None:
    evidence = read(reader, "what does the US say about chips?").evidence
    assert "China will share its chips with other countries." not in texts(evidence)


def test_reader_read_leaves_out_fragments(reader: SpanReader) -> None:
    article = make_article("Chips\nChina will share its chips with other countries.")
    evidence = read(reader, "Chips?", make_hit(article)).evidence
    assert texts(evidence) == ["China will share its chips with other countries."]


def test_reader_read_gives_evidence_of_a_later_passage_the_offsets_of_its_article(reader: SpanReader) -> None:
    start = ARTICLE.text.index("The US wants")
    evidence = read(reader, "chips?", make_hit(ARTICLE, start)).evidence
    assert {ARTICLE.text[item.start : item.end] for item in evidence} == set(texts(evidence))
    assert min(item.start for item in evidence) == start


def test_reader_read_gives_evidence_the_position_of_its_sub_question(reader: SpanReader) -> None:
    evidence = reader.read(
        SubQuestion("Where did the visitors come from?", ""), [make_hit(ARTICLE)], position=1
    ).evidence
    assert {item.sub_question for item in evidence} == {1}


def test_reader_read_lifts_the_passage_that_answers_above_one_that_does_not(reader: SpanReader) -> None:
    other = make_hit(make_article("Visitors like the fair for its food and for its music.", "other"))
    right = replace(make_hit(ARTICLE), score=0.9)
    ranked = read(reader, "Where did the visitors come from?", other, right).hits
    assert [hit.article.external_id for hit in ranked] == ["one", "other"]
    assert all(hit.scores.reader is not None for hit in ranked)


def test_reader_read_reranks_only_as_many_passages_as_wanted_and_loses_none(reader: SpanReader) -> None:
    names = [f"article {number}" for number in range(PRESCORE_DEPTH + 4)]
    hits = [make_hit(make_article(f"Report {name} is about chips from Asia.", name)) for name in names]
    ranked = read(reader, "What about chips?", *hits).hits
    assert sorted(hit.article.external_id for hit in ranked) == sorted(names)
    assert sum(hit.scores.reader is not None for hit in ranked) == 3
    scores = [hit.score for hit in ranked]
    assert scores == sorted(scores, reverse=True)


def test_reader_read_reranks_no_passage_of_another_party(reader: SpanReader) -> None:
    hits = [
        make_hit(make_article(f"China wants chips for its factory number {number}.", f"china {number}"))
        for number in range(3)
    ]
    us = make_hit(make_article("The US wants chips from its own factories.", "us"))
    evidence = reader.read(SubQuestion("What does the US want?", "the US", party="the US"), [*hits, us]).evidence
    assert [item.hit.article.external_id for item in evidence] == ["us"]


@pytest.mark.parametrize(("others", "read"), [("The valley had mild weather.", 2), ("Chips came from Asia.", 6)])
def test_reader_read_exits_early_after_a_sure_answer_unless_another_passage_may_answer(others: str, read: int) -> None:
    at_once = SpanReader(HashedSentences(), PackagedModel(), shipped_calibration(), rerank_depth=6, early_exit=0.0)
    texts = [*(f"Report {number} is about chips from Asia." for number in range(2)), *[others] * 4]
    hits = [make_hit(make_article(text, str(number))) for number, text in enumerate(texts)]
    ranked = at_once.read(SubQuestion("What about chips?", "chips"), hits).hits
    assert sum(hit.scores.reader is not None for hit in ranked) == read


def test_reader_read_takes_a_sentence_without_spaces_between_words(reader: SpanReader) -> None:
    chinese = "中国提议与其他国家共享半导体等重要的硬件和软件。"
    assert texts(reader.read(SubQuestion("半导体?", ""), [make_hit(make_article(chinese))]).evidence) == [chinese]


def test_reader_read_and_rescore_make_nothing_of_nothing(reader: SpanReader) -> None:
    nothing = SubQuestion("Who?", "Who?")
    assert reader.rescore(nothing, reader.read(nothing, [])) == ReadResult(signals={})


def test_reader_rescore_tells_the_answer_from_what_only_looks_like_one(reader: SpanReader) -> None:
    def rescored(question: str) -> float:
        asked = SubQuestion(question, question)
        return reader.rescore(asked, reader.read(asked, [make_hit(ARTICLE)])).rescored

    assert rescored("Who wants to lead in chips?") > rescored("Who invented the chips in 1958?")
