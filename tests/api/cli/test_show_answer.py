from __future__ import annotations

from dataclasses import replace

import pytest

from api.cli.show_answer import answer_lines, hit_lines, with_markers
from api.wire.answer import answer_body
from api.wire.search import search_body
from assistant.answer import Answer, NoAnswerReason, Section, SectionHead, SectionKind
from tests.api.examples import answered, article, hit, refused

CHIPS = article("chips", "Chips are scarce. The plan shares hardware such as semiconductors. Nobody objected.")
RULES = article("rules", "China wants common rules. The US wants fewer rules.", url="https://example.org/rules")


def shown(answer: Answer, explain: bool = False) -> str:
    return "\n".join(answer_lines(answer_body(answer, "req_1", explain)))


def test_show_answer_each_sentence_is_followed_by_the_numbers_of_its_sources() -> None:
    answer = answered("?", [(hit(RULES), "China wants common rules."), (hit(CHIPS), "Chips are scarce.")])

    assert with_markers(answer_body(answer, "req_1")) == "China wants common rules. [1] Chips are scarce. [2]"


@pytest.mark.parametrize(
    ("heads", "text"),
    [
        ([SectionHead(SectionKind.ITEM)] * 2, "- China wants common rules. [1]\n- Chips are scarce. [2]"),
        (
            [SectionHead(SectionKind.PARTY, "China", "China"), SectionHead(SectionKind.PARTY, "US", "US")],
            "China: China wants common rules. [1]\nUS: Chips are scarce. [2]",
        ),
        (
            [SectionHead(SectionKind.DATED, "5 May 2024"), SectionHead(SectionKind.DATED)],
            "5 May 2024: China wants common rules. [1]\nChips are scarce. [2]",
        ),
    ],
)
def test_show_answer_each_section_is_a_line(heads: list[SectionHead], text: str) -> None:
    answer = answered("?", [(hit(RULES), "China wants common rules."), (hit(CHIPS), "Chips are scarce.")])
    sections = tuple(Section(head, (number,)) for number, head in enumerate(heads))

    assert with_markers(answer_body(replace(answer, sections=sections), "req_1")) == text


def test_show_answer_each_cited_source_is_shown_with_its_quotes_and_where_they_stand() -> None:
    answer = answered(
        "?",
        [(hit(RULES), "The US wants fewer rules."), (hit(CHIPS), "Chips are scarce.")],
        uncited=(hit(article("other", "Nothing of this.")),),
    )

    assert shown(answer).splitlines() == [
        "The US wants fewer rules. [1] Chips are scarce. [2]",
        "",
        "[1] Rules, Example Times, 2025-07-26, https://example.org/rules",
        "    “The US wants fewer rules.”",
        f"    characters 26-51 of article {RULES.id}",
        "",
        "[2] Chips, Example Times, 2025-07-26",
        "    “Chips are scarce.”",
        f"    characters 0-17 of article {CHIPS.id}",
    ]


def test_show_answer_a_refusal_says_so_and_shows_the_nearest_passages() -> None:
    lines = shown(refused("?", NoAnswerReason.NOT_SUPPORTED, (hit(CHIPS),))).splitlines()

    assert lines[0] == "No answer: the articles come near this question, but none answers it."
    assert lines[2:4] == ["The nearest passages:", "  - Chips, Example Times, 2025-07-26"]
    assert lines[-1].strip() == CHIPS.text


@pytest.mark.parametrize("reason", list(NoAnswerReason))
def test_show_answer_every_reason_for_no_answer_has_its_sentence(reason: NoAnswerReason) -> None:
    assert shown(refused("?", reason)).startswith("No answer: ")


def test_show_answer_an_explanation_names_signals_and_the_nearest_evidence() -> None:
    text = shown(answered("?", [(hit(CHIPS), "Chips are scarce.")]), explain=True)

    assert "support_needed = 0.5" in text
    assert "support 0.750 (meaning 0.50, answers 0.12): Chips" in text


def test_show_answer_the_words_of_an_article_cannot_break_out_of_their_line() -> None:
    hostile = article("hostile", "\x1b[2J[1] fake\nsource", title="A\x1b]0;b\x07\nTitle", publisher="[red]P[/red]")

    lines = shown(refused("?", NoAnswerReason.NOT_SUPPORTED, (hit(hostile),))).splitlines()

    assert lines[3] == "  - A]0;b Title, [red]P[/red], 2025-07-26"
    assert lines[-1] == "    [1] fake source"


def test_show_answer_hits_are_shown_by_rank_with_their_copies() -> None:
    lines = list(hit_lines(search_body([hit(CHIPS, 0, 17, (hit(RULES),))], None, 1.0).data))

    assert lines == [
        "1. Chips, Example Times, 2025-07-26",
        f"   characters 0-17 of article {CHIPS.id}, score 0.875",
        "   Chips are scarce.",
        "   the same in: Rules, Example Times, 2025-07-26, https://example.org/rules",
    ]


def test_show_answer_what_happened_to_the_language_model_is_said() -> None:
    answer = replace(answered("?", [(hit(CHIPS), "Chips are scarce.")]), degraded=("model_refused", "model_timeout"))

    assert "Note: the language model's server refuses the key; see: assistant model check." in shown(answer)
    assert "Note: model timeout." in shown(answer)


def test_show_answer_what_stood_in_for_the_index_is_said() -> None:
    answer = replace(answered("?", [(hit(CHIPS), "Chips are scarce.")]), degraded=("index_fallback",))

    assert "Note: a part of the index is not built, damaged or away" in shown(answer)
