"""How often the verifier is right about a sentence and what it cites:

    python -m benchmarks.verifier WICE_FILE CORPUS...

First on the claims of WiCE that people have labelled, each against a set of sentences that supports it, else against
the article's sentences with most of its words. Then on sentences of CORPUS (BEIR `corpus.jsonl` files): as they stand,
in other spelling, and damaged in one way each, always against the sentence as it stands.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from assistant.groundedness.claim import Check, Premises, Verdict, check_claim
from benchmarks import wice
from benchmarks.wice_selection import CHOSEN, Claim, by_words
from corpus.text.names import names_in
from corpus.text.sentences import sentence_spans

_SEED = 7
_EACH = 300
"""Sentences of each kind."""

_SHORTEST, _LONGEST = 8, 45
"""Words of a sentence that is taken."""

_SHORTEST_NAME = 5
"""Letters: shorter capitalised words are mostly the first of a sentence."""

_NUMBER = re.compile(r"(?<![\w.,-])\d{1,4}(?![\w.,-])")
_AUXILIARY = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|did|does)\b(?! not)(?!n't)")
_NOT = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|did|does) not\b ?")
_SAID = re.compile(r"((?:[A-Z][\w’'-]+ )+)(said|says|told|argued|claimed|warned|added|noted)\b")
_SAYS_INVERTED = re.compile(r"^((?:[A-Z][\w’'-]+ )+)(said|says) (?:that )?(.+)\.$")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(rf"\b({_MONTHS}) (\d{{1,2}})\b(?!\d)")
_NUMBER_BY_ITSELF = re.compile(rf"(?:{_MONTHS}) \d+|(?<![\w.,-])\d{{1,4}}(?![\w.,-])(?! (?:{_MONTHS}))")
_SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen".split()


@dataclass(frozen=True)
class Source:
    """A sentence, the text that tells whom it speaks of, and names of the same article that it does not name."""

    text: str
    context: str
    other_names: tuple[str, ...]
    elsewhere: str


Change = Callable[[Source, random.Random], str | None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("wice", type=Path, help="claims as WiCE publishes them")
    parser.add_argument("corpora", type=Path, nargs="+", help="corpus.jsonl files")
    arguments = parser.parse_args()
    on_claims(arguments.wice)
    on_sentences(list(sources(arguments.corpora)))


def on_claims(file: Path) -> None:
    """The table of labels and verdicts, then precision and recall."""
    counts: Counter[tuple[str, Verdict]] = Counter()
    took = []
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            started = perf_counter()
            verdict = _checked(entry).verdict
            took.append((perf_counter() - started) * 1000)
            counts[entry["label"], verdict] += 1
    labels = ("supported", "partially_supported", "not_supported")
    print("| label | supported | partial | unsupported |\n|---|---|---|---|")
    for label in labels:
        print(f"| {label} | {' | '.join(str(counts[label, verdict]) for verdict in Verdict)} |")
    said = sum(counts[label, Verdict.SUPPORTED] for label in labels)
    right = counts["supported", Verdict.SUPPORTED]
    kept = said + sum(counts[label, Verdict.PARTIAL] for label in labels)
    bad = counts["not_supported", Verdict.SUPPORTED] + counts["not_supported", Verdict.PARTIAL]
    all_supported = sum(counts["supported", verdict] for verdict in Verdict)
    print(f"`supported`: precision {right / max(1, said):.3f}, recall {right / all_supported:.3f}")
    print(f"kept (supported or partial) though not supported at all: {bad / max(1, kept):.3f} of what is kept")
    took.sort()
    print(f"milliseconds a claim: median {took[len(took) // 2]:.2f}, p95 {took[len(took) * 95 // 100]:.2f}")


def _checked(entry: dict) -> Check:
    sentences = tuple(wice.sentences_of(entry))
    gold = [frozenset(positions) for positions in entry["supporting_sentences"] if positions]
    claim = Claim(entry["meta"]["id"], entry["claim"], sentences, tuple(gold))
    cited = sorted(gold[0]) if gold else sorted(by_words(claim)[:CHOSEN])
    title = f"{entry['meta'].get('claim_title', '')}\n{sentences[0]}"
    return check_claim(entry["claim"], Premises(tuple(sentences[number] for number in cited), title))


def sources(corpora: Sequence[Path]) -> Iterator[Source]:
    """Whole sentences in a fixed random order."""
    articles = [json.loads(line) for corpus in corpora for line in corpus.read_text(encoding="utf-8").splitlines()]
    chance = random.Random(_SEED)
    chance.shuffle(articles)
    for number, article in enumerate(articles):
        text = article["text"]
        spans = sentence_spans(text)
        sentences = [text[start:end] for start, end in spans]
        names = list(dict.fromkeys(name for sentence in sentences for name in names_in(sentence)))
        other = articles[number - 1]["text"]
        for position, sentence in enumerate(sentences):
            if _SHORTEST <= len(sentence.split()) <= _LONGEST and sentence.endswith(".") and sentence[0].isupper():
                strange = tuple(name for name in names if _is_strange(name, sentence))
                before = sentences[position - 1] if position else ""
                yield Source(sentence, f"{article.get('title', '')}\n{before}", strange, other)


def _is_strange(name: str, sentence: str) -> bool:
    """Whether it names something else than `sentence` does: not its adjective, its acronym, or a mere first word."""
    long_enough = all(len(word) >= _SHORTEST_NAME for word in name.split())
    acronym = "".join(word[0] for word in name.split())
    return long_enough and acronym not in sentence and not any(word[:4] in sentence for word in name.split())


def on_sentences(found: Sequence[Source]) -> None:
    print("\n| sentences | changed | supported | partial | unsupported |\n|---|---|---|---|---|")
    for name, change in CHANGES.items():
        counts: Counter[Verdict] = Counter()
        chance = random.Random(_SEED)
        for source in found:
            changed = change(source, chance)
            if changed is None:
                continue
            counts[check_claim(changed, Premises((source.text,), source.context)).verdict] += 1
            if counts.total() == _EACH:
                break
        total = max(1, counts.total())
        shares = " | ".join(f"{counts[verdict] / total:.3f}" for verdict in Verdict)
        print(f"| {name} | {counts.total()} | {shares} |")


def _as_it_stands(source: Source, _: random.Random) -> str:
    return source.text


def _other_spelling(source: Source, _: random.Random) -> str | None:
    """Dates the other way round, small numbers in words, a speaker at the end; None where nothing changes."""
    changed = _NUMBER_BY_ITSELF.sub(lambda digits: _in_words(digits[0]), source.text)
    changed = _DATE.sub(r"\2 \1", changed)
    changed = _SAYS_INVERTED.sub(
        lambda said: f"{said[3][0].upper()}{said[3][1:]}, {said[2]} {said[1].strip()}.", changed
    )
    changed = changed.replace("United States", "US")
    return changed if changed != source.text else None


def _in_words(digits: str) -> str:
    return _SMALL[int(digits)] if digits.isdigit() and 1 < int(digits) < len(_SMALL) else digits


def _another_number(source: Source, chance: random.Random) -> str | None:
    numbers = list(_NUMBER.finditer(source.text))
    if not numbers:
        return None
    match = chance.choice(numbers)
    return _put(source.text, match, str(int(match[0]) + chance.choice((1, 2, 10))))


def _another_name(source: Source, chance: random.Random) -> str | None:
    names = [name for name in names_in(source.text) if len(name) >= _SHORTEST_NAME]
    if not names or not source.other_names:
        return None
    return source.text.replace(chance.choice(names), chance.choice(source.other_names), 1)


def _with_acronym(source: Source, _: random.Random) -> str | None:
    """With a name replaced by an organisation's that the sentence's words happen to spell."""
    names = [name for name in names_in(source.text) if len(name) >= _SHORTEST_NAME]
    initials = "".join(word[0].upper() for word in re.findall(r"\b[a-z]{4,}\b", source.text)[:3])
    if not names or len(initials) < 3 or initials in source.text:
        return None
    return source.text.replace(names[0], initials, 1)


def _another_speaker(source: Source, chance: random.Random) -> str | None:
    match = _SAID.search(source.text)
    names = [name for name in source.other_names if name in source.context] or list(source.other_names)
    if not match or not names or len(match[1].strip()) < _SHORTEST_NAME:
        return None
    return source.text.replace(match[1].strip(), chance.choice(names), 1)


def _negated(source: Source, _: random.Random) -> str | None:
    match = _AUXILIARY.search(source.text)
    return _put(source.text, match, f"{match[0]} not") if match and " not " not in source.text else None


def _affirmed(source: Source, _: random.Random) -> str | None:
    match = _NOT.search(source.text)
    return _put(source.text, match, f"{match[1]} ") if match else None


def _with_clause(source: Source, chance: random.Random) -> str | None:
    """With the end of a sentence of another article."""
    spans = sentence_spans(source.elsewhere)
    words = source.elsewhere[slice(*chance.choice(spans))].rstrip(".").split() if spans else []
    clause = " ".join(word for word in words[-7:])
    return f"{source.text.rstrip('.')}, and {clause}." if len(words) >= 8 else None


def _put(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


CHANGES: dict[str, Change] = {
    "as they stand": _as_it_stands,
    "in other spelling": _other_spelling,
    "with another number": _another_number,
    "with another name": _another_name,
    "with an acronym for a name": _with_acronym,
    "with another speaker": _another_speaker,
    "with a negation": _negated,
    "without their negation": _affirmed,
    "with an invented clause": _with_clause,
}


if __name__ == "__main__":
    main()
