"""Reading with the packaged model, on articles that need no store."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.answer import Evidence
from assistant.query.decompose import Compared, SubQuestion, decompose
from assistant.reading.calibration import shipped_calibration
from assistant.reading.models.packaged import PackagedModel
from assistant.reading.models.span_model import Reading
from assistant.reading.prescore import PRESCORE_DEPTH, Window
from assistant.reading.reader import ReadResult, WindowReader
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
def reader() -> WindowReader:
    return WindowReader(HashedSentences(), PackagedModel(), shipped_calibration(), windows=3)


def read(reader: WindowReader, question: str, *hits: Hit) -> ReadResult:
    (sub_question,) = decompose(question)
    return reader.read(sub_question, hits or [make_hit(ARTICLE)])


def texts(evidence: Sequence[Evidence]) -> list[str]:
    return [item.text for item in evidence]


def test_reader_read_puts_the_sentence_that_answers_first(reader: WindowReader) -> None:
    assert texts(read(reader, "Where did the visitors come from?").evidence)[0] == (
        "Visitors came from every continent."
    )


def test_reader_read_takes_the_short_answer_from_its_sentence(reader: WindowReader) -> None:
    best = read(reader, "Where did the visitors come from?").evidence[0]
    assert best.short is not None
    start, end = best.short
    assert best.start <= start < end <= best.end
    assert "every continent" in ARTICLE.text[start:end]


def test_reader_read_puts_the_words_of_another_party_behind(reader: WindowReader) -> None:
    evidence = read(reader, "what does the US say about chips?").evidence
    assert texts(evidence)[0] == "The US wants to lead in chips at any price."
    attributed = {item.text: item.signals["attributed"] for item in evidence}
    assert attributed["China will share its chips with other countries."] == 0
    assert attributed["The US wants to lead in chips at any price."] == 1


def test_reader_read_of_a_side_puts_what_names_only_another_far_behind(reader: WindowReader) -> None:
    whole = "What do China and the US want of chips?"
    alone = SubQuestion("What does the US want of chips?", "US", "the US")
    compared = replace(alone, compared=Compared(whole, ("China",)))
    support = {item.text: item.support for item in reader.read(compared, [make_hit(ARTICLE)]).evidence}
    assert support["China will share its chips with other countries."] < 0.2
    assert support["The US wants to lead in chips at any price."] > 0.2


def reported(published: date | None, name: str, text: str = "The council chose a new ferry for the island.") -> Hit:
    return make_hit(replace(make_article(text, name), published=published))


def supports(reader: WindowReader, question: str, *hits: Hit) -> dict[str, float]:
    return {item.hit.article.external_id: item.support for item in read(reader, question, *hits).evidence}


def test_reader_read_puts_what_was_told_at_another_time_than_is_asked_of_behind(reader: WindowReader) -> None:
    hits = (
        reported(date(2022, 3, 1), "earlier"),
        reported(date(2024, 6, 4), "soon after"),
        reported(date(2026, 1, 1), "looking back", "In May 2024 the council chose a new ferry for the island."),
    )
    found = supports(reader, "What did the council choose for the island in May 2024?", *hits)
    assert min(found["soon after"], found["looking back"]) > 1.5 * found["earlier"]


def test_reader_read_weighs_times_alone_where_nothing_is_told_of_the_one_asked_of(reader: WindowReader) -> None:
    question, undated = "What did the council choose for the island in May 2024?", reported(None, "undated")
    earlier = reported(date(2022, 3, 1), "earlier")
    assert supports(reader, question, earlier)["earlier"] == pytest.approx(
        2 * supports(reader, question, earlier, undated)["earlier"]
    )


def test_reader_read_puts_what_is_told_anew_in_the_same_words_first_for_who_asks_how_it_is_now(
    reader: WindowReader,
) -> None:
    def order(published: date, until: str) -> Hit:
        text = f"The council has put the closure of the old ferry quay of Corvo off until {until}."
        return reported(published, f"until {until}", text)

    hits = (order(date(2024, 4, 4), "June"), order(date(2025, 9, 6), "December"), order(date(2024, 6, 1), "September"))
    question = "Until when is the closure of the ferry quay put off now?"
    found = read(reader, question, *hits).evidence
    assert found[0].hit.article.external_id == "until December"


def test_reader_read_takes_a_sentence_that_looks_back_for_as_old_as_the_day_with_which_it_opens(
    reader: WindowReader,
) -> None:
    text = "On 4 April 2024, the council put the closure of the quay off until June."
    hits = (
        reported(date(2025, 9, 6), "looking back", text),
        reported(date(2025, 2, 2), "order", "The council put the closure of the quay off until March on Sunday."),
    )
    supports_now = supports(reader, "Until when is the closure of the quay put off now?", *hits)
    assert supports_now["order"] > supports_now["looking back"]


def test_reader_read_shows_the_model_what_stands_above_a_sentence() -> None:
    class Watched(PackagedModel):
        def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
            self.shown = {text: above for above, text in passages}
            return super().read(question, passages)

    model = Watched()
    reader = WindowReader(HashedSentences(), model, shipped_calibration(), windows=3)
    article = replace(ARTICLE, published=date(2025, 8, 1))
    read(reader, "Where did the visitors come from?", make_hit(article))
    assert model.shown["Visitors came from every continent."] == (
        "Title, Friday 1 August 2025\nThe US wants to lead in chips at any price."
    )


def test_reader_read_leaves_out_fragments(reader: WindowReader) -> None:
    article = make_article("Chips\nChina will share its chips with other countries.")
    evidence = read(reader, "Chips?", make_hit(article)).evidence
    assert texts(evidence) == ["China will share its chips with other countries."]


def test_reader_read_gives_evidence_of_a_later_passage_the_offsets_of_its_article(reader: WindowReader) -> None:
    start = ARTICLE.text.index("The US wants")
    evidence = read(reader, "chips?", make_hit(ARTICLE, start)).evidence
    assert {ARTICLE.text[item.start : item.end] for item in evidence} == set(texts(evidence))
    assert min(item.start for item in evidence) == start


def test_reader_read_gives_evidence_the_position_of_its_sub_question(reader: WindowReader) -> None:
    evidence = reader.read(
        SubQuestion("Where did the visitors come from?", ""), [make_hit(ARTICLE)], position=1
    ).evidence
    assert {item.sub_question for item in evidence} == {1}


def test_reader_read_lifts_the_passage_that_answers_above_one_that_does_not(reader: WindowReader) -> None:
    other = make_hit(make_article("Visitors like the fair for its food and for its music.", "other"))
    right = replace(make_hit(ARTICLE), score=0.95)
    ranked = read(reader, "Where did the visitors come from?", other, right).hits
    assert [hit.article.external_id for hit in ranked] == ["one", "other"]
    assert all(hit.scores.reader is not None for hit in ranked)


def test_reader_read_reads_only_as_many_windows_as_wanted_and_loses_no_passage(reader: WindowReader) -> None:
    names = [f"article {number}" for number in range(PRESCORE_DEPTH + 4)]
    hits = [make_hit(make_article(f"Report {name} is about chips from Asia.", name)) for name in names]
    result = read(reader, "What about chips?", *hits)
    assert sorted(hit.article.external_id for hit in result.hits) == sorted(names)
    assert len(result.evidence) == sum(hit.scores.reader is not None for hit in result.hits) == 3
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)


def test_reader_read_takes_a_sentence_without_spaces_between_words(reader: WindowReader) -> None:
    chinese = "中国提议与其他国家共享半导体等重要的硬件和软件。"
    assert texts(reader.read(SubQuestion("半导体?", ""), [make_hit(make_article(chinese))]).evidence) == [chinese]


def test_reader_read_makes_nothing_of_nothing(reader: WindowReader) -> None:
    assert reader.read(SubQuestion("Who?", "Who?"), []) == ReadResult(signals={})


def test_reader_read_tells_the_answer_from_what_only_looks_like_one(reader: WindowReader) -> None:
    def answers(question: str) -> float:
        return read(reader, question).evidence[0].signals["answers"]

    assert answers("Who wants to lead in chips?") > answers("Who invented the chips in 1958?")


def test_reader_read_weighs_a_passage_by_its_best_window(reader: WindowReader) -> None:
    result = read(reader, "Where did the visitors come from?")
    best = max(item.signals["answers"] for item in result.evidence)
    assert result.signals[result.hits[0].passage.id]["answers"] == best


def test_reader_read_keeps_hits_of_which_no_unit_can_be_quoted(reader: WindowReader) -> None:
    hits = [make_hit(make_article("Closed on Sundays.", "short")), make_hit(make_article("Why? When?", "asks"))]
    result = read(reader, "When is the museum closed?", *hits)
    assert {hit.article.external_id for hit in result.hits} == {"short", "asks"}
    assert result.evidence == ()


def test_window_above_has_of_a_cut_sentence_only_what_was_cut_off() -> None:
    text = "In the end, after a long quarrel, it closed the harbour for good."
    article = make_article(f"The council met. {text}")
    hit = make_hit(article, article.text.index("it closed"))
    [unit] = hit.read.units
    window = Window(hit, unit, {}, 0.0)
    assert window.text == "it closed the harbour for good."
    assert window.above == "Title\nIn the end, after a long quarrel, "
