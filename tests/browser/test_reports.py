"""The reports of evaluations, read as they are: by eye in either theme, and by a screen reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.evaluation.compare import compare_runs
from assistant.evaluation.evaluate import RunOptions, evaluate_predictions
from assistant.evaluation.gold import Gold
from assistant.evaluation.json_lines import write_objects
from assistant.evaluation.report.compare_report import compare_report
from assistant.evaluation.run_folder import load_run
from tests.assistant.evaluation.builders import gold
from tests.browser.conftest import HOSTILE
from tests.browser.test_accessibility import violations

QUESTION = gold(
    "ferry",
    "How many drowned, and how do Bolivia and Peru see it?",
    nuggets=[
        {"text": f"Twelve drowned {HOSTILE}", "any_of": ["twelve"]},
        {"text": "On 3 May", "any_of": ["3 May"]},
        {"text": "It rained", "any_of": ["rain"], "vital": False},
    ],
    forbidden=[{"text": "Nine drowned", "any_of": ["nine"]}],
    verdict="no",
    parties=["Bolivia", "Peru"],
)
OTHER = gold("other", "Who drowned?", answers=["nobody"])
OLD = {"id": "ferry", "answer": "Twelve drowned, says Peru. It rained. Nine did at first.", "verdict": "yes"}
NEW = {"id": "ferry", "answer": "On 3 May it was nine, Peru and Bolivia say; then twelve.", "verdict": "no"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the runs `old` and `new`, and their comparison."""
    folder = tmp_path_factory.mktemp("runs")
    for name, said in (("old", OLD), ("new", NEW)):
        write_objects(folder / f"{name}.jsonl", [said, {"id": "other", "answer": "Nobody did."}])
        options = RunOptions(folder / name)
        evaluate_predictions(Gold("ferries", (QUESTION, OTHER)), folder / f"{name}.jsonl", options=options)
    old, new = load_run(folder / "old"), load_run(folder / "new")
    (folder / "compare.html").write_text(compare_report(old, new, compare_runs(old, new)), encoding="utf-8")
    return folder


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    with browser.new_context(color_scheme=request.param, viewport={"width": 320, "height": 900}) as context:
        yield context.new_page()


def marks(page: Page, heading: str) -> list[str]:
    """What stands below each heading of these words."""
    blocks = page.locator(".block").filter(has=page.get_by_role("heading", name=heading, exact=True))
    return blocks.get_by_role("listitem").all_inner_texts()


def opened(page: Page, file: Path) -> Page:
    page.goto(file.as_uri())
    page.locator("summary").filter(has_text="How many drowned").click()
    expect(page.get_by_role("heading", name="Verdict").first).to_be_visible()
    return page


def test_reports_a_run_says_in_words_what_each_question_was_told(page: Page, runs: Path) -> None:
    opened(page, runs / "old" / "report.html")

    assert marks(page, "Nuggets") == [
        f"told vital: Twelve drowned {HOSTILE}",
        "missed vital: On 3 May",
        "told It rained",
    ]
    assert marks(page, "Forbidden statements") == ["told Nine drowned"]
    assert marks(page, "Verdict") == ["wrong given: yes, expected: no"]
    assert marks(page, "Parties") == ["missed Bolivia", "covered Peru"]
    assert page.evaluate("window.attacked") is None
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []


def test_reports_a_comparison_says_which_nuggets_were_gained_and_lost(page: Page, runs: Path) -> None:
    opened(page, runs / "compare.html")

    assert marks(page, "Nuggets gained and lost") == ["gained vital: On 3 May", "lost It rained"]
    assert marks(page, "Verdict") == ["wrong given: yes, expected: no", "right given: no, expected: no"]
    assert page.locator("details.row").count() == 1
    assert page.evaluate("window.attacked") is None
    assert violations(page) == []
