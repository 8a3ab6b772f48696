import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text.parties import names_a_place, parties_in, party_called, party_mentions, without_parties


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Beijing said no.", {"China"}),
        ("The White House and the U.S. agree.", {"the US"}),
        ("Give us turkey", set()),
        ("what does the us think", {"the US"}),
        ("US chips for Chinese firms", {"the US", "China"}),
        ("The UN met in New Delhi", {"the UN", "India"}),
        ("İran, ıran and \N{KELVIN SIGN}remlin ſay", {"Iran", "Russia"}),
        ("Chinatown and Russianness", set()),
    ],
)
def test_parties_in_knows_a_party_by_all_its_names(text: str, expected: set[str]) -> None:
    assert parties_in(text) == expected


def test_party_mentions_include_their_the() -> None:
    text = "between China and the US"
    assert [text[start:end] for start, end, _ in party_mentions(text)] == ["China", "the US"]


@pytest.mark.parametrize(
    ("party", "other"),
    [
        ("talks in Paris on Monday", "Paris Hilton sang"),
        ("On Monday Paris agreed", "the Paris Saint-Germain coach"),
        ("Beijing Says Tariffs Will Rise", "the Beijing Olympics"),
        ("Moscow Mayor Sergei Sobyanin resigned", "The Moscow Times wrote"),
        ("In Washington, he said no", "George Washington was a general"),
        ("Trump’s Washington", "Booker T. Washington"),
        ("East Berlin fell", "Irving Berlin wrote songs"),
        ("King Abdullah of Jordan", "Michael Jordan scored"),
        ("the capital of Chad", "Chad Smith drums"),
        ("Lima said no", "the family eats lima beans"),
        ("Peru’s Lima", "Lima beans are healthy"),
        ("what does china say about chips", "a bull in a china shop"),
        ("what does the us say", "tell us more"),
        ("US officials", "Contact Us"),
        ("the UN in New York", "Kim Jong Un met them"),
        ("WHO warns of a fever", "Who warns of a fever?"),
        ("Turkey votes", "a turkey sandwich"),
        ("Polish voters", "nail polish"),
        ("the Swiss government", "a Swiss cheese sandwich"),
        ("Brussels says no", "Brussels sprouts are green"),
        ("Mexico says no", "New Mexico says no"),
        ("America says no", "South America is warm"),
        ("the Guinea government", "two guinea pigs"),
        ("the Georgian parliament", "a farm in Georgia"),
    ],
)
def test_parties_in_tells_a_party_from_what_is_only_called_like_it(party: str, other: str) -> None:
    assert parties_in(party)
    assert not parties_in(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Northern Ireland", "the UK"),
        ("South Sudan", "South Sudan"),
        ("the Republic of Korea", "South Korea"),
        ("Ivory Coast", "Côte d’Ivoire"),
        ("Cote d'Ivoire", "Côte d’Ivoire"),
        ("Bosnia & Herzegovina", "Bosnia and Herzegovina"),
        ("Kosovars", "Kosovo"),
        ("the African Union", "the African Union"),
        ("the World Health Organization", "the WHO"),
        ("G7", "the G7"),
        ("Nato", "NATO"),
        ("türkiye", "Turkey"),
    ],
)
def test_parties_in_knows_every_state_and_bodies_of_several(text: str, expected: str) -> None:
    assert parties_in(text) == {expected}


def test_parties_names_a_place_knows_namesakes_of_parties_too() -> None:
    assert names_a_place("South America")
    assert names_a_place("America")
    assert not names_a_place("George Washington")


def test_parties_without_parties_leaves_the_other_words() -> None:
    assert without_parties("What do the US and China say?", {"the US"}) == "What do and China say?"


@given(st.text(string.printable + "İıſ\N{KELVIN SIGN}"), st.sampled_from(["İran", "tokyo", "SPAİN", "ruſſia"]))
def test_parties_in_takes_any_letters(text: str, party: str) -> None:
    assert parties_in(f"{text} {party}") >= parties_in(party) != frozenset()


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("中国和美国签署了协议", [("中国", "China"), ("美国", "the US")]),
        ("白宫与北京", [("白宫", "the US"), ("北京", "China")]),
        ("中方对此表示欢迎", [("中方", "China")]),
        ("歐盟與白宮、俄羅斯談判", [("歐盟", "the EU"), ("白宮", "the US"), ("俄羅斯", "Russia")]),
        ("中美两国、日韩关系", [("中", "China"), ("美", "the US"), ("日", "Japan"), ("韩", "South Korea")]),
        ("印度尼西亚与印度", [("印度尼西亚", "Indonesia"), ("印度", "India")]),
        ("北京大学、印度洋和其中方法", []),
        ("空中美丽的风景", []),
        ("日本と米国", [("日本", "Japan")]),
        ("What does 美国 say of China?", [("美国", "the US"), ("China", "China")]),
    ],
)
def test_parties_in_chinese_are_the_same_by_other_names(text: str, parties: list[tuple[str, str]]) -> None:
    assert [(text[start:end], party) for start, end, party in party_mentions(text)] == parties


def test_party_called_names_a_party_as_the_language_does() -> None:
    assert party_called("the US", "zh") == "美国"
    assert party_called("the US", "en") == "the US"
