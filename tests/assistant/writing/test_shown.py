from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.groundedness.judge import shipped_judge
from assistant.writing.draft import DraftSentence
from assistant.writing.shown import all_shown, shown
from corpus.article import Article
from tests.assistant.evidence import make_article, make_evidence, verify
from tests.assistant.structured import structured_article, unit_evidence

TABLE = structured_article("|Isle|Gold|Silver|\n|-|-|-|\n|Arholm|9|4|\n|Corvo|3|5|")
LIST = structured_article(
    "They forbid:\n\n- open fires\n- drones\n- Dogs must stay at home.\n\nThey allow:\n\n- skates"
)


def quotes(sentence: DraftSentence) -> list[str]:
    assert all(sentence.text.startswith(quote.evidence.text, quote.at) for quote in sentence.quotes)
    return [quote.evidence.text for quote in sentence.quotes]


@pytest.mark.parametrize(
    ("short", "text", "quoted"),
    [
        ("9", "Arholm, Gold: 9", ["9"]),
        ("4", "Arholm, Silver: 4", ["4"]),
        (None, "Arholm: Gold 9, Silver 4", ["9", "4"]),
    ],
)
def test_shown_a_cell_stands_behind_its_heads(short: str | None, text: str, quoted: list[str]) -> None:
    sentence = shown(unit_evidence(TABLE, "Arholm\t9\t4", short))
    assert (sentence.text, quotes(sentence)) == (text, quoted)


def test_shown_an_item_that_is_no_sentence_stands_behind_its_lead_in() -> None:
    sentence = shown(unit_evidence(LIST, "drones"))
    assert (sentence.text, quotes(sentence)) == ("They forbid: drones", ["They forbid:", "drones"])
    assert shown(unit_evidence(LIST, "Dogs must stay at home.")).text == "Dogs must stay at home."


@pytest.mark.parametrize(
    ("items", "texts"),
    [
        (["open fires", "drones"], ["They forbid: open fires; drones"]),
        (["They forbid:", "drones"], ["They forbid: drones"]),
        (["They forbid:"], ["They forbid:"]),
        (["drones", "skates"], ["They forbid: drones", "They allow: skates"]),
        (["drones", "Dogs must stay at home."], ["They forbid: drones", "Dogs must stay at home."]),
    ],
)
def test_shown_items_of_one_list_stand_behind_one_lead_in(items: list[str], texts: list[str]) -> None:
    assert [sentence.text for sentence in all_shown([unit_evidence(LIST, item) for item in items])] == texts


@pytest.mark.parametrize(
    ("article", "items", "added"),
    [
        (TABLE, ["Arholm\t9\t4", "Corvo\t3\t5"], ["Arholm: Gold ", ", Silver ", "Corvo: Gold ", ", Silver "]),
        (LIST, ["open fires", "drones"], ["; "]),
    ],
)
def test_shown_what_is_ours_is_told_and_the_rest_is_cited(article: Article, items: list[str], added: list[str]) -> None:
    verified = verify(all_shown([unit_evidence(article, item) for item in items]), lambda *_: article, shipped_judge())
    spans = [span for sentence in verified.sentences for span in sentence.added]
    assert [verified.text[span.start : span.end] for span in spans] == added
    for citation in verified.citations:
        assert verified.text[citation.answer_span.start : citation.answer_span.end] == citation.quote
        assert article.text[citation.source_span.start : citation.source_span.end] == citation.quote


def test_shown_what_parts_items_in_the_article_is_left_out() -> None:
    article = structured_article("They forbid:\n\nopen fires;\n\ndrones; and\n\nkites.")
    (sentence,) = all_shown([unit_evidence(article, item) for item in ("open fires;", "drones; and", "kites.")])
    assert sentence.text == "They forbid: open fires; drones; kites."
    assert quotes(sentence) == ["They forbid:", "open fires", "drones", "kites."]


MONDAY = replace(
    make_article("The port closed on Monday. It reopened on Monday morning after a strike.", "a"),
    published=date(2025, 5, 7),
)
AGAIN = replace(make_article("The port closed on Monday.", "b"), published=date(2025, 5, 14))


def test_shown_a_day_is_followed_by_its_date_which_is_ours() -> None:
    sentence = shown(make_evidence("The port closed on Monday.", MONDAY))

    assert sentence.text == "The port closed on Monday (5 May 2025)."
    assert quotes(sentence) == ["The port closed on Monday"]
    answer = verify([sentence], lambda *_: MONDAY, shipped_judge())
    assert [answer.text[span.start : span.end] for span in answer.sentences[0].added] == [" (5 May 2025)."]


def test_shown_a_date_stands_behind_a_short_answer_that_goes_on() -> None:
    text = "It reopened on Monday morning after a strike."
    item = make_evidence(text, MONDAY)
    start = MONDAY.text.index("Monday morning")
    sentence = shown(replace(item, short=(start, start + len("Monday morning"))))

    assert sentence.text == "It reopened on Monday morning (5 May 2025) after a strike."
    assert sentence.quotes[0].evidence.short is not None


def test_shown_a_copy_is_cited_only_where_it_means_the_same_day() -> None:
    same = replace(AGAIN, published=date(2025, 5, 8))
    item = make_evidence("The port closed on Monday.", MONDAY)
    for copy, cited in [(AGAIN, 1), (same, 2)]:
        sentence = shown(replace(item, copies=(make_evidence("The port closed on Monday.", copy),)))
        assert len(sentence.quotes) == cited


def test_shown_a_sentence_stands_when_a_copy_of_it_is_gone() -> None:
    same = replace(AGAIN, published=date(2025, 5, 8))
    item = make_evidence("The port closed on Monday.", MONDAY)
    sentence = shown(replace(item, copies=(make_evidence("The port closed on Monday.", same),)))
    answer = verify([sentence], lambda id_, _: MONDAY if id_ == MONDAY.id else None, shipped_judge())

    assert [citation.hit.article.id for citation in answer.citations] == [MONDAY.id]
    assert answer.text == "The port closed on Monday (5 May 2025)."


@pytest.mark.parametrize(
    ("sentence", "shown_as"),
    [
        ("Nobody wanted to pay for new piles.", "Ann Lee: Nobody wanted to pay for new piles."),
        ('It opens again in June," said Ann Lee.', '"It opens again in June," said Ann Lee.'),
    ],
)
def test_shown_a_sentence_that_is_cut_out_of_a_quotation_says_whose_it_is(sentence: str, shown_as: str) -> None:
    speech = '"The quay is closed. Nobody wanted to pay for new piles. It opens again in June," said Ann Lee.'
    article = structured_article(speech)
    whole = unit_evidence(article, speech)
    start = article.text.index(sentence)

    told = shown(replace(whole, start=start, end=start + len(sentence)))

    assert told.text == shown_as
    assert quotes(told) == [sentence]


def test_shown_a_sentence_stands_behind_who_speaks_of_themselves_in_it() -> None:
    article = make_article("We close the quay on Monday.", title="Statement from Ann Lee")
    sentence = shown(make_evidence(article.text, article))
    assert sentence.text == "Ann Lee: We close the quay on Monday."
    assert quotes(sentence) == ["We close the quay on Monday."]


def test_shown_a_quotation_that_goes_on_after_the_sentence_is_closed_by_a_mark_of_ours() -> None:
    article = make_article('"The quay is closed. It is unsafe," said Ann Lee.', title="Quay")
    sentence = shown(make_evidence('"The quay is closed.', article))
    answer = verify([sentence], lambda *_: article, shipped_judge())

    assert answer.text == '"The quay is closed."'
    assert [(span.start, span.end) for span in answer.sentences[0].added] == [(20, 21)]
    assert [citation.quote for citation in answer.citations] == ['"The quay is closed.']
    opened = verify(
        [shown(make_evidence('It is unsafe," said Ann Lee.', article))], lambda *_: article, shipped_judge()
    )
    assert opened.text == '"It is unsafe," said Ann Lee.'
    assert [(span.start, span.end) for span in opened.sentences[0].added] == [(0, 1)]
