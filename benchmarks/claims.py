"""Claims that people or writers have labelled, as a judge gets them: written to mislead, packaged, of WiCE, damaged."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from assistant.groundedness.judge import Claim, EvidenceRow, as_date
from assistant.groundedness.measured_judge import written_claims
from benchmarks import wice
from benchmarks.damage import CHANGES, STILL_RIGHT, sources
from benchmarks.reader.public import json_rows
from benchmarks.reader.written import HELD_OUT, read_texts
from benchmarks.wice_selection import CHOSEN, by_words
from benchmarks.wice_selection import Claim as WiceClaim
from corpus.text.analysis import content_terms


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    """`group`: claims about the same texts. `label` and `kind` are those of its set."""

    claim: Claim
    is_supported: bool
    label: str
    kind: str
    group: str

    @property
    def overlap(self) -> float:
        """The share in [0, 1] of the claim's words that its evidence and titles have."""
        said = content_terms(self.claim.text)
        told = {term for row in self.claim.evidence for term in content_terms(f"{row.title} {row.text}")}
        return sum(term in told for term in said) / max(1, len(said))


def claims_of_a(file: Path) -> Iterator[LabelledClaim]:
    """Yield the claims of claims-a; those that say nothing to check are left out."""
    for row in json_rows(file):
        if row["label"] != "no_claim":
            evidence = tuple(EvidenceRow(e["title"], as_date(e["published"]), e["text"]) for e in row["evidence"])
            claim = Claim(row["claim"], evidence, row.get("context", ""))
            yield LabelledClaim(claim, row["label"] == "supported", row["label"], row["kind"], str(row["group"]))


def held_out_claims(file: Path = HELD_OUT) -> Iterator[LabelledClaim]:
    """Yield the claims of a writer whom the model of meaning did not learn from."""
    for number, text in enumerate(read_texts(file)):
        for said, label, kind, numbers, *before in text.claims:
            rows = tuple(map(EvidenceRow._make, text.shown(numbers or range(len(text.sentences)))))
            claim = Claim(said, rows, *before)
            yield LabelledClaim(claim, label == "S", label, kind, f"held-out-{number}")


def packaged_claims() -> Iterator[LabelledClaim]:
    """Yield the claims by which language models are admitted as judges; nothing is ever fitted on them."""
    for one in written_claims():
        label = "right" if one.is_right else "wrong"
        yield LabelledClaim(one.claim, one.is_right, label, "packaged", f"packaged-{one.text}")


def wice_claims(file: Path) -> Iterator[LabelledClaim]:
    """Yield WiCE's claims with the sentences that support them, else those of the article with most of their words."""
    for entry in json_rows(file):
        sentences = tuple(wice.sentences_of(entry))
        gold = [frozenset(positions) for positions in entry["supporting_sentences"] if positions]
        searched = WiceClaim(entry["meta"]["id"], entry["claim"], sentences, tuple(gold))
        cited = sorted(gold[0]) if gold else sorted(by_words(searched)[:CHOSEN])
        title = entry["meta"].get("claim_title", "")
        claim = Claim(entry["claim"], tuple(EvidenceRow(title, None, sentences[number]) for number in cited))
        yield LabelledClaim(claim, entry["label"] == "supported", entry["label"], entry["label"], title)


_SEED = 7
_EACH = 150
"""Sentences of each change."""


def damaged_claims(corpus: Path) -> Iterator[LabelledClaim]:
    """Yield sentences of a BEIR corpus as they stand, and changed by rules in one way each, beside themselves."""
    articles = [(article.get("title", ""), article["text"]) for article in json_rows(corpus)]
    found = list(sources(articles, random.Random(_SEED)))
    for name, change in CHANGES.items():
        chance = random.Random(_SEED)
        changed = ((source, change(source, chance)) for source in found)
        for source, said in islice(((source, said) for source, said in changed if said), _EACH):
            title, before = source.context.split("\n", 1)
            rows = tuple(EvidenceRow(title, None, text) for text in (before, source.text) if text)
            yield LabelledClaim(Claim(said or "", rows), name in STILL_RIGHT, name, name, title)
