from __future__ import annotations

from dataclasses import replace

from api.wire.chat_completions import ChatRequest, chat_body
from assistant.answer import Citation, Span
from tests.api.examples import answered, article, hit

CHIPS = article("chips", "Chips are scarce. Nobody objected.", url="https://example.org/chips")


def test_chat_completions_two_citations_of_one_source_share_a_number_and_are_an_annotation_each() -> None:
    chips = hit(CHIPS)
    answer = answered("?", [(chips, "Chips are scarce.")])
    (sentence,) = answer.sentences
    also = Citation("c2", chips, "Nobody objected.", Span(18, 34), sentence.span)
    answer = replace(
        answer, citations=(*answer.citations, also), sentences=(replace(sentence, citations=("c1", "c2")),)
    )

    message = chat_body(answer, "req_1", lambda *_: "/a").choices[0].message

    assert message.content == "Chips are scarce. [1]"
    spans = [(one.url_citation.start_index, one.url_citation.end_index) for one in message.annotations]
    assert spans == [(0, len(message.content))] * 2


def test_chat_completions_text_of_articles_is_escaped_and_annotations_count_the_escapes() -> None:
    costs = article("costs", "![x](//evil.example/x.png) costs $3 [2].\n\n- Nobody *objected*.")
    answer = answered(
        "?", [(hit(costs), "![x](//evil.example/x.png) costs $3 [2]."), (hit(costs), "- Nobody *objected*.")]
    )

    message = chat_body(answer, "req_1", lambda *_: "/a").choices[0].message

    pieces = [message.content[one.url_citation.start_index : one.url_citation.end_index] for one in message.annotations]
    assert pieces == [r"`![x](//evil.example/x.png)` costs \$3 `[2]`. [1]", r"\- Nobody \*objected\*. [1]"]
    assert message.content == " ".join(pieces)


def test_chat_completions_what_we_said_comes_back_as_it_was_meant() -> None:
    asked = ChatRequest.model_validate(
        {
            "messages": [
                {"role": "assistant", "content": r"It costs \$3, see `www.example.org`. [1]"},
                {"role": "user", "content": r"\$3?"},
                {"role": "user", "content": "Really?"},
            ]
        }
    )
    assert [message.content for message in asked.history()] == ["It costs $3, see www.example.org. [1]", r"\$3?"]
