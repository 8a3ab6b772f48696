"""Measures what ingestion costs those who ask, and how soon a posted article is found:

    python -m benchmarks.ingestion [--asks NUMBER]

Everything runs on loopback, in one run, so that the figures can be compared with each other. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from time import monotonic, perf_counter, sleep

import httpx
import numpy as np

from assistant.ask import Assistant
from assistant.ingestion.ingest import ingest_paths
from assistant.settings import Settings
from benchmarks.service import ARTICLES, name_of, percentile, posted_article, question, serving
from corpus.article import Article, Passage, SplitArticle, article_id, content_hash
from corpus.store import open_store_writer
from corpus.store.protocols import Store
from index.encoders.encoder import Vectors
from index.encoders.load import load_encoder
from index.maintenance import index_words

_DELTA_SIZES = (0, 1_000, 5_000, 10_000)
_FOUND_AFTER = 10
"""Articles posted one after another, each looked for until it is found."""


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--asks", type=int, default=60)
    asks = arguments.parse_args().asks
    report = {"beside_delta_index": beside_delta_index(asks)}
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as folder, serving(Path(folder), workers) as (url, _):
            report[f"workers_{workers}"] = with_workers(url, asks)
    print(json.dumps(report, indent=1))


def beside_delta_index(asks: int) -> dict[str, dict[str, float]]:
    """Asking in this process, with so many passages committed after the generation."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        ingest_paths(settings, [ARTICLES])
        with Assistant.open(settings) as helper:
            helper.warm_up()
            report, there = {}, 0
            for count in _DELTA_SIZES:
                started = perf_counter()
                _add_to_delta(settings, there, count)
                added = perf_counter() - started
                there = count
                sleep(2)  # the reader looks four times a second
                times = _times(lambda number, count=count: helper.ask(question(count * 1000 + number)), asks)
                report[str(count)] = {**_summary(times), "seconds_to_add": round(added, 2)}
    return report


def _add_to_delta(settings: Settings, start: int, end: int) -> None:
    """Articles of one passage with vectors at random: their search takes as long as that of any others."""
    encoder, words = load_encoder(), random.Random(start)
    vectors = np.random.default_rng(start).normal(size=(end - start, encoder.dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with open_store_writer(settings.data_folder) as store:
        for first in range(start, end, 250):
            some = [_synthetic(number, words) for number in range(first, min(first + 250, end))]
            _store(store, encoder.fingerprint, some, vectors[first - start : first - start + len(some)])
        index_words(store, settings.data_folder)


def _synthetic(number: int, words: random.Random) -> Article:
    posted = posted_article(number, words)
    name, text = posted["external_id"], posted["text"]
    return Article(article_id(name), name, "benchmark", posted["title"], text, content_hash(text), language="en")


def _store(store: Store, encoder: str, articles: list[Article], vectors: Vectors) -> None:
    passages = [Passage(f"p-{one.id}", one.id, one.content_hash, 0, len(one.text), f"key-{one.id}") for one in articles]
    # Vectors of sentences at random, too: the same one for each of thirteen.
    sentences = [np.repeat(vector[np.newaxis], 13, axis=0) for vector in vectors]
    store.vectors.put(encoder, [one.vector_key for one in passages], vectors, sentences)
    store.articles.put(
        "benchmark", [SplitArticle(one, [passage]) for one, passage in zip(articles, passages, strict=True)]
    )


def with_workers(url: str, asks: int) -> dict[str, object]:
    """Asking over HTTP, one question at a time: while nothing happens, and while articles are taken in."""
    with httpx.Client(base_url=url, timeout=60) as client:
        _times(lambda number: _ask(client, number), 10)
        idle = _times(lambda number: _ask(client, 1_000 + number), asks)
        seconds = [_seconds_until_found(client, number) for number in range(_FOUND_AFTER)]
        stop, posted = Event(), []
        poster = Thread(target=_post_until, args=(url, stop, posted))
        poster.start()
        sleep(3)
        started = monotonic()
        busy = _times(lambda number: _ask(client, 2_000 + number), asks)
        lasted = monotonic() - started
        stop.set()
        poster.join()
        return {
            "idle": _summary(idle),
            "ingesting": _summary(busy),
            "p95_ratio": round(percentile(busy, 0.95) / percentile(idle, 0.95), 2),
            "seconds_from_post_to_found": {"p50": percentile(seconds, 0.5), "worst": max(seconds)},
            "articles_posted_meanwhile": len(posted),
            "seconds_ingesting": round(lasted, 1),
        }


def _post_until(url: str, stop: Event, posted: list[int]) -> None:
    """Keep a job or two waiting, so that the ingesting process never rests."""
    words = random.Random(1)
    with httpx.Client(base_url=url, timeout=60) as client:
        jobs: list[str] = []
        while not stop.is_set():
            first = 10_000 + len(posted)
            articles = [posted_article(number, words) for number in range(first, first + 20)]
            posted.extend(range(first, first + 20))
            jobs.append(client.post("/v1/articles", json={"articles": articles}).raise_for_status().json()["id"])
            while len(jobs) > 2 and not stop.is_set():
                jobs = [job for job in jobs if client.get(f"/v1/jobs/{job}").json()["status"] != "done"]
                sleep(0.2)


def _seconds_until_found(client: httpx.Client, number: int) -> float:
    started = monotonic()
    client.post("/v1/articles", json=posted_article(number, random.Random(number))).raise_for_status()
    while not is_found(client, number):
        sleep(0.05)
    return round(monotonic() - started, 2)


def is_found(client: httpx.Client, number: int) -> bool:
    """Whether the article comes first for its own word."""
    found = client.post("/v1/search", json={"query": f"Who opened the {name_of(number)}?", "limit": 1}).json()["data"]
    return bool(found) and found[0]["external_id"] == f"post-{number}"


def _ask(client: httpx.Client, number: int) -> None:
    client.post("/v1/ask", json={"question": question(number)}).raise_for_status()


def _times(act: Callable[[int], object], count: int) -> list[float]:
    times = []
    for number in range(count):
        started = perf_counter()
        act(number)
        times.append((perf_counter() - started) * 1000)
    return times


def _summary(milliseconds: list[float]) -> dict[str, float]:
    return {
        "ask_p50_ms": round(percentile(milliseconds, 0.5), 1),
        "ask_p95_ms": round(percentile(milliseconds, 0.95), 1),
    }


if __name__ == "__main__":
    main()
