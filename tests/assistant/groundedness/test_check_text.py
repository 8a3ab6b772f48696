"""A text held against sources, sentence by sentence."""

from __future__ import annotations

from datetime import date

from assistant.groundedness.check_text import CheckedSentence, Source, check_text
from assistant.groundedness.judge import ClaimVerdict, shipped_judge
from index.encoders.load import load_encoder

FILLER = " ".join(f"Paragraph {number} of the minutes tells of roads and drains." for number in range(40))
SOURCES = [
    Source("Minutes", None, FILLER),
    Source("Library", date(2025, 2, 1), "📚 The library opens on 4 March. It has 13,000 books, said Ida Brandt."),
]


def check(text: str, context: str = "") -> list[CheckedSentence]:
    return check_text(text, SOURCES, load_encoder(), shipped_judge(), context)


def test_check_text_quotes_the_sentence_that_a_claim_rests_on() -> None:
    (checked,) = check("It has 13,000 books, said Ida Brandt.")

    assert checked.verdict is ClaimVerdict.SUPPORTED
    assert [SOURCES[quote.source].text[quote.start : quote.end] for quote in checked.evidence] == [
        "It has 13,000 books, said Ida Brandt."
    ]


def test_check_text_spans_count_in_the_text() -> None:
    text = "📚 The library opens on 4 March.  The moon is made of cheese."

    assert [text[one.start : one.end] for one in check(text)] == [
        "📚 The library opens on 4 March.",
        "The moon is made of cheese.",
    ]


def test_check_text_what_no_source_tells_rests_on_nothing() -> None:
    (checked,) = check("The Globex Corporation sold its moon rockets to Freedonia in 1977.")

    assert (checked.verdict, checked.evidence) == (ClaimVerdict.NOT_CONFIRMED, ())


def test_check_text_of_sources_without_sentences_confirms_nothing() -> None:
    (checked,) = check_text("It rains.", [Source("", None, "  ")], load_encoder(), shipped_judge())

    assert (checked.probability, checked.evidence) == (0.0, ())


def test_check_text_copies_of_a_sentence_leave_room_for_others() -> None:
    copies = [Source(f"Wire {number}", None, "The bridge opened on Monday in Aldermoor.") for number in range(8)]
    cost = Source("Cost", None, "The bridge in Aldermoor cost 5 million crowns.")

    (checked,) = check_text(
        "The bridge that opened on Monday in Aldermoor cost 5 million crowns.",
        [*copies, cost],
        load_encoder(),
        shipped_judge(),
    )

    assert 8 in {quote.source for quote in checked.evidence}
