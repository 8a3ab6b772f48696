from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

from corpus.asked import Asked, question_id
from corpus.store import DataFolder, open_service_store
from tests.api.cli.conftest import Command

TODAY = datetime.now(UTC).date()
OPENS, AGAIN = "When does Harlow Bridge reopen?", "when will the harlow bridge open again?"


def test_questions_are_listed_in_groups_made_gold_and_removed(assistant: Command, tmp_path: Path) -> None:
    with open_service_store(DataFolder(tmp_path / "data")) as store:
        store.asked.add({Asked(OPENS, "no_answer", TODAY): 2, Asked(AGAIN, "no_answer", TODAY): 1})
        store.asked.add({Asked("Who is she?\x1b[2J", "answered", date(2026, 1, 1)): 1})

    listed = assistant("questions", "list")
    opens, again, who = listed.out.splitlines()
    assert opens.split(maxsplit=3) == ["3", str(TODAY), question_id(OPENS), OPENS]
    assert again.split(maxsplit=2) == ["1", question_id(AGAIN), AGAIN]
    assert "\x1b" not in who
    refused = json.loads(assistant("questions", "list", "--by", "refused", "--json").out)
    assert [group["times"] for group in refused["data"]] == [3]

    (gold,) = assistant("questions", "gold", question_id(OPENS)).out.splitlines()
    assert (json.loads(gold)["question"], json.loads(gold)["draft"]) == (OPENS, True)

    assert assistant("questions", "remove").code == 2
    assert assistant("questions", "remove", "--before", "2026-02-01").out == "1 removed.\n"
    assert assistant("questions", "remove", question_id(OPENS)).out == "1 removed.\n"
    assert assistant("questions", "remove", "--all").out == "1 removed.\n"
    assert assistant("questions", "list").err.startswith("ASSISTANT_QUESTIONS__KEEP_DAYS is 0")
