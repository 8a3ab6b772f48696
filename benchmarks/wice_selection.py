"""Which sentences the reader chooses, whether or not the abstention policy would answer with them:

    python -m benchmarks.wice_selection WICE_FILE

For each claim of WiCE that has supporting sentences, the reader ranks the sentences of the claim's own article. The
five best are held against each gold set of supporting sentences: the figure is F1 against the closest set, averaged
over the claims. Nothing is refused and no answer is cut, so that the figure is about choosing alone. BM25 among the
article's sentences stands beside it.
"""

from __future__ import annotations

import argparse
import json
import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from assistant.ask import Assistant
from assistant.evaluation.bootstrap import interval, resampled
from assistant.evaluation.corpus_folder import prepare
from assistant.settings import Settings, load_settings
from benchmarks import wice
from benchmarks.reading import read_question
from corpus.article import ArticleFilter, article_id
from corpus.text.analysis import content_terms

CHOSEN = 5
"""Sentences a claim: a gold set holds four on average."""

_WINDOWS = 64
"""Sentences read of each article: all that is found of most."""

_K1, _B = 1.2, 0.75
"""BM25's usual parameters."""

_RARE = 0.25
"""Share of the mean weight that a term in more than half of the sentences has, as in rank_bm25."""


@dataclass(frozen=True, slots=True)
class Claim:
    """`sentences` are the article's, `supporting` the sets of positions any of which supports the claim."""

    id: str
    text: str
    sentences: tuple[str, ...]
    supporting: tuple[frozenset[int], ...]


Rank = Callable[[Claim], Sequence[int]]
"""Positions of a claim's sentences, best first."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", type=Path, help="claims as WiCE publishes them")
    file = parser.parse_args().file
    claims = read_claims(file)
    print(f"{len(claims)} claims with supporting sentences; F1 of the {CHOSEN} best sentences")
    print("bm25  ", shown([selection_f1(claim, by_words(claim)) for claim in claims]))
    with ExitStack() as resources:
        rank = opened_reader(file, resources)
        print("reader", shown([selection_f1(claim, rank(claim)) for claim in claims]))


def read_claims(file: Path) -> list[Claim]:
    """The claims that have supporting sentences; the others say nothing about choosing."""
    with file.open(encoding="utf-8") as lines:
        claims = [_claim(json.loads(line)) for line in lines]
    return [claim for claim in claims if claim.supporting]


def _claim(entry: dict) -> Claim:
    supporting = tuple(frozenset(positions) for positions in entry["supporting_sentences"] if positions)
    return Claim(entry["meta"]["id"], entry["claim"], tuple(wice.sentences_of(entry)), supporting)


def selection_f1(claim: Claim, ranked: Sequence[int]) -> float:
    """Of the first `CHOSEN`, against the gold set that it is highest for."""
    chosen = set(ranked[:CHOSEN])
    return max(2 * len(chosen & gold) / (len(chosen) + len(gold)) for gold in claim.supporting)


def shown(values: Sequence[float]) -> str:
    """The mean with its bootstrap interval."""
    drawn = resampled(len(values), lambda weights: weights @ np.array(values) / len(values))
    mean = float(np.mean(values))
    low, high = interval(drawn, mean)
    return f"{mean:.3f} ({low:.3f}–{high:.3f})"


def by_words(claim: Claim) -> list[int]:
    """By BM25 (Okapi) among the article's own sentences, equal ones as they stand."""
    sentences = [Counter(_terms(sentence)) for sentence in claim.sentences]
    lengths = [sum(counts.values()) for counts in sentences]
    usual = sum(lengths) / len(lengths) or 1.0
    weights = _okapi_weights(sentences)
    asked = _terms(claim.text)

    def score(position: int) -> float:
        counts, longer = sentences[position], lengths[position] / usual
        norm = _K1 * (1 - _B + _B * longer)
        return sum(weights[term] * counts[term] * (_K1 + 1) / (counts[term] + norm) for term in asked if term in counts)

    return sorted(range(len(sentences)), key=score, reverse=True)


def _okapi_weights(sentences: Sequence[Collection[str]]) -> dict[str, float]:
    found = Counter(term for terms in sentences for term in terms)
    weights = {term: math.log((len(sentences) - n + 0.5) / (n + 0.5)) for term, n in found.items()}
    least = _RARE * sum(weights.values()) / max(len(weights), 1)
    return {term: weight if weight >= 0 else least for term, weight in weights.items()}


def _terms(text: str) -> list[str]:
    return [term for term in content_terms(text) if len(term) > 1]  # not the s of "China's"


def opened_reader(file: Path, resources: ExitStack) -> Rank:
    """The product's reader over all articles of the file, which are embedded once and kept in the data folder."""
    folder = Path(resources.enter_context(TemporaryDirectory()))
    wice.convert(file, folder)
    settings, _ = prepare(load_settings(), folder / "corpus.jsonl")
    assistant = resources.enter_context(Assistant.open(reading_whole_articles(settings)))
    return lambda claim: by_reader(claim, assistant)


def reading_whole_articles(settings: Settings) -> Settings:
    return settings.model_copy(update={"answering": replace(settings.answering, windows=_WINDOWS)})


def by_reader(claim: Claim, assistant: Assistant) -> list[int]:
    """By the support of the reader's best piece of evidence from each sentence; those it leaves out are not there."""
    own_article = ArticleFilter(article_id=(article_id(claim.id),))
    evidence = [item for read in read_question(assistant, claim.text, own_article) for item in read.evidence]
    ranked = sorted(evidence, key=lambda item: -item.support)
    return list(dict.fromkeys(position for one in ranked for position in _positions(claim, one.start, one.end)))


def _positions(claim: Claim, start: int, end: int) -> Iterator[int]:
    """The sentences (one a line) that reach into [start, end) of the article's text."""
    starts = list(accumulate((len(sentence) + 1 for sentence in claim.sentences[:-1]), initial=0))
    first, last = bisect_right(starts, start) - 1, bisect_right(starts, end - 1) - 1
    yield from range(first, last + 1)


if __name__ == "__main__":
    main()
