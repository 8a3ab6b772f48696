"""Questions that the start page offers."""

from __future__ import annotations

from pathlib import Path

from api.web.examples import Examples
from assistant import Assistant, Settings
from assistant.ingestion.ingest import ingest_paths
from tests.assistant.scripted_model import ScriptedModel
from tests.conftest import ARTICLES


def test_what_is_offered_is_answered(helper: Assistant) -> None:
    offered = Examples().of(helper)

    assert 1 <= len(offered) <= 3
    assert {helper.ask(question).status for question in offered} == {"answered"}


def test_no_language_model_is_asked_for_them(settings: Settings) -> None:
    def never(_: str) -> list[str]:
        raise AssertionError("a page that anybody may open costs no money")

    with Assistant.open(settings, model=ScriptedModel(never)) as helper:
        assert Examples().of(helper)


def test_while_articles_come_and_go_they_are_made_anew_at_intervals(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    ingest_paths(settings, [ARTICLES])
    with Assistant.open(settings) as helper:
        offered = Examples()
        before = offered.of(helper)
        (tmp_path / "more.md").write_text("# More\n\nMore of it.", encoding="utf-8")
        ingest_paths(settings, [tmp_path / "more.md"])
        assert offered.of(helper) is before
        offered._next = 0.0
        assert offered.of(helper) is not before
