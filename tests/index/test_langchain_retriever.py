from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda, RunnablePassthrough

from assistant.settings import Settings
from corpus.article import ArticleFilter
from index.langchain_retriever import ArticleRetriever
from tests.index.library import article, retriever_over, writer_with

DOCS = Path(__file__).parents[2] / "docs"

CHIPS = article(
    "https://example.org/chips",
    "The supply of semiconductors is a bottleneck.",
    title="China on chips",
    url="https://example.org/chips",
    publisher="Agency",
    published=date(2025, 7, 26),
)
SOUP = article("soup", "Simmer the onions.", title="Soup")


def test_langchain_retriever_a_document_carries_all_that_a_citation_needs(tmp_path: Path) -> None:
    with writer_with(tmp_path, CHIPS, SOUP) as store:
        retriever = ArticleRetriever(retriever=retriever_over(store), limit=1)
        assert isinstance(retriever, BaseRetriever)
        (document,) = retriever.invoke("semiconductors")
    assert document.page_content == CHIPS.text
    assert document.metadata == {
        "article_id": CHIPS.id,
        "external_id": "https://example.org/chips",
        "title": "China on chips",
        "url": "https://example.org/chips",
        "publisher": "Agency",
        "published": "2025-07-26",
        "content_hash": CHIPS.content_hash,
        "start": 0,
        "end": len(CHIPS.text),
        "score": 1.0,
    }


def test_langchain_retriever_what_an_article_does_not_say_is_none(tmp_path: Path) -> None:
    with writer_with(tmp_path, SOUP) as store:
        (document,) = ArticleRetriever(retriever=retriever_over(store)).invoke("onions")
    assert [document.metadata[name] for name in ("url", "publisher", "published")] == [None, None, None]


def test_langchain_retriever_only_wanted_articles_are_retrieved(tmp_path: Path) -> None:
    with writer_with(tmp_path, CHIPS, SOUP) as store:
        retriever = ArticleRetriever(retriever=retriever_over(store), wanted=ArticleFilter(publisher=("Agency",)))
        assert [document.metadata["title"] for document in retriever.invoke("onions")] == ["China on chips"]


def test_langchain_retriever_the_documented_example_runs(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example, judging = re.findall(r"```python\n(.*?)```", (DOCS / "python.md").read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.setenv("ASSISTANT_DATA", str(settings.data))
    exec(example, {})
    assert len(capsys.readouterr().out.splitlines()) == 6
    exec(judging, {})
    assert 0.0 <= float(capsys.readouterr().out) <= 1.0


def test_langchain_retriever_runs_in_a_chain(tmp_path: Path) -> None:
    def joined(documents: list[Document]) -> str:
        return " / ".join(document.page_content for document in documents)

    with writer_with(tmp_path, CHIPS, SOUP) as store:
        retriever = ArticleRetriever(retriever=retriever_over(store), limit=1)
        chain = {"context": retriever | RunnableLambda(joined), "question": RunnablePassthrough()} | RunnableLambda(
            lambda given: f"{given['question']} {given['context']}"
        )
        assert chain.invoke("onions?") == "onions? Simmer the onions."
