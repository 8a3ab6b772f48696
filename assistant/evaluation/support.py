"""Whether cited sentences are gold sentences: the rules that all measures of support share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.evaluation.gold import GoldEvidence
from assistant.evaluation.predictions import PredictedCitation
from assistant.evaluation.text import tokens
from corpus.text.sentences import sentence_spans

_FEWEST_WORDS = 3
"""A shorter gold text is an answer and no sentence: it says which document, not which sentence."""


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of a citation, at [start, end) of the document; `citation` is all that was cited."""

    citation: PredictedCitation
    start: int
    end: int
    text: str
    tokens: Counter[str]


@dataclass(frozen=True, slots=True)
class GoldSentence:
    """A gold text long enough to be a sentence."""

    evidence: GoldEvidence
    tokens: Counter[str]


def cited_sentences(citations: Iterable[PredictedCitation]) -> list[CitedSentence]:
    """Return every sentence that is cited, once. A citation without a quote counts as one, which supports nothing.

    A citation of several sentences is taken apart, so that citing whole passages is not precise.
    """
    found: dict[tuple[str, int, int], CitedSentence] = {}
    for citation in citations:
        for sentence in _sentences(citation):
            found.setdefault((citation.doc_id, sentence.start, sentence.end), sentence)
    return list(found.values())


def gold_sentences(evidence: Iterable[GoldEvidence]) -> list[GoldSentence]:
    """Return the gold texts of at least three words."""
    return [
        GoldSentence(item, Counter(tokens(item.text))) for item in evidence if len(item.text.split()) >= _FEWEST_WORDS
    ]


def supports(cited: CitedSentence, gold: GoldSentence) -> bool:
    """Whether this cited sentence is that gold sentence, or enough of it.

    Where the gold text's place is known, the citation must cover it and the sentence have a part in it; else
    the two share at least half of the tokens of the shorter one.
    """
    evidence = gold.evidence
    if cited.citation.doc_id != evidence.doc_id:
        return False
    if evidence.start is not None:
        return _covers(cited, evidence.start, evidence.start + len(evidence.text))
    return share_half(cited.tokens, gold.tokens)


def share_half(one: Counter[str], other: Counter[str]) -> bool:
    """Whether two texts share at least half of the tokens of the shorter one."""
    shorter = min(one.total(), other.total())
    return shorter > 0 and 2 * (one & other).total() >= shorter


def _covers(cited: CitedSentence, start: int, end: int) -> bool:
    covers = cited.citation.start <= start and end <= cited.citation.end
    return covers and cited.start < end and start < cited.end


def _sentences(citation: PredictedCitation) -> Iterator[CitedSentence]:
    # A sentence may run over a line end, which alone would look like the end of the sentence.
    quote = citation.quote.replace("\n", " ")
    for start, end in sentence_spans(quote) or [(0, len(quote))]:
        text = quote[start:end]
        yield CitedSentence(citation, citation.start + start, citation.start + end, text, Counter(tokens(text)))
