from __future__ import annotations

import json
from pathlib import Path

from tests.api.cli.conftest import Command

MINUTES = "---\ntitle: Minutes\npublished: 2025-02-01\n---\nThe library opens on 4 March. It has 13,000 books.\n"


def test_verify_against_a_file_each_sentence_has_its_verdict_and_quote(with_samples: Command, tmp_path: Path) -> None:
    (tmp_path / "minutes.md").write_text(MINUTES)
    done = with_samples(
        "verify", "It has 13,000 books. Globex bought 4,711 ships.", "--against", str(tmp_path / "minutes.md")
    )

    right, quote, wrong, measured = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    assert right.startswith("supported (1.00)")
    assert quote == "    Minutes: It has 13,000 books."
    assert wrong.startswith("not confirmed (")
    assert "; number)" in wrong
    assert measured.startswith("Of sentences called supported, ")


def test_verify_json_is_the_body_that_http_sends(with_samples: Command, tmp_path: Path) -> None:
    (tmp_path / "minutes.md").write_text(MINUTES)
    done = with_samples("verify", "It has 13,000 books.", "--against", str(tmp_path / "minutes.md"), "--json")

    assert json.loads(done.out)["sentences"][0]["evidence"][0]["quote"] == "It has 13,000 books."


def test_verify_a_file_that_cannot_be_read_is_named(with_samples: Command, tmp_path: Path) -> None:
    done = with_samples("verify", "It rains.", "--against", str(tmp_path / "no.md"))

    assert done.code != 0
    assert "no.md" in done.err


def test_verify_an_empty_text_is_refused(with_samples: Command) -> None:
    done = with_samples("verify", " ")

    assert (done.code, "check 1 to 10,000" in done.err) == (2, True)


def test_verify_filters_beside_files_are_refused(with_samples: Command, tmp_path: Path) -> None:
    (tmp_path / "minutes.md").write_text(MINUTES)
    done = with_samples("verify", "It rains.", "--against", str(tmp_path / "minutes.md"), "--publisher", "Acme")

    assert (done.code, "leave them out with --against" in done.err) == (2, True)
