from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.child_process import ChildFailed, run_child

ROOT = Path(__file__).parents[2]
TASKS = "tests.index.child_tasks"


def test_child_process_a_child_tells_its_progress_and_nothing_that_others_print_is_taken_for_it() -> None:
    heard: list[tuple[int, int]] = []
    run_child(TASKS, ["count", "3"], lambda done, of: heard.append((done, of)))
    assert heard == [(1, 3), (2, 3), (3, 3)]


def test_child_process_progress_need_not_be_heard() -> None:
    run_child(TASKS, ["count", "2"])


def test_child_process_what_a_failed_child_complained_of_last_is_told() -> None:
    with pytest.raises(ChildFailed, match=r"ended with code 1, ValueError: the disk is full"):
        run_child(TASKS, ["complain", "the disk is full"])


def test_child_process_the_signal_that_ended_a_child_is_told() -> None:
    with pytest.raises(ChildFailed, match="ended by signal 9"):
        run_child(TASKS, ["die", ""])


def test_child_process_a_child_gives_way_to_its_parent() -> None:
    ranks: list[int] = []
    run_child(TASKS, ["tell_rank", ""], lambda rank, _: ranks.append(rank))
    assert ranks[0] > os.nice(0)


def test_child_process_a_child_ends_when_its_parent_is_killed() -> None:
    # This process is the grandparent, and kills the parent.
    command = [sys.executable, "-m", TASKS, "have_child", ""]
    parent = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_running(child)

    parent.kill()
    parent.communicate()

    assert soon_ends(child)


def test_child_process_a_child_ends_when_its_parent_is_interrupted() -> None:
    children: list[int] = []

    def interrupt(child: int, _: int) -> None:
        children.append(child)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_child(TASKS, ["wait", ""], interrupt)
    assert soon_ends(children[0])


def test_child_process_a_script_without_a_main_guard_has_a_child_and_runs_once(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from index.child_process import run_child\n"
        "print('begins')\n"
        "run_child('tests.index.child_tasks', ['count', '1'])\n"
        "print('ends')\n"
    )
    path = os.pathsep.join([str(ROOT)])
    ran = subprocess.run(
        [sys.executable, script], env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True
    )
    assert (ran.stdout, ran.returncode) == ("begins\nends\n", 0)


def soon_ends(process: int) -> bool:
    deadline = time.monotonic() + 20
    while is_running(process) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_running(process)


def is_running(process: int) -> bool:
    """Whether it runs; one that has ended and that nobody has asked about does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
