"""The command line: `assistant COMMAND`. What it says and leaves with is in docs/cli.md.

The heavy rooms are imported inside the commands, so that help comes at once.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import NoReturn

from api.cli.terminal import one_line, tell
from api.problems import ROOM_ERRORS, ExitCode, exit_code_of


def main() -> NoReturn:
    """Run the command that the arguments name, and leave with an `ExitCode`."""
    from api.cli.app import app
    from corpus.store.privacy import make_files_private

    make_files_private()
    _print_whatever_comes()
    try:
        app()
    except ROOM_ERRORS as error:
        _leave(str(error), exit_code_of(error))
    except OSError as error:
        _leave(_explain(error), ExitCode.DATA_FOLDER)
    except Exception:
        import traceback

        tell(traceback.format_exc())
        _leave("This is an error of the program itself; please report the lines above.", ExitCode.UNEXPECTED)
    sys.exit(ExitCode.DONE)


def _print_whatever_comes() -> None:
    """Show a letter's code where the terminal cannot show the letter, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _leave(sentence: str, code: ExitCode) -> NoReturn:
    tell(one_line(sentence))
    sys.exit(code)


def _explain(error: OSError) -> str:
    place = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{place}."
