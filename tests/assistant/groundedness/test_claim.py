"""What a sentence may say of its evidence, and what not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.groundedness.claim import Check, Fault, Premises, Verdict, check_claim

PLAN = "China presented its 13-point plan in Shanghai on July 26, 2025."
LI = "Li Qiang, China's premier, said the supply of computer chips is a bottleneck."
US = "The United States spent $1.5 billion on 30 per cent of the chips."
NOT_SIGNED = "The White House did not sign the agreement on open source."
MAY = "The government may restrict exports of advanced chips next year."
PLANS = "Brussels plans to open a new office for artificial intelligence in June."
IMPORTS = "It will close the plant in May because imports became more expensive."
QUOTE = "Li Qiang spoke against “technological monopolies” at the conference."


def check(claim: str, *cited: str, context: str = "") -> Check:
    return check_claim(claim, Premises(cited, context))


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        (PLAN, PLAN),
        ("China presented a plan with thirteen points in Shanghai on 26 July 2025.", PLAN),
        ("On 26 July, Beijing presented its plan of 13 points in Shanghai.", PLAN),
        ("In 2025, China presented a 13-point plan in Shanghai.", PLAN),
        ("The supply of computer chips is a bottleneck, said Li Qiang.", LI),
        ("According to China's premier, the supply of computer chips is a bottleneck.", LI),
        ("The US spent $1,500,000,000 on 30% of the chips.", US),
        ("The U.S. spent 1.5bn dollars on 30 percent of the chips.", US),
        ("The White House didn't sign the open-source agreement.", NOT_SIGNED),
        ("The government might restrict exports of advanced chips next year.", MAY),
        ("Brussels intends to open a new AI office in June.", PLANS),
        ('Li Qiang spoke against "technological monopolies".', QUOTE),
        ("The WHO met in Geneva.", "The World Health Organization met in Geneva."),
        ("The OECD met in Paris.", "The Organisation for Economic Co-operation and Development met in Paris."),
        ("Its GDP rose in May.", "Its gross domestic product rose in May."),
        ("Its chief, Ana Petrescu, left in 2025.", "Its chief, Ana M. Petrescu, left in May 2025."),
        ("Acme President Ana Petrescu left.", "Ana Petrescu, President of Acme, left."),
        ("It hired 2025 workers.", "It hired 2,025 workers."),
    ],
)
def test_claim_the_same_in_other_words_is_supported(claim: str, cited: str) -> None:
    assert check(claim, cited).faults == ()


@pytest.mark.parametrize(
    ("claim", "cited", "fault"),
    [
        ("China presented its 14-point plan in Shanghai on July 26, 2025.", PLAN, Fault.NUMBER),
        ("China presented its fourteen-point plan in Shanghai.", PLAN, Fault.NUMBER),
        ("China presented its 13-point plan in Shanghai on July 27, 2025.", PLAN, Fault.DATE),
        ("China presented its 13-point plan in Shanghai on 26 June.", PLAN, Fault.DATE),
        ("China presented its 13-point plan in Shanghai in 2024.", PLAN, Fault.NUMBER),
        ("China presented its 13-point plan in Geneva on July 26, 2025.", PLAN, Fault.NAME),
        ("Japan presented its 13-point plan in Shanghai on July 26, 2025.", PLAN, Fault.NAME),
        ("IBM will close the plant in May.", IMPORTS, Fault.NAME),
        ("Ana Petrescu opened the bridge.", "Ana Brandt, and Ida Petrescu, opened the bridge.", Fault.NAME),
        ("It hired 2025 workers.", "It hired workers from May 2025.", Fault.NUMBER),
        ("It hired 2,025 workers.", "It hired workers in 2025.", Fault.NUMBER),
        ("Microsoft presented its 13-point plan in Shanghai.", PLAN, Fault.NAME),
        ("The United States spent $1.5 billion on 30 dollars of the chips.", US, Fault.NUMBER),
        ("The United States spent $1.5 million on 30 per cent of the chips.", US, Fault.NUMBER),
        ("Li Qiang spoke against “technological dominance” at the conference.", QUOTE, Fault.QUOTATION),
        ("The White House signed the agreement on open source.", NOT_SIGNED, Fault.NEGATION),
        ("The White House did sign the agreement on open source.", NOT_SIGNED, Fault.NEGATION),
        ("China never presented its 13-point plan in Shanghai.", PLAN, Fault.NEGATION),
        ("The government restricts exports of advanced chips.", MAY, Fault.MODALITY),
        ("The government will restrict exports of advanced chips next year.", MAY, Fault.MODALITY),
        ("Brussels opened a new office for artificial intelligence in June.", PLANS, Fault.MODALITY),
        ("Exports rose by 5%.", "Exports fell by 5%.", Fault.OPPOSITE),
        ("Xi Jinping said the supply of computer chips is a bottleneck.", f"{LI} Xi Jinping agreed.", Fault.SPEAKER),
        ("Acme sued Globex over patents.", "Globex sued Acme over patents.", Fault.ROLES),
        (f"{PLAN[:-1]}, which led to protests by angry local farmers.", PLAN, Fault.INVENTED_CLAUSE),
        ("Farmers protested against the dam.", "The committee met on Tuesday to talk.", Fault.FEW_WORDS),
    ],
)
def test_claim_what_the_evidence_does_not_say_is_unsupported(claim: str, cited: str, fault: Fault) -> None:
    found = check(claim, cited)
    assert fault in found.faults
    assert found.verdict is Verdict.UNSUPPORTED


def test_claim_what_someone_says_is_only_partly_supported_as_a_fact() -> None:
    found = check("The supply of computer chips is a bottleneck.", LI)
    assert (found.verdict, found.faults) == (Verdict.PARTIAL, (Fault.SPEAKER_LOST,))


def test_claim_whom_a_pronoun_means_may_be_named_from_the_context() -> None:
    cited = "He said the supply of chips is a bottleneck."
    claim = "Li Qiang said the supply of chips is a bottleneck."
    assert check(claim, cited, context="Li Qiang spoke in Shanghai.").verdict is Verdict.SUPPORTED
    assert check(claim, cited, context="Elon Musk spoke in Austin.").verdict is Verdict.UNSUPPORTED


def test_claim_numbers_are_not_taken_from_the_context() -> None:
    assert Fault.NUMBER in check("It has 13 points.", "It has points.", context="A plan with 13 points").faults


def test_claim_two_sentences_may_carry_one_claim_together() -> None:
    assert check("China presented its plan in Shanghai, and the White House did not sign the agreement.", PLAN,
                 NOT_SIGNED).verdict is Verdict.SUPPORTED  # fmt: skip


@pytest.mark.parametrize("claim", ["", " ", "...", "[1]", "🙂", "它提出了计划。"])
def test_claim_what_says_nothing_that_can_be_compared_is_unsupported(claim: str) -> None:
    assert check(claim, PLAN).verdict is Verdict.UNSUPPORTED


def test_claim_nothing_is_supported_by_nothing() -> None:
    assert check(PLAN).faults == (Fault.NO_EVIDENCE,)


@given(claim=st.text(max_size=300), cited=st.text(max_size=300), context=st.text(max_size=100))
def test_claim_any_text_can_be_checked_and_gets_the_same_verdict_again(claim: str, cited: str, context: str) -> None:
    premises = Premises((cited,), context)
    assert check_claim(claim, premises) == check_claim(claim, premises)


@given(
    st.lists(
        st.sampled_from("fıfth fİfth thırd ſix \N{KELVIN SIGN} 5\N{KELVIN SIGN} ıran İran May 2025 ,".split())
    ).map(" ".join)
)
def test_claim_letters_that_only_look_like_others_are_checked_too(text: str) -> None:
    assert Fault.NUMBER not in check(text, text).faults


@given(st.text(alphabet="ab ,.“”\"0 -'’$%not", max_size=2000))
def test_claim_checking_takes_time_in_proportion_to_the_text(text: str) -> None:
    assert check_claim(text * 20, Premises((text * 20,))).carried >= 0.0
