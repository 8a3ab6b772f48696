import pytest

from assistant.query.decompose import Compared, SubQuestion
from assistant.reading.attribution import (
    is_attributable_to_party,
    is_attributable_to_speaker,
    is_said_by_another,
    tells_of_another_side,
)
from tests.assistant.evidence import make_article

ARTICLE = (
    "Li Qiang, China's premier, opened the fair. Li Qiang called chips a bottleneck. "
    "The White House published a plan. It asks for less regulation. Visitors came from everywhere."
)


@pytest.mark.parametrize(
    ("party", "sentence", "expected"),
    [
        ("China", "Li Qiang called chips a bottleneck.", True),
        ("the US", "Li Qiang called chips a bottleneck.", False),
        ("the US", "It asks for less regulation.", True),
        ("China", "It asks for less regulation.", False),
        ("China", "Visitors came from everywhere.", True),
        ("the US", "The White House published a plan.", True),
    ],
)
def test_attribution_to_a_party_excludes_sentences_of_another(party: str, sentence: str, expected: bool) -> None:
    start = ARTICLE.index(sentence)
    assert is_attributable_to_party(party, make_article(ARTICLE), start, start + len(sentence)) is expected


@pytest.mark.parametrize(
    ("side", "other", "text", "expected"),
    [
        ("Bank of Halm", "Bank of Brone", "The Bank of Brone raised its rate.", True),
        ("Bank of Halm", "Bank of Brone", "The Bank of Halm, unlike Brone's, kept its rate.", False),
        ("Bank of Halm", "Bank of Brone", "The bank kept its rate.", False),
        ("union SPA", "airline", "The airline offers a bonus.", True),
        ("union SPA", "airline", "The SPA wants more from the airline.", False),
        ("Beijing", "Washington", "America will lift the duty.", True),
    ],
)
def test_attribution_to_a_side_excludes_what_names_only_another(
    side: str, other: str, text: str, expected: bool
) -> None:
    asked = SubQuestion("", side, compared=Compared("", (other,)))
    assert tells_of_another_side(asked, text) is expected


def another_says(text: str, sentence: str, side: str, *others: str) -> bool:
    asked, start = SubQuestion("", side, compared=Compared("", others)), text.index(sentence)
    return is_said_by_another(asked, make_article(text), start, start + len(sentence))


VOTE = (
    "Asta Lund, a fisher in her fifties, sat in a cafe. “I will not go to vote,” said Lund. Mayor Ole Brandt said on "
    "Friday: “Who stays away destroys the town.”\n\n"
    "China's premier, Li Qiang, came. “We watch,” said Li Qiang. It rained."
)


@pytest.mark.parametrize(
    ("side", "sentence", "is_another"),
    [
        ("Ole Brandt", "“I will not go to vote,” said Lund.", True),
        ("Asta Lund", "“I will not go to vote,” said Lund.", False),
        ("Ole Brandt", "Mayor Ole Brandt said on Friday: “Who stays away destroys the town.”", False),
        ("the fisher", "“I will not go to vote,” said Lund.", False),
        ("China", "“We watch,” said Li Qiang.", False),
        ("China", "It rained.", False),
    ],
)
def test_attribution_to_a_side_knows_the_direct_speech_of_another(side: str, sentence: str, is_another: bool) -> None:
    assert another_says(VOTE, sentence, side) is is_another


PIER = (
    "The ferry line's director, Ida Quist, and Mayor Ole Brandt fell out. Quist said that Brandt had closed the pier. "
    "Brandt said the line had been warned twice. The ferry line claims Brandt knew of the rust. "
    "Port inspector Asta Lund said Brandt knew of the rust. Quist said he lied, but Brandt said he had no letter. "
    "They said the pier was unsafe."
)


@pytest.mark.parametrize(
    ("side", "other", "sentence", "is_another"),
    [
        ("Ole Brandt", "Ida Quist", "Quist said that Brandt had closed the pier.", True),
        ("Ida Quist", "Ole Brandt", "Quist said that Brandt had closed the pier.", False),
        ("Ida Quist", "Ole Brandt", "Brandt said the line had been warned twice.", True),
        ("Ole Brandt", "ferry line", "Quist said that Brandt had closed the pier.", True),
        ("Ole Brandt", "ferry line", "The ferry line claims Brandt knew of the rust.", True),
        ("Ole Brandt", "Ida Quist", "Port inspector Asta Lund said Brandt knew of the rust.", False),
        ("Ole Brandt", "Ida Quist", "Quist said he lied, but Brandt said he had no letter.", False),
        ("Ole Brandt", "Ida Quist", "They said the pier was unsafe.", False),
    ],
)
def test_attribution_to_a_side_knows_what_another_side_is_reported_to_say(
    side: str, other: str, sentence: str, is_another: bool
) -> None:
    assert another_says(PIER, sentence, side, other) is is_another


CUP = (
    "NORTHTOWN - Northtown beat Ferry City 2-1 on Sunday to win the cup.\n\n"
    '"This is for the lower town, and for those who cleaned our kit room," said coach Ida Rossi, a former defender.\n\n'
    "Ferry City's coach, Martin Hale, complained about the referee. "
    '"It was never a free kick," he said.\n\n'
    "The attendance was 44,118. Harbour Bank, the sponsor, said ticket sales had doubled."
)
STRIKE = (
    "Dockers walked out on Monday. "
    '"They want us to train the machines that replace us," said the union\'s general secretary, Joan Petrie. '
    "Quayside's managing director, Colin Ames, said the port had to keep up. "
    '"If we stand still, the ships go elsewhere," he told a news conference. '
    "Chief executive Ann Lee said that no one would lose a job. "
    "Shippers said the strike would cost 25 million a day."
)


@pytest.mark.parametrize(
    ("asked", "text", "sentence", "expected"),
    [
        ("coach of Northtown", CUP, '"This is for the lower town, and for those who cleaned our kit room," said', True),
        ("coach of Northtown", CUP, "Ferry City's coach, Martin Hale, complained about the referee.", False),
        ("coach of Northtown", CUP, '"It was never a free kick," he said.', False),
        ("coach of Northtown", CUP, "The attendance was 44,118.", True),
        ("Martin Hale", CUP, '"It was never a free kick," he said.', True),
        ("Martin Hale", CUP, "Harbour Bank, the sponsor, said ticket sales had doubled.", False),
        ("Colin Ames", STRIKE, '"If we stand still, the ships go elsewhere," he told a news conference.', True),
        ("Colin Ames", STRIKE, "Shippers said the strike would cost 25 million a day.", False),
        ("Colin Ames", STRIKE, "Chief executive Ann Lee said that no one would lose a job.", False),
        ("Quayside", STRIKE, "Quayside's managing director, Colin Ames, said the port had to keep up.", True),
        ("Quayside", STRIKE, "Chief executive Ann Lee said that no one would lose a job.", True),
        ("Colin Ames", STRIKE, "Dockers walked out on Monday.", True),
    ],
)
def test_attribution_to_a_speaker_excludes_words_of_another(
    asked: str, text: str, sentence: str, expected: bool
) -> None:
    start = text.index(sentence)
    end = text.index(".", start + len(sentence) - 1) + 1
    assert is_attributable_to_speaker(asked, make_article(text), start, end) is expected


def test_attribution_to_a_party_knows_the_speaker_from_the_sentence_before() -> None:
    text = (
        "Ursula Berg of the European Union defended the delay.\n\n"
        '"We are giving it time to work," she said.\n\n'
        "Washington said it did not go far enough. Pakistan said it would not sign."
    )
    for sentence, speaks_for in [
        ('"We are giving it time to work," she said.', "the EU"),
        ("Washington said it did not go far enough.", "the US"),
        ("Pakistan said it would not sign.", "Pakistan"),
    ]:
        start = text.index(sentence)
        allowed = [
            party
            for party in ("the EU", "the US", "Pakistan")
            if is_attributable_to_party(party, make_article(text), start, start + len(sentence))
        ]
        assert allowed == [speaks_for]


def test_attribution_finds_no_name_inside_a_longer_word() -> None:
    text = "Liberal voters of the United States stayed away. Chips are a bottleneck, said Li."
    start = text.index("Chips")
    assert is_attributable_to_party("China", make_article(text), start, len(text))


PORT = (
    "Norbank denied the claim. Its director, Vera Klein, told reporters that the port was safe. "
    '"Ask the engineers. They know," she said. Critics of Vera Klein say she never went there. '
    "Klein's lawyer, Bo Strand, said the matter was closed. Moscow has its doubts. "
    "Its foreign minister, Lev Orlov, called the port a ruin."
)


@pytest.mark.parametrize(
    ("asked", "sentence", "expected"),
    [
        ("Vera Klein", '"Ask the engineers.', True),
        ("Klein", 'They know," she said.', True),
        ("Bo Strand", '"Ask the engineers.', False),
        ("Vera Klein", "Critics of Vera Klein say she never went there.", False),
        ("critics of Vera Klein", "Critics of Vera Klein say she never went there.", True),
        ("Vera Klein", "Klein's lawyer, Bo Strand, said the matter was closed.", False),
        ("Norbank", "Its director, Vera Klein, told reporters that the port was safe.", True),
    ],
)
def test_attribution_to_a_speaker_knows_whose_words_a_sentence_is_part_of(
    asked: str, sentence: str, expected: bool
) -> None:
    start = PORT.index(sentence)
    assert is_attributable_to_speaker(asked, make_article(PORT), start, start + len(sentence)) is expected


def test_attribution_to_a_party_takes_who_speaks_for_it() -> None:
    start = PORT.index("Its foreign minister")
    assert is_attributable_to_party("Russia", make_article(PORT), start, len(PORT))
    assert not is_attributable_to_party("China", make_article(PORT), start, len(PORT))


def test_attribution_to_a_speaker_wants_their_name_where_others_speak() -> None:
    article = make_article(
        '"The quay is closed," said Ann Lee. The piles are rotten, and divers looked at all of them.'
    )
    start = article.text.index("The piles")
    assert is_attributable_to_speaker("Ann Lee", article, start, len(article.text))
    assert not is_attributable_to_speaker("Ida Moe", article, start, len(article.text))
    nobodys = make_article("I closed the quay on Monday. The piles are rotten.")
    assert is_attributable_to_speaker("Ida Moe", nobodys, 0, 28)
