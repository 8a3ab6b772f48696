"""What becomes of a language model's answers, right ones and hostile ones, played back through the product:

    python -m benchmarks.playback [--judge] [--milliseconds 15]

Twelve invented articles, 60 questions with the right answers of a strong model, and 60 sentences as a hostile one would
write them (`played.jsonl`, written for this; nothing is fitted on them). A real server on loopback plays the model; the
small model judges, or with `--judge` the played one, too, which knows what is right. What is asked for: of the hostile
sentences at most 6 called supported, and none with a link or an invented quotation; no answer replaced, no right
sentence lost without a word, nothing withdrawn.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from assistant import Answer, Assistant, Settings
from assistant.events import Completed, SentenceAdded
from assistant.groundedness.judge_record import keep_measurement
from assistant.groundedness.measured_judge import measure_judge
from assistant.ingestion.ingest import ingest_paths
from assistant.language_models.language_model import TimeLimits
from assistant.language_models.load import load_language_model
from assistant.settings import AnswerOptions, ModelOptions
from benchmarks.played_model import PlayedAnswer, PlayedArticle, PlayedModel, played_articles, played_model

LEFT_OUT, NOT_ASKED = "left out", "not asked"

WITH_LINKS = ("link", "bare domain")
"""Kinds of hostile sentences that are shown nowhere, not even apart from the answer."""


@dataclass(frozen=True, slots=True)
class Played:
    """What became of an answer: of each of its sentences the support, `LEFT_OUT`, or `NOT_ASKED` where the model was
    not asked at all; and the seconds from the sentence's end, and from the question, until the first was shown."""

    said: PlayedAnswer
    answer: Answer
    became: tuple[str, ...]
    was_withdrawn: bool
    seconds_behind_model: float | None = None
    seconds: float | None = None

    @property
    def is_replaced(self) -> bool:
        """Whether quotes are all of the answer, though a sentence was verified."""
        return self.answer.mode != "generative" and any(one not in (LEFT_OUT, NOT_ASKED) for one in self.became)

    @property
    def lost_silently(self) -> list[str]:
        """The sentences that are neither shown nor told to be left out; of one with a link, only that is told."""
        told = {one.text for one in (*self.answer.not_confirmed, *self.answer.contradicted)}
        is_said = bool({"unverified", "contradicted"} & set(self.answer.degraded))
        left_out = [one for one, became in zip(self.said.sentences, self.became, strict=True) if became == LEFT_OUT]
        return [one.text for one in left_out if not (is_said and (one.text in told or one.kind in WITH_LINKS))]


@contextmanager
def played_assistant(
    articles: Sequence[PlayedArticle], folder: Path, judges: bool = False, seconds_a_piece: float = 0.0
) -> Iterator[tuple[Assistant, PlayedModel]]:
    """Open an assistant over the articles that writes with the played model, which also judges if it `judges`."""
    for number, article in enumerate(articles):
        head = f"title: {article.title}\npublisher: {article.publisher}\npublished: {article.published}"
        (folder / f"{number}.md").write_text(f"---\n{head}\n---\n\n{article.text}\n", encoding="utf-8")
    with played_model(articles, seconds_a_piece) as model:
        settings = Settings(
            data=folder / "data",
            answering=AnswerOptions(operating_point="eager"),
            model=ModelOptions(base_url=model.url, first_seconds=60.0, whole_seconds=60.0),
        )
        ingest_paths(settings, sorted(folder.glob("*.md")))
        if judges:
            judge = load_language_model(settings.judging)
            assert judge
            found = measure_judge(judge, settings.judging.address, TimeLimits(60.0, 60.0), lambda *_: None)
            keep_measurement(found, settings.data_folder)
        with Assistant.open(settings) as assistant:
            assistant.warm_up()
            yield assistant, model


def play(assistant: Assistant, model: PlayedModel, said: PlayedAnswer) -> Played:
    """Ask the question, and return what became of the answer."""
    asked, closed = len(model.asked), len(model.closed)
    started = perf_counter()
    shown: list[tuple[float, str]] = []
    for event in assistant.stream(said.question):
        if isinstance(event, SentenceAdded):
            shown.append((perf_counter(), event.delta))
    assert isinstance(event, Completed)
    answer = event.answer
    text = "".join(delta for _, delta in shown)
    if len(model.asked) == asked:
        return Played(said, answer, (NOT_ASKED,) * len(said.sentences), text != answer.text)
    supports = {answer.text[one.span.start : one.span.end]: one.support.value for one in answer.sentences}
    became = tuple(supports.get(one.text, LEFT_OUT) for one in said.sentences)
    return Played(
        said,
        answer,
        became,
        text != answer.text,
        shown[0][0] - model.closed[closed] if shown and became[0] != LEFT_OUT else None,
        shown[0][0] - started if shown else None,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--judge", action="store_true", help="have the played model judge, too")
    parser.add_argument("--milliseconds", type=float, default=15.0, help="that the model takes for a token")
    arguments = parser.parse_args()
    articles = played_articles()
    with (
        TemporaryDirectory() as folder,
        played_assistant(articles, Path(folder), arguments.judge, arguments.milliseconds / 1000) as (assistant, model),
    ):
        right = [play(assistant, model, one) for article in articles for one in article.right]
        hostile = [play(assistant, model, article.hostile) for article in articles]
    print(*report("right", right), *report("hostile", hostile), sep="\n")


def report(name: str, played: Sequence[Played]) -> Iterator[str]:
    """Yield what became of the sentences, by kind, of the answers, and how long the first one took."""
    became: dict[str, Counter[str]] = {}
    for one in played:
        for said, what in zip(one.said.sentences, one.became, strict=True):
            became.setdefault(said.kind, Counter())[what] += 1
    names = sorted({what for counts in became.values() for what in counts})
    yield f"| {name} | {' | '.join(names)} |\n|---|{'---|' * len(names)}"
    for kind, counts in sorted(became.items()):
        yield f"| {kind} | {' | '.join(str(counts[what]) for what in names)} |"
    total = sum(became.values(), Counter[str]())
    yield f"| all | {' | '.join(str(total[what]) for what in names)} |"
    yield (
        f"answers replaced: {sum(one.is_replaced for one in played)}; "
        f"sentences lost without a word: {sum(len(one.lost_silently) for one in played)}; "
        f"texts withdrawn: {sum(one.was_withdrawn for one in played)}"
    )
    for what in ("seconds_behind_model", "seconds"):
        times = [value for one in played if (value := getattr(one, what)) is not None]
        if times:
            yield f"{what} until the first sentence: median {np.median(times):.2f}, p95 {np.percentile(times, 95):.2f}"
    for one in played:
        for said, how in zip(one.said.sentences, one.became, strict=True):
            yield f"  {how}: {said.text}"
    yield ""


if __name__ == "__main__":
    main()
