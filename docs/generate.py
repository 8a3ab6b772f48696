"""Writes what is generated anew: `make snapshots`. A test fails when any of it is stale."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from api.cli.reference import cli_reference
from api.http.app import describe_service
from api.problems import PROBLEMS
from api.web.bundle import widget
from assistant.evaluation.measures import MEASURES
from assistant.settings import describe_settings

_REPOSITORY = Path(__file__).parent.parent


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated file with the text it should have."""
    yield _REPOSITORY / "tests/api/openapi.json", json.dumps(describe_service().openapi(), indent=2) + "\n"
    yield _REPOSITORY / "docs/cli.md", cli_reference()
    yield _REPOSITORY / "docs/settings.md", _settings_page()
    yield _REPOSITORY / "docs/http-errors.md", _errors_page()
    yield _REPOSITORY / "docs/measures.md", _measures_page()
    yield _REPOSITORY / "docs/abstention.md", _abstention_page()
    yield _REPOSITORY / "docs/widget.md", _widget_page()


def _settings_page() -> str:
    rows = (
        f"| `{row.variable}` | `{row.default}` | {row.limits} | {row.description} | {row.why} |"
        for row in describe_settings()
    )
    return _table_page(
        "Settings",
        "Set as environment variables. An unknown name is refused at start, with the nearest known one or, where a "
        "setting was renamed, its new name. Numbers outside of their limits are refused, too. The records are in "
        "[docs/adr](adr).",
        ("variable", "default", "limits", "what it does", "why so"),
        rows,
    )


def _errors_page() -> str:
    rows = (
        f"| {problem.status} | `{problem.code}` | {problem.meaning} | {problem.retry_seconds or ''} |"
        for problem in PROBLEMS
    )
    return _table_page(
        "Errors over HTTP",
        "Every error is `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, "
        "`instance`, `code`, `request_id` and, for wrong fields, `errors` with the `field`, `code` and "
        "`detail` of each. Nothing of what was sent comes back. `request_id` is also the header "
        "`X-Request-ID`, and stands in the log.",
        ("status", "code", "meaning", "`Retry-After` (seconds)"),
        rows,
    )


def _widget_page() -> str:
    template = (_REPOSITORY / "docs/widget.template.md").read_text(encoding="utf-8")
    script = widget()
    return template.replace("{version}", script.version).replace("{integrity}", script.integrity)


def _measures_page() -> str:
    rows = (
        f"| `{measure.name}` | {measure.description} | {measure.better} | {measure.source} |" for measure in MEASURES
    )
    return _table_page(
        "Measures",
        "What `assistant evaluate` measures, each with a 95 % interval; how to use it: [evaluation.md](evaluation.md).",
        ("measure", "what it is", "better", "source"),
        rows,
    )


def _abstention_page() -> str:
    stored = json.loads(files("assistant.reading").joinpath("calibration.json").read_text(encoding="utf-8"))
    rows = (
        f"| `{operating_point}` | {stored['thresholds'][operating_point]} | {name} | {measured['questions']} | "
        f"{' | '.join(map(_percent, points.values()))} |"
        for operating_point in stored["thresholds"]
        for name, measured in stored["measured_on_other_half"].items()
        for points in (measured["operating_points"][operating_point],)
    )
    return _table_page(
        "When it answers",
        "`ASSISTANT_ANSWERING__OPERATING_POINT` names how sure an answer must be: its confidence, a calibrated "
        "probability that it is right, must reach the threshold. Half of a set is measured with what was fitted on the "
        "others; 95 % intervals. *Right* means that a gold answer or a gold sentence is in the answer. "
        "It holds for the models and settings that it was fitted for; with others, `assistant serve` and "
        "`assistant status` say how they differ, and an answer lists `uncalibrated` under `degraded`. What the sets "
        "are: [benchmarks](../benchmarks/README.md); how it was fitted: [record 52](adr/0052-labels-carried.md). "
        "The newest figures of the whole product are in the benchmarks, a few points beside these.",
        (
            "operating point",
            "threshold",
            "set",
            "questions",
            "answered",
            "right of the answered",
            "refused of the unanswerable",
            "refused of the answerable",
        ),
        rows,
    )


def _percent(figure: Sequence[float]) -> str:
    value, low, high = (f"{100 * part:.0f}" for part in figure)
    return f"{value} % ({low}–{high})"


def _table_page(title: str, introduction: str, columns: tuple[str, ...], rows: Iterator[str]) -> str:
    header = (f"| {' | '.join(columns)} |", "|---" * len(columns) + "|")
    return "\n".join([f"# {title}", "", introduction, "", *header, *rows, ""])


if __name__ == "__main__":
    for path, text in pages():
        path.write_text(text, encoding="utf-8")
