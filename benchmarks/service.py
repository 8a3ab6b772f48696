"""A real `assistant serve` on loopback, and articles and questions to send it."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant.ingestion.ingest import ingest_paths
from assistant.settings import Settings

ARTICLES = Path(__file__).parents[1] / "corpus" / "articles"

_ROOT = Path(__file__).parents[1]

_QUESTIONS = (
    "what does China say about semiconductors?",
    "who spoke at the conference in Shanghai?",
    "what is the role of the United Nations?",
    "what does the US plan say about open source?",
    "what do the two plans have in common?",
    "how do I bake sourdough bread?",
)

_WORDS = """harbour crane ferry bridge market orchard library museum council tariff voltage turbine reactor glacier
valley railway station timetable printer lantern compass anchor satellite antenna fibre lens mirror paper ink
merchant baker potter weaver smith carpenter mason painter singer piper drummer sailor pilot driver""".split()


@contextmanager
def serving(data: Path, workers: int) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address, and the process that supervises; `data` gets the sample articles first."""
    ingest_paths(Settings(data=data), [ARTICLES])
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", "0"]
    environment = {**os.environ, "ASSISTANT_DATA": str(data)}
    with subprocess.Popen(
        [*command, "--workers", str(workers)], cwd=_ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            told = "".join(process.stdout.readline() for _ in range(4))
            found = re.search(r"http://[\d.]+:\d+", told)
            assert found, told
            yield found[0], process
        finally:
            process.send_signal(signal.SIGTERM)


def question(number: int) -> str:
    """Different for each number, since answers to equal ones share work."""
    return f"{_QUESTIONS[number % len(_QUESTIONS)]} ({number})"


def posted_article(number: int, words: random.Random, sentences: int = 12) -> dict[str, str]:
    """An article with a word of its own, `name_of(number)`, in its first sentence."""
    text = [f"The {name_of(number)} was opened by the {words.choice(_WORDS)}."]
    for _ in range(sentences):
        some = " ".join(words.choices(_WORDS, k=12))
        text.append(f"The {some} {words.randrange(10_000)}.")
    return {"title": f"About {name_of(number)}", "external_id": f"post-{number}", "text": " ".join(text)}


def name_of(number: int) -> str:
    """A word that is in no other article."""
    letters = "bcdfghjklm"
    return "xy" + "".join(letters[int(digit)] + "o" for digit in f"{number:06d}")


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest rank; of nothing, nan."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
