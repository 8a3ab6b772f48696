from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api.wire.answer import answer_body
from api.wire.search import search_body
from assistant.answer import NoAnswerReason
from tests.api.examples import answered, article, hit, refused

CHIPS = article("chips", "Chips are scarce. The plan shares hardware such as semiconductors. Nobody objected.")
RULES = article("rules", "China wants common rules. The US wants fewer rules.", url="https://example.org/rules")


def test_answer_a_citation_quotes_exactly_its_span_of_the_article() -> None:
    body = answer_body(answered("?", [(hit(CHIPS), "Chips are scarce.")]), "req_1")

    (citation,) = body.citations
    assert citation.quote == CHIPS.text[citation.source_span.start : citation.source_span.end]
    assert citation.quote == body.answer.text[citation.answer_span.start : citation.answer_span.end]
    assert citation.verified


def test_answer_numbers_follow_the_first_citation_and_ids_follow_retrieval() -> None:
    chips, rules = hit(CHIPS), hit(RULES)
    answer = answered("?", [(rules, "China wants common rules."), (chips, "Chips are scarce.")], uncited=(chips,))

    body = answer_body(answer, "req_1")

    assert [(source.id, source.number, source.title) for source in body.sources] == [
        ("s2", 1, "Rules"),
        ("s1", 2, "Chips"),
    ]
    assert [(citation.source_id, citation.number) for citation in body.citations] == [("s2", 1), ("s1", 2)]


def test_answer_two_sentences_of_one_passage_share_one_source() -> None:
    chips = hit(CHIPS)
    body = answer_body(answered("?", [(chips, "Chips are scarce."), (chips, "Nobody objected.")]), "req_1")

    assert [source.number for source in body.sources] == [1]
    assert [citation.number for citation in body.citations] == [1, 1]


def test_answer_a_source_that_is_not_cited_comes_last_and_has_no_number() -> None:
    body = answer_body(answered("?", [(hit(RULES), "China wants common rules.")], uncited=(hit(CHIPS),)), "req_1")

    assert [(source.title, source.cited, source.number) for source in body.sources] == [
        ("Rules", True, 1),
        ("Chips", False, None),
    ]


def test_answer_a_refusal_has_a_reason_and_no_citations() -> None:
    body = answer_body(refused("?", NoAnswerReason.NOT_SUPPORTED, (hit(CHIPS),)), "req_1")

    assert (body.status, body.no_answer_reason) == ("no_answer", "not_supported")
    assert (body.answer.text, body.citations) == ("", [])
    assert [source.cited for source in body.sources] == [False]


def test_answer_why_is_only_told_when_asked_for() -> None:
    answer = answered("?", [(hit(CHIPS), "Chips are scarce.")])

    assert "explanation" not in answer_body(answer, "req_1").model_dump()
    explanation = answer_body(answer, "req_1", explain=True).model_dump()["explanation"]
    assert explanation["signals"] == {"support": 0.75, "support_needed": 0.5}
    assert explanation["nearest"][0]["text"] == CHIPS.text[0:5]


def test_answer_has_the_fields_that_the_wire_format_names() -> None:
    body = answer_body(answered("?", [(hit(CHIPS), "Chips are scarce.")]), "req_1").model_dump(mode="json")

    assert list(body) == [
        *("id", "object", "created", "request_id", "question", "standalone_question", "status"),
        *("no_answer_reason", "about", "unanswered", "mode", "degraded", "answer", "citations"),
        *("not_confirmed", "sources"),
        *("conflicts", "offset_unit", "index_generation", "usage", "timings_ms"),
    ]
    assert set(body["answer"]) == {"text", "short", "confidence", "kind", "verdict", "sentences", "sections"}
    assert set(body["citations"][0]) == {
        *("id", "source_id", "number", "quote", "answer_span", "source_span", "page", "context", "verified"),
    }
    assert set(body["sources"][0]) == {
        *("id", "number", "article_id", "external_id", "content_hash", "title", "url", "publisher"),
        *("published", "date_source", "language", "score", "cited", "copies", "passage"),
    }


def test_answer_a_hit_has_the_fields_that_the_wire_format_names() -> None:
    found = hit(CHIPS, 0, 17, copies=(hit(RULES),))

    (body,) = search_body([found], "g-1", 3.14159).model_dump(mode="json")["data"]

    assert set(body) == {
        *("article_id", "external_id", "content_hash", "title", "url", "publisher", "published"),
        *("passage", "score", "scores", "copies"),
    }
    assert body["passage"]["text"] == "Chips are scarce."
    assert body["scores"] == {"dense": 0.5, "lexical": 12.25, "reader": None}
    assert [copy["title"] for copy in body["copies"]] == ["Rules"]


def test_answer_the_place_a_file_was_read_from_stays_inside() -> None:
    body = answer_body(answered("?", [(hit(CHIPS), "Chips are scarce.")]), "req_1", explain=True)

    assert CHIPS.origin not in body.model_dump_json()


@given(st.lists(st.integers(0, 4), max_size=8))
def test_answer_cited_sources_are_numbered_without_gaps_in_order_of_first_citation(order: list[int]) -> None:
    hits = [hit(article(f"a{n}", f"Sentence {n}.")) for n in range(5)]

    body = answer_body(answered("?", [(hits[n], f"Sentence {n}.") for n in order], tuple(hits)), "req_1")

    cited = [source.title for source in body.sources if source.cited]
    assert cited == [f"A{n}" for n in dict.fromkeys(order)]
    assert [source.number for source in body.sources] == [
        *range(1, len(cited) + 1),
        *[None] * (5 - len(cited)),
    ]
