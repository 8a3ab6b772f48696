from __future__ import annotations

import re
import time

import pytest

from assistant.reading.attribution import is_attributable_to_party, is_attributable_to_speaker
from corpus.article import Article, article_id, content_hash
from corpus.attributions.frames import frames_in
from corpus.attributions.index import Attribution, attributions_of, attributions_within
from corpus.attributions.quotes import quotes_in
from corpus.attributions.statements import statements_of
from corpus.attributions.voices import Voices
from corpus.readers.text_blocks import structure_of_text
from tests.corpus.attributions.labelled import Label, Labelled, labelled

SEEN, UNSEEN = labelled("seen"), labelled("unseen")

SMALL_WORDS = frozenset({"the", "a", "an", "of", "for", "to"})

SAME_STRETCH = 0.7
"""Share of two stretches together that both have, from which they are one."""


def make_article(text: str) -> Article:
    return Article(article_id(text), "x", "x", "Title", text, content_hash(text))


def found_in(text: str) -> list[tuple[str, str, bool, str]]:
    return [
        (one.speaker.name, one.verb, one.is_direct, text[one.start : one.end])
        for one in attributions_of(make_article(text))
    ]


def names_same(one: str, other: str) -> bool:
    names, others = ({*re.findall(r"\w+", name.lower())} - SMALL_WORDS for name in (one, other))
    return names <= others or others <= names


def is_found(label: Label, found: Attribution) -> bool:
    shared = min(label.end, found.end) - max(label.start, found.start)
    together = max(label.end, found.end) - min(label.start, found.start)
    is_same_speech = label.is_direct == found.is_direct and shared >= SAME_STRETCH * together
    return is_same_speech and names_same(label.speaker, found.speaker.name)


def right_in(case: Labelled) -> tuple[int, int]:
    """How many labels are found, and how many attributions."""
    found = attributions_of(make_article(case.text))
    return sum(any(is_found(label, one) for one in found) for label in case.labels), len(found)


@pytest.mark.parametrize("case", SEEN, ids=lambda case: case.text[:30])
def test_attributions_are_those_that_were_labelled(case: Labelled) -> None:
    right, found = right_in(case)
    assert (right, found) == (len(case.labels), len(case.labels)), found_in(case.text)


@pytest.mark.parametrize(("cases", "most"), [(SEEN, 100), (UNSEEN, 50)])
def test_attributions_labels_are_as_many_as_are_told(cases: list[Labelled], most: int) -> None:
    assert sum(len(case.labels) for case in cases) == most


def test_attributions_that_shaped_no_rule_are_found() -> None:
    right, found = (sum(counts) for counts in zip(*map(right_in, UNSEEN), strict=True))
    assert right >= 45, right
    assert right >= 0.9 * found, found


@pytest.mark.parametrize("case", [*SEEN, *UNSEEN], ids=lambda case: case.text[:30])
def test_attributions_give_nobodys_words_to_nobody(case: Labelled) -> None:
    article = make_article(case.text)
    for sentence in case.nobodys:
        start = case.text.index(sentence)
        assert attributions_within(article, start, start + len(sentence)) == [], sentence


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("The minister, Ole Brandt, spoke first. The minister said it was late.", ["Ole Brandt"]),
        ("Vice president Ann Lee was there. The president said it was late.", ["The president"]),
        ("Ann Lee and Bo Strand met. She said it was late. He said it was early.", ["Ann Lee", "Bo Strand"]),
        ("Mr Lee and Ms Strand said nothing. Tea was served.", []),
        ("I said it was late. We believe that it was.", []),
        ("The rules were made in May. The claims were dismissed.", []),
        ("No minister ever said that it was late.", []),
        ("Ann Lee did not say whether she would go. Ann Lee does not want the port.", ["Ann Lee"]),
    ],
)
def test_attributions_name_whom_a_role_or_pronoun_stands_for(text: str, speakers: list[str]) -> None:
    assert [name for name, *_ in found_in(text)] == speakers


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        (
            "The harbour office said it had moved some 40 boats, saying “all small craft on the quay” were safe.",
            ["The harbour office"],
        ),
        ("Brandt defended the toll at a meeting on road works, saying, “Whoever drives should pay for the road.”", []),
        (
            "The bank kept up rules meant to stop its staff from offering, promising or paying anything to officials.",
            [],
        ),
    ],
)
def test_attributions_a_participle_goes_on_with_whom_it_belongs_to_or_with_nobody(
    text: str, speakers: list[str]
) -> None:
    assert [speaker for speaker, *_ in found_in(text)][:1] == speakers


def test_attributions_its_director_is_the_director_of_whom_it_stands_for() -> None:
    (_, director) = attributions_of(make_article("Norbank denied it. Its director, Ann Lee, said it was a lie."))
    assert (director.speaker.name, director.speaker.role, director.speaker.owner) == (
        "Ann Lee",
        "Its director",
        "Norbank",
    )


def test_attributions_of_a_transcript_are_its_turns() -> None:
    found = structure_of_text("**ANN LEE:** It is late. Go home.\n\n**BO STRAND:** No.\n\n**ANN LEE:** Go!", "markdown")
    article = Article("a", "x", "x", "Title", found.text, content_hash(found.text), blocks=found.blocks)
    assert [(one.speaker.name, found.text[one.start : one.end]) for one in attributions_of(article)] == [
        ("ANN LEE", "It is late."),
        ("ANN LEE", "Go home."),
        ("BO STRAND", "No."),
        ("ANN LEE", "Go!"),
    ]


def test_attributions_labels_of_what_a_line_tells_are_no_speakers() -> None:
    assert not found_in(
        "CHARGES: He is said to have robbed two banks.\nBo Ek was there.\nCHARGES: It was a gun.\nIt rained."
    )


def test_attributions_headings_in_bold_are_no_speakers() -> None:
    text = "**LOWERING PRICES:** Prices fall. They fall fast.\n\n**MAKING JOBS:** Jobs are made."
    found = structure_of_text(text, "markdown")
    article = Article("a", "x", "x", "Title", found.text, content_hash(found.text), blocks=found.blocks)
    assert attributions_of(article) == ()


def test_attributions_within_a_stretch_are_those_that_reach_into_it() -> None:
    text = '"It is late. Go home," said Ann Lee. Tea was served. Bo Strand said it was early.'
    article = make_article(text)
    for sentence, speakers in [("Go home", ["Ann Lee"]), ("Tea was served.", []), ("it was early", ["Bo Strand"])]:
        start = text.index(sentence)
        within = attributions_within(article, start, start + len(sentence))
        assert [one.speaker.name for one in within] == speakers


@pytest.mark.parametrize(
    "text",
    [
        '"' * 5_000,
        "“" * 5_000,
        "' " * 5_000,
        "said " * 5_000,
        "The minister said. " * 1_000,
        "Lee: " * 5_000,
        "Ann Lee, " * 5_000,
        "Lee: no\n" * 1_000,
        "A" * 20_000,
        "according to " * 5_000,
        "Ann Lee and   and Bo Ek: no\n" * 1_000,
    ],
    ids=lambda text: text[:20],
)
def test_attributions_come_to_an_end_on_hostile_texts(text: str) -> None:
    assert all(0 <= one.start < one.end <= len(text) for one in attributions_of(make_article(text)))


@pytest.mark.parametrize(
    "text",
    [
        *(
            piece * (200_000 // len(piece))
            for piece in ("A-", "A’", "Aa-", "A", "A.", "Aa ", "Ann Lee and ", '"', "“", "'a ", " ", "\n", ",", "said ")
        ),
        '"a b\n\n' + "\n" * 200_000 + 'x "b"',
        "Ann Lee said it is" + " " * 200_000 + "late Bo Ek said it is.",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_attributions_take_no_longer_the_longer_a_hostile_text_repeats(text: str) -> None:
    started = time.process_time()
    quotes_in(text)
    voices = Voices(text)
    for statement in statements_of(text, [(0, len(text))]):
        voices.come_to(statement)
        frames_in(statement)
    assert time.process_time() - started < 2  # what grows with the square takes a minute


@pytest.mark.parametrize(
    "text",
    [
        "The US said that China was wrong.",
        "US officials said that China was wrong.",
        "US President Joe Biden said that China was wrong.",
        "The US accused China of theft.",
    ],
)
def test_attributions_the_us_is_no_pronoun(text: str) -> None:
    article = make_article(text)
    assert len(found_in(text)) == 1
    assert not is_attributable_to_party("China", article, 0, len(text))


def test_attributions_to_us_are_nobodys() -> None:
    assert found_in("Some of us said that it was late.") == []


@pytest.mark.parametrize(
    ("clause", "frame"),
    [
        ("The figures show that the economy is shrinking", ", Ann Lee said."),
        ("Bo Ek wants to close the mine", ", Ann Lee said."),
        ("Bo Ek wants to close the mine", ", Ann Lee said on Monday."),
        ("The minister promised to pay", ", said Ann Lee."),
        ("The minister promised to pay", ", said Ann Lee, who leads the board."),
        ("A study found that eggs are good", ", Ann Lee said."),
        ("The report says the mine is unsafe", ", according to Ann Lee."),
    ],
)
def test_attributions_behind_a_clause_that_reports_are_of_the_whole(clause: str, frame: str) -> None:
    text = clause + frame
    assert [(name, said) for name, _, _, said in found_in(text)] == [("Ann Lee", clause)]
    article = make_article(text)
    assert is_attributable_to_speaker("Ann Lee", article, 0, len(text))


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Bo Ek said that, according to Ann Lee, the mine is unsafe.", ["Bo Ek"]),
        ("Bo Ek said the mine, according to Ann Lee, is unsafe.", ["Bo Ek"]),
        ("Bo Ek said it was late, and Ann Lee said it was early.", ["Bo Ek", "Ann Lee"]),
        ("Bo Ek said it was late; Ann Lee said it was early.", ["Bo Ek", "Ann Lee"]),
    ],
)
def test_attributions_inside_what_is_reported_stay_those_of_who_reports(text: str, speakers: list[str]) -> None:
    assert [name for name, *_ in found_in(text)] == speakers


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee and Bo Ek said that it was over.",
        "“It is over,” said Ann Lee and Bo Ek.",
        "It was over, according to Ann Lee and Bo Ek.",
        "Ann Lee met Bo Ek. Lee and Ek said that it was over.",
    ],
)
def test_attributions_of_two_who_speak_together_are_both_of_theirs(text: str) -> None:
    article = make_article(text)
    (one,) = attributions_of(article)
    assert one.speaker.name == "Ann Lee and Bo Ek"
    for asked, is_theirs in [("Ann Lee", True), ("Bo Ek", True), ("Cy Dow", False)]:
        assert is_attributable_to_speaker(asked, article, one.start, one.end) is is_theirs


def test_attributions_he_is_one_of_two_who_spoke_together() -> None:
    text = "Mr Lee and Mr Ek said that it was over. He said that it was late."
    assert [name for name, *_ in found_in(text)] == ["Lee and Mr Ek", "Lee"]


def test_attributions_a_role_is_found_behind_letters_that_lowercase_makes_longer() -> None:
    text = "İzmir İzmir İzmir waited. Finance minister Ole Brandt came. The finance minister said that it was over."
    assert [name for name, *_ in found_in(text)] == ["Ole Brandt"]


def test_attributions_a_role_is_known_once_it_was_introduced() -> None:
    tea = "Tea was served. " * 5
    text = f"The mayor said it was late. Ida Quist, the mayor, came with Bo Ek. {tea}The mayor said it was over."
    assert [name for name, *_ in found_in(text)] == ["The mayor", "Ida Quist"]


def test_voices_have_no_full_name_for_blanks_between_two() -> None:
    assert Voices("Ann Lee met Bo Ek.").full_name("Lee and   and Ek") == "Ann Lee and   and Bo Ek"
