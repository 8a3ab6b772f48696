from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation.follow_ups import FollowUps
from assistant.conversation.rewriter import Message
from assistant.conversation.wording import is_question_of_its_own, reads_well

BRIDGES = "When do toll bridges close?"
FLOODS = "How many people died in the floods?"
SEATS = "How many seats did the Moderates win?"
ELECTION = "Who won the mayoral election in Melna?"
PROMISE = "What did Karin Voss promise voters?"
MARATHON = "Who finished second in the women's marathon?"
GOAL = "Who scored for Staden in the first half?"
CUP = "Who won the 2022 World Cup?"
REVENUE = "What was Medara's revenue in 2024?"
SHARES = "Why did Solara's shares fall in October?"
COMPANY = "How did the company do in July?"
RATE = "What is the inflation rate in Karvia?"
BRIDGE = "How much did the bridge cost?"
PROBE = "When was the Heron probe launched?"
VACCINE = "Is the vaccine safe for children?"
WOLVES = "How many wolves live in Karvia?"
STRIKE = "Why did the dockers strike?"
SENTENCE = "When was Viktor Aldane sentenced?"
LAWYER = "What did Aldane's lawyer say?"
BANK = "Who is the governor of the Bank of Karvia?"
RULING = "Did the court overturn the ruling?"


def standalone(question: str, *said: str) -> str:
    return FollowUps(lambda _: {}).rewrite(question, [Message("user", one) for one in said]).question


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        # Politics
        (SEATS, "and the Greens?", "How many seats did the Greens win?"),
        (SEATS, "and the Farmers' Union?", "How many seats did the Farmers' Union win?"),
        (SEATS, "and in 2021?", "How many seats did the Moderates win in 2021?"),
        (ELECTION, "and in Dorvik?", "Who won the mayoral election in Dorvik?"),
        (ELECTION, "what about Staden?", "Who won the mayoral election in Staden?"),
        (ELECTION, "and in 2019?", "Who won the mayoral election in Melna in 2019?"),
        (PROMISE, "and Henrik Lund?", "What did Henrik Lund promise voters?"),
        (PROMISE, "what about pensioners?", "What did Karin Voss promise pensioners?"),
        (PROMISE, "and what did Lund promise?", "and what did Lund promise voters?"),
        ("What does the EU say about the AI law?", "and Helena Marek?", "What does Helena Marek say about the AI law?"),
        ("What does the EU say about the AI law?", "and the US?", "What does the US say about the AI law?"),
        ("What is Voss's party?", "and Lund?", "What is Lund's party?"),
        ("Who is the mayor?", "and the councillors?", "Who are the councillors?"),
        # Sport
        ("Who won the women's race?", "and the men's?", "Who won the men's race?"),
        ("Who won the women's race?", "and the men's race?", "Who won the men's race?"),
        (MARATHON, "and the men's?", "Who finished second in the men's marathon?"),
        (MARATHON, "and in the men's marathon?", "Who finished second in the men's marathon?"),
        (MARATHON, "and third?", "Who finished third in the women's marathon?"),
        (GOAL, "and in the second half?", "Who scored for Staden in the second half?"),
        (GOAL, "and the second half?", "Who scored for Staden in the second half?"),
        (GOAL, "what about Melna?", "Who scored for Melna in the first half?"),
        (CUP, "and in 2018?", "Who won the 2018 World Cup?"),
        # Business
        (REVENUE, "and in 2025?", "What was Medara's revenue in 2025?"),
        (REVENUE, "and the profit?", "What was Medara's profit in 2024?"),
        (REVENUE, "what about Solara's?", "What was Solara's revenue in 2024?"),
        (REVENUE, "and Solara?", "What was Solara's revenue in 2024?"),
        (REVENUE, "and last quarter?", "What was Medara's revenue last quarter?"),
        (SHARES, "and in November?", "Why did Solara's shares fall in November?"),
        (SHARES, "by how much?", "By how much did Solara's shares fall in October?"),
        (SHARES, "and the bonds?", "Why did the bonds fall in October?"),
        (COMPANY, "what about October?", "How did the company do in October?"),
        (COMPANY, "what about Monday?", "How did the company do on Monday?"),
        (COMPANY, "and this year?", "How did the company do this year?"),
        ("How did the company do last year?", "and 2023?", "How did the company do in 2023?"),
        ("How did the company do?", "and in the third quarter?", "How did the company do in the third quarter?"),
        (RATE, "and in Norway?", "What is the inflation rate in Norway?"),
        (RATE, "and Norway?", "What is the inflation rate in Norway?"),
        (RATE, "and the unemployment rate?", "What is the unemployment rate in Karvia?"),
        (BANK, "and the deputy governor?", "Who is the deputy governor of the Bank of Karvia?"),
        (BANK, "and of the Bank of Norway?", "Who is the governor of the Bank of Norway?"),
        ("What is the price of gold?", "and silver?", "What is the price of silver?"),
        ("What is the price of gold?", "and the weight?", "What is the weight of gold?"),
        (BRIDGE, "and the tunnel?", "How much did the tunnel cost?"),
        (BRIDGE, "why?", "Why did the bridge cost so much?"),
        # Science
        (PROBE, "by whom?", "By whom was the Heron probe launched?"),
        (PROBE, "and the capsule?", "When was the capsule launched?"),
        (PROBE, "and what did it find?", "and what did the Heron probe find?"),
        (VACCINE, "and adults?", "Is the vaccine safe for adults?"),
        (VACCINE, "and for pregnant women?", "Is the vaccine safe for pregnant women?"),
        (VACCINE, "and the old vaccine?", "Is the old vaccine safe for children?"),
        (VACCINE, "how effective is it?", "how effective is the vaccine?"),
        (WOLVES, "and bears?", "How many bears live in Karvia?"),
        (WOLVES, "what about 2020?", "How many wolves live in Karvia in 2020?"),
        # What happened
        (FLOODS, "and children?", "How many children died in the floods?"),
        (FLOODS, "and in Dorvik?", "How many people died in the floods in Dorvik?"),
        (FLOODS, "what about last year?", "How many people died in the floods last year?"),
        (LAWYER, "and the prosecutor?", "What did the prosecutor say?"),
        (LAWYER, "and Brandt?", "What did Brandt's lawyer say?"),
        (LAWYER, "and family?", "What did Aldane's family say?"),
        (SENTENCE, "for how long?", "For how long was Viktor Aldane sentenced?"),
        ("Was Viktor Aldane sentenced?", "and the accomplices?", "Were the accomplices sentenced?"),
        (RULING, "and the parliament?", "Did the parliament overturn the ruling?"),
        (STRIKE, "how long did it last?", "how long did the dockers’ strike last?"),
        ("Why did the dockers strike in July?", "and the pilots?", "Why did the pilots strike in July?"),
        ("In July, what did the company announce?", "and in October?", "In October, what did the company announce?"),
        ("Who won Monday's vote?", "and Tuesday?", "Who won Tuesday's vote?"),
        ("Who won the July vote?", "and in 2024?", "Who won the July vote in 2024?"),
        ("How did the women's race end?", "and the women's race?", "How did the women's race end?"),
        ("How much did the bridge cost last year?", "and the tunnel?", "How much did the tunnel cost last year?"),
        ("Who leads the Bank of Karvia?", "and Solara?", "Who leads Solara?"),
        ("Tell me about the heat wave.", "and the drought?", "Tell me about the drought."),
        # Where and when
        (BRIDGES, "and near the southern border?", "When do toll bridges close near the southern border?"),
        (BRIDGES, "What about within the city?", "When do toll bridges close within the city?"),
        (BRIDGES, "What about ferries near Dorvik?", "When do ferries near Dorvik close, as to toll bridges?"),
        ("When does school start?", "And schools in the north?", "When do schools in the north start?"),
        ("When do the schools close?", "And the school near Dorvik?", "When does the school near Dorvik close?"),
        (ELECTION, "and near Dorvik?", "Who won the mayoral election near Dorvik?"),
        # Times that are counted from the one before, and what is left unsaid of it
        (REVENUE, "and the year after?", "What was Medara's revenue in 2025?"),
        (REVENUE, "and the following year?", "What was Medara's revenue in 2025?"),
        (REVENUE, "what about the year before that?", "What was Medara's revenue in 2023?"),
        (REVENUE, "and two years earlier?", "What was Medara's revenue in 2022?"),
        (REVENUE, "and in March?", "What was Medara's revenue in March 2024?"),
        ("Who sailed in December 2024?", "and the month after?", "Who sailed in January 2025?"),
        ("Who sailed in October 2024?", "and the year before?", "Who sailed in 2023?"),
        ("Who sailed in October 2024?", "and in December?", "Who sailed in December 2024?"),
        ("Who sailed on 29 October 2024?", "and on 3 May?", "Who sailed on 3 May 2024?"),
        ("Who sailed in October 2024?", "and in December 2023?", "Who sailed in December 2023?"),
        # What was meant, and who it was then
        (BRIDGE, "no, I meant the tunnel", "How much did the tunnel cost?"),
        (BRIDGE, "Sorry, I meant the tunnel, not the bridge.", "How much did the tunnel cost?"),
        ("How did the company do in 2023?", "I mean 2024", "How did the company do in 2024?"),
        ("Was Viktor Aldane sentenced?", "who was then?", "Who was sentenced?"),
        ("Will Dorvik build the bridge?", "who will?", "Who will build the bridge?"),
    ],
)
def test_ellipsis_what_is_new_replaces_its_like(before: str, question: str, meant: str) -> None:
    assert standalone(question, before) == meant


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (FLOODS, "and how many were evacuated?"),
        (FLOODS, "and how many homes lost power?"),
        (FLOODS, "and who resigned?"),
        (FLOODS, "and homes damaged?"),
        (FLOODS, "and the year after?"),
        (FLOODS, "and the turnout?"),
        (FLOODS, "and the mayor?"),
        (ELECTION, "and what was the turnout?"),
        (ELECTION, "and the margin?"),
        (ELECTION, "and who came second?"),
        (MARATHON, "and the favourite?"),
        (GOAL, "and who was sent off?"),
        (SHARES, "and how did the market react?"),
        (BRIDGE, "and repairs?"),
        (RATE, "and what is the forecast?"),
        (STRIKE, "how did the union react?"),
        (SENTENCE, "and what did the judge say?"),
        (COMPANY, "and the share price?"),
        ("Which countries signed the sanctions?", "and which refused?"),
        ("Which countries signed the sanctions?", "and the EU?"),
        ("What is the turnout?", "and Melna?"),
        ("Is the vaccine safe for children?", "What about people not vaccinated?"),
    ],
)
def test_ellipsis_what_asks_something_of_its_own_or_has_no_like_is_left_as_it_was_typed(
    before: str, question: str
) -> None:
    assert standalone(question, before) == question


def test_ellipsis_whom_and_what_a_question_is_about_is_known_two_questions_on() -> None:
    assert standalone("by whom?", "Who is Viktor Aldane?", "when was he sentenced?") == (
        "By whom was Viktor Aldane sentenced?"
    )
    assert standalone("what did they get?", STRIKE, "how long did it last?") == "what did the dockers get?"
    assert standalone("who ended it?", STRIKE, "how long did it last?") == "who ended the dockers’ strike?"
    assert standalone("who led it?", "Why did the dockers strike in July?") == "who led the dockers’ strike?"


@pytest.mark.parametrize(
    "written",
    [
        "How many how many were evacuated died in the floods?",
        "How many who resigned died in the floods?",
        "Who won what was the turnout?",
        "Who won the men's's race?",
        "What did Aldane's the prosecutor say?",
        "How many the houses died in the floods?",
        "What elements does support support?",
        "How in October?",
    ],
)
def test_ellipsis_what_nobody_would_ask_does_not_read_well(written: str) -> None:
    assert not reads_well(written, FLOODS, "and the others?")


@pytest.mark.parametrize(
    "asked", ["Who says what about the law?", "Did you know that that is so?", "What's the plan of Anna's party?"]
)
def test_ellipsis_what_was_typed_itself_is_no_fault(asked: str) -> None:
    assert reads_well(asked, asked)


NOUNS = st.sampled_from(
    "people,the floods,the mayor,Karin Voss,China,the US,Aldane's lawyer,the women's race,inflation,the share price,"
    "a new bridge,dockers,the workers' union,the Bank of Karvia,Norway,turnout,the winners,Solara's shares".split(",")
)
FORMS = st.sampled_from(
    "How many {} died?|Who won {}?|What did {} say about {}?|What is {}?|Why did {} fall in July?|Tell me about {}.|"
    "How did {} do in {}?|Is {} safe for {}?|When was {} launched?|Which of {} signed {}?|Did {} resign?|"
    "How much did {} cost last year?|who replaced {}?|What was {} in 2024?|What's {} like?".split("|")
)
TIMES = st.sampled_from("October,in October,2023,last year,Monday,on 3 May,the third quarter,in the 1990s".split(","))
CLAUSES = st.sampled_from(
    "who resigned,how many were evacuated,what was the turnout,the men's,Japan's,by whom,homes damaged,it,the union "
    "rejected it,third,why,the,his,what,which party,in which year,for the,of,'s,others".split(",")
)
LEADS = st.sampled_from(
    ["and {}?", "what about {}?", "and in {}?", "how about {}", "but {}?", "and for {} too?", "{}?"]
)
BEFORE = st.builds(lambda form, one, other: form.format(one, other), FORMS, NOUNS, NOUNS)
FRAGMENTS = st.builds(lambda lead, thing: lead.format(thing), LEADS, NOUNS | TIMES | CLAUSES)


@given(BEFORE, FRAGMENTS)
def test_ellipsis_whatever_a_fragment_becomes_reads_well(before: str, fragment: str) -> None:
    written = standalone(fragment, before)
    faults = [
        "'s's",
        "’s's",
        "'s the ",
        "’s the ",
        " the the ",
        " the a ",
        " many the ",
        "how many how many",
        "who who",
    ]

    is_made_of = [source for source in ((before, fragment), (fragment,)) if reads_well(written, *source)]
    assert is_made_of or ", as to " in written
    lower = written.casefold().replace("what's", "what is")
    assert not [fault for fault in faults if fault in lower and fault not in before.casefold()]


@given(st.text(max_size=80))
def test_ellipsis_any_text_is_looked_at(text: str) -> None:
    assert is_question_of_its_own(text) in {True, False}
    assert reads_well(text, text)
