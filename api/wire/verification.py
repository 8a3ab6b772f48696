"""A text that was checked, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence

from api.wire.articles import ArticleReference, reference
from api.wire.body import Body, Text, round_score
from assistant.ask import CheckedText
from assistant.groundedness.check_text import CheckedSentence, Source, SourceQuote
from assistant.groundedness.faults import Fault
from assistant.groundedness.judge import ClaimVerdict


class SourceQuoteBody(Body):
    """A sentence that the checked one rests on: `[start, end)` of the text of `source` (its number, from 0), or of
    the `article`."""

    quote: Text
    start: int
    end: int
    source: int | None
    article: ArticleReference | None


class CheckedSentenceBody(Body):
    """`[start, end)` of the text. `probability` that what it was held against supports it; `faults` name what of it
    stands nowhere in that (number, date, name, quotation), or why nothing can be told."""

    text: Text
    start: int
    end: int
    verdict: ClaimVerdict
    probability: float
    faults: list[Fault]
    evidence: list[SourceQuoteBody]


class MeasuredErrorBody(Body):
    """On so many `claims` written to mislead, half of them wrong: the share that is wrong of those called supported,
    and the share of the right ones that was."""

    claims: int
    wrong_among_supported: float
    kept: float


class VerificationBody(Body):
    """Sentences in the order of the text."""

    sentences: list[CheckedSentenceBody]
    measured: MeasuredErrorBody


def verification_body(text: str, sources: Sequence[Source] | None, checked: CheckedText) -> VerificationBody:
    """Return the body for `text`, held against `sources`, or against the hits of `checked` where that is None."""

    def quote_body(quote: SourceQuote) -> SourceQuoteBody:
        if sources is not None:
            quoted = sources[quote.source].text[quote.start : quote.end]
            return SourceQuoteBody(quote=quoted, start=quote.start, end=quote.end, source=quote.source, article=None)
        hit = checked.hits[quote.source]
        start, end = hit.passage.start + quote.start, hit.passage.start + quote.end
        article = ArticleReference(**reference(hit.article))
        return SourceQuoteBody(quote=hit.article.text[start:end], start=start, end=end, source=None, article=article)

    def sentence_body(sentence: CheckedSentence) -> CheckedSentenceBody:
        return CheckedSentenceBody(
            text=text[sentence.start : sentence.end],
            start=sentence.start,
            end=sentence.end,
            verdict=sentence.verdict,
            probability=round_score(sentence.probability),
            faults=list(sentence.faults),
            evidence=[quote_body(quote) for quote in sentence.evidence],
        )

    measured = checked.measured
    return VerificationBody(
        sentences=[sentence_body(sentence) for sentence in checked.sentences],
        measured=MeasuredErrorBody(
            claims=measured.claims, wrong_among_supported=measured.wrong_among_supported, kept=measured.kept
        ),
    )
