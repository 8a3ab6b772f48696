"""Retrieval as a LangChain retriever; LangChain's `Document` stays in this file.

from index.langchain_retriever import ArticleRetriever
langchain_retriever = ArticleRetriever(retriever=retriever, limit=6)
documents = langchain_retriever.invoke("what does China say about semiconductors?")
"""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field

from corpus.article import ArticleFilter
from index.hit import Hit
from index.retriever import Retriever


class ArticleRetriever(BaseRetriever):
    """One document a hit, best first; near-duplicates are folded into the first of their kind.

    `page_content` is exactly the article's text from `start` to `end` of its metadata, in code points.
    """

    retriever: Retriever
    wanted: ArticleFilter = ArticleFilter()
    limit: int = Field(default=10, ge=1)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 LangChain's signature
    ) -> list[Document]:
        return [_document(hit) for hit in self.retriever.retrieve(query, self.wanted, self.limit).hits]


def _document(hit: Hit) -> Document:
    article = hit.article
    return Document(
        id=hit.passage.id,
        page_content=hit.text,
        metadata={
            "article_id": article.id,
            "external_id": article.external_id,
            "title": article.title,
            "url": article.url,
            "publisher": article.publisher,
            "published": article.published.isoformat() if article.published else None,
            "content_hash": article.content_hash,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "score": hit.score,
        },
    )
