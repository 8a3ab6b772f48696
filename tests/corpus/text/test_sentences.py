import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text.canonical import canonical_text
from corpus.text.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One came. Two left.", ["One came.", "Two left."]),
        ("The U.S. plan of Jan. 5 is new. It works.", ["The U.S. plan of Jan. 5 is new.", "It works."]),
        ("It cost $3.5m in 2025. Why?", ["It cost $3.5m in 2025.", "Why?"]),
        ("😀 happened. 中国说了。好。", ["😀 happened.", "中国说了。", "好。"]),
        (
            "外贸增长5.2%。他说：“很好。还会更好！”随后离开。是吗？",
            ["外贸增长5.2%。", "他说：“很好。还会更好！”随后离开。", "是吗？"],
        ),
        ("“我们会努力。”港务局长王海说。渡轮照常开行。", ["“我们会努力。”港务局长王海说。", "渡轮照常开行。"]),
        ("港長は「船は明日出る。」と述べた。橋は閉まる！", ["港長は「船は明日出る。」と述べた。", "橋は閉まる！"]),
        ("항구는 닫혔다. 배는 2024년 3월에 온다.", ["항구는 닫혔다.", "배는 2024년 3월에 온다."]),
        (
            "Das Werk wurde am 3. Mai eröffnet. Es hat ca. 300 Mio. Euro gekostet, z. B. für Kräne. Dr. Lund kam.",
            [
                "Das Werk wurde am 3. Mai eröffnet.",
                "Es hat ca. 300 Mio. Euro gekostet, z. B. für Kräne.",
                "Dr. Lund kam.",
            ],
        ),
        (
            "El Sr. Ruiz llegó a las 3 p. m. del lunes. ¿Cuándo se fue? Los EE. UU. no lo dicen.",
            ["El Sr. Ruiz llegó a las 3 p. m. del lunes.", "¿Cuándo se fue?", "Los EE. UU. no lo dicen."],
        ),
        ("M. Petit est parti avec elle. Il a dit : « Oui. »", ["M. Petit est parti avec elle.", "Il a dit : « Oui. »"]),
        ("", []),
        (" \n\t\n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "To prepare for Prop. 36, they read Prop. 47, para. 3 and Figs. 2 and 3.|Nobody left.",
        "They met Ms. Lee there on Sunday.|He left.",
        "They met Mx. Lee and Messrs. Day and Fox.|He left.",
        "Cllr. Ann Lee voted with Ald. Day.|Nobody else did.",
        "Atty. Gen. Ann Lee spoke.|Assoc. Press reporters saw Asst. Chief Day and Amb. Fox.",
        "Gov. Lee, Sen. Day, Rep. Fox, Gen. Ash, Col. Oak and Lt. Elm met.|They left.",
        "Sgt. Fir, Capt. Yew, Rev. Box, Hon. Bay, Prof. May and Dr. Kay met.|They left.",
        "Lt. Gov. Dan Lee met Maj. Gen. Day.|Sen. Ann Lee, R-Ariz., stayed.",
        "It was told by Ann Lee, D-W.Va., and Dan Day, R-N.H., to John Fox (I-Vt.).|They left.",
        "Ann Lee, D-W. Va., met Dan Day, R-S.D. and D-N.J. members.|Mr. Day is R-Ala.|Nobody left.",
        "The D-Mich. member got an A-B.|Mr. Day left.",
        "J.K. Rowling met J. K. Lee and George W. Day.|They left.",
        "In St. Louis, Mt. Vernon and Ft. Worth it rained.|It stopped.",
        "John Lee Jr. met Ann Lee Sr. there.|He left.",
        "Ford Motor Co. and Acme Corp. rose, Apple Inc. fell.|Others did not.",
        "The U.S. Senate met the U.K. Prime Minister.|It left the U.S.|The next year it came back.",
        "He lives in Washington, D.C.|It rained.",
        "It was Roe v. Wade.|It was Lee vs. The State.|It ended.",
        "Some, i.e. The Times, e.g. The Post, cf. Lee, were there.|Others, etc., were not.",
        "It opens at 9 a.m.|The doors close at 5 p.m.|Then people leave.",
        "It opens at 9 a.m. Monday and closes at 5 p.m. Friday.|It is free.",
        "It ends at 6 p.m. ET on Friday.|It begins at 5 p.m. GMT.",
        "On Jan. 5, Aug. 9, Sept. 10 and Dec. 13 it rained.|It stopped in May.",
        "On Mon. Jan. 5 he left.|He came on Tues. 5 May.|On Thurs. Lee came.",
        "Open Mon.-Fri. and Sat. - Sun. too.",
        "He left on Sun.|She stayed.",
        "No. 10 said that Nos. 3 and 4 won.|It was told on p. 7.",
        "The minister said no.|Lee left.|It is art.|Nobody knew.",
        "Vol. 3 and Vol. IV are out.|Ch. 5 sells.",
        "It took approx. 40 days.|Nobody cared.",
        "It grew to est. 3,000 people.|Nobody left.",
        "It was est. in 1990.|Sales rose.",
        "It has 5 sq. km. of land and is 5 yrs. old.|Lee paid.",
        "Profit was 5.2m.|Sales rose to £3.1bn.|Nobody knew.",
        "1. Boil the water.|2. Add 3 eggs.|(3) Eat.",
        "He waited ... and left.|He waited... then he left.|He waited… and left.",
        "“Will you go?” she asked.|“No!” he said.",
        "“Will you go?” Ms Lee asked the crowd.|“Never!” Mayor Ann Day said.",
        "“Will you go?”|The crowd cheered.|“Never!”|He said so twice.",
        '"Why now?" Lee asked.|"Because," he said.',
        '"We will not go." he said.|She left.',
        "“We will not go.”|He left.|“Why?”",
        'He asked "why?" and left.|He shouted "Stop!" and ran.',
        "Yahoo! shares rose.|Why?|Nobody knew.",
        "He left.|iPhone sales rose.",
        "He said: “It is over.”|“It is not,” she said.",
    ],
)
def test_sentence_of_the_news_is_one_sentence(text: str) -> None:
    assert sentences(text.replace("|", " ")) == text.split("|")


@pytest.mark.parametrize("separator", ["\n\n", "\n \n", "\n\t\n\n", "\n-----\n", "\n* * *\n", "\n\n___\n\n"])
def test_sentences_hard_wrapped_paragraphs_end_at_a_line_without_words(separator: str) -> None:
    paragraph = (
        "The minister said that the programme which had been announced\nin spring would not begin before the autumn"
    )
    assert sentences(paragraph + separator + paragraph) == [paragraph, paragraph]


def test_sentences_what_has_neither_letter_nor_digit_is_no_sentence() -> None:
    assert sentences("|---|---|\n\n![](=)\n\n***\n\nOne came.\n\n😀\n\n–") == ["One came."]


def test_sentences_a_heading_on_its_own_line_is_not_the_start_of_the_next_sentence() -> None:
    body = "Two states have unveiled plans, and they differ in most of what matters to those who follow them."
    text = f"Two plans unveiled\n{body} {body}"
    assert sentences(text)[0] == "Two plans unveiled"


@pytest.mark.parametrize(
    "text",
    [
        "Envoys of the Mekong-U.S. Partnership met.",
        "It was agreed at the U.S.-E.U. summit in May.",
        "The case is United States ex rel. Moe v. Aldermoor Mills.",
        "Brandt Pte. Ltd. of Singapore was fined.",
        "He lives in Sault Ste. Marie.",
        "It stands in 110 Stat. 1936 of the law.",
    ],
)
def test_sentences_what_is_shortened_goes_on(text: str) -> None:
    assert sentences(f"{text} Nobody minded.") == [text, "Nobody minded."]


@pytest.mark.parametrize(
    "markup",
    [
        '<span style="text-decoration: underline">Delay</span>',
        "[delay](https://example.org/orders/2025/09/further-extending-the-delay-of-the-order-on-ferries)",
        "delay (https://example.org/orders/2025/09/further-extending-the-delay-of-the-order)",
    ],
)
def test_sentences_markup_makes_no_line_of_a_wrapped_paragraph_too_long(markup: str) -> None:
    text = f"""The {markup} that is specified in the order of January
20 on ferries is further extended until 17 September of this year, and
nobody may be fined before then."""
    assert sentences(text) == [text]


@pytest.mark.parametrize("text", ["It began in May.", "It was begun under Theresa May.", "She says it may."])
def test_sentences_end_in_may(text: str) -> None:
    assert sentences(f"{text} Prices rose.") == [text, "Prices rose."]


def test_sentences_lines_that_are_only_links_stay_apart() -> None:
    line = "[Ferries](https://example.org/orders/2025/09/further-extending-the-delay-of-the-order-on-ferries/page)"
    assert sentences(f"{line}\n{line}\n{line}") == [line] * 3


def test_sentences_a_hard_wrapped_sentence_is_one_sentence() -> None:
    text = (
        "The minister said that the programme which had been announced\n"
        "in spring would not begin before the autumn of the coming year.\n"
        "Nobody was surprised."
    )
    assert sentences(text)[0].endswith("coming year.")
    assert len(sentences(text)) == 2


@pytest.mark.parametrize("line_break", ["\n", "\n\n", " \n \n"])
def test_sentences_a_title_at_the_end_of_a_line_stays_with_the_name(line_break: str) -> None:
    text = f"It was closed at last, Sen.{line_break}Ann Lee said.\nMeet your Rep.\n\nThe meeting is open.\nHe left"
    told, *others = sentences(text)
    assert told.split() == "It was closed at last, Sen. Ann Lee said.".split()
    assert others == ["Meet your Rep.", "The meeting is open.", "He left"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“It is late,” said Lee. “Nobody came.", ["“It is late,” said Lee.", "“Nobody came."]),
        ('"It is late," said Lee. "Nobody came.', ['"It is late," said Lee.', '"Nobody came.']),
        ("“Is it late?” asked Lee. “Nobody came.\n\nNobody else knew.", ["“Nobody came.", "Nobody else knew."]),
    ],
)
def test_sentences_a_quotation_that_goes_on_in_the_next_paragraph_keeps_its_mark(
    text: str, expected: list[str]
) -> None:
    assert sentences(text)[-len(expected) :] == expected


@pytest.mark.parametrize("line_break", ["\n", "\n\n"])
def test_sentences_an_ordinal_that_lines_tear_is_one(line_break: str) -> None:
    text = f"It closed on May 1{line_break}st{line_break}. Then the 2{line_break}nd{line_break}District came.\nHe left"

    first, second, last = sentences(text)
    assert first.split() == "It closed on May 1 st .".split()
    assert second.split() == "Then the 2 nd District came.".split()
    assert last == "He left"


@given(st.text(max_size=400))
def test_sentences_every_letter_and_digit_lies_in_exactly_one_sentence(raw: str) -> None:
    text = canonical_text(raw)
    spans = sentence_spans(text)
    covered = [place for start, end in spans for place in range(start, end)]
    assert covered == sorted(set(covered))
    assert all(place in set(covered) for place, character in enumerate(text) if character.isalnum())


@given(st.text(max_size=400))
def test_sentences_have_no_white_space_around_them(raw: str) -> None:
    text = canonical_text(raw)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in sentence_spans(text))


def test_sentence_spans_of_a_text_with_lone_surrogates_are_those_without() -> None:
    spoilt, plain = "Is \ud800 it? It \udfff is.", "Is x it? It x is."
    assert sentence_spans(spoilt) == sentence_spans(plain)
