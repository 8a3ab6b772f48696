"""The alerts and the dashboard: what they ask for is what the service tells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from assistant.ask import Assistant
from assistant.settings import HttpOptions, Settings
from corpus.store import open_store_writer
from index.backends import vector_writer
from tests.api.conftest import serving
from tests.hashing_encoder import HashingEncoder
from tests.index.library import article, put, update

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "prometheus" / "assistant.rules.yml"
DASHBOARD = DEPLOY / "grafana" / "assistant.json"
DOCS = Path(__file__).parents[2] / "docs" / "monitoring.md"
SERIES = ("_total", "_bucket", "_sum", "_count", "")
"""What the names of series have behind that of their metric."""


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return list(group["rules"])


def panels() -> list[dict[str, Any]]:
    return [panel for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"] if panel["type"] != "row"]


def series_in(expression: str) -> set[str]:
    return set(re.findall(r"\bassistant_\w+", expression))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[set[str]]:
    """The names of all series of a service that has an index and a source."""
    settings = Settings(data=tmp_path_factory.mktemp("watched"), serving=HttpOptions(port=0))
    with open_store_writer(settings.data_folder) as store:
        put(store, [article("crane", "This is a crane.")])
        update(store, settings.data_folder)
        vector_writer(settings.data_folder).build(store, HashingEncoder.fingerprint)
        store.sources.add("https://example.org/feed.xml", datetime.now(UTC))
    with Assistant.open(settings, HashingEncoder()) as helper, serving(helper, settings) as url:
        families = list(text_string_to_metric_families(httpx.get(url + "/metrics", timeout=60).text))
        yield {family.name + suffix for family in families for suffix in SERIES}


def test_alerts_ask_for_what_the_service_tells(told: set[str]) -> None:
    asked = [series_in(rule["expr"]) for rule in rules()]

    assert set().union(*asked) - told == set()
    assert [rule["alert"] for rule, names in zip(rules(), asked, strict=True) if not names] == ["AssistantDown"]


def test_alerts_are_whole_and_each_is_explained() -> None:
    explained = DOCS.read_text(encoding="utf-8")
    for rule in rules():
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"\d+m", rule["for"])
        assert rule["labels"]["severity"] in ("page", "warn")
        assert rule["annotations"]["summary"]
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert f"| `{rule['alert']}` |" in explained


def test_dashboard_shows_what_the_service_tells(told: set[str]) -> None:
    for panel in panels():
        for target in panel["targets"]:
            names = series_in(target["expr"])
            assert names, panel["title"]
            assert names <= told
            assert target["expr"].count("(") == target["expr"].count(")")


def test_dashboard_has_no_two_panels_in_one_place() -> None:
    taken = [
        (x, y)
        for panel in panels()
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]

    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24
