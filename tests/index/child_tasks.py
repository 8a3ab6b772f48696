"""What the children of `test_child_process` do."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence

from index.child_process import become_child, run_child


def main(arguments: Sequence[str]) -> None:
    """`arguments`: a task, and a word for it."""
    task, word = arguments
    if task == "have_child":
        run_child("tests.index.child_tasks", ["wait", word], on_progress=lambda done, of: print(done, flush=True))
        return
    on_progress = become_child()
    if task == "count":
        print("this is no progress")
        os.write(1, b"nor is this\n")
        for number in range(int(word)):
            on_progress(number + 1, int(word))
    elif task == "complain":
        raise ValueError(word)
    elif task == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif task == "tell_rank":
        on_progress(os.nice(0), 0)
    elif task == "wait":
        on_progress(os.getpid(), 0)
        time.sleep(60)


if __name__ == "__main__":
    main(sys.argv[1:])
