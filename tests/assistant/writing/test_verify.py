from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assistant.groundedness.judge import shipped_judge
from assistant.writing.draft import DraftSentence
from corpus.article import Article, content_hash
from corpus.text.canonical import canonical_text
from corpus.text.sentences import sentence_spans
from tests.assistant.evidence import make_article, make_evidence, verify

ARTICLE = make_article("China shares chips. 中国 agrees 😀 today.", "one")
COPY = make_article("China shares chips.", "two")
STORE = {(article.id, article.content_hash): article for article in (ARTICLE, COPY)}


def stored(article_id: str, version: str) -> Article | None:
    return STORE.get((article_id, version))


def test_verify_a_quote_that_stands_in_the_store_is_cited_where_it_stands() -> None:
    evidence = make_evidence("中国 agrees 😀 today.", ARTICLE)
    answer = verify([DraftSentence(evidence.text, (evidence,))], stored, shipped_judge())
    (citation,) = answer.citations
    assert answer.text == "中国 agrees 😀 today."
    assert ARTICLE.text[citation.source_span.start : citation.source_span.end] == citation.quote


def test_verify_answer_spans_are_where_the_sentences_stand_in_the_answer() -> None:
    drafts = [make_evidence("China shares chips.", ARTICLE), make_evidence("中国 agrees 😀 today.", ARTICLE)]
    answer = verify([DraftSentence(item.text, (item,)) for item in drafts], stored, shipped_judge())
    spans = [sentence.span for sentence in answer.sentences]
    assert [answer.text[span.start : span.end] for span in spans] == [item.text for item in drafts]


def test_verify_a_sentence_with_two_sources_has_two_citations() -> None:
    sources = make_evidence("China shares chips.", ARTICLE), make_evidence("China shares chips.", COPY)
    answer = verify([DraftSentence("China shares chips.", sources)], stored, shipped_judge())
    assert answer.sentences[0].citations == ("c1", "c2")


def test_verify_an_unsupported_sentence_is_dropped() -> None:
    evidence = make_evidence("China shares chips.", ARTICLE)
    assert verify([DraftSentence("China shares nothing.", (evidence,))], stored, shipped_judge()).citations == ()


def test_verify_a_sentence_of_an_article_that_is_gone_is_dropped() -> None:
    evidence = make_evidence("It was deleted.", make_article("It was deleted.", "gone"))
    assert verify([DraftSentence(evidence.text, (evidence,))], stored, shipped_judge()).text == ""


def test_verify_a_span_that_reaches_beyond_the_article_is_dropped() -> None:
    evidence = replace(make_evidence("China shares chips.", COPY), end=10_000)
    assert verify([DraftSentence(evidence.text, (evidence,))], stored, shipped_judge()).text == ""


def test_verify_a_stored_text_that_was_tampered_with_is_not_cited() -> None:
    evidence = make_evidence("China shares chips.", COPY)
    tampered = replace(COPY, text="China shares chips. Really.")
    assert verify([DraftSentence(evidence.text, (evidence,))], lambda *_: tampered, shipped_judge()).text == ""


def test_verify_the_short_answer_is_part_of_the_best_sentences_quote() -> None:
    better = replace(make_evidence("中国 agrees 😀 today.", ARTICLE, 0.9), short=(20, 22))
    worse = replace(make_evidence("China shares chips.", ARTICLE, 0.4), short=(0, 5))
    answer = verify([DraftSentence(item.text, (item,)) for item in (worse, better)], stored, shipped_judge())
    assert answer.short == "中国"


def test_verify_context_before_the_best_sentence_does_not_hide_the_short_answer() -> None:
    context = make_evidence("China shares chips.", ARTICLE, 0.0)
    best = replace(make_evidence("中国 agrees 😀 today.", ARTICLE, 0.0), short=(20, 22))
    assert (
        verify([DraftSentence(item.text, (item,)) for item in (context, best)], stored, shipped_judge()).short == "中国"
    )


def test_verify_a_short_answer_outside_its_quote_is_not_given() -> None:
    evidence = replace(make_evidence("China shares chips.", ARTICLE), short=(10, 22))
    assert verify([DraftSentence(evidence.text, (evidence,))], stored, shipped_judge()).short is None


def test_verify_no_one_span_answers_several_sub_questions() -> None:
    evidence = [
        replace(make_evidence(text, ARTICLE, sub_question=number), short=(0, 5))
        for number, text in enumerate(["China shares chips.", "中国 agrees 😀 today."])
    ]
    assert verify([DraftSentence(item.text, (item,)) for item in evidence], stored, shipped_judge()).short is None


@given(st.text(max_size=300))
def test_verify_every_citation_of_any_text_is_exact(raw: str) -> None:
    text = canonical_text(raw)
    article = make_article(text, "any")
    assert article.content_hash == content_hash(text)
    drafts = [
        DraftSentence(text[start:end], (make_evidence(text[start:end], article),))
        for start, end in sentence_spans(text)
    ]
    answer = verify(drafts, lambda *_: article, shipped_judge())
    assert len(answer.sentences) == len(drafts)
    for citation in answer.citations:
        assert text[citation.source_span.start : citation.source_span.end] == citation.quote
        assert answer.text[citation.answer_span.start : citation.answer_span.end] == citation.quote


def test_verify_a_sentence_is_not_carried_by_what_stands_before_its_evidence() -> None:
    article = make_article("Jon Moe stole 3 million crowns. He denied it in court on Monday.", "theft")
    evidence = make_evidence("He denied it in court on Monday.", article)

    answer = verify(
        [DraftSentence("Jon Moe stole 3 million crowns.", (evidence,))], lambda *_: article, shipped_judge()
    )

    assert all("stole" in citation.quote for citation in answer.citations[:1])


def test_verify_a_quote_is_cited_where_it_stands_and_nowhere_else() -> None:
    article = make_article("China shares chips. It rains in Aldermoor.", "weather")
    evidence = tuple(make_evidence(text, article) for text in ("China shares chips.", "It rains in Aldermoor."))

    answer = verify([DraftSentence("China shares chips.", evidence)], lambda *_: article, shipped_judge())

    assert [citation.quote for citation in answer.citations] == ["China shares chips."]


REPAIR = make_article("The council meets in June, and the repair may cost 12 million crowns.", "repair")
RUMOUR = make_article("It is not true that the dam of Aldermoor was destroyed in May.", "rumour")


def test_verify_the_span_that_carries_a_sentence_is_cited_instead_of_its_line() -> None:
    line, span = make_evidence(REPAIR.text, REPAIR), make_evidence("the repair may cost 12 million crowns.", REPAIR)
    draft = DraftSentence("The repair may cost 12 million crowns.", (line,), span=span)
    (citation,) = verify([draft], lambda *_: REPAIR, shipped_judge()).citations
    assert citation.quote == "the repair may cost 12 million crowns."


def test_verify_a_span_does_not_hide_what_its_line_says_of_it() -> None:
    line, span = make_evidence(RUMOUR.text, RUMOUR), make_evidence("the dam of Aldermoor was destroyed in May.", RUMOUR)
    draft = DraftSentence("The dam of Aldermoor was destroyed in May.", (line,), span=span)
    assert verify([draft], lambda *_: RUMOUR, shipped_judge()).text == ""


def test_verify_a_span_that_is_not_in_the_store_is_not_cited() -> None:
    line = make_evidence(REPAIR.text, REPAIR)
    draft = DraftSentence("The repair may cost 12 million crowns.", (line,), span=replace(line, end=line.end + 9))
    (citation,) = verify([draft], lambda *_: REPAIR, shipped_judge()).citations
    assert citation.quote == REPAIR.text
