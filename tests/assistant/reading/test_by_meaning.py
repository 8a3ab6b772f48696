"""Reading by meaning, with the packaged numbers: what the reading model knows not the language of."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.answer import Status
from assistant.ingestion.ingest import ingest_paths
from assistant.logistic import Logistic
from assistant.query.decompose import SubQuestion
from assistant.query.kind import QuestionKind
from assistant.reading.by_meaning import CalibrationByMeaning, calibration_by_meaning, shipped_calibration_by_meaning
from assistant.reading.calibration import shipped_calibration
from assistant.reading.models.packaged import PackagedModel
from assistant.reading.reader import WindowReader
from index.encoders.multilingual_encoder import MultilingualEncoder
from tests.assistant.evidence import make_article, make_hit
from tests.assistant.reading.test_reader import HashedSentences, read, texts

BY_WORDS = CalibrationByMeaning(
    unit=Logistic({"words": 4.0}, -2.0), answerability=Logistic({}, 0.0), thresholds={}, encoder="", languages=()
)
FACTORY = make_article(
    "新工厂将于2026年3月5日在武汉开工。工厂预计雇用三百二十名当地工人。市长没有出席新闻发布会。2026年工厂有五百辆车，用了两万吨钢材。"
)


@pytest.fixture(scope="module")
def reader() -> WindowReader:
    return WindowReader(HashedSentences(), PackagedModel(), shipped_calibration(), windows=3, by_meaning=BY_WORDS)


def test_calibration_by_meaning_is_that_of_the_packaged_encoder_alone() -> None:
    assert calibration_by_meaning(MultilingualEncoder().fingerprint) is shipped_calibration_by_meaning()
    assert calibration_by_meaning("another") is None


def test_calibration_by_meaning_asks_for_more_and_more() -> None:
    thresholds = shipped_calibration_by_meaning().thresholds
    assert thresholds["eager"] <= thresholds["balanced"] <= thresholds["cautious"]


@pytest.mark.parametrize(
    ("question", "kind", "short"),
    [
        ("新工厂什么时候开工？", QuestionKind.DATE, "2026年3月5日"),
        ("工厂预计雇用多少当地工人？", QuestionKind.AMOUNT, "三百二十名"),
        ("新闻发布会谁没有出席？", QuestionKind.PERSON, None),
        ("工厂用了多少吨钢材？", QuestionKind.AMOUNT, "两万吨"),
        ("钢材用了多少？", QuestionKind.AMOUNT, "两万吨"),
        ("2026年有多少辆？", QuestionKind.AMOUNT, "五百辆"),
    ],
)
def test_evidence_by_meaning_tells_a_short_answer_where_form_does(
    reader: WindowReader, question: str, kind: QuestionKind, short: str | None
) -> None:
    best = reader.read(SubQuestion(question, question, kind=kind), [make_hit(FACTORY)]).evidence[0]
    assert (FACTORY.text[slice(*best.short)] if best.short else None) == short


def test_evidence_by_meaning_of_another_language_is_known_to_be_across(reader: WindowReader) -> None:
    other = make_hit(make_article("Chips are made elsewhere.", "other"))
    result = reader.read(SubQuestion("芯片在哪里？", ""), [make_hit(make_article("芯片在武汉的新工厂制造。")), other])
    across = {item.hit.article.external_id: item.signals["across"] for item in result.evidence}
    assert across == {"one": 0.0, "other": 1.0}
    assert all(hit.score == hit.scores.reader for hit in result.hits)


def test_reader_read_reads_english_as_without_numbers_for_other_languages(reader: WindowReader) -> None:
    question = "Where did the visitors come from?"
    alone = WindowReader(HashedSentences(), PackagedModel(), shipped_calibration(), windows=3)
    assert texts(read(reader, question).evidence) == texts(read(alone, question).evidence)
    assert read(reader, question).hits == read(alone, question).hits


def test_ask_in_chinese_is_answered_from_chinese_and_refused_where_nothing_answers(tmp_path: Path) -> None:
    for number, text in enumerate(
        (
            "新工厂将于2026年3月5日在武汉开工。该厂预计雇用三百名工人。",
            "市政府批評了航空公司的票價。市長說，票價上漲傷害了遊客。",
            "周末的音乐节因为暴雨取消了。主办方会退还所有门票。",
        )
    ):
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8")
    settings = Settings(data=tmp_path / "data")
    settings = settings.model_copy(update={"retrieval": replace(settings.retrieval, encoder="multilingual")})
    ingest_paths(settings, [tmp_path])
    with Assistant.open(settings) as helper:
        answer = helper.ask("新工厂什么时候开工？")
        assert answer.status is Status.ANSWERED
        assert "2026年3月5日" in answer.text
        assert answer.is_calibrated
        again = helper.ask("新工廠什麼時候開工？")
        assert (again.text, again.question) == (answer.text, "新工廠什麼時候開工？")
        assert again.standalone_question is None
        assert helper.ask("谁批评了航空公司的票价？").citations[0].quote.startswith("市政府批評了航空公司的票價。")
        assert helper.ask("月球上有多少个环形山？").status is Status.NO_ANSWER
