"""The whole story of a question, with the real encoder on the sample articles."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Answer, Assistant, Settings
from assistant.answer import Evidence, NoAnswerReason, Status, Support
from assistant.conversation.rewriter import Message
from assistant.errors import BadQuestion, ModeUnavailable
from assistant.ingestion.ingest import ingest_paths, rebuild_index
from assistant.limits import MAX_QUESTION_CHARACTERS
from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.writing.draft import Draft
from assistant.writing.extractive import ExtractiveWriter
from corpus import units
from corpus.article import ArticleFilter
from corpus.text import sentences as sentence_rules
from index import splitter

SEMICONDUCTORS = "what does China say about semiconductors?"


def sentences(answer: Answer) -> list[str]:
    return [answer.text[sentence.span.start : sentence.span.end] for sentence in answer.sentences]


def assert_checked(answer: Answer, helper: Assistant) -> None:
    """What must hold of any answer: each sentence is cited, or says nothing of what articles say; each citation stands
    in the store."""
    names = {citation.id for citation in answer.citations}
    uncited = (Support.METADATA, Support.CONNECTING, Support.NOT_FOUND)
    cited = [sentence for sentence in answer.sentences if sentence.support not in uncited]
    assert all(sentence.citations and names.issuperset(sentence.citations) for sentence in cited)
    for citation in answer.citations:
        article = helper.store.articles.get(citation.hit.article.id, citation.hit.article.content_hash)
        assert article.text[citation.source_span.start : citation.source_span.end] == citation.quote
    assert (answer.status is Status.NO_ANSWER) == (not answer.sentences)
    assert bool(cited) == bool(answer.citations)


def test_ask_tells_of_the_sharing_and_the_bottleneck_of_semiconductors(helper: Assistant) -> None:
    answer = helper.ask(SEMICONDUCTORS)
    assert_checked(answer, helper)
    assert answer.status is Status.ANSWERED
    assert any("shar" in sentence and "semiconductors" in sentence for sentence in sentences(answer))
    assert any("supply" in sentence for sentence in sentences(answer))


def test_ask_does_not_answer_what_the_us_says_by_what_china_says(helper: Assistant) -> None:
    answer = helper.ask("what does the US say about semiconductors?")
    assert (answer.status, answer.no_answer_reason) == (Status.NO_ANSWER, NoAnswerReason.NOT_SUPPORTED)
    assert answer.nearest  # for explanation


def test_ask_answers_for_each_party_of_a_contrast(helper: Assistant) -> None:
    answer = helper.ask("what do China and the US each say about open source?")
    assert_checked(answer, helper)
    assert answer.status is Status.ANSWERED
    assert any("US" in sentence or "White House" in sentence for sentence in sentences(answer))
    assert any("China" in sentence for sentence in sentences(answer))


def conversation(answer: Answer) -> list[Message]:
    return [Message("user", answer.question), Message("assistant", answer.text)]


def test_ask_for_more_tells_what_was_not_told(helper: Assistant) -> None:
    first = helper.ask(SEMICONDUCTORS)
    more = helper.ask("tell me more", history=conversation(first))
    assert_checked(more, helper)
    assert more.standalone_question == SEMICONDUCTORS
    assert more.status is Status.ANSWERED
    assert not set(sentences(first)) & set(sentences(more))


def test_ask_for_more_when_all_was_told_says_so(helper: Assistant) -> None:
    found = {hit.article.id: hit.article.text for hit in helper.search(SEMICONDUCTORS, limit=100).hits}
    everything = " ".join(found.values())
    told = [everything[start : start + 3_500] for start in range(0, len(everything), 3_000)]
    history = [Message("user", SEMICONDUCTORS), *(Message("assistant", text) for text in told[:11])]
    more = helper.ask("anything else?", history=history)
    assert (more.status, more.no_answer_reason) == (Status.NO_ANSWER, NoAnswerReason.NOTHING_RELEVANT)
    assert more.about == "Nothing else was found about this."


def test_ask_for_the_source_names_the_articles_of_the_answer(helper: Assistant) -> None:
    first = helper.ask(SEMICONDUCTORS)
    again = helper.ask("what is your source?", history=conversation(first))
    assert again.text == first.text
    assert again.about
    assert all(citation.hit.article.title in again.about for citation in first.citations)


def test_ask_whether_it_is_sure_tells_the_confidence(helper: Assistant) -> None:
    first = helper.ask(SEMICONDUCTORS)
    again = helper.ask("are you sure?", history=conversation(first))
    assert sentences(first)[0] in sentences(again)
    assert f"{again.confidence:.0%}" in (again.about or "")


@pytest.mark.parametrize("question", ["青葉橋の建設費はいくらですか?", "谁在上海发言?"])
def test_ask_takes_a_question_in_another_script_for_a_question(helper: Assistant, question: str) -> None:
    answer = helper.ask(question)
    assert answer.no_answer_reason in (NoAnswerReason.NOTHING_RELEVANT, NoAnswerReason.NOT_SUPPORTED)
    assert answer.about is None


def test_ask_corrects_a_slip_and_tells_what_was_searched_for(helper: Assistant) -> None:
    answer = helper.ask("what does China say about semicondutors?")
    assert answer.standalone_question == SEMICONDUCTORS
    assert answer.text == helper.ask(SEMICONDUCTORS).text


def test_ask_tells_a_caller_of_no_word_that_only_others_may_read(helper: Assistant) -> None:
    bounded = helper.for_caller(ArticleFilter(publisher=("Nobody",)), lambda _: None)
    assert bounded.ask("what does China say about semicondutors?").standalone_question is None


def test_ask_names_a_sub_question_without_evidence(helper: Assistant) -> None:
    answer = helper.ask("what do China and the US each say about semiconductors?")
    assert (answer.status, answer.unanswered) == (Status.PARTIAL, ("the US",))


def test_ask_names_a_sub_question_of_whose_sentences_none_is_verified(
    helper: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = ExtractiveWriter.write

    def write_wrongly(self: ExtractiveWriter, asked: Sequence[SubQuestion], evidence: Sequence[Evidence]) -> Draft:
        return tuple(
            replace(sentence, text="Nobody ever heard of it.") if sentence.evidence[0].sub_question else sentence
            for sentence in write(self, asked, evidence)
        )

    monkeypatch.setattr(ExtractiveWriter, "write", write_wrongly)
    answer = helper.ask("what do China and the US each say about open source?")
    assert (answer.status, answer.unanswered) == (Status.PARTIAL, ("the US",))


def test_ask_for_caller_hides_that_there_are_articles_from_who_may_see_none(helper: Assistant) -> None:
    nobodys = helper.for_caller(ArticleFilter(publisher=("Nobody",)), lambda _: None)
    assert nobodys.ask(SEMICONDUCTORS).no_answer_reason is NoAnswerReason.NO_ARTICLES


@pytest.mark.parametrize("question", ["Who won the football world cup in 1998?", "How do I bake sourdough bread?"])
def test_ask_abstains_from_what_the_articles_do_not_tell(helper: Assistant, question: str) -> None:
    answer = helper.ask(question)
    assert answer.status is Status.NO_ANSWER
    assert answer.text == ""


@pytest.mark.parametrize("question", ["???", "!", "— … —", "🙂"])
def test_ask_takes_what_asks_nothing_for_no_question(helper: Assistant, question: str) -> None:
    assert helper.ask(question).no_answer_reason is NoAnswerReason.NOT_A_QUESTION


def test_ask_says_that_an_empty_store_is_empty(tmp_path: Path) -> None:
    with Assistant.open(Settings(data=tmp_path)) as helper:
        assert helper.ask(SEMICONDUCTORS).no_answer_reason is NoAnswerReason.NO_ARTICLES


def test_ask_cites_only_articles_that_the_filter_lets_through(helper: Assistant) -> None:
    wanted = ArticleFilter(publisher=("Sample Wire",))
    answer = helper.ask(SEMICONDUCTORS, wanted)
    assert answer.citations
    assert {citation.hit.article.publisher for citation in answer.citations} == {"Sample Wire"}


def test_ask_cites_nothing_from_outside_the_dates(helper: Assistant) -> None:
    answer = helper.ask(SEMICONDUCTORS, ArticleFilter(published_from=date(2030, 1, 1)))
    assert (answer.status, answer.hits) == (Status.NO_ANSWER, ())


def test_ask_answers_or_refuses_a_question_in_another_language(helper: Assistant) -> None:
    assert_checked(helper.ask("Was sagt China über Halbleiter? 中国对半导体怎么说？"), helper)


@pytest.mark.parametrize("question", ["", " \n\t ", "x" * (MAX_QUESTION_CHARACTERS + 1), "x" * 1_000_000])
def test_ask_takes_an_empty_or_endless_question_for_an_error_of_the_asker(helper: Assistant, question: str) -> None:
    with pytest.raises(BadQuestion):
        helper.ask(question)


def test_ask_needs_a_language_model_for_mode_generative(helper: Assistant) -> None:
    with pytest.raises(ModeUnavailable):
        helper.ask(SEMICONDUCTORS, mode="generative")


@hypothesis.settings(max_examples=25)
@given(question=st.text(min_size=1, max_size=200).filter(str.strip))
def test_ask_gives_any_question_a_checked_answer_or_a_refusal(helper: Assistant, question: str) -> None:
    assert_checked(helper.ask(question), helper)


@pytest.mark.parametrize("question", [SEMICONDUCTORS, "When did China present its plan?"])
def test_ask_gives_the_same_question_the_same_answer(helper: Assistant, question: str) -> None:
    first, second = helper.ask(question), helper.ask(question)
    assert (first.text, first.citations, first.confidence) == (second.text, second.citations, second.confidence)


def test_ask_retrieve_gives_no_score_of_reading_and_search_does(helper: Assistant) -> None:
    question = "what does China say about semiconductors?"
    found, read = helper.retrieve(question), helper.search(question)
    assert {hit.scores.reader for hit in found.hits} == {None}
    assert all(hit.scores.reader is not None for hit in read.hits[:3])
    assert [hit.score for hit in read.hits] == sorted((hit.score for hit in read.hits), reverse=True)


def test_ask_abstains_after_a_change_of_where_sentences_end_until_the_index_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    article, settings = tmp_path / "visit.txt", Settings(data=tmp_path / "data")
    article.write_text(
        "The visit\n\nThe minister of Aldermoor met Ms. Lee on the ferry to the island. They spoke briefly."
    )
    with monkeypatch.context() as before:
        before.setattr(sentence_rules, "_ONE_SENTENCE", ())
        before.setattr(splitter, "sentence_rules", lambda: "older")
        ingest_paths(settings, [article])
    units._units.cache_clear()  # a process has one set of rules
    question = "Who met Ms. Lee on the ferry to the island?"
    with Assistant.open(settings) as helper:
        assert helper.ask(question).status is Status.NO_ANSWER
    rebuild_index(settings)
    with Assistant.open(settings) as helper:
        assert sentences(helper.ask(question)) == ["The minister of Aldermoor met Ms. Lee on the ferry to the island."]


def test_ask_says_what_it_covers_when_that_is_asked_and_no_article_tells(helper: Assistant) -> None:
    answer = helper.ask("How many articles do you have?")

    assert_checked(answer, helper)
    assert answer.status is Status.ANSWERED
    assert f"{helper.store.articles.count()} article" in answer.text


def test_ask_no_few_words_answer_what_is_to_be_summed_up(helper: Assistant) -> None:
    answer = helper.ask("Give me a summary of China's action plan on AI.")

    assert answer.kind is QuestionKind.SUMMARY
    assert answer.sentences
    assert answer.short is None


def test_ask_frames_its_answers_in_the_language_of_the_question(helper: Assistant) -> None:
    greeted = helper.ask("你好！")
    counted = helper.ask("一共有多少篇文章？")
    asked = helper.ask("这座桥什么时候开放给骑自行车的人使用？")

    assert greeted.about is not None
    assert greeted.about.startswith("我根据")
    assert (counted.status, counted.kind) == (Status.ANSWERED, QuestionKind.COLLECTION)
    assert sentences(counted)[0].startswith("共有")
    assert sentences(counted)[1].startswith("《")
    assert asked.kind is QuestionKind.DATE
    assert_checked(asked, helper)
