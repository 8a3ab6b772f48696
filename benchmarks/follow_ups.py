"""What is gained by knowing what was said before a question:

    python -m benchmarks.follow_ups BENCH [--half even|odd|both]

On mtrag-un-a, nDCG@10 of the last turns of conversations is measured searched as typed, joined with other turns (what
is easily done), rewritten, and searched with both forms as the assistant does; differences to the last turn alone are
paired by question. The same questions after a conversation about something else say what a change of topic costs. On
cast-2020, rewritten turns are held against manual ones. The rules were made on the even conversations of both sets.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from assistant.ask import Assistant
from assistant.conversation.follow_ups import FollowUps
from assistant.conversation.rewriter import Message
from assistant.conversation.small_talk import is_small_talk
from assistant.evaluation.bootstrap import interval, resampled
from assistant.evaluation.corpus_folder import prepare
from assistant.evaluation.document_ranking import NDCG, ranked_documents, retrieval_values
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.in_process import filters, history, retrieved
from assistant.evaluation.measures.token_f1 import token_f1
from assistant.evaluation.read_gold import read_gold
from assistant.evaluation.text import tokens
from assistant.reading.answered import answered_in
from assistant.reading.models.packaged import PackagedModel
from assistant.settings import load_settings
from index.retriever import RetrievalResult

_DEPTH = 30
"""Passages; nDCG@10 sees the first ten documents, of which each may have several."""

_ANOTHER = 7
"""How far away in the set the conversation is that a question did not come from."""

_HALVES = {"even": (0,), "odd": (1,), "both": (0, 1)}

Search = Callable[[GoldQuestion], RetrievalResult]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bench", type=Path, help="folder of the sets")
    parser.add_argument("--half", choices=_HALVES, default="odd", help="which conversations; the odd ones by default")
    arguments = parser.parse_args()
    halves = _HALVES[arguments.half]
    print(f"{arguments.half} conversations; 95 % intervals")
    _retrieval(arguments.bench / "mtrag-un-a", halves)
    _rewriting(arguments.bench / "cast-2020.json", halves)
    _small_talk(arguments.bench)


def _retrieval(folder: Path, halves: Sequence[int]) -> None:
    gold = read_gold(folder).questions
    chosen = [one for position, one in enumerate(gold) if position % 2 in halves and one.relevance]
    follow_ups = [one for one in chosen if one.history]
    settings, _ = prepare(load_settings(), folder / "corpus.jsonl")
    with Assistant.open(settings) as helper:
        for is_read, search in ((False, helper.retrieve), (True, helper.search)):
            print(f"\nnDCG@10, {'found and read' if is_read else 'found'}: {len(follow_ups)} follow-ups")
            _compare(follow_ups, _searches(helper, search))
        print(f"\nnDCG@10, found: {len(chosen)} questions after a conversation about something else")
        strange = [
            one.model_copy(update={"history": follow_ups[(number + _ANOTHER) % len(follow_ups)].history})
            for number, one in enumerate(chosen)
        ]
        _compare(strange, _searches(helper, helper.retrieve))


def _searches(helper: Assistant, search: Callable[..., RetrievalResult]) -> dict[str, Search]:
    """By name; the first is what the others are compared with."""

    def of(text: Callable[[GoldQuestion], str]) -> Search:
        return lambda one: search(text(one)[:2_000], filters(one), _DEPTH)

    return {
        "last turn": of(lambda one: one.question),
        "all turns": of(lambda one: " ".join([*_asked(one), one.question])),
        "first turn + last": of(lambda one: f"{_asked(one)[0]} {one.question}"),
        "turn before + last": of(lambda one: f"{_asked(one)[-1]} {one.question}"),
        "rewritten": of(lambda one: helper.rewrite(one.question, history(one)).question),
        "both forms": lambda one: search(one.question, filters(one), _DEPTH, history(one)),
    }


def _asked(one: GoldQuestion) -> list[str]:
    return [turn.content for turn in one.history if turn.role == "user"]


def _compare(questions: Sequence[GoldQuestion], searches: dict[str, Search]) -> None:
    values = {name: np.array([_ndcg(one, search(one)) for one in questions]) for name, search in searches.items()}
    last, *_ = values.values()
    for name, of_search in values.items():
        gain = of_search - last
        print(
            f"  {name:<19} {_shown(of_search)}  gain {_shown(gain, '+')}  "
            f"better {int((gain > 0).sum())}, worse {int((gain < 0).sum())}"
        )


def _ndcg(one: GoldQuestion, found: RetrievalResult) -> float:
    return retrieval_values(ranked_documents(retrieved(found), one.relevance), one.relevance)[NDCG]


def _rewriting(file: Path, halves: Sequence[int]) -> None:
    rewriter = FollowUps(lambda _: {}, partial(answered_in, PackagedModel(), names_decide=True))
    turns = [turn for position, one in enumerate(_conversations(file)) if position % 2 in halves for turn in one]
    ways = {
        "as typed": [raw for raw, _, _ in turns],
        "rewritten": [rewriter.rewrite(raw, said).question for raw, _, said in turns],
    }
    print(f"\ncast-2020: {len(turns)} turns against their manual rewrites")
    for name, written in ways.items():
        pairs = [(tokens(text), tokens(manual)) for text, (_, manual, _) in zip(written, turns, strict=True)]
        f1 = np.array([token_f1(*pair) for pair in pairs])
        recall = np.array([(Counter(one) & Counter(other)).total() / len(other) for one, other in pairs])
        print(f"  {name:<19} F1 {_shown(f1)}  recall {_shown(recall)}")
    standing = [(raw, new) for (raw, manual, _), new in zip(turns, ways["rewritten"], strict=True) if raw == manual]
    untouched = sum(raw == new for raw, new in standing)
    print(f"  left untouched of those that stand by themselves: {untouched} of {len(standing)}")


def _conversations(file: Path) -> Iterator[list[tuple[str, str, tuple[Message, ...]]]]:
    """(as typed, manual rewrite, what was said before) of each turn."""
    for topic in json.loads(file.read_text(encoding="utf-8")):
        pairs = [(turn["raw_utterance"].strip(), turn["manual_rewritten_utterance"].strip()) for turn in topic["turn"]]
        said = [Message("user", raw) for raw, _ in pairs]
        yield [(raw, manual, tuple(said[:number])) for number, (raw, manual) in enumerate(pairs)]


def _small_talk(bench: Path) -> None:
    """Of all sets: nothing was fitted, and all are questions."""
    questions = [one.question for file in sorted(bench.glob("*/gold.jsonl")) for one in read_gold(file).questions]
    print(f"\ntaken for small talk: {sum(map(is_small_talk, questions))} of {len(questions):,} questions")


def _shown(values: np.ndarray, sign: str = "") -> str:
    mean = float(values.mean())
    drawn = resampled(len(values), lambda weights: weights @ values / len(values))
    low, high = interval(drawn, mean)
    return f"{mean:{sign}.3f} ({low:{sign}.3f} to {high:{sign}.3f})"


if __name__ == "__main__":
    main()
