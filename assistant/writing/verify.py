"""Verifying: the only place that makes a `Citation`, and only when the stored text carries it.

What a draft claims is checked here against the article, character by character; a sentence that keeps no citation
is dropped. A sentence that is not its evidence word for word is held against it by a `ClaimJudge`. That a quote exists
does not make it relevant: relevance is the reader's and the abstention policy's work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from time import perf_counter
from typing import NamedTuple

from assistant.answer import (
    JUDGE_UNAVAILABLE,
    Citation,
    Evidence,
    Section,
    SectionHead,
    SectionKind,
    Sentence,
    Span,
    Support,
)
from assistant.groundedness.judge import Claim, ClaimJudge, ClaimVerdict, EvidenceRow, Vote
from assistant.groundedness.rests_on import rests_on
from assistant.writing.batches import judged_in_batches
from assistant.writing.context import sentence_before
from assistant.writing.draft import DraftSentence, Quote
from assistant.writing.remembering_judge import RememberingJudge
from assistant.writing.sentence_kinds import FACT, SentenceKind
from corpus.article import Article, content_hash

StoredArticle = Callable[[str, str], Article | None]
"""(article id, content hash) -> that version as it is stored, or None when it is no longer there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The text that survived, its sentences and their citations; empty when nothing did.

    `short` is the answer in a few words: part of the quote of the sentence that answers best. `sub_questions`
    are the positions of those whose evidence is cited. `degraded` says what judging had to do without.
    """

    text: str = ""
    short: str | None = None
    sentences: tuple[Sentence, ...] = ()
    sections: tuple[Section, ...] = ()
    citations: tuple[Citation, ...] = ()
    sub_questions: frozenset[int] = frozenset()
    degraded: tuple[str, ...] = ()


class Verification:
    """An answer as it grows, sentence by sentence; what the stored text does not carry is left out."""

    def __init__(self, stored: StoredArticle, judge: ClaimJudge) -> None:
        """`judge` holds sentences that are no quotes against their evidence.

        A citation that was not claimed is added only for a sentence that a cited one points back to.
        """
        self._judge = RememberingJudge(judge)
        self._intact = cache(partial(_intact, stored))  # several sentences may rest on one article
        self._text = ""
        self._drafted_before = ""
        self._texts: set[str] = set()
        self._sentences: list[Sentence] = []
        self._heads: list[SectionHead] = []
        self._citations: list[Citation] = []
        self.evidence: list[Evidence] = []
        self.seconds = 0.0  # that judging and checking took, of which a part may pass while a model writes
        self.contradicted: dict[str, tuple[Vote, ...]] = {}  # sentences that were left out for it, and who said so

    def judged(self, drafts: Iterable[DraftSentence | None]) -> Iterator[DraftSentence]:
        """Yield the drafts that are to be taken; where judging asks a server, in batches while the writer goes on.

        None in the place of a draft says that the writer still writes.
        """
        if self._judge.asks_a_server:
            yield from judged_in_batches(drafts, self._asks_about)
        else:
            yield from (draft for draft in drafts if draft)

    def _asks_about(self, drafts: Sequence[DraftSentence]) -> Callable[[], object]:
        """Return the call that has the judge remember what it thinks of the drafts."""
        claims = list(self._claims(drafts))
        return partial(self._judge_for_later, claims)

    def _judge_for_later(self, claims: Sequence[Claim]) -> None:
        started = perf_counter()
        self._judge.judge(claims)
        self.seconds += perf_counter() - started

    def _claims(self, drafts: Sequence[DraftSentence]) -> Iterator[Claim]:
        """Yield what will be asked of the drafts if each of them, and what came before, stands."""
        for draft in drafts:
            if draft.kind is not FACT:
                continue
            before, self._drafted_before = self._drafted_before, draft.text
            evidence = [] if draft.quotes else self._present(draft.evidence)
            if evidence and evidence[0].text != draft.text:
                yield Claim(draft.text, _rows(evidence), before)
                with_context = list(_with_context(evidence))
                if len(with_context) > len(evidence):
                    yield Claim(draft.text, _rows(with_context), before)

    def has(self, text: str) -> bool:
        """Whether a sentence stands already."""
        return text in self._texts

    def take(self, draft: DraftSentence, led_in_by: Sequence[DraftSentence] = ()) -> bool:
        """Whether the sentence stands: adds it with its citations, behind those that lead to it."""
        started = perf_counter()
        stands = self._take(draft, led_in_by)
        self.seconds += perf_counter() - started
        return stands

    def add(self, draft: DraftSentence) -> None:
        """Add a sentence that is no fact, and cites nothing."""
        support = Support.NOT_FOUND if draft.kind.kind is SentenceKind.NOT_FOUND else Support.CONNECTING
        self._texts.add(draft.text)
        self._add(draft.text, support, (), ())
        self._heads.append(draft.head)

    def _take(self, draft: DraftSentence, led_in_by: Sequence[DraftSentence]) -> bool:
        stands, quotes = self._check(draft)
        if stands.is_contradicted:
            self.contradicted[draft.text] = stands.votes
        if stands.support is None or not draft.text or draft.text in self._texts:
            return False
        for leading in led_in_by:
            self.add(leading)
        self._texts.add(draft.text)
        self._add(draft.text, stands.support, quotes, stands.votes)
        self._heads.append(draft.head)
        return True

    def _present(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        return [item for item in evidence if _stands_in_store(item, self._intact)]

    def _check(self, draft: DraftSentence) -> tuple[_Stands, Sequence[Quote]]:
        """Return how a sentence stands to what it rests on, and where each of that stands in it."""
        if draft.quotes:
            is_carried = all(_stands_at(quote, draft.text) for quote in draft.quotes)
            present = [quote for quote in draft.quotes if _stands_in_store(quote.evidence, self._intact)]
            # What a copy carried may be gone, as long as something carries each piece.
            is_whole = {quote.at for quote in present} == {quote.at for quote in draft.quotes}
            return _Stands(Support.VERBATIM if is_carried and is_whole else None, ()), present
        stands = _supported(draft.text, self._present(draft.evidence), self._text_before(), self._judge)
        cited = stands.evidence
        if draft.span and stands.support is not Support.VERBATIM and _stands_in_store(draft.span, self._intact):
            cited = _narrowed(cited, draft.span)
        return stands, [Quote(item, 0) for item in cited]

    def _text_before(self) -> str:
        """Return the sentence that stands before the next one."""
        if not self._sentences:
            return ""
        last = self._sentences[-1].span
        return self._text[last.start : last.end]

    def verified(self) -> Verified:
        """Return the sentences that stand so far."""
        return Verified(
            text=self._text,
            short=_short_answer_of(self.evidence),
            sentences=tuple(self._sentences),
            sections=tuple(_sections(self._heads)),
            citations=tuple(self._citations),
            sub_questions=frozenset(item.sub_question for item in self.evidence),
            degraded=(JUDGE_UNAVAILABLE,) if self._judge.has_failed else (),
        )

    def _add(self, sentence: str, support: Support, quotes: Sequence[Quote], votes: tuple[Vote, ...]) -> None:
        start = len(self._text) + 1 if self._text else 0
        span = Span(start, start + len(sentence))
        spans = [_answer_span(quote, span) if support is Support.VERBATIM else span for quote in quotes]
        made = [
            _make_citation(f"c{number}", quote.evidence, of_quote)
            for number, (quote, of_quote) in enumerate(zip(quotes, spans, strict=True), len(self._citations) + 1)
        ]
        self._text = f"{self._text} {sentence}" if self._text else sentence
        self._citations += made
        self.evidence += [quote.evidence for quote in quotes]
        added = tuple(_between(spans, span, self._text)) if spans else ()
        self._sentences.append(Sentence(span, support, tuple(citation.id for citation in made), added, votes))


class _Stands(NamedTuple):
    """How a sentence stands to its evidence, which of that it rests on, and what the judges said."""

    support: Support | None
    evidence: Sequence[Evidence]
    votes: tuple[Vote, ...] = ()
    is_contradicted: bool = False


def _supported(sentence: str, evidence: Sequence[Evidence], before: str, judge: ClaimJudge) -> _Stands:
    """Return how `sentence` stands to its evidence.

    Where that is not enough alone, the sentences that it points back to are held beside it, and cited where needed.
    """
    if same := [item for item in evidence if item.text == sentence]:
        return _Stands(Support.VERBATIM, same)
    stands = _rests_on(sentence, evidence, before, judge)
    if stands.support is Support.SUPPORTED:
        return stands
    with_context = list(_with_context(evidence))
    if len(with_context) > len(evidence):
        wider = _rests_on(sentence, with_context, before, judge)
        if wider.support and wider.support is not stands.support and any(item in evidence for item in wider.evidence):
            return wider
        stands = stands._replace(is_contradicted=stands.is_contradicted and wider.is_contradicted)
    return stands


def _rests_on(sentence: str, evidence: Sequence[Evidence], before: str, judge: ClaimJudge) -> _Stands:
    judgement, verdict, needed = rests_on(sentence, _rows(evidence), before, judge)
    is_contradicted = verdict is ClaimVerdict.CONTRADICTED
    return _Stands(_SUPPORT.get(verdict), [evidence[number] for number in needed], judgement.votes, is_contradicted)


def _rows(evidence: Sequence[Evidence]) -> tuple[EvidenceRow, ...]:
    return tuple(EvidenceRow(item.hit.article.title, item.hit.article.published, item.text) for item in evidence)


def _with_context(evidence: Sequence[Evidence]) -> Iterator[Evidence]:
    """Yield the evidence, each after the sentence that it points back to, unless that is evidence itself."""
    for item in evidence:
        context = sentence_before(item)
        if context and not any(context.overlaps(other) for other in evidence):
            yield context
        yield item


def _narrowed(evidence: Sequence[Evidence], span: Evidence) -> list[Evidence]:
    """Return the evidence with `span` in the place of the pieces that it lies in."""
    cited = [span if span.overlaps(item) else item for item in evidence]
    return list(dict.fromkeys(cited)) if span in cited else cited


_SUPPORT = {
    ClaimVerdict.SUPPORTED: Support.SUPPORTED,
    ClaimVerdict.PARTIAL: Support.PARTIAL,
}


def _short_answer_of(evidence: Sequence[Evidence]) -> str | None:
    """Return the answer span of the best evidence; None where several things were asked, which no one span answers."""
    if len({item.sub_question for item in evidence}) != 1:
        return None
    best = max(evidence, key=lambda item: (item.short is not None, _is_the_cell_asked_for(item), item.support))
    if best.short is None or not best.start <= best.short[0] < best.short[1] <= best.end:
        return None
    return best.text[best.short[0] - best.start : best.short[1] - best.start]


def _is_the_cell_asked_for(item: Evidence) -> bool:
    """Whether it is the one cell of a table that the question names by its heads, or what heads it."""
    return item.unit is not None and len(item.unit.cells) == 1


def _sections(heads: Sequence[SectionHead]) -> Iterator[Section]:
    """Yield what stands together below one head; each item of a list by itself."""
    for head, group in groupby(range(len(heads)), key=heads.__getitem__):
        if head.kind is SectionKind.ITEM:
            yield from (Section(head, (number,)) for number in group)
        else:
            yield Section(head, tuple(group))


def _intact(stored: StoredArticle, article_id: str, version: str) -> Article | None:
    """Return the stored article, unless its text is not the one that its hash names."""
    article = stored(article_id, version)
    return article if article and content_hash(article.text) == article.content_hash else None


def _stands_in_store(item: Evidence, intact: StoredArticle) -> bool:
    article = intact(item.hit.article.id, item.hit.article.content_hash)
    return (
        article is not None
        and 0 <= item.start < item.end <= len(article.text)
        and article.text[item.start : item.end] == item.text
    )


def _stands_at(quote: Quote, sentence: str) -> bool:
    return sentence.startswith(quote.evidence.text, quote.at)


def _answer_span(quote: Quote, sentence: Span) -> Span:
    start = sentence.start + quote.at
    return Span(start, start + len(quote.evidence.text))


def _between(quoted: Sequence[Span], sentence: Span, answer: str) -> Iterator[Span]:
    """Yield what of a sentence of `answer` no quote covers; white space alone is nothing."""
    end = sentence.start
    for start, stop in sorted((span.start, span.end) for span in quoted):
        if answer[end:start].strip():
            yield Span(end, start)
        end = max(end, stop)
    if end < sentence.end:
        yield Span(end, sentence.end)


def _make_citation(name: str, item: Evidence, answer_span: Span) -> Citation:
    context = item.unit.context_of(item.start) if item.unit else ()
    return Citation(name, item.hit, item.text, Span(item.start, item.end), answer_span, context)
