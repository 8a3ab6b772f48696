"""An upgrade that is taken back by restoring the backup that was made before it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from api.problems import ExitCode
from corpus.store import DataFolder
from corpus.store.sql.schema import HEAD
from corpus.store.sqlite.engine import stored_revision
from tests.upgrade.version import ROOT, Version, code_of

LAST_TWO = {
    "0009": "de842521099ca7a0690983064a7f60f4a5ab4d9a",
    "0010": "d7a364e9cddbdbeb2cd94dd284cab65ddc7bfb86",
}
"""The last two revisions of the store before this one, and a commit that writes each."""


def rows(version: Version) -> list[str]:
    """All that is stored, as statements of SQL."""
    with closing(sqlite3.connect(DataFolder(version.data).database)) as connection:
        return list(connection.iterdump())


def without_keys(stored: list[str]) -> list[str]:
    return [row for row in stored if not row.startswith('INSERT INTO "keys"')]


@pytest.mark.parametrize("revision", LAST_TWO)
def test_rollback_brings_every_row_back_but_of_rotated_keys(revision: str, tmp_path: Path) -> None:
    old = Version(code_of(LAST_TWO[revision], tmp_path / "code"), tmp_path / "data")
    catalog, saved = DataFolder(old.data).database, str(tmp_path / "before.db")
    key = json.loads(old.run("keys", "create", "kept", "--json"))
    old.run("backup", saved)
    before, revision_before = rows(old), stored_revision(catalog)

    rotated = json.loads(Version(ROOT, old.data).run("keys", "rotate", key["id"], "--json"))

    assert (revision_before, stored_revision(catalog)) == (revision, HEAD)
    assert (rotated["id"], rotated["name"], rotated["key"] == key["key"]) == (key["id"], "kept", False)
    with old.start("keys", "list") as refused:
        assert (refused.communicate()[0], refused.returncode) == ("", ExitCode.DATA_FOLDER)
    old.run("restore", saved, "--replace")
    after = rows(old)
    assert without_keys(after) == without_keys(before)
    assert after != before
