from __future__ import annotations

import datetime
from collections.abc import Generator
from dataclasses import replace

import pytest

from api.wire.chat_completions import ChatAnswerMessage, chat_body
from api.wire.chat_request import ChatRequest
from api.wire.limits import Limits
from api.wire.pieces import answer_pieces, pieces_of, within
from assistant.answer import Answer, Citation, Section, SectionHead, SectionKind, Span
from assistant.events import Completed, Event, Retrieved, Started, sentences_added
from tests.api.examples import answered, article, hit

CHIPS = article("chips", "Chips are scarce. Nobody objected.", url="https://example.org/chips")


def message_of(answer: Answer) -> ChatAnswerMessage:
    return chat_body(list(pieces_of(answer, "req_1", lambda *_: "/a"))).choices[0].message


def test_chat_completions_two_citations_of_one_source_share_a_number_and_are_an_annotation_each() -> None:
    chips = hit(CHIPS)
    answer = answered("?", [(chips, "Chips are scarce.")])
    (sentence,) = answer.sentences
    also = Citation("c2", chips, "Nobody objected.", Span(18, 34), sentence.span)
    answer = replace(
        answer, citations=(*answer.citations, also), sentences=(replace(sentence, citations=("c1", "c2")),)
    )

    message = message_of(answer)

    assert message.content == "Chips are scarce. [1]"
    spans = [(one.url_citation.start_index, one.url_citation.end_index) for one in message.annotations]
    assert spans == [(0, len(message.content))] * 2


def test_chat_completions_text_of_articles_is_escaped_and_annotations_count_the_escapes() -> None:
    costs = article("costs", "![x](//evil.example/x.png) costs $3 [2].\n\n- Nobody *objected*.")
    answer = answered(
        "?", [(hit(costs), "![x](//evil.example/x.png) costs $3 [2]."), (hit(costs), "- Nobody *objected*.")]
    )

    message = message_of(answer)

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


def test_chat_completions_sections_are_lists_and_heads_whose_labels_are_escaped() -> None:
    rules = article("rules", "China wants common rules. The US wants fewer rules.")
    answer = answered("?", [(hit(rules), "China wants common rules."), (hit(rules), "The US wants fewer rules.")])

    def content(*heads: SectionHead) -> str:
        sections = tuple(Section(head, (number,)) for number, head in enumerate(heads))
        message = message_of(replace(answer, sections=sections))
        cited = [one.url_citation for one in message.annotations]
        assert [message.content[one.start_index : one.end_index] for one in cited] == [
            "China wants common rules. [1]",
            "The US wants fewer rules. [1]",
        ]
        return message.content

    item = SectionHead(SectionKind.ITEM)
    assert content(item, item) == "- China wants common rules. [1]\n- The US wants fewer rules. [1]"
    day = SectionHead(SectionKind.DATED, "5 May 2024", date=datetime.date(2024, 5, 5))
    assert content(day, SectionHead(SectionKind.DATED)) == (
        "- **5 May 2024:** China wants common rules. [1]\n- The US wants fewer rules. [1]"
    )
    assert content(item, SectionHead()) == "- China wants common rules. [1]\n\nThe US wants fewer rules. [1]"
    parties = [SectionHead(SectionKind.PARTY, name, name) for name in ("China", "*US*")]
    assert content(*parties) == (
        "**China:** China wants common rules. [1]\n\n**\\*US\\*:** The US wants fewer rules. [1]"
    )


def test_chat_completions_a_section_that_grows_has_one_head() -> None:
    """As an answer is streamed, each sentence comes with the section as it is by then."""
    china = SectionHead(SectionKind.PARTY, "China", "China")
    answer = answered("?", [(hit(CHIPS), "Chips are scarce."), (hit(CHIPS), "Nobody objected.")])
    whole = replace(answer, sections=(Section(china, (0, 1)),))
    first, second = sentences_added(whole)

    def growing() -> Generator[Event]:
        yield Started("extractive", None)
        yield Retrieved(answer.hits)
        yield replace(first, section=Section(china, (0,)))
        yield second
        yield Completed(whole)

    body = chat_body(list(answer_pieces(growing(), "req_1", lambda *_: "/a")))

    assert body.choices[0].message.content == "**China:** Chips are scarce. [1] Nobody objected. [1]"


@pytest.mark.parametrize(
    ("limits", "content", "reason"),
    [
        (Limits(), "Chips are scarce. [1] Nobody objected. [1]", "stop"),
        (Limits(characters=42), "Chips are scarce. [1] Nobody objected. [1]", "stop"),
        (Limits(characters=41), "Chips are scarce. [1]", "length"),
        (Limits(characters=20), "", "length"),
        (Limits(stop=("objected",)), "Chips are scarce. [1]", "stop"),
        (Limits(stop=("] No",)), "Chips are scarce. [1]", "stop"),
        (Limits(stop=("nothing", "scarce")), "", "stop"),
        (Limits(stop=("objected",), characters=20), "", "length"),
    ],
)
def test_chat_completions_content_is_cut_between_sentences_and_its_annotations_stay_exact(
    limits: Limits, content: str, reason: str
) -> None:
    chips = hit(CHIPS)
    answer = answered("?", [(chips, "Chips are scarce."), (chips, "Nobody objected.")])

    body = chat_body(list(within(limits, pieces_of(answer, "req_1", lambda *_: "/a"))))

    (choice,) = body.choices
    assert (choice.message.content, choice.finish_reason) == (content, reason)
    spans = [(one.url_citation.start_index, one.url_citation.end_index) for one in choice.message.annotations]
    assert spans == [(0, 21), (22, 42)][: content.count("[1]")]
    assert body.assistant is not None
    assert body.assistant.answer.text == "Chips are scarce. Nobody objected."


def test_chat_completions_a_section_is_not_opened_for_a_sentence_that_is_cut() -> None:
    chips = hit(CHIPS)
    answer = answered("?", [(chips, "Chips are scarce."), (chips, "Nobody objected.")])
    items = tuple(Section(SectionHead(SectionKind.ITEM), (number,)) for number in range(2))

    body = chat_body(
        list(within(Limits(stop=("objected",)), pieces_of(replace(answer, sections=items), "", lambda *_: "")))
    )

    assert body.choices[0].message.content == "- Chips are scarce. [1]"
