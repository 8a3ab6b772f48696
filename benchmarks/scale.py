"""Measures what many articles on one machine cost: taking them in, disk, memory, searching with and without filters.

    python -m benchmarks.scale BENCH/open-squad WORK --passages 100000 [--minutes 15]

Articles are made of mixed sentences of the set, and the encoder costs next to nothing: the machinery is what is
measured. Everything lies in `WORK/<passages>`; each step runs in a process of its own, whose memory is told. What was
done is not done again: taking in stops after so many minutes, and goes on when the command is called again. Prints
JSON. Beside other work, look at processor time (`cpu`), which it hardly changes.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from time import monotonic, perf_counter, process_time, sleep

from assistant.ingestion.pipeline import Pipeline
from assistant.settings import Settings
from benchmarks.hashing import HashingEncoder
from benchmarks.service import name_of, percentile
from corpus.article import Article, ArticleFilter, article_id, content_hash
from corpus.store import backup, open_store, open_store_writer
from corpus.store.protocols import Store
from corpus.text.sentences import sentence_spans
from index.live import LiveIndex
from index.retriever import Retriever
from index.splitter import PassageSplitter

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Task:
    """What a step is given: the set, where everything lies, how many passages are wanted, when to stop taking in."""

    bench: Path
    folder: Path
    passages: int
    deadline: float

    @property
    def settings(self) -> Settings:
        return Settings(data=self.folder / "data")


Step = Callable[[Task], Figures]

_ARTICLES_AT_ONCE = 256
_SECONDS_BETWEEN_WORDS = 10.0
"""Both as `assistant ingest` has them."""

_PARAGRAPHS = 6_000
"""Of the set: some 30,000 sentences."""

_SENTENCES = 30
"""Of an article: about five passages."""

_PUBLISHERS, _DAYS = 40, 1_000
_FIRST_DAY = date(2023, 1, 1)

_SEARCHES = 60
"""Of each kind."""

_POSTED = 10

_FILTERS = {
    "no_filter": ArticleFilter(),
    "one_publisher_of_40": ArticleFilter(publisher=("Publisher 7",)),
    "25_days_of_1000": ArticleFilter(published_from=_FIRST_DAY + timedelta(days=_DAYS - 25)),
    "half_of_all_days": ArticleFilter(published_from=_FIRST_DAY + timedelta(days=_DAYS // 2)),
    "a_publisher_and_half_of_all_days": ArticleFilter(
        publisher=("Publisher 7",), published_from=_FIRST_DAY + timedelta(days=_DAYS // 2)
    ),
    "all_publishers_but_one": ArticleFilter(publisher=tuple(f"Publisher {number}" for number in range(1, _PUBLISHERS))),
}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("bench", type=Path, help="a BEIR folder, whose sentences are taken")
    arguments.add_argument("work", type=Path, help="an empty folder, or one that an earlier call filled")
    arguments.add_argument("--passages", type=int, default=10_000)
    arguments.add_argument("--minutes", type=float, default=15)
    arguments.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    wanted = arguments.parse_args()
    folder = wanted.work / str(wanted.passages)
    if wanted.step:
        task = Task(wanted.bench, folder, wanted.passages, monotonic() + wanted.minutes * 60)
        figures = STEPS[wanted.step](task)
        print(json.dumps(figures | {"peak_mb": _peak_mb(resource.RUSAGE_SELF)}))
    else:
        print(json.dumps(measure(folder), indent=1))


def measure(folder: Path) -> dict[str, Figures]:
    """Do what is left to do, each step in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "report.json"
    report: dict[str, Figures] = json.loads(file.read_text()) if file.exists() else {}
    for step in STEPS:
        if step not in report:
            command = [sys.executable, "-m", "benchmarks.scale", *sys.argv[1:], "--step", step]
            said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            report[step] = json.loads(said.splitlines()[-1])
            file.write_text(json.dumps(report, indent=1))
    return report


def take_in(task: Task) -> Figures:
    """Take articles in as `assistant ingest` does, up to the deadline; what is there already is gone on from."""
    settings = task.settings
    with open_store_writer(settings.data_folder) as store:
        pipeline = _pipeline(settings, store)
        before, first = store.passages.count(), store.articles.count()
        articles = written_articles(task.bench, first)
        started, cpu, words_at = perf_counter(), process_time(), perf_counter()
        while store.passages.count() < task.passages:
            if monotonic() > task.deadline:
                sys.exit("Not all articles are taken in yet; call again to go on.")
            pipeline.take(list(islice(articles, _ARTICLES_AT_ONCE)))
            if perf_counter() - words_at > _SECONDS_BETWEEN_WORDS:
                pipeline.index_words()
                words_at = perf_counter()
        pipeline.index_words()
        seconds = perf_counter() - started
        there = store.passages.count()
        return {
            "articles": store.articles.count(),
            "passages": there,
            "passages_a_second": round((there - before) / seconds, 1),
            "cpu_ms_a_passage": round((process_time() - cpu) * 1e3 / max(1, there - before), 2),
        }


def build(task: Task) -> Figures:
    """Build a generation and verify it; most of it is a child's, as always."""
    settings = task.settings
    with open_store_writer(settings.data_folder) as store:
        started = perf_counter()
        _pipeline(settings, store).complete()
        seconds = perf_counter() - started
        return {
            "seconds": round(seconds, 1),
            "passages_a_second": round(store.passages.count() / seconds, 1),
            "child_cpu_ms_a_passage": round(_cpu_seconds_of_children() * 1e3 / store.passages.count(), 2),
            "child_peak_mb": _peak_mb(resource.RUSAGE_CHILDREN),
        }


def weigh(task: Task) -> Figures:
    """Say how much disk a passage takes, and where."""
    settings = task.settings
    with open_store(settings.data_folder) as store:
        count = store.passages.count()
    data = settings.data_folder
    parts = {
        "database": data.path.glob(f"{data.database.name}*"),
        "vectors": data.generations.rglob("*"),
        "words": data.words.rglob("*"),
    }
    return {f"{name}_kb_a_passage": round(_bytes_of(files) / 1e3 / count, 2) for name, files in parts.items()}


def search(task: Task) -> Figures:
    """Open what a server opens, and search with each filter; questions are words of the set's sentences."""
    settings, encoder = task.settings, HashingEncoder()
    questions = [
        " ".join(sentence.split()[:9]) for sentence in random.Random(2).choices(_sentences_of(task.bench), k=400)
    ]
    started = perf_counter()
    with (
        open_store(settings.data_folder) as store,
        LiveIndex(store, settings.data_folder, encoder.fingerprint) as live,
    ):
        retriever = Retriever(store, encoder, live, settings.retrieval)
        retriever.retrieve("is it there?")
        figures: Figures = {"open_to_first_hits_s": round(perf_counter() - started, 2)}
        for name, wanted in _FILTERS.items():
            retriever.retrieve(questions[-1], wanted)
            cpu = process_time()
            times = [_milliseconds(partial(retriever.retrieve, one, wanted)) for one in questions[:_SEARCHES]]
            figures[f"{name}_cpu_ms"] = round((process_time() - cpu) * 1e3 / _SEARCHES, 1)
            figures[f"{name}_p50_ms"] = round(percentile(times, 0.5), 1)
            figures[f"{name}_p95_ms"] = round(percentile(times, 0.95), 1)
    return figures


def post(task: Task) -> Figures:
    """Take articles in one by one while another holds the index open, until each is the first hit for its own word."""
    settings, encoder = task.settings, HashingEncoder()
    data = settings.data_folder
    with (
        open_store_writer(data) as writer,
        open_store(data) as store,
        LiveIndex(store, data, encoder.fingerprint) as live,
    ):
        pipeline, retriever = _pipeline(settings, writer), Retriever(store, encoder, live, settings.retrieval)
        articles = written_articles(task.bench, writer.articles.count())
        times = [_milliseconds(partial(_until_found, pipeline, retriever, next(articles))) for _ in range(_POSTED)]
    return {"p50_ms": round(percentile(times, 0.5)), "worst_ms": round(max(times))}


def back_up(task: Task) -> Figures:
    """Write a backup, which is read and checked."""
    target = task.folder / "backup.sqlite3"
    seconds = _milliseconds(partial(backup, task.settings.data_folder, target)) / 1e3
    megabytes = target.stat().st_size / 1e6
    target.unlink()
    return {"seconds": round(seconds, 1), "mb": round(megabytes, 1)}


STEPS: dict[str, Step] = {
    "take_in": take_in,
    "build": build,
    "disk": weigh,
    "search": search,
    "posted_until_found": post,
    "backup": back_up,
}


def written_articles(bench: Path, first: int) -> Iterator[Article]:
    """Yield articles of mixed sentences from the one with the number `first` on; each number's is always the same."""
    known = _sentences_of(bench)
    while True:
        yield _written(first, known)
        first += 1


def _written(number: int, known: list[str]) -> Article:
    chosen = random.Random(number)
    own = name_of(number)
    text = " ".join([f"The {own} was opened.", *chosen.choices(known, k=_SENTENCES)])
    return Article(
        id=article_id(own),
        external_id=own,
        origin="benchmark",
        title=f"About {own}",
        text=text,
        content_hash=content_hash(text),
        publisher=f"Publisher {number % _PUBLISHERS}",
        language="en",
        published=_FIRST_DAY + timedelta(days=chosen.randrange(_DAYS)),
    )


def _sentences_of(bench: Path) -> list[str]:
    with (bench / "corpus.jsonl").open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, _PARAGRAPHS)]
    return [text[start:end] for text in texts for start, end in sentence_spans(text)]


def _until_found(pipeline: Pipeline, retriever: Retriever, article: Article) -> None:
    pipeline.take([article])
    pipeline.index_words()
    while retriever.retrieve(f"Who opened the {article.external_id}?", limit=1).hits[0].article.id != article.id:
        sleep(0.01)


def _pipeline(settings: Settings, store: Store) -> Pipeline:
    encoder = HashingEncoder()
    return Pipeline(store, settings.data_folder, encoder, PassageSplitter(encoder, settings.retrieval))


def _milliseconds(act: Callable[[], object]) -> float:
    started = perf_counter()
    act()
    return (perf_counter() - started) * 1_000


def _peak_mb(whose: int) -> float:
    """Return the most memory of the process, or of its largest child that ended."""
    return round(resource.getrusage(whose).ru_maxrss / 1_024)


def _cpu_seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _bytes_of(files: Iterable[Path]) -> int:
    return sum(file.stat().st_size for file in files if file.is_file())


if __name__ == "__main__":
    main()
