"""Sentences damaged in one way each, by rules: what a judge of claims has to catch, beside what was written."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.text.names import names_in
from corpus.text.sentences import sentence_spans

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
_OPENING = re.compile(r"^(?:In|On|At|By|During|After|Since|From|Today|Later|Meanwhile|However)\b[^,.]{0,60}, (?=\w)")
_SECOND_HALF = re.compile(r",? (?:and|but|while|which) [^,.]{10,}\.$")
_ATTRIBUTION = re.compile(r", (?:said|says|according to) [^.]{3,60}\.$")
_SHORTEST_CLAIM = 4
"""Words of a shortened sentence."""

_SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen".split()


@dataclass(frozen=True)
class Source:
    """A sentence, the text that tells whom it speaks of, and names of the same article that it does not name."""

    text: str
    context: str
    other_names: tuple[str, ...]
    elsewhere: str


Change = Callable[[Source, random.Random], str | None]


def sources(articles: Sequence[tuple[str, str]], chance: random.Random) -> Iterator[Source]:
    """Yield whole sentences of (title, text), the articles in an order drawn by chance."""
    shuffled = chance.sample(articles, len(articles))
    for number, (title, text) in enumerate(shuffled):
        spans = sentence_spans(text)
        sentences = [text[start:end] for start, end in spans]
        names = list(dict.fromkeys(name for sentence in sentences for name in names_in(sentence)))
        other = shuffled[number - 1][1]
        for position, sentence in enumerate(sentences):
            if _SHORTEST <= len(sentence.split()) <= _LONGEST and sentence.endswith(".") and sentence[0].isupper():
                strange = tuple(name for name in names if _is_strange(name, sentence))
                before = sentences[position - 1] if position else ""
                yield Source(sentence, f"{title}\n{before}", strange, other)


def _is_strange(name: str, sentence: str) -> bool:
    """Whether it names something else than `sentence` does: not its adjective, its acronym, or a mere first word."""
    long_enough = all(len(word) >= _SHORTEST_NAME for word in name.split())
    acronym = "".join(word[0] for word in name.split())
    return long_enough and acronym not in sentence and not any(word[:4] in sentence for word in name.split())


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


def _shortened(source: Source, chance: random.Random) -> str | None:
    """Without its opening adverbial, or without what comes after a last "and", or without who said it."""
    shorter = [_OPENING.sub("", source.text), _SECOND_HALF.sub(".", source.text), _ATTRIBUTION.sub(".", source.text)]
    changed = [text for text in shorter if text != source.text and len(text.split()) >= _SHORTEST_CLAIM]
    if not changed:
        return None
    text = chance.choice(changed)
    return text[0].upper() + text[1:]


def _joined(source: Source, _: random.Random) -> str | None:
    """With the sentence before it."""
    before = source.context.split("\n", 1)[1]
    if not before.endswith(".") or len(f"{before} {source.text}".split()) > _LONGEST:
        return None
    return f"{before.rstrip('.')}, and {source.text}"


def _put(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


STILL_RIGHT = ("as they stand", "in other spelling", "shortened", "joined with the sentence before")

CHANGES: dict[str, Change] = {
    "as they stand": _as_it_stands,
    "in other spelling": _other_spelling,
    "shortened": _shortened,
    "joined with the sentence before": _joined,
    "with another number": _another_number,
    "with another name": _another_name,
    "with an acronym for a name": _with_acronym,
    "with another speaker": _another_speaker,
    "with a negation": _negated,
    "without their negation": _affirmed,
    "with an invented clause": _with_clause,
}
