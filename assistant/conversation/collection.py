"""Answers about the articles themselves: how many there are, which mention something, the newest, by whom and when.

They are told from what is stored with the articles, which are listed as sources; nothing in their texts is cited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answer import PLAIN, Section, SectionHead, SectionKind, Sentence, Span, Support
from assistant.conversation.introduction import of_whom_and_when, shortened
from assistant.plurals import counted
from corpus.article import Article, ArticleFilter, Coverage
from corpus.store.protocols import ArticleStore
from corpus.text.analysis import content_terms
from corpus.text.english import ENGLISH
from index.hit import Hit
from index.retriever import Retriever

_LISTED = 5
"""Articles that are named."""

_LOOKED_AT = 1_000
"""Passages, at most, of which the articles are counted that mention something; where there are more, it is said."""

_WORD = re.compile(r"\w[\w'’.-]*\w|\w")
_NAMES_THE_COLLECTION, _FOR_THE_NEWEST, _OF_A_COLLECTION = (
    re.compile(ENGLISH.pattern(name), re.IGNORECASE | re.VERBOSE)
    for name in ("names_the_collection", "asks_for_the_newest", "of_a_collection")
)


@dataclass(frozen=True, slots=True)
class CollectionTold:
    """What is told, a sentence each: a head, then the articles in `hits`."""

    sentences: tuple[str, ...]
    hits: tuple[Hit, ...]

    @property
    def text(self) -> str:
        return " ".join(self.sentences)

    def as_sentences(self) -> tuple[tuple[Sentence, ...], tuple[Section, ...]]:
        """Return the sentences of an answer with this text, and their sections: the articles are items."""
        sentences, sections, start = [], [], 0
        for number, text in enumerate(self.sentences):
            sentences.append(Sentence(Span(start, start + len(text)), Support.METADATA, ()))
            sections.append(Section(SectionHead(SectionKind.ITEM) if number else PLAIN, (number,)))
            start += len(text) + 1
        return tuple(sentences), tuple(sections)


def speaks_of_articles(question: str) -> bool:
    """Whether a question about the collection is plainly one: by "article", say, and not by "report", which others
    than publishers make."""
    return _has_word_of(_NAMES_THE_COLLECTION, question)


def told_of_collection(
    question: str, articles: ArticleStore, retriever: Retriever, wanted: ArticleFilter
) -> CollectionTold:
    """Return what is stored of the articles that match and that `question` speaks of: of all, where it names no topic.

    Those are spoken of that have all the topic's words in one passage or title.
    """
    covered = articles.coverage(wanted)
    publishers = tuple(name for name in covered.publishers if _stands_in(name, question))
    if publishers:
        wanted = wanted.within(ArticleFilter(publisher=publishers))
        covered = articles.coverage(wanted)
    topic = _topic(question, without=publishers)
    if not covered.articles:
        return _told("There are no articles to look into.", ())
    if not topic:
        newest = [one.id for one in articles.newest(_LISTED, wanted=wanted)]
        return _told(f"There {_are(covered)}; the newest:", retriever.openings(newest))
    found, are_all = retriever.mentioning(topic, wanted, _LOOKED_AT)
    for_the_newest = _has_word_of(_FOR_THE_NEWEST, question)
    if for_the_newest:
        found.sort(key=lambda hit: hit.article.published or date.min, reverse=True)
    return _told(_mention(len(found), are_all, topic, for_the_newest), found)


def _has_word_of(words: re.Pattern[str], question: str) -> bool:
    return any(map(words.fullmatch, _WORD.findall(question)))


def _stands_in(name: str, question: str) -> bool:
    return _as_words(name).search(question) is not None


def _as_words(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)


def _are(covered: Coverage) -> str:
    return f"{'is' if covered.articles == 1 else 'are'} {of_whom_and_when(covered)}"


def _topic(question: str, without: Sequence[str]) -> str:
    """Return the words of a question that say what articles are to be about, those names left out."""
    for name in without:
        question = _as_words(name).sub(" ", question)
    asking = ENGLISH.words("asking_words")
    words = [word for word in _WORD.findall(question) if not _OF_A_COLLECTION.fullmatch(word)]
    return " ".join(word for word in words if word.casefold() not in asking and content_terms(word))


def _mention(count: int, are_all: bool, topic: str, newest_first: bool) -> str:
    named = f"“{shortened(topic)}”"
    if not count:
        return f"No article mentions {named}."
    verb = "mentions" if count == 1 else "mention"
    order = "" if count == 1 else ", the newest first" if newest_first else ", the nearest first"
    at_least = "" if are_all else "At least "
    return f"{at_least}{counted(count, 'article')} {verb} {named}{order}:"


def _told(head: str, hits: Sequence[Hit]) -> CollectionTold:
    listed = tuple(hits[:_LISTED])
    return CollectionTold((head, *(_named(hit.article) for hit in listed)), listed)


def _named(article: Article) -> str:
    names = [shortened(name) for name in (article.publisher, article.author) if name]
    if len(names) > 1 and names[0] in names[1]:  # "Sample Tribune, Sample Tribune desk"
        del names[0]
    published = [f"{article.published.day} {article.published:%B %Y}"] if article.published else []
    return ", ".join((f"“{shortened(article.title)}”", *names, *published)) + "."
