"""What the reader learns from: questions with their answers, and near misses that have none.

Questions and answers are those of SQuADShifts (Miller et al. 2020; Wikipedia, Reddit, Amazon reviews; CC BY 4.0). A
reader that has only seen answerable questions finds an answer everywhere, so that nearly every second example has
none, in three ways:

- *another passage*: a similar one (TF-IDF) that holds none of the answers;
- *answer removed*: the passage without the sentences that answer;
- *another question*: a name, number or word that question and passage share is replaced by one that the passage
  lacks, or the question is turned into its opposite. From the third epoch on what replaces it comes mostly from the
  same passage, as it does when people write questions that a passage seems to answer: what the reader has learned
  by then, that a missing word means no answer, does not help there.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

import numpy as np
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

from assistant.evaluation.text import tokens
from corpus.text.sentences import sentence_spans

FILES = ("squadshifts-new-wiki.json", "squadshifts-reddit.json", "squadshifts-amazon.json")

_WINDOW = 640
"""Characters of a passage that are learned from at once: 140 tokens. Longer ones cost more and teach little more."""

_SHORT_WINDOW, _SHORT_SHARE = 360, 0.25
"""Some windows are shorter, as articles have short passages too."""

_NEIGHBOURS = 12
"""Most similar passages among which one without the answer is looked for."""

_ENCYCLOPAEDIA = (0.6, 0.2, 0.45)
_LATER = (0.6, 0.3, 0.9)
_REVIEWS = (0.2, 0.2, 0.25)
"""How often a question is also asked of another passage, with the answer removed, and as another question. Questions
about reviews and posts ("Would the author buy it again?") are often answered by another one too."""

_EASY_EPOCHS = 2
"""Epochs in which words of other questions replace those of a question."""

_FROM_THE_PASSAGE = 0.65
"""How often afterwards the passage gives itself what replaces a word; in posts and reviews that would make nonsense."""

_ALIKE_AMONG = 60
"""Words among which one that ends like the word it replaces is looked for."""

_TITLE_SHARE = 0.8
"""How often a passage has its title, where there is one: many articles have none."""

_OPPOSITES = """
    first/last largest/smallest highest/lowest most/least before/after best/worst more/fewer oldest/youngest
    increase/decrease north/south east/west northern/southern eastern/western men/women male/female early/late
    positive/negative always/never beginning/end good/bad new/old won/lost win/lose started/stopped buy/sell
    public/private higher/lower larger/smaller longest/shortest allowed/forbidden like/dislike
"""
_NEGATABLE = re.compile(r"\b(is|are|was|were|did|does|do|can|could|will|would|has|have|should)\b", re.IGNORECASE)
_NEGATED_SHARE = 0.3
"""Of the questions that could be negated: few people ask what was *not* the case."""
_NAMED_SHARE = 0.7
"""How often a name or number is replaced, where there is one: they are what tells questions apart."""

_WORD = re.compile(r"\w[\w’'-]*")
_TERM = re.compile(r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*|\w[\w’'-]*")
"""A name, of several words perhaps, or a word."""


@dataclass(frozen=True, slots=True)
class Example:
    """`answers` are spans of `passage`, in code points; none when the passage does not answer `question`."""

    question: str
    title: str
    passage: str
    answers: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    question: str
    passage: int
    answers: tuple[tuple[int, int], ...]
    texts: frozenset[tuple[str, ...]]


def read_examples(bench: Path, epoch: int) -> list[Example]:
    """All examples of one epoch (from 0), shuffled; each epoch has other windows and other near misses."""
    chance = random.Random(epoch)
    is_later = epoch >= _EASY_EPOCHS
    examples = [example for name in FILES for example in _of_file(bench / name, is_later, chance)]
    chance.shuffle(examples)
    return examples


def _of_file(file: Path, is_later: bool, chance: random.Random) -> Iterator[Example]:
    passages, titles, asked = _load(file)
    shares, from_passage = _REVIEWS, 0.0
    if any(titles):
        shares, from_passage = (_LATER, _FROM_THE_PASSAGE) if is_later else (_ENCYCLOPAEDIA, 0.0)
    near = _neighbours(tuple(passages), tuple(one.question for one in asked))
    swaps = _Replacements([one.question for one in asked], from_passage)
    for one, neighbours in zip(asked, near, strict=True):
        whole = Example(one.question, titles[one.passage], passages[one.passage], one.answers)
        if chance.random() > _TITLE_SHARE:
            whole = replace(whole, title="")
        yield _window(whole, chance)
        if chance.random() < shares[0]:
            others = [number for number in neighbours if number != one.passage and not _holds(passages[number], one)]
            if others:
                other = others[min(int(chance.expovariate(0.5)), len(others) - 1)]
                yield _window(replace(whole, title=titles[other], passage=passages[other], answers=()), chance)
        if chance.random() < shares[1] and (rest := _without_answers(whole.passage, one)):
            yield _window(replace(whole, passage=rest, answers=()), chance)
        if chance.random() < shares[2] and (question := swaps.another(whole, chance)):
            yield replace(_window(whole, chance), question=question, answers=())


def _load(file: Path) -> tuple[list[str], list[str], list[_Asked]]:
    passages: list[str] = []
    titles: list[str] = []
    asked = []
    is_encyclopaedia = "wiki" in file.name
    for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            passages.append(text)
            titles.append(unquote(article["title"]).replace("_", " ") if is_encyclopaedia else "")
            for entry in paragraph["qas"]:
                spans = {(a["answer_start"], a["answer_start"] + len(a["text"])) for a in entry["answers"]}
                texts = frozenset(tuple(tokens(text[start:end])) for start, end in spans)
                asked.append(_Asked(entry["question"].strip(), len(passages) - 1, tuple(sorted(spans)), texts))
    return passages, titles, asked


@lru_cache
def _neighbours(passages: tuple[str, ...], questions: tuple[str, ...]) -> list[list[int]]:
    """For each question the numbers of the most similar passages, best first; the same in every epoch."""
    vectorizer = TfidfVectorizer(sublinear_tf=True, stop_words="english", dtype=np.float32)
    matrix = vectorizer.fit_transform(passages).T.tocsr()
    asked = vectorizer.transform(questions)
    nearest: list[list[int]] = []
    for start in range(0, len(questions), 512):
        scores = (asked[start : start + 512] @ matrix).toarray()
        nearest += np.argsort(-scores, axis=1, kind="stable")[:, :_NEIGHBOURS].tolist()
    return nearest


def _holds(passage: str, asked: _Asked) -> bool:
    words = f" {' '.join(tokens(passage))} "
    return any(f" {' '.join(text)} " in words for text in asked.texts)


def _without_answers(passage: str, asked: _Asked) -> str:
    """`passage` without the sentences that hold an answer, or nothing when too little is left."""
    kept = [passage[start:end] for start, end in sentence_spans(passage)]
    kept = [sentence for sentence in kept if not _holds(sentence, asked)]
    rest = " ".join(kept)
    return rest if len(kept) > 1 and not _holds(rest, asked) else ""


def _window(example: Example, chance: random.Random) -> Example:
    """Whole sentences around one of the answers (or anywhere), as many as fit."""
    room = _SHORT_WINDOW if chance.random() < _SHORT_SHARE else _WINDOW
    if len(example.passage) <= room:
        return example
    spans = sentence_spans(example.passage)
    start, end = chance.choice(example.answers or (chance.choice(spans),))
    start, end = grown(spans, start, end, room, chance)
    inside = tuple((a - start, b - start) for a, b in example.answers if start <= a and b <= end)
    return replace(example, passage=example.passage[start:end], answers=inside)


def grown(
    sentences: Sequence[tuple[int, int]], start: int, end: int, room: int, chance: random.Random
) -> tuple[int, int]:
    """Return [start, end) made whole sentences, and longer by the one before or after as often as `room` allows."""
    start = max((s for s, _ in sentences if s <= start), default=start)
    end = min((e for _, e in sentences if e >= end), default=end)
    while longer := [
        (s, e)
        for s, e in (
            (max((s for s, _ in sentences if s < start), default=start), end),
            (start, min((e for _, e in sentences if e > end), default=end)),
        )
        if (s, e) != (start, end) and e - s <= room
    ]:
        start, end = chance.choice(longer)
    return start, end


class _Replacements:
    """Words of questions and passages, to put into questions: a name for a name, a number for a number."""

    def __init__(self, questions: Sequence[str], from_passage: float) -> None:
        self._opposites = dict(_pairs())
        self._from_passage = from_passage
        self._words: dict[str, list[str]] = {"name": [], "number": [], "word": []}
        for question in questions:
            for match in list(_WORD.finditer(question))[1:]:
                if kind := _kind(match.group()):
                    self._words[kind].append(match.group())

    def another(self, example: Example, chance: random.Random) -> str:
        """The question changed so that the passage does not answer it, or nothing."""
        if chance.random() < 0.25 and (question := self._opposite(example, chance)):
            return question
        if chance.random() < self._from_passage and (question := _crossed(example, chance)):
            return question
        known = {word.lower() for word in _WORD.findall(f"{example.title} {example.passage}")}
        shared = [
            (match, kind)
            for match in list(_WORD.finditer(example.question))[1:]
            if (kind := _kind(match.group())) and match.group().lower() in known
        ]
        if not shared:
            return ""
        named = [found for found in shared if found[1] != "word"]
        match, kind = chance.choice(named if named and chance.random() < _NAMED_SHARE else shared)
        for _ in range(8):
            word = self._like(match.group(), kind, chance)
            if word.lower() not in known:
                return example.question[: match.start()] + word + example.question[match.end() :]
        return ""

    def _like(self, word: str, kind: str, chance: random.Random) -> str:
        if kind == "number" and word.isdigit():
            return str(max(0, int(word) + chance.choice((-20, -10, -3, -2, -1, 1, 2, 3, 5, 10))))
        alike = chance.sample(self._words[kind], k=min(_ALIKE_AMONG, len(self._words[kind])))
        # Words that end alike are mostly of one kind: "wanted", "needed".
        return max(alike, key=lambda other: other[-2:] == word[-2:], default=word)

    def _opposite(self, example: Example, chance: random.Random) -> str:
        words = [match for match in _WORD.finditer(example.question) if match.group().lower() in self._opposites]
        if words:
            match = chance.choice(words)
            other = self._opposites[match.group().lower()]
            return example.question[: match.start()] + other + example.question[match.end() :]
        passage = example.passage.lower()
        verb = _NEGATABLE.search(example.question)
        if not verb or " not " in passage or "n't" in passage or chance.random() > _NEGATED_SHARE:
            return ""
        return f"{example.question[: verb.end()]} not{example.question[verb.end() :]}"


def _crossed(example: Example, chance: random.Random) -> str:
    """The question with one of its names, numbers or words replaced by another one of the passage, or nothing."""
    asked = {word.lower() for word in _WORD.findall(example.question)}
    answers = {word.lower() for start, end in example.answers for word in _WORD.findall(example.passage[start:end])}
    offered: dict[str, list[str]] = {}
    for match in _TERM.finditer(example.passage):
        term = match.group()
        if not {word.lower() for word in _WORD.findall(term)} & (asked | answers) and (kind := _kind(term)):
            offered.setdefault(kind, []).append(term)
    terms = [match for match in _TERM.finditer(example.question) if match.start() > 0]
    replaceable = [(match, kind) for match in terms if (kind := _kind(match.group())) in offered]
    named = [found for found in replaceable if found[1] != "word"]
    if not replaceable:
        return ""
    match, kind = chance.choice(named if named and chance.random() < _NAMED_SHARE else replaceable)
    alike = [other for other in offered[kind] if _is_like(match.group(), other, kind)]
    if not alike:
        return ""
    return example.question[: match.start()] + chance.choice(alike) + example.question[match.end() :]


def _is_like(term: str, other: str, kind: str) -> bool:
    """Whether one can stand where the other stood: years for years, words that end alike."""
    if kind == "number":
        return term.isdigit() == other.isdigit() and len(term) == len(other)
    return kind == "name" or (term[-2:] == other[-2:] and other.islower())


def _pairs() -> Iterator[tuple[str, str]]:
    for pair in _OPPOSITES.split():
        one, other = pair.split("/")
        yield one, other
        yield other, one


def _kind(word: str) -> str:
    if any(character.isdigit() for character in word):
        return "number"
    if word.lower() in ENGLISH_STOP_WORDS or len(word) < 4:
        return ""
    return "name" if word[0].isupper() else "word"
