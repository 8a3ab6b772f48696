"""Public examples, out of files of named repositories; data/README.md tells which, and under which licences."""

from __future__ import annotations

import csv
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.meaning.shown import above
from benchmarks.damage import CHANGES, STILL_RIGHT, sources
from benchmarks.reader.example import Example, Support
from benchmarks.reader.examples import grown
from corpus.text.sentences import sentence_spans

_LABELS = {
    "entailment": Support.SUPPORTED,
    "contradiction": Support.CONTRADICTED,
    "neutral": Support.NOT_ENOUGH,
    "SUPPORTS": Support.SUPPORTED,
    "REFUTES": Support.CONTRADICTED,
}

HELD_BACK = 670
"""Questions of BoolQ, the last of its development set, that are never learned from."""

_LONG_WORD = re.compile(r"\w{4,}")

_ROOM = 900
"""Characters of a passage that are learned from at once."""


def inference(folder: Path) -> Iterator[Example]:
    """MNLI and SNLI (their development sets)."""
    for name in ("gnli_mnli_dev", "gnli_snli_dev"):
        for row in json_rows(folder / f"{name}.jsonl"):
            if row["label"] in _LABELS:
                yield Example(row["hypothesis"].strip(), row["premise"].strip(), support=_LABELS[row["label"]])


def fever(folder: Path, chance: random.Random) -> Iterator[Example]:
    """Claims with their evidence, and with other evidence that begins with the same name, which is not enough."""
    rows = [row for name in ("fever_val", "fever_test") for row in json_rows(folder / f"{name}.jsonl")]
    by_subject: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for text in row["evidence"]:
            by_subject[" ".join(text.split()[:2])].append(text)
    for row in rows:
        evidence = _plain(" ".join(row["evidence"]))
        if len(evidence) > _ROOM:
            continue
        yield Example(row["claim"], evidence, support=_LABELS[row["label"]])
        beside = [t for t in by_subject[" ".join(row["evidence"][0].split()[:2])] if t not in row["evidence"]]
        if beside and chance.random() < 0.5:
            other = _plain(chance.choice(beside))
            if other not in evidence and len(other) < _ROOM:
                yield Example(row["claim"], other, support=Support.NOT_ENOUGH)


def fool_me_twice(folder: Path) -> Iterator[Example]:
    for name in ("fm2_dev", "fm2_test"):
        for row in json_rows(folder / f"{name}.jsonl"):
            gold = [_plain(one["text"]) for one in row["gold_evidence"]]
            head = row["gold_evidence"][0].get("section_header", "") if gold else ""
            if gold and len(" ".join(gold)) < _ROOM:
                yield Example(row["text"].strip(), " ".join(gold), context=head, support=_LABELS[row["label"]])


def boolq(folder: Path) -> Iterator[Example]:
    return map(_of_boolq, list(json_rows(folder / "boolq_dev.jsonl"))[:-HELD_BACK])


def boolq_kept_back(folder: Path) -> Iterator[Example]:
    """Yield those that are measured with, and never learned from."""
    return map(_of_boolq, list(json_rows(folder / "boolq_dev.jsonl"))[-HELD_BACK:])


def _of_boolq(row: dict) -> Example:
    passage = _plain(row["passage"])[:1200]
    return Example(row["question"], passage, row["title"], answers=True, verdict=row["answer"])


def strategyqa(folder: Path) -> Iterator[Example]:
    """Questions that facts answer only together."""
    for name in ("strategyqa_train", "strategyqa_dev"):
        for row in json.loads((folder / f"{name}.json").read_text(encoding="utf-8")):
            if row.get("facts"):
                yield Example(row["question"], " ".join(row["facts"]), row["term"], verdict=row["answer"])


def squad(folder: Path, chance: random.Random) -> Iterator[Example]:
    """Questions with spans (parts of SQuAD 1.1 and 2.0); some of those of 2.0 are written to have no answer."""
    for row in json.loads((folder / "squad_dev.json").read_text(encoding="utf-8")):
        start = row["context"].find(row["answer"])
        if start >= 0:
            yield from _with_misses(row["question"], row["context"], (start, start + len(row["answer"])), "", chance)
    for article in json.loads((folder / "squad2_part.json").read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for entry in paragraph["qas"]:
                title, text = article["title"].replace("_", " "), paragraph["context"]
                spans = [(a["answer_start"], a["answer_start"] + len(a["text"])) for a in entry["answers"]]
                if spans:
                    yield from _with_misses(entry["question"], text, spans[0], title, chance)
                else:
                    window, _ = _window(text, None, chance)
                    yield Example(entry["question"], window, title, spans=(), answers=False)


def _with_misses(
    question: str, text: str, span: tuple[int, int], title: str, chance: random.Random
) -> Iterator[Example]:
    """The question with a window around the answer, and half of them with like sentences that do not hold it."""
    window, inside = _window(text, span, chance)
    yield Example(question, window, title, spans=(inside,) if inside else None, answers=True)
    sentences = [text[s:e] for s, e in sentence_spans(text)]
    answer = text[slice(*span)]
    others = [sentence for sentence in sentences if answer.lower() not in sentence.lower()]
    if len(others) > 1 and chance.random() < 0.5:
        shared = sorted(others, key=lambda s: -shared_words(question, s))
        yield Example(question, " ".join(s for s in others if s in shared[:3]), title, spans=(), answers=False)


def shared_words(question: str, text: str) -> int:
    """Count words of four letters and more that both have: a near miss has many."""
    return len(set(_LONG_WORD.findall(question.lower())) & set(_LONG_WORD.findall(text.lower())))


def answer_sentences(folder: Path, bench: Path, chance: random.Random) -> Iterator[Example]:
    """Questions of SQuAD with the sentence that answers, found in its paragraph, against its neighbours."""
    data = json.loads((folder / "kou_train.json").read_text(encoding="utf-8"))
    of_sentence: dict[str, tuple[str, list[str], int]] = {}
    for article in json_rows(bench / "open-squad" / "corpus.jsonl"):
        sentences = [article["text"][s:e] for s, e in sentence_spans(article["text"])]
        for number, sentence in enumerate(sentences):
            of_sentence[_key(sentence)] = (article.get("title", ""), sentences, number)
    for question, sentence in zip(data["questions"], data["answers"], strict=True):
        if (found := of_sentence.get(_key(sentence))) is None:
            continue
        title, sentences, number = found
        before = sentences[number - 1] if number else ""
        yield Example(question, sentences[number], above(title, before), answers=True)
        others = [n for n in range(len(sentences)) if n != number]
        if others:
            near = max(others, key=lambda n: shared_words(question, sentences[n]) + chance.random())
            context = above(title, sentences[near - 1] if near else "")
            yield Example(question, sentences[near], context, spans=(), answers=False)


def _key(sentence: str) -> str:
    return re.sub(r"\W+", "", sentence.lower())


def paragraphs(folder: Path) -> Iterator[str]:
    """Yield the paragraphs that some of the written examples are about."""
    for name in ("squad_dev", "nqswap_train", "nqswap_dev", "nqswap_test"):
        for row in json.loads((folder / f"{name}.json").read_text(encoding="utf-8")):
            yield row["context"]


_STILL_RIGHT = 0.6
"""Share of those that are tried to keep right: some of them cannot be changed so."""

_DAMAGED = {"with an acronym for a name": Support.NOT_ENOUGH, "with an invented clause": Support.NOT_ENOUGH}
"""Other changes contradict."""


def damaged(folder: Path, chance: random.Random) -> Iterator[Example]:
    """Sentences of these paragraphs beside themselves, as they stand, in other spelling, or damaged by a rule."""
    texts = [("", _plain(text)) for text in dict.fromkeys(paragraphs(folder))]
    for source in sources(texts, chance):
        is_right = chance.random() < _STILL_RIGHT
        name = chance.choice([name for name in CHANGES if (name in STILL_RIGHT) == is_right])
        claim = CHANGES[name](source, chance)
        before = source.context.split("\n", 1)[1]
        if claim:
            support = Support.SUPPORTED if name in STILL_RIGHT else _DAMAGED.get(name, Support.CONTRADICTED)
            yield Example(claim, above(before, source.text).replace("\n", " "), support=support)


def nq_swap(folder: Path, chance: random.Random) -> Iterator[Example]:
    """Passages in which another name stands where the known answer was: what the text says counts."""
    for name in ("nqswap_train", "nqswap_dev", "nqswap_test"):
        for row in json.loads((folder / f"{name}.json").read_text(encoding="utf-8")):
            text = _plain(re.sub(r"</?[A-Z][^>]*>", " ", row["context"]))
            answer = _plain(row["answer"])
            start = text.find(answer)
            if start < 0 or "<Table" in row["context"] or answer.lower() in row["question"].lower():
                continue
            window, _ = _window(text, (start, start + len(answer)), chance)
            spans = tuple((m.start(), m.end()) for m in re.finditer(re.escape(answer), window))
            if spans:
                yield Example(row["question"], window, spans=spans, answers=True)


def qed(folder: Path, chance: random.Random) -> Iterator[Example]:
    for row in json_rows(folder / "qed_dev.jsonl"):
        text = row["paragraph_text"]
        answers = [one for group in row["original_nq_answers"] for one in group]
        spans = [(a["start"], a["end"]) for a in answers if text[a["start"] : a["end"]] == a["string"]]
        if spans:
            span = min(spans, key=lambda s: s[1] - s[0])
            yield from _with_misses(row["question_text"], text, span, row["title_text"], chance)


def time_sensitive(folder: Path, chance: random.Random) -> Iterator[Example]:
    """Who held what, and when; the sentences of other years are near misses."""
    for article in json.loads((folder / "tsqa_train.json").read_text(encoding="utf-8")):
        paragraphs = article["paras"]
        title = paragraphs[0]
        answering = {a["para"] for _, answers in article["questions"] for a in answers if "para" in a}
        for question, answers in article["questions"]:
            found = [a for a in answers if a.get("answer") and "para" in a]
            if not found:
                continue
            a = found[0]
            text = paragraphs[a["para"]]
            if text[a["from"] : a["end"]] != a["answer"]:
                continue
            window, inside = _window(text, (a["from"], a["end"]), chance)
            yield Example(question, window, title, spans=(inside,) if inside else None, answers=True)
            right = {one["para"] for one in found}
            near = [n for n in answering - right if n < len(paragraphs)]
            if near and chance.random() < 0.7:
                window, _ = _window(paragraphs[chance.choice(near)], None, chance)
                yield Example(question, window, title, spans=(), answers=False)


def discourse(folder: Path) -> Iterator[Example]:
    """QADiscourse over Wikipedia: why, in what manner, after what; its answers are spans of one sentence."""
    for name in ("qad_wikipedia_dev", "qad_wikipedia_test"):
        with (folder / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                sentence, answer = row["sentence"].strip(), row["answer"].strip()
                start = sentence.lower().find(answer.lower())
                if row["full_question"] and answer and start >= 0:
                    question = row["full_question"].strip().rstrip("?") + "?"
                    yield Example(question, sentence, spans=((start, start + len(answer)),), answers=True)


def qamr(folder: Path, chance: random.Random) -> Iterator[Example]:
    """Questions about the words of Wikipedia's sentences (no others): each word's relation to the others."""
    sentences = {}
    for line in (folder / "qamr_sent.tsv").read_text(encoding="utf-8").splitlines():
        name, _, text = line.partition("\t")
        sentences[name] = text.split()
    rows = []
    for part in ("qamr_dev", "qamr_test"):
        with (folder / f"{part}.tsv").open(encoding="utf-8", newline="") as file:
            rows += [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if ":wikipedia:" in row[0]]
    for row in chance.sample(rows, min(len(rows), 6_000)):
        words, question, chosen = sentences.get(row[0]), row[5], [int(n) for n in row[6].split()]
        if not words or not chosen or chosen != list(range(chosen[0], chosen[-1] + 1)):
            continue
        start = sum(len(word) + 1 for word in words[: chosen[0]])
        end = start + len(" ".join(words[chosen[0] : chosen[-1] + 1]))
        yield Example(question, " ".join(words), spans=((start, end),), answers=True)


def _window(text: str, span: tuple[int, int] | None, chance: random.Random) -> tuple[str, tuple[int, int] | None]:
    """Whole sentences around the span (or anywhere), few or many."""
    room = chance.choice((260, 450, 700, 900))
    sentences = sentence_spans(text)
    if len(text) <= room or not sentences:
        return text, span
    start, end = span or chance.choice(sentences)
    start, end = grown(sentences, start, end, room, chance)
    return text[start:end], (span[0] - start, span[1] - start) if span else None


def _plain(text: str) -> str:
    """Text of treebanks as people write it."""
    for token, sign in (("-LRB-", "("), ("-RRB-", ")"), ("-LSB-", "["), ("-RSB-", "]"), ("``", '"'), ("''", '"')):
        text = text.replace(token, sign)
    text = re.sub(r"\s+([.,;:!?%)\]]|'s\b|n't\b)", r"\1", " ".join(text.split()))
    return re.sub(r"([(\[$])\s+", r"\1", text)


def json_rows(file: Path) -> Iterator[dict]:
    """Yield the objects of a file with one a line."""
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


SETS: tuple[Callable[[Path], Iterator[Example]], ...] = (inference, fool_me_twice, boolq, strategyqa, discourse)

CHANCE_SETS: tuple[Callable[[Path, random.Random], Iterator[Example]], ...] = (
    fever,
    squad,
    nq_swap,
    qed,
    time_sensitive,
    qamr,
)
"""Those that choose windows, near misses or some of their rows by chance."""
