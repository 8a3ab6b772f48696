"""What an article changes in the answer to a standing question.

The question is asked of that article alone, so that what it says cannot be crowded out by all that was written before.
A question that has one short answer (who, when, where, how much, yes or no) keeps one: another answer takes its place,
unless it is older. Of all other questions each sentence that answers is a fact, and a change when none that was told
says the same; it ends only what it plainly denies or turns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assistant.answer import Answer, Status
from assistant.ask import Assistant, check_question
from assistant.groundedness.words import stems_of
from assistant.limits import MAX_QUESTION_CHARACTERS
from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.watching.sameness import Compared, Cosines, Told, compare
from assistant.writing.conflicts import agree, has_one_answer
from corpus.article import Article, ArticleFilter
from corpus.errors import UnknownArticle
from corpus.text.canonical import one_line
from corpus.text.relative_dates import with_dates
from corpus.watch import CitedSpan, Fact, NewChange, Watch

_LIKELIEST = 8
"""Of the articles that came in together, those that are read for one question."""

_LIKELIEST_AT_FIRST = 12
"""Of the articles that are there when a question is asked for the first time."""

_MATTERS = 0.35
"""Cosine of question and passage from which an article may matter that has none of the question's words."""

_MOST_FACTS = 200
"""That are kept of one question; the oldest go."""

_MOST_CITED = 20
"""Sentences that are kept for one fact, which many outlets may tell; each is read with every change."""

_OLD_NEWS = timedelta(days=7)
"""What is published so long before what is told already was known before it, though it comes in late."""

_SHORT_KINDS = frozenset(
    {
        QuestionKind.PERSON,
        QuestionKind.ORGANISATION,
        QuestionKind.PLACE,
        QuestionKind.DATE,
        QuestionKind.AMOUNT,
        QuestionKind.YES_NO,
    }
)

_TOLD_BY_THE_LEAD = frozenset({QuestionKind.SUMMARY, QuestionKind.LATEST, QuestionKind.TIMELINE})
"""Kinds of which only the first sentence counts: what follows it is another choice in each report of an event."""


def standing_question(asked: str) -> str:
    """Return a question as it is kept and listed: on one line. Raise `BadQuestion` for none, or for one too long."""
    check_question(asked)
    question = one_line(asked, MAX_QUESTION_CHARACTERS)
    check_question(question)
    return question


@dataclass(frozen=True, slots=True)
class Revised:
    """The facts after some articles, and what each of these changed, in the order of their dates."""

    facts: tuple[Fact, ...]
    changes: tuple[NewChange, ...]


def first_asked(assistant: Assistant, watch: Watch, changed: Collection[str]) -> tuple[Fact, ...]:
    """Return what answers a question that was never asked, from the likeliest articles but for the `changed` ones.

    `changed` are ids of the articles that came in or changed since it was added: these are news.
    """
    hits = assistant.retrieve(watch.question, limit=_LIKELIEST_AT_FIRST + len(changed)).hits
    ids = [one for one in dict.fromkeys(hit.article.id for hit in hits) if one not in changed]
    return _Revision(assistant, watch, ()).after(ids[:_LIKELIEST_AT_FIRST]).facts


def revise(assistant: Assistant, watch: Watch, changed: Sequence[str]) -> Revised:
    """Return what the `changed` articles (ids) make of the answer. The question must have been asked before.

    Raises what asking raises.
    """
    revision = _Revision(assistant, watch, watch.facts or ())
    concerned = {cited.article_id for fact in watch.facts or () for cited in fact.cited}
    own = [one for one in changed if one in concerned]
    return revision.after(dict.fromkeys([*own, *_that_may_matter(assistant, watch, changed)]))


def _that_may_matter(assistant: Assistant, watch: Watch, changed: Sequence[str]) -> list[str]:
    """Return ids of the likeliest of these articles that have a word of the question, or are near it in meaning."""
    if not changed:
        return []
    hits = assistant.retrieve(watch.question, ArticleFilter(article_id=tuple(changed)), limit=2 * _LIKELIEST).hits
    # Of an article that has just come in, the word index may know nothing yet.
    asked = stems_of(watch.question)
    near = [hit for hit in hits if hit.scores.dense >= _MATTERS or asked & stems_of(hit.text)]
    return list(dict.fromkeys(hit.article.id for hit in near))[:_LIKELIEST]


class _Revision:
    """The facts of one question while one article after another is read."""

    def __init__(self, assistant: Assistant, watch: Watch, facts: Sequence[Fact]) -> None:
        self._assistant = assistant
        self._question = watch.question
        self._has_one_answer = has_one_answer(SubQuestion(watch.question, watch.question))
        self._facts = list(facts)
        self._articles: dict[tuple[str, str], Article | None] = {}

    def after(self, article_ids: Collection[str]) -> Revised:
        """Read these articles in the order of their dates, undated ones last."""
        stored = self._assistant.store.articles.get_many(article_ids)
        in_order = sorted(stored.values(), key=lambda one: (one.published or date.max, one.id))
        changes = [self._read(article) for article in in_order]
        kept = tuple(self._facts[-_MOST_FACTS:])
        return Revised(kept, tuple(one for one in changes if one.added or one.ended))

    def _read(self, article: Article) -> NewChange:
        answer = self._assistant.ask(self._question, ArticleFilter(article_id=(article.id,)), mode="extractive")
        added: list[Fact] = []
        ended: list[Fact] = []
        for fact in _facts_of(answer, article):
            replaced = self._taken(fact)
            if replaced is not None:
                added.append(fact)
                ended += replaced
        ended += self._unsaid(article)
        return NewChange(tuple(added), tuple(dict.fromkeys(ended)))

    def _taken(self, fact: Fact) -> list[Fact] | None:
        """Take a fact in; return what it ends, None when it is no change."""
        return self._taken_as_answer(fact) if fact.is_short else self._taken_as_sentence(fact)

    def _taken_as_answer(self, fact: Fact) -> list[Fact] | None:
        answers = [one for one in self._facts if one.is_short and self._is_stored(one)]
        current = [one for one in answers if not one.is_over]
        same = next((one for one in current if self._agree(one, fact)), None)
        if same is not None:
            self._support(same, fact)
            return None
        sentences = [one for one in self._facts if not (one.is_short or one.is_over) and self._is_stored(one)]
        if not current and (found := self._compare(fact, sentences).same):
            said = sentences[found[0]]  # what was told as a sentence, now with its short answer
            self._put(said, replace(fact, cited=(*fact.cited, *said.cited)))
            return None
        published, newest = self._published(fact), self._newest(current)
        if published and newest and self._has_one_answer:
            was_told = any(self._agree(one, fact) for one in answers)
            if published < newest or (was_told and published == newest):
                return None
        self._facts.append(fact)
        if not self._has_one_answer or (newest and not published):
            return []
        return self._end([one for one in current if bool(one.verdict) == bool(fact.verdict)])

    def _taken_as_sentence(self, fact: Fact) -> list[Fact] | None:
        known = [one for one in self._facts if self._is_stored(one)]
        compared = self._compare(fact, known)
        if compared.same:
            self._support(known[compared.same[0]], fact)
            return None
        current = [one for one in known if not one.is_over]
        published, newest = self._published(fact), self._newest(current)
        if published and newest and published < newest - _OLD_NEWS:
            return None
        self._facts.append(fact)
        ended = [known[position] for position in compared.ended]
        return self._end([one for one in ended if not one.is_over and self._is_later(fact, one)])

    def _compare(self, fact: Fact, known: Sequence[Fact]) -> Compared:
        return compare(self._told(fact), [self._told(one) for one in known], self._cosines)

    def _unsaid(self, article: Article) -> list[Fact]:
        """End what only an earlier text of the article says, and forget what only deleted articles say.

        The last goes without a word: that an article was deleted says nothing of the world.
        """
        ended: list[Fact] = []
        for fact in list(self._facts):
            said = tuple(cited for cited in fact.cited if self._is_said(cited, article))
            if said:
                self._put(fact, replace(fact, cited=said))
            elif not any(self._stored(cited) for cited in fact.cited):
                self._facts.remove(fact)
            elif not fact.is_over:
                ended += self._end([fact])
        return ended

    def _is_said(self, cited: CitedSpan, article: Article) -> bool:
        """Whether a sentence still stands in its article, of which `article` may be the newest text."""
        cites = self._stored(cited)
        if cites is None or cited.article_id != article.id or cited.content_hash == article.content_hash:
            return cites is not None
        return cites.text[cited.start : cited.end] in article.text

    def _end(self, facts: Sequence[Fact]) -> list[Fact]:
        ended = [replace(fact, is_over=True) for fact in facts]
        for fact, over in zip(facts, ended, strict=True):
            self._put(fact, over)
        return ended

    def _support(self, known: Fact, fact: Fact) -> None:
        """Keep who else says so, as long as they are not many."""
        if fact.cited[0] not in known.cited and len(known.cited) < _MOST_CITED:
            self._put(known, replace(known, cited=(*known.cited, *fact.cited)))

    def _put(self, before: Fact, after: Fact) -> None:
        self._facts[self._facts.index(before)] = after

    def _agree(self, one: Fact, other: Fact) -> bool:
        if one.verdict or other.verdict:
            return one.verdict == other.verdict
        return agree(self._short(one), self._short(other))

    def _short(self, fact: Fact) -> str:
        cited = fact.cited[0]
        article = self._stored(cited)
        assert article is not None
        return with_dates(article.text[slice(*(cited.short or cited[2:4]))], article.published)

    def _is_later(self, fact: Fact, other: Fact) -> bool:
        published, before = self._published(fact), self._published(other)
        return published is not None and (before is None or published >= before)

    def _newest(self, facts: Sequence[Fact]) -> date | None:
        return max((day for fact in facts if (day := self._published(fact))), default=None)

    def _published(self, fact: Fact) -> date | None:
        article = self._stored(fact.cited[0])
        return article.published if article else None

    def _is_stored(self, fact: Fact) -> bool:
        return self._stored(fact.cited[0]) is not None

    def _told(self, fact: Fact) -> Told:
        cited = fact.cited[0]
        article = self._stored(cited)
        assert article is not None
        return Told(article.text[cited.start : cited.end], article.title, article.published, article.text)

    def _stored(self, cited: CitedSpan) -> Article | None:
        place = (cited.article_id, cited.content_hash)
        if place not in self._articles:
            try:
                self._articles[place] = self._assistant.store.articles.get(*place)
            except UnknownArticle:
                self._articles[place] = None
        return self._articles[place]

    @property
    def _cosines(self) -> Cosines:
        encoder = self._assistant.stages.encoder

        def cosines(sentence: str, others: Sequence[str]) -> Sequence[float]:
            vectors = encoder.embed_passages([sentence, *others])
            nearness: Sequence[float] = (vectors[1:] @ vectors[0]).tolist()
            return nearness

        return cosines


def _facts_of(answer: Answer, article: Article) -> Iterator[Fact]:
    """Yield what of an answer from one article counts as facts, the first told first.

    What is told of the articles as such, and of this assistant, cites nothing and is no fact.
    """
    if answer.status is Status.NO_ANSWER:
        return
    cited = {citation.id: citation for citation in answer.citations}
    spans = [cited[sentence.citations[0]].source_span for sentence in answer.sentences if sentence.citations]
    places = [CitedSpan(article.id, article.content_hash, span.start, span.end) for span in spans]
    if answer.kind in _SHORT_KINDS and places:
        short = _place_of(answer.short, places[0], article)
        if short or answer.verdict:
            yield Fact((places[0]._replace(short=short),), answer.verdict)
            return
    for place in places[:1] if answer.kind in _TOLD_BY_THE_LEAD else places:
        yield Fact((place,))


def _place_of(short: str | None, cited: CitedSpan, article: Article) -> tuple[int, int] | None:
    start = article.text.find(short, cited.start, cited.end) if short else -1
    return (start, start + len(short)) if short and start >= 0 else None
