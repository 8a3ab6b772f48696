"""Evidence made by hand, on articles that need no store."""

from __future__ import annotations

from assistant.answer import Evidence
from assistant.groundedness.judge import ClaimJudge
from assistant.writing.draft import Draft
from assistant.writing.verify import StoredArticle, Verification, Verified
from corpus.article import Article, Passage, article_id, content_hash
from index.hit import Hit, Scores


def make_article(text: str, name: str = "one", title: str = "Title") -> Article:
    return Article(article_id(name), name, f"/articles/{name}", title, text, content_hash(text))


def make_hit(article: Article, start: int = 0, end: int | None = None) -> Hit:
    end = len(article.text) if end is None else end
    passage = Passage(f"p-{article.id}-{start}-{end}", article.id, article.content_hash, start, end, "key")
    return Hit(passage, article, score=1.0, scores=Scores(dense=0.5, lexical=1.0))


def make_evidence(sentence: str, article: Article, support: float = 0.5, sub_question: int = 0) -> Evidence:
    """The first place where `sentence` stands in `article`."""
    start = article.text.index(sentence)
    return Evidence(make_hit(article), start, start + len(sentence), support, sub_question=sub_question)


def verify(draft: Draft, stored: StoredArticle, judge: ClaimJudge) -> Verified:
    """What of `draft` the stored text carries."""
    answer = Verification(stored, judge)
    for sentence in draft:
        answer.take(sentence)
    return answer.verified()
