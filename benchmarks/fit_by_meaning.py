"""Fits `assistant/reading/by_meaning.json`: when a unit answers that no model reads, on Chinese questions.

    git clone https://github.com/ymcui/cmrc2018
    git clone https://github.com/google-deepmind/xquad
    python -m benchmarks.fit_by_meaning cmrc2018/squad-style-data/cmrc2018_dev.json xquad WORK [--write]

Articles in Chinese are of CMRC 2018 (Cui et al. 2019), those in English, asked about in Chinese, of XQuAD (Artetxe et
al. 2020), both CC BY-SA 4.0. All stand in one index. Three questions of each article are asked: two over all articles,
the third over all but its own, where it has no answer. Every other article is fitted on, the rest measures. Fitting is
that of `benchmarks.fit_calibration`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.ask import Assistant
from assistant.ingestion.ingest import ingest_paths
from assistant.logistic import Logistic
from assistant.query.by_lexicons import kind_by_lexicons
from assistant.query.decompose import SubQuestion
from assistant.query.topic import Rarity
from assistant.reading.abstention import measure_signals
from assistant.reading.by_meaning import CalibrationByMeaning
from assistant.reading.calibration import shipped_calibration
from assistant.reading.models.load import load_reading_model
from assistant.reading.prescore import PRESCORE_DEPTH
from assistant.reading.reader import ReadResult, WindowReader
from assistant.settings import Settings
from benchmarks.fit_calibration import FIRST_GUESS, Considered, fit, measure, probabilities_of
from corpus.article import ArticleFilter
from corpus.text.chinese import CHINESE
from index.encoders.multilingual_encoder import MultilingualEncoder

STORED = Path(__file__).parents[1] / "assistant" / "reading" / "by_meaning.json"

_UNIT = ("fused", "meaning", "words", "across")
_ANSWERABILITY = ("support", "meaning", "sentence")
_ASKED_OF_EACH = 3
_TOLD = 2
"""Units of which an answer consists, at least."""
_TOLD_WRONG = {"eager": 0.3, "balanced": 0.15, "cautious": 0.05}
"""Of what is told, the share that may be wrong."""

_ANY = CalibrationByMeaning(
    unit=Logistic({"fused": 3.0, "meaning": 6.0, "words": 3.0, "across": 1.0}, -6.0),
    answerability=Logistic({}, 0.0),
    thresholds={},
    encoder="",
    languages=(),
)
"""To read by before anything is fitted."""


class Asked(NamedTuple):
    """A question, the article that it was written for, and whether that may be searched."""

    question: str
    answers: tuple[str, ...]
    article: str
    is_answerable: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("cmrc", type=Path)
    parser.add_argument("xquad", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--articles", type=int, default=40, help="of each language")
    parser.add_argument("--write", action="store_true", help=f"store the result in {STORED.name}")
    arguments = parser.parse_args()
    folder = arguments.work / "articles"
    folder.mkdir(parents=True, exist_ok=True)
    sets = {
        "zh over zh": list(of_cmrc(arguments.cmrc, folder, arguments.articles)),
        "zh over en": list(of_xquad(arguments.xquad, folder, arguments.articles)),
    }
    settings = Settings(data=arguments.work / "data")
    settings = settings.model_copy(update={"retrieval": replace(settings.retrieval, encoder="multilingual")})
    ingest_paths(settings, [folder])
    with Assistant.open(settings) as assistant:
        first = [consider(assistant, _ANY, asked)[0] for asked in sets.values()]
        unit = fit([half.evidence for half in first], _UNIT)
        halves = {name: consider(assistant, replace(_ANY, unit=unit), asked) for name, asked in sets.items()}
    fitted = fit_answers(unit, [half for half, _ in halves.values()])
    measured = replace(FIRST_GUESS, answerability=fitted.answerability, thresholds=fitted.thresholds)
    report = {
        **asdict(fitted),
        "measured_on_other_half": {name: measure((measured, other)) for name, (_, other) in halves.items()},
    }
    print(json.dumps(report, indent=2))
    if arguments.write:
        STORED.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def of_cmrc(path: Path, folder: Path, most: int) -> Iterator[Asked]:
    """Write so many Chinese articles, each a file, and yield what is asked of them."""
    for entry in json.loads(path.read_text(encoding="utf-8"))["data"][:most]:
        paragraph = entry["paragraphs"][0]
        yield from _asked(folder / f"{paragraph['id']}.md", entry["title"], paragraph["context"], paragraph["qas"])


def of_xquad(path: Path, folder: Path, most: int) -> Iterator[Asked]:
    """Write the first paragraph of so many English articles, and yield what is asked of each in Chinese."""
    english, chinese = (
        json.loads((path / f"xquad.{tag}.json").read_text(encoding="utf-8"))["data"] for tag in ("en", "zh")
    )
    for number, (written, translated) in enumerate(zip(english[:most], chinese, strict=False)):
        paragraph = written["paragraphs"][0]
        questions = {one["id"]: one["question"] for one in translated["paragraphs"][0]["qas"]}
        asked = [{**one, "question": questions[one["id"]]} for one in paragraph["qas"]]
        title = written["title"].replace("_", " ")
        yield from _asked(folder / f"XQUAD_{number}.md", title, paragraph["context"], asked)


def _asked(path: Path, title: str, text: str, questions: Sequence[Mapping[str, Any]]) -> Iterator[Asked]:
    path.write_text(f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n\n{text}\n", encoding="utf-8")
    for number, one in enumerate(questions[:_ASKED_OF_EACH]):
        answers = tuple({answer["text"] for answer in one["answers"]})
        yield Asked(one["question"], answers, path.name, number < _ASKED_OF_EACH - 1)


def consider(
    assistant: Assistant, by_meaning: CalibrationByMeaning, asked: Sequence[Asked]
) -> tuple[Considered, Considered]:
    """Read for all questions by these numbers; return what came of those of every other article, and of the rest."""
    reader = WindowReader(
        assistant.stages.retriever,
        load_reading_model(),
        shipped_calibration(),
        windows=Settings().answering.windows,
        by_meaning=by_meaning,
    )
    stored = assistant.store.articles.get_many({passage.article_id for passage in assistant.store.passages.all()})
    ids = {article.external_id: article.id for article in stored.values()}
    halves = (Considered(), Considered())
    names = sorted({one.article for one in asked})
    for one in asked:
        others = tuple(id_ for name, id_ in ids.items() if name != one.article)
        wanted = ArticleFilter() if one.is_answerable else ArticleFilter(article_id=others)
        sub_question = SubQuestion(one.question, one.question, kind=kind_by_lexicons(one.question, CHINESE))
        read = reader.read(sub_question, assistant.retrieve(one.question, wanted, PRESCORE_DEPTH).hits)
        _add(halves[names.index(one.article) % 2], sub_question, one, read, assistant.stages.retriever.rarity)
    return halves


def _add(half: Considered, sub_question: SubQuestion, one: Asked, read: ReadResult, rarity: Rarity) -> None:
    right = [
        one.is_answerable
        and item.hit.article.external_id == one.article
        and any(answer in item.text for answer in one.answers)
        for item in read.evidence
    ]
    if one.is_answerable:
        for item, is_right in zip(read.evidence, right, strict=True):
            half.evidence.add(item.signals, is_right)
    half.answers.add(measure_signals(sub_question, read, rarity).by_name(), any(right[:_TOLD]))
    half.answerable.append(one.is_answerable)


def fit_answers(unit: Logistic, sets: Sequence[Considered]) -> CalibrationByMeaning:
    answerability = fit([half.answers for half in sets], _ANSWERABILITY)
    probabilities = np.concatenate([probabilities_of(answerability, half) for half in sets])
    right = np.concatenate([half.answers.right for half in sets])
    return CalibrationByMeaning(
        unit=unit,
        answerability=answerability,
        thresholds={name: threshold(probabilities, right, share) for name, share in _TOLD_WRONG.items()},
        encoder=MultilingualEncoder().fingerprint,
        languages=("en", "zh"),
    )


def threshold(probabilities: NDArray[np.float64], right: NDArray[np.bool_], may_be_wrong: float) -> float:
    """Return the least probability from which at most this share of what is told is wrong, in thousandths."""
    order = np.argsort(-probabilities)
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    return float(np.floor(1000 * probabilities[order][np.flatnonzero(wrong <= may_be_wrong)[-1]]) / 1000)


if __name__ == "__main__":
    main()
