from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import DataFolderBusy, DataFolderUnusable
from corpus.store.data_folder import DataFolder

HOLDER = """
import sys, time
from pathlib import Path
from corpus.store.data_folder import DataFolder
with DataFolder(Path(sys.argv[1])).locked():
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path):
    """Another process that holds the lock of `tmp_path`."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_data_folder_a_second_writer_is_told_to_try_again(tmp_path: Path, holder: subprocess.Popen) -> None:
    with pytest.raises(DataFolderBusy, match="written by another process; try again"), DataFolder(tmp_path).locked():
        pass


def test_data_folder_beside_a_database_says_that_its_index_is_being_built(tmp_path: Path) -> None:
    shared = DataFolder(tmp_path, "postgresql://news@database/news")
    with shared.locked(), pytest.raises(DataFolderBusy, match=r"is building the index in .*try again"), shared.locked():
        pass


def test_data_folder_a_writer_that_was_killed_holds_nothing(tmp_path: Path, holder: subprocess.Popen) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with DataFolder(tmp_path).locked():
        pass


def test_data_folder_two_writers_of_one_process_exclude_each_other_too(tmp_path: Path) -> None:
    with DataFolder(tmp_path).locked(), pytest.raises(DataFolderBusy), DataFolder(tmp_path).locked():
        pass


def test_data_folder_a_lock_can_be_taken_again_once_it_is_given_up(tmp_path: Path) -> None:
    for _ in range(2):
        with DataFolder(tmp_path / "new" / "folder").locked():
            pass


def test_data_folder_a_place_that_is_no_folder_is_unusable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderUnusable, match="cannot be used"), DataFolder(tmp_path / "file").locked():
        pass
