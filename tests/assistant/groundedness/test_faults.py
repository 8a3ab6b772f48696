"""What exact rules find of a sentence that stands nowhere in its evidence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.groundedness.faults import Fault, faults

PLAN = "China presented its 13-point plan in Shanghai on July 26, 2025."
LI = "Li Qiang, China's premier, said the supply of computer chips is a bottleneck."
US = "The United States spent $1.5 billion on 30 per cent of the chips."
IMPORTS = "It will close the plant in May because imports became more expensive."
QUOTE = "Li Qiang spoke against “technological monopolies” at the conference."


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (PLAN, PLAN),
        ("China presented a plan with thirteen points in Shanghai on 26 July 2025.", PLAN),
        ("On 26 July, Beijing presented its plan of 13 points in Shanghai.", PLAN),
        ("In 2025, China presented a 13-point plan in Shanghai.", PLAN),
        ("The supply of computer chips is a bottleneck, said Li Qiang.", LI),
        ("The US spent $1,500,000,000 on 30% of the chips.", US),
        ("The U.S. spent 1.5bn dollars on 30 percent of the chips.", US),
        ('Li Qiang spoke against "technological monopolies".', QUOTE),
        ("The WHO met in Geneva.", "The World Health Organization met in Geneva."),
        ("The OECD met in Paris.", "The Organisation for Economic Co-operation and Development met in Paris."),
        ("Its GDP rose in May.", "Its gross domestic product rose in May."),
        ("Its chief, Ana Petrescu, left in 2025.", "Its chief, Ana M. Petrescu, left in May 2025."),
        ("Acme President Ana Petrescu left.", "Ana Petrescu, President of Acme, left."),
        ("It hired 2025 workers.", "It hired 2,025 workers."),
        ("Together they sold 700 boats.", "Brandt sold 450 boats and Petrescu 250."),
        ("Sales rose by about 19,000.", "Sales rose from 41,300 to 60,100."),
        ("Roughly 1.2 million people voted.", "1,187,432 people voted."),
        ("Seven in ten homes, 70 %, have no gas.", "Of the 200 homes, 60 have gas."),
        ("The bridge stood for 38 years.", "The bridge, built in 1962, fell in 2000."),
        ("Nobody of the three was hurt.", "Ada, Ida and Olga were in the car; all are well."),
        ("Some 1.2 million voted.", "1,187,432 voted in 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25 towns."),
        ("The report says that nobody was hurt.", "Nobody was hurt."),
        ("It was his second defeat.", "He lost in May, and lost again in June."),
        ("It reaches 140 million people.", "该服务覆盖1.4亿人。"),
        ("该服务覆盖1.4亿人。", "It reaches 140 million people."),
        ("About 30 % of the plants closed.", "百分之三十的工厂关闭了。"),
        ("三成的工厂关闭了。", "About 30 per cent of the plants closed."),
        ("工厂于2026年3月25日开工，雇用三千二百人。", "On 25 March 2026 the plant, with 3,200 workers, opened."),
        ("2026年工厂开工。", "The plant opened in 2026."),
        ("It cost 3 trillion dollars.", "3兆ドルかかった。"),
    ],
)
def test_faults_none_where_the_same_is_told_or_follows(claim: str, told: str) -> None:
    assert faults(claim, [told]) == ()


@pytest.mark.parametrize(
    ("claim", "told", "fault"),
    [
        ("China presented its 14-point plan in Shanghai on July 26, 2025.", PLAN, Fault.NUMBER),
        ("China presented its fourteen-point plan in Shanghai.", PLAN, Fault.NUMBER),
        ("China presented its 13-point plan in Shanghai in 2023.", PLAN, Fault.NUMBER),
        ("It hired 2,025 workers.", "It hired workers in 2025.", Fault.NUMBER),
        ("It reaches 14 million people.", "该服务覆盖1.4亿人。", Fault.NUMBER),
        ("四成的工厂关闭了。", "About 30 per cent of the plants closed.", Fault.NUMBER),
        ("工厂于2026年3月26日开工。", "The plant opened on 25 March 2026.", Fault.DATE),
        ("China presented its 13-point plan in Shanghai on July 27, 2025.", PLAN, Fault.DATE),
        ("China presented its 13-point plan in Shanghai on 26 June.", PLAN, Fault.DATE),
        ("China presented its 13-point plan in Geneva on July 26, 2025.", PLAN, Fault.NAME),
        ("Japan presented its 13-point plan in Shanghai on July 26, 2025.", PLAN, Fault.NAME),
        ("By May, IBM will close the plant.", IMPORTS, Fault.NAME),
        ("Ana Petrescu opened the bridge.", "Ana Brandt, and Ida Petrescu, opened the bridge.", Fault.NAME),
        ("The plan of Microsoft has 13 points.", PLAN, Fault.NAME),
        ("The United States spent $1.5 million on 30 per cent of the chips.", US, Fault.NUMBER),
        ("It cost 50 million euros.", "It cost 50 million dollars.", Fault.NUMBER),
        ("Of the homes 50 per cent burned.", "The homes cost $50.", Fault.NUMBER),
        ("Over 1,000,000 people voted.", "1,400,000 people voted.", Fault.NUMBER),
        ("Li Qiang spoke against “technological dominance” at the conference.", QUOTE, Fault.QUOTATION),
        ("Who won is not mentioned in the article.", "Ada won.", Fault.ABOUT_SOURCES),
        ("The sources leave open who won.", "Ada won.", Fault.ABOUT_SOURCES),
    ],
)
def test_faults_what_stands_nowhere_is_named(claim: str, told: str, fault: Fault) -> None:
    assert fault in faults(claim, [told])


def test_faults_a_number_of_a_date_is_no_sum() -> None:
    assert Fault.NUMBER in faults("It has 52 points.", ["China presented its plan on July 26, 2025."])


@given(
    st.lists(
        st.sampled_from("fıfth fİfth thırd ſix \N{KELVIN SIGN} 5\N{KELVIN SIGN} ıran İran May 2025 ,".split())
    ).map(" ".join)
)
def test_faults_letters_that_only_look_like_others_are_compared_too(text: str) -> None:
    assert Fault.NUMBER not in faults(text, [text])


def test_faults_numbers_of_any_length_can_be_compared() -> None:
    years = " ".join(f"{year:04}-01-01" for year in range(1, 5000))

    assert Fault.NUMBER in faults("It has 47110815 rooms.", ["9" * 1_000_001, years])


@given(claim=st.text(max_size=300), told=st.text(max_size=300))
def test_faults_any_text_can_be_compared(claim: str, told: str) -> None:
    assert faults(claim, [told]) == faults(claim, [told])


@given(st.text(alphabet="ab ,.“”\"0 -'’$%not", max_size=2000))
def test_faults_comparing_takes_time_in_proportion_to_the_text(text: str) -> None:
    assert Fault.QUOTATION not in faults(text * 20, [text * 20])
