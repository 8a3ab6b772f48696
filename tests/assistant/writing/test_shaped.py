from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from assistant.answer import Evidence, SectionKind, Verdict
from assistant.groundedness.judge import shipped_judge
from assistant.meaning.model import MeaningModel
from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.reading.extract import LOG_ODDS_UNIT
from assistant.writing.draft import DraftSentence
from assistant.writing.shaped import shaped, yes_odds_of
from assistant.writing.verify import Verified
from corpus.article import Article
from tests.assistant.evidence import make_article, make_evidence, verify

FERRY = make_article(
    "The ferry was stopped on 3 May 2024. It sailed again on 20 June 2024. On Monday the line was sold.", "ferry"
)
STOPPED, AGAIN, SOLD = "The ferry was stopped on 3 May 2024.", "It sailed again on 20 June 2024.", "On Monday"


def asked(kind: QuestionKind, party: str | None = None) -> SubQuestion:
    return SubQuestion("what of the ferry?", party or "", party, kind)


def unsure(_: str, evidence: Sequence[Evidence]) -> list[float]:
    return [0.0] * len(evidence)


def verified(article: Article, sentences: list[DraftSentence]) -> Verified:
    return verify(tuple(sentences), lambda *_: article, shipped_judge())


def test_shaped_a_timeline_tells_the_oldest_first_each_below_its_date() -> None:
    dated = replace(FERRY, published=date(2024, 6, 12))
    chosen = [make_evidence(text, dated, 0.9) for text in (AGAIN, "On Monday the line was sold.", STOPPED)]
    answer = verified(dated, shaped(asked(QuestionKind.TIMELINE), chosen, unsure))

    assert [section.head.date for section in answer.sections] == [
        date(2024, 5, 3),
        date(2024, 6, 10),
        date(2024, 6, 20),
    ]
    assert [section.head.label for section in answer.sections] == ["3 May 2024", "10 June 2024", "20 June 2024"]
    assert answer.text.startswith(f"{STOPPED} On Monday (10 June 2024) the line was sold.")


def test_shaped_what_holds_under_a_condition_decides_nothing() -> None:
    article = make_article("The firm must pay all of it if it has lied about its money.", "fine")
    chosen = [make_evidence("The firm must pay all of it if it has lied about its money.", article, 0.9)]

    def sure(_: str, evidence: Sequence[Evidence]) -> list[float]:
        return [5.0] * len(evidence)

    pays = SubQuestion("Must the firm pay?", "", None, QuestionKind.YES_NO)
    pays_if = replace(pays, text="Must the firm pay if it has lied?")
    assert shaped(pays, chosen, sure)[0].head.kind is SectionKind.PLAIN
    assert shaped(pays_if, chosen, sure)[0].head.kind is SectionKind.VERDICT
    told = make_article("They asked if it was closed. The EU provided all of it.", "told")
    provided = [make_evidence("They asked if it was closed.", told, 0.9)]
    assert shaped(pays, provided, sure)[0].head.kind is SectionKind.VERDICT


@pytest.mark.parametrize(
    ("question", "is_decided"),
    [
        ("Was the captain found guilty of arson?", True),
        ("Was the captain found not guilty of arson?", False),
        ("Was the captain acquitted of arson?", False),
        ("Has the captain been cleared of arson?", False),
        ("Did the captain never sail again?", False),
        ("Wasn’t the captain found guilty?", False),
        ("Did the owners refuse to sail?", False),
        ("Did the notary sail again?", True),
    ],
)
def test_shaped_a_question_that_denies_something_gets_no_verdict(question: str, is_decided: bool) -> None:
    chosen = [make_evidence(AGAIN, FERRY, 0.9)]
    sub_question = SubQuestion(question, "", None, QuestionKind.YES_NO)
    drafted = shaped(sub_question, chosen, lambda *_: [-5.0])

    assert (drafted[0].head.kind is SectionKind.VERDICT) == is_decided


def test_shaped_the_latest_of_each_party_stands_below_its_name() -> None:
    old, new = (
        replace(make_article(text, text[:3]), published=day)
        for text, day in (("Nine ships sail.", date(2024, 6, 12)), ("Ten ships sail.", date(2024, 6, 14)))
    )
    chosen = [make_evidence("Nine ships sail.", old, 0.9), make_evidence("Ten ships sail.", new, 0.9)]
    drafted = shaped(asked(QuestionKind.LATEST, "China"), chosen, unsure, is_one_of_several=True)

    assert [sentence.text for sentence in drafted] == ["Ten ships sail.", "Nine ships sail."]
    assert {sentence.head.party for sentence in drafted} == {"China"}


def test_shaped_the_latest_is_told_first_below_its_day() -> None:
    old = replace(make_article("Nine people died in the flood.", "old"), published=date(2024, 6, 12))
    new = replace(make_article("Fourteen people died in the flood. Boats came.", "new"), published=date(2024, 6, 14))
    chosen = [
        make_evidence("Nine people died in the flood.", old, 0.9),
        make_evidence("Fourteen people died in the flood.", new, 0.7),
        make_evidence("Boats came.", new, 0.1),
    ]
    drafted = shaped(asked(QuestionKind.LATEST), chosen, unsure)

    assert [sentence.text.split()[0] for sentence in drafted] == ["Fourteen", "Nine", "Boats"]
    assert [sentence.head.label for sentence in drafted] == ["14 June 2024", "12 June 2024", "14 June 2024"]


def test_shaped_an_entry_without_any_date_stands_last() -> None:
    article = make_article(f"Nobody knows when. {STOPPED}", "undated")
    chosen = [make_evidence("Nobody knows when.", article, 0.9), make_evidence(STOPPED, article, 0.5)]
    answer = verified(article, shaped(asked(QuestionKind.TIMELINE), chosen, unsure))

    assert [section.head.label for section in answer.sections] == ["3 May 2024", ""]


@pytest.mark.parametrize(
    ("yes", "said", "verdict"), [(4.0, "Yes: ", Verdict.YES), (-4.0, "No: ", Verdict.NO), (0.5, "", None)]
)
def test_shaped_yes_or_no_stands_first_where_a_sentence_surely_says_so(
    yes: float, said: str, verdict: Verdict | None
) -> None:
    chosen = [make_evidence(STOPPED, FERRY, 0.5), make_evidence(AGAIN, FERRY, 0.9)]

    def yes_odds(_: str, evidence: Sequence[Evidence]) -> list[float]:
        return [yes if item.text == AGAIN else 0.0 for item in evidence]

    answer = verified(FERRY, shaped(asked(QuestionKind.YES_NO), chosen, yes_odds))

    first = answer.sections[0]
    assert (first.head.kind is SectionKind.VERDICT) == bool(verdict)
    if verdict:
        assert first.head.label == verdict
        assert answer.text == f"{said}{AGAIN} {STOPPED}"
        assert [answer.text[span.start : span.end] for span in answer.sentences[0].added] == [said]
        assert answer.citations[0].quote == AGAIN


def test_yes_odds_are_those_of_whichever_model_is_less_sure() -> None:
    yes_odds = yes_odds_of(MeaningModel())
    rejected = "The council rejected the ferry on Monday."
    article = make_article(rejected)

    def odds(read: float | None) -> float:
        item = make_evidence(rejected, article)
        signals = {} if read is None else {"yes": read / LOG_ODDS_UNIT}
        (found,) = yes_odds("Did the council approve the ferry?", [replace(item, signals=signals)])
        return found

    assert odds(-100.0) < -1.0
    assert odds(-0.5) == pytest.approx(-0.5)
    assert odds(3.0) == odds(None) == 0.0


def test_shaped_a_sentence_that_hardly_answers_decides_nothing() -> None:
    unlikely = [make_evidence(AGAIN, FERRY, 0.1)]
    sentences = shaped(asked(QuestionKind.YES_NO), unlikely, lambda _, evidence: [9.0] * len(evidence))
    assert verified(FERRY, sentences).text == AGAIN


@pytest.mark.parametrize(
    ("kind", "sections"),
    [
        (QuestionKind.LIST, [(SectionKind.ITEM, (0,)), (SectionKind.ITEM, (1,))]),
        (QuestionKind.SUMMARY, [(SectionKind.SUMMARY, (0, 1))]),
        (QuestionKind.CAUSE, [(SectionKind.PLAIN, (0, 1))]),
    ],
)
def test_shaped_each_item_is_a_section_and_other_sentences_stand_together(
    kind: QuestionKind, sections: list[tuple[SectionKind, tuple[int, ...]]]
) -> None:
    chosen = [make_evidence(AGAIN, FERRY, 0.9), make_evidence(STOPPED, FERRY, 0.5)]
    answer = verified(FERRY, shaped(asked(kind), chosen, unsure))

    assert [(one.head.kind, one.sentences) for one in answer.sections] == sections
    assert answer.text == f"{STOPPED} {AGAIN}"


def test_shaped_what_answers_best_stands_first_and_what_stands_side_by_side_stays_so() -> None:
    article = make_article("Nobody paid. The port is shut. No. It is yours. Kites are free.", "yours")
    chosen = [
        make_evidence(text, article, support)
        for text, support in [("It is yours.", 0.9), ("Nobody paid.", 0.8), ("No.", 0.3)]
    ]

    assert (
        verified(article, shaped(asked(QuestionKind.POSITION), chosen, unsure)).text == "No. It is yours. Nobody paid."
    )
    assert verified(article, shaped(asked(QuestionKind.CAUSE), chosen, unsure)).text == "Nobody paid. No. It is yours."


def test_shaped_own_words_stand_before_reported_ones_that_answer_as_well() -> None:
    reported, direct, nobodys = "Ann Lee said it was late.", '"It is very late," said Ann Lee.', "Late it was."
    article = make_article(f"{reported} Tea came. {nobodys} Rain fell. {direct}", "late")
    supports = {nobodys: 0.82, reported: 0.81, direct: 0.79}
    chosen = [make_evidence(text, article, support) for text, support in supports.items()]

    assert verified(article, shaped(asked(QuestionKind.POSITION), chosen, unsure)).text == (
        f"{direct} {reported} {nobodys}"
    )
    better = [replace(item, support=item.support + 0.1 * (item.text == reported)) for item in chosen]
    assert verified(article, shaped(asked(QuestionKind.POSITION), better, unsure)).text == (
        f"{reported} {direct} {nobodys}"
    )


def test_shaped_of_several_parties_each_has_a_section_with_its_name() -> None:
    def of_party(party: str, text: str) -> list[DraftSentence]:
        evidence: list[Evidence] = [make_evidence(text, FERRY, 0.9)]
        return shaped(asked(QuestionKind.CONTRAST, party), evidence, unsure, is_one_of_several=True)

    answer = verified(FERRY, [*of_party("China", STOPPED), *of_party("the US", AGAIN)])

    assert [(one.head.kind, one.head.label, one.head.party) for one in answer.sections] == [
        (SectionKind.PARTY, "China", "China"),
        (SectionKind.PARTY, "the US", "the US"),
    ]


def test_shaped_a_sentence_stays_behind_the_one_that_names_its_subject() -> None:
    article = make_article("Lund led the ferry firm. He left it on 3 March 2019. Bakk took over on 5 May 2018.", "lund")
    named, left, over = (
        make_evidence(text, article, support)
        for text, support in [
            ("Lund led the ferry firm.", 0.0),
            ("He left it on 3 March 2019.", 0.9),
            ("Bakk took over on 5 May 2018.", 0.8),
        ]
    )
    answer = verified(article, shaped(asked(QuestionKind.TIMELINE), [left, over, named], unsure))
    assert answer.text == f"{over.text} {named.text} {left.text}"
    assert [one.head.label for one in answer.sections] == ["5 May 2018", "3 March 2019"]

    decided = shaped(
        asked(QuestionKind.YES_NO), [left, over, named], lambda _, ones: [5.0 * (one is left) for one in ones]
    )
    assert verified(article, decided).text == f"Yes: {named.text} {left.text} {over.text}"


def test_shaped_where_sentences_say_yes_and_no_there_is_no_verdict() -> None:
    chosen = [make_evidence(STOPPED, FERRY, 0.9), make_evidence(AGAIN, FERRY, 0.8)]
    answer = verified(FERRY, shaped(asked(QuestionKind.YES_NO), chosen, lambda *_: [4.0, -4.0]))

    assert [one.head.kind for one in answer.sections] == [SectionKind.PLAIN]
