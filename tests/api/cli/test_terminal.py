from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cli.terminal import harmless, one_line, say_json
from tests.api.cli.conftest import Command


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("a\x1b[2Jb\x1b[1;1Hc", "abc"),
        ("\x1b]0;owned\x07title", "]0;ownedtitle"),
        ("\x9b31mred", "31mred"),
        ("over\rwritten\x08", "overwritten"),
        ("abc\u202etxt.exe", "abctxt.exe"),
        ("\x1b]8;;https://evil.example\x07here", "]8;;https://evil.examplehere"),
        ("pay\u200bpal \U000e0069\U000e0067", "paypal "),
        ("می\u200cخواهم 👩\u200d👧", "می\u200cخواهم 👩\u200d👧"),
        ("[bold]no markup[/bold]", "[bold]no markup[/bold]"),
        ("tabs\tand\nlines stay", "tabs\tand\nlines stay"),
        ("北京 – “naïve” 🙂", "北京 – “naïve” 🙂"),
    ],
)
def test_terminal_text_from_a_stranger_is_shown_and_not_obeyed(hostile: str, shown: str) -> None:
    assert harmless(hostile) == shown


@given(st.text())
def test_terminal_no_control_character_but_tab_and_newline_reaches_the_terminal(text: str) -> None:
    left = {letter for letter in harmless(text) if unicodedata.category(letter) == "Cc"}

    assert left <= {"\t", "\n"}


@given(st.text())
def test_terminal_taming_text_twice_changes_nothing(text: str) -> None:
    assert harmless(harmless(text)) == harmless(text)


def test_terminal_a_title_never_takes_more_than_one_line() -> None:
    assert one_line("a\n\n b\tc \x1b[1md") == "a b c d"


def test_terminal_json_hides_no_control_character_and_survives_any_encoding(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say_json({"title": "\x9b31m 北京 \ud800"})

    printed = capsys.readouterr().out
    assert printed.isascii()
    assert json.loads(printed) == {"title": "\x9b31m 北京 \ud800"}


def test_terminal_a_misused_command_repeats_what_was_typed_harmlessly(assistant: Command) -> None:
    done = assistant("ask", "a question", "--\x1b]0;owned\x07\u202e")

    assert done.code == 2
    assert "No such option" in done.err
    assert not {"\x1b", "\x07", "\u202e"} & set(done.err)
