"""The command line: `assistant COMMAND`. What it says and leaves with is in docs/cli.md.

The heavy rooms are imported inside the commands, so that help comes at once.
"""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run the command that the arguments name, and leave with an `ExitCode`."""
    # Until the command can be stopped in order, Ctrl-C just ends the process: nothing has begun.
    in_order = signal.signal(signal.SIGINT, signal.SIG_DFL)
    from api.cli.run import run

    signal.signal(signal.SIGINT, in_order)
    sys.exit(run())
