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
from assistant.frame.frame import ENGLISH_FRAME, Frame
from assistant.query.language import read_by_lexicons
from corpus.article import Article, ArticleFilter
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
    return _has("names_the_collection", question)


def told_of_collection(
    question: str,
    articles: ArticleStore,
    retriever: Retriever,
    wanted: ArticleFilter,
    frame: Frame = ENGLISH_FRAME,
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
        return _told(frame.say("answer.no_articles"), (), frame)
    if not topic:
        newest = [one.id for one in articles.newest(_LISTED, wanted=wanted)]
        there_are = "answer.there_are_one" if covered.articles == 1 else "answer.there_are"
        head = frame.say(there_are, articles=of_whom_and_when(covered, frame))
        return _told(head, retriever.openings(newest), frame)
    found, are_all = retriever.mentioning(topic, wanted, _LOOKED_AT)
    for_the_newest = _has("asks_for_the_newest", question)
    if for_the_newest:
        found.sort(key=lambda hit: hit.article.published or date.min, reverse=True)
    return _told(_mention(len(found), are_all, topic, for_the_newest, frame), found, frame)


def _has(name: str, question: str) -> bool:
    """Whether a question has one of a lexicon's phrases, in English as a word of its own."""
    if language := read_by_lexicons(question):
        return language.phrase(name).search(question) is not None
    return any(map(ENGLISH.phrase(name).fullmatch, _WORD.findall(question)))


def _stands_in(name: str, question: str) -> bool:
    return _as_words(name).search(question) is not None


def _as_words(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)


def _topic(question: str, without: Sequence[str]) -> str:
    """Return the words of a question that say what articles are to be about, those names left out."""
    for name in without:
        question = _as_words(name).sub(" ", question)
    if language := read_by_lexicons(question):
        return " ".join(language.phrase("of_a_collection").sub(" ", question).split())
    asking = ENGLISH.words("asking_words")
    words = [word for word in _WORD.findall(question) if not ENGLISH.phrase("of_a_collection").fullmatch(word)]
    return " ".join(word for word in words if word.casefold() not in asking and content_terms(word))


def _mention(count: int, are_all: bool, topic: str, newest_first: bool, frame: Frame) -> str:
    named = shortened(topic)
    if not count:
        return frame.say("answer.none_mentions", topic=named)
    articles = frame.counted("answer.articles", count)
    if not are_all:
        articles = frame.say("answer.at_least", articles=articles)
    order = "one_mentions" if count == 1 else "mention_newest" if newest_first else "mention_nearest"
    return frame.say(f"answer.{order}", articles=articles, topic=named)


def _told(head: str, hits: Sequence[Hit], frame: Frame) -> CollectionTold:
    listed = tuple(hits[:_LISTED])
    return CollectionTold((head, *(_named(hit.article, frame) for hit in listed)), listed)


def _named(article: Article, frame: Frame) -> str:
    names = [shortened(name) for name in (article.publisher, article.author) if name]
    if len(names) > 1 and names[0] in names[1]:  # "Sample Tribune, Sample Tribune desk"
        del names[0]
    published = [frame.day(article.published)] if article.published else []
    title = frame.say("words.title", title=shortened(article.title))
    return frame.say("answer.article", details=frame.listed((title, *names, *published)))
