"""docs/access.md says what works."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from assistant.settings import describe_settings, load_settings
from tests.api.cli.conftest import Command, assistant  # noqa: F401 the fixture
from tests.conftest import ARTICLES

PAGE = (ARTICLES.parents[1] / "docs" / "access.md").read_text(encoding="utf-8")
SHELL = "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)).splitlines()
COMMANDS = [line for line in SHELL if line.startswith("assistant ") and not line.startswith("assistant serve")]


@pytest.mark.parametrize("line", COMMANDS)
def test_access_page_its_commands_work(assistant: Command, line: str) -> None:  # noqa: F811
    if found := re.search(r"key_\w+", line):
        key = json.loads(assistant("keys", "create", "Kept", "--json").out)
        line = line.replace(found[0], key["id"])
    assert assistant(*shlex.split(line)[1:]).code == 0


def test_access_page_its_settings_exist_and_have_the_defaults_that_it_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {setting.variable: setting.default for setting in describe_settings()}
    named = set(re.findall(r"ASSISTANT_\w+", PAGE))
    assert len(named) > 4
    assert named <= set(settings)
    for default, variable in re.findall(r"\| ([\d,]+) \| `(ASSISTANT_\w+)`", PAGE):
        assert settings[variable] == int(default.replace(",", ""))
    for variable, value in re.findall(r"export (\w+)=(\S+)", PAGE):
        monkeypatch.setenv(variable, value)
    assert load_settings().access.trusted_proxies == "127.0.0.1"
