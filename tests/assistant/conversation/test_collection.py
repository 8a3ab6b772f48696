from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.answer import NoAnswerReason, SectionKind, Status, Support
from assistant.events import Retrieved, SentenceAdded
from assistant.ingestion.ingest import ingest_paths
from corpus.article import ArticleFilter

ARTICLES = {
    "ferry": ("Ferry to Lundholm sails again", "Harbour Post", "2025-03-02", "The ferry to Lundholm sails on Monday."),
    "strike": ("Crews end their strike", "Harbour Post", "2025-03-09", "The crews of the ferry ended their strike."),
    "bridge": ("A bridge for Lundholm", "Island Courier", "2025-04-01", "Lundholm is to get a bridge by 2031."),
}  # fmt: skip


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("articles")
    for name, (title, publisher, published, text) in ARTICLES.items():
        head = f"---\ntitle: {title}\npublisher: {publisher}\npublished: {published}\n---\n"
        (folder / f"{name}.md").write_text(f"{head}{text}\n", encoding="utf-8")
    settings = Settings(data=tmp_path_factory.mktemp("data"))
    ingest_paths(settings, [folder])
    with Assistant.open(settings) as opened:
        yield opened


def told(assistant: Assistant, question: str, filters: ArticleFilter | None = None) -> list[str]:
    answer = assistant.ask(question, filters or ArticleFilter())
    assert answer.status is Status.ANSWERED, answer.about
    assert {sentence.support for sentence in answer.sentences} == {Support.METADATA}
    assert answer.citations == ()
    return [answer.text[sentence.span.start : sentence.span.end] for sentence in answer.sentences]


FERRY = "“Ferry to Lundholm sails again”, Harbour Post, 2 March 2025."
STRIKE = "“Crews end their strike”, Harbour Post, 9 March 2025."
BRIDGE = "“A bridge for Lundholm”, Island Courier, 1 April 2025."


@pytest.mark.parametrize("question", ["How many articles do you have?", "newest article", "What is in the archive?"])
def test_told_of_collection_without_a_topic_counts_all_and_names_the_newest(
    assistant: Assistant, question: str
) -> None:
    count = "There are 3 articles by Harbour Post and Island Courier, published between 2025-03-02 and 2025-04-01;"
    assert told(assistant, question) == [f"{count} the newest:", BRIDGE, STRIKE, FERRY]


def test_told_of_collection_names_the_articles_that_mention_a_topic(assistant: Assistant) -> None:
    assert told(assistant, "What is the newest article about Lundholm?") == [
        "2 articles mention “Lundholm”, the newest first:",
        BRIDGE,
        FERRY,
    ]
    assert (
        told(assistant, "How many articles are about the ferry?")[0] == "2 articles mention “ferry”, the nearest first:"
    )


def test_told_of_collection_refuses_where_no_article_is_found(assistant: Assistant) -> None:
    answer = assistant.ask("Any articles about tunnels?")
    assert (answer.status, answer.no_answer_reason) == (Status.NO_ANSWER, NoAnswerReason.NOT_A_QUESTION)
    assert answer.about == "No article mentions “tunnels”."


def test_told_of_collection_knows_publishers_by_name(assistant: Assistant) -> None:
    first, *listed = told(assistant, "What was the last article published by Harbour Post?")
    assert first == "There are 2 articles by Harbour Post, published between 2025-03-02 and 2025-03-09; the newest:"
    assert listed == [STRIKE, FERRY]
    assert told(assistant, "Which articles by Harbour Post mention Lundholm?") == [
        "1 article mentions “Lundholm”:",
        FERRY,
    ]


def test_told_of_collection_counts_only_what_may_be_searched(assistant: Assistant) -> None:
    found = told(assistant, "How many articles mention Lundholm?", ArticleFilter(publisher=("Island Courier",)))
    assert found == ["1 article mentions “Lundholm”:", BRIDGE]


def test_told_of_collection_lists_the_articles_as_sources_before_it_tells_of_them(assistant: Assistant) -> None:
    events = list(assistant.stream("How many articles mention Lundholm?"))
    answer = assistant.ask("How many articles mention Lundholm?")
    (retrieved,) = (event for event in events if isinstance(event, Retrieved))
    assert [hit.article.title for hit in retrieved.hits] == [hit.article.title for hit in answer.hits]
    assert "".join(event.delta for event in events if isinstance(event, SentenceAdded)) == answer.text
    assert [section.head.kind for section in answer.sections] == [SectionKind.PLAIN, SectionKind.ITEM, SectionKind.ITEM]


def test_told_of_collection_stands_beside_a_refusal_where_it_was_not_plainly_asked_for(assistant: Assistant) -> None:
    answer = assistant.ask("Do you have anything on tunnels?")
    assert (answer.status, answer.no_answer_reason) == (Status.NO_ANSWER, NoAnswerReason.NOT_A_QUESTION)
    assert answer.about == "No article mentions “tunnels”."


def test_told_of_collection_takes_a_publishers_name_out_of_no_word(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "one.md").write_text("---\ntitle: Talks\npublisher: AP\n---\nJapan begins talks.\n", encoding="utf-8")
    settings = Settings(data=tmp_path / "data")
    with Assistant.open(settings) as opened:
        assert opened.ask("How many articles do you have?").about == "There are no articles to look into."
    ingest_paths(settings, [folder])
    with Assistant.open(settings) as opened:
        assert told(opened, "How many articles by AP mention Japan?")[0] == "1 article mentions “Japan”:"


def test_told_of_collection_says_where_it_did_not_count_all(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.conversation.collection._LOOKED_AT", 1)
    question = "How many articles mention Lundholm?"
    assert told(assistant, question)[0] == "At least 1 article mentions “Lundholm”:"
    for publisher, found in (("Island Courier", BRIDGE), ("Harbour Post", FERRY)):  # one of which is not the first
        assert told(assistant, question, ArticleFilter(publisher=(publisher,)))[1:] == [found]
