"""One question with its prediction, and values of the pair that several measures share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.evaluation.document_ranking import ranked_documents, retrieval_values
from assistant.evaluation.documents import FindArticle
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.groundedness import judged_sentences
from assistant.evaluation.predictions import PredictedCitation, Prediction
from assistant.evaluation.support import (
    CitedSentence,
    GoldSentence,
    cited_sentences,
    gold_sentences,
    supports,
)
from assistant.evaluation.text import tokens
from assistant.groundedness.judge import ClaimJudge, ClaimVerdict


@dataclass(frozen=True)
class Case:
    """`find_article` is None when the articles are not at hand; `gives_short` is whether any prediction of
    the run has a short answer. `judge` judges what the answer says, if anybody does."""

    gold: GoldQuestion
    prediction: Prediction
    find_article: FindArticle | None = None
    gives_short: bool = True
    judge: ClaimJudge | None = None

    @cached_property
    def gold_answers(self) -> list[list[str]]:
        """Tokens of each gold answer that has any; none for a question that is not answerable."""
        if self.gold.is_answerable is False:
            return []
        return [answer for answer in map(tokens, self.gold.answers) if answer]

    @cached_property
    def answer_tokens(self) -> list[str]:
        """Tokens of the answer; none when there is no answer."""
        return tokens(self.answer)

    @property
    def answer(self) -> str:
        """Text of the answer; empty for a refusal, whatever it says."""
        return self.prediction.answer if self.prediction.is_answered else ""

    @property
    def citations(self) -> Sequence[PredictedCitation]:
        """Citations of the answer; none for a refusal."""
        return self.prediction.citations if self.prediction.is_answered else ()

    @cached_property
    def retrieval(self) -> dict[str, float]:
        """Values of the retrieval measures by name; empty when no document is judged relevant."""
        relevance = self.gold.relevance
        if not relevance:
            return {}
        return retrieval_values(ranked_documents(self.prediction.retrieved, relevance), relevance)

    @cached_property
    def judged_sentences(self) -> list[ClaimVerdict | None]:
        """The verdict on each sentence of the answer; None where it cites nothing, none at all without a judge."""
        return judged_sentences(self.answer, self.citations, self.judge, self.find_article) if self.judge else []

    @cached_property
    def cited_sentences(self) -> list[CitedSentence]:
        return cited_sentences(self.citations)

    @cached_property
    def gold_sentences(self) -> list[GoldSentence]:
        return gold_sentences(self.gold.evidence)

    @cached_property
    def supporting_sentences(self) -> list[CitedSentence]:
        """The cited sentences that are gold sentences."""
        return [
            cited
            for cited in self.cited_sentences
            if any(supports(cited, sentence) for sentence in self.gold_sentences)
        ]

    @cached_property
    def recalled_sentences(self) -> list[GoldSentence]:
        """The gold sentences that are cited."""
        return [
            sentence
            for sentence in self.gold_sentences
            if any(supports(cited, sentence) for cited in self.cited_sentences)
        ]
