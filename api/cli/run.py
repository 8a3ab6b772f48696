"""Running of one command, whose errors leave as one sentence and an exit code."""

from __future__ import annotations

import sys
from io import StringIO, TextIOWrapper

from typer import Abort
from typer._click.exceptions import ClickException  # which Typer raises, and has no public name for

from api.cli.app import app
from api.cli.terminal import one_line, tell
from api.problems import ROOM_ERRORS, ExitCode, exit_code_of
from corpus.store.privacy import make_files_private


def run() -> int:
    """Run the command that the arguments name; return the exit code."""
    make_files_private()
    _print_whatever_comes()
    try:
        code: int | None = app(standalone_mode=False)
    except ClickException as error:
        return _told_misused(error)
    except ROOM_ERRORS as error:
        return _told(str(error), exit_code_of(error))
    except OSError as error:
        return _told(_explain(error), ExitCode.DATA_FOLDER)
    except (KeyboardInterrupt, Abort):
        return _told("Stopped.", ExitCode.STOPPED)
    except UnicodeEncodeError as error:
        # Names of files may hold any bytes; ids, addresses and the like cannot.
        return _told(f"{error.object!r} is not valid UTF-8; check the arguments.", ExitCode.BAD_INPUT)
    except Exception:
        import traceback

        tell(traceback.format_exc())
        return _told("This is an error of the program itself; please report the lines above.", ExitCode.UNEXPECTED)
    return code or ExitCode.DONE


def _print_whatever_comes() -> None:
    """Show a letter's code where the terminal cannot show the letter, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _told_misused(error: ClickException) -> int:
    """Tell how the command is used. Arguments may be names of files, which are repeated in what is told."""
    told = StringIO()
    error.show(told)
    tell(told.getvalue().rstrip())
    return error.exit_code


def _told(sentence: str, code: ExitCode) -> ExitCode:
    tell(one_line(sentence))
    return code


def _explain(error: OSError) -> str:
    place = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{place}; check the path, its permissions and the free space."
