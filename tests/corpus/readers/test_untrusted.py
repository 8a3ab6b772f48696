from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from corpus.errors import UnreadableSource
from corpus.readers import untrusted
from corpus.readers.untrusted import _CHILDREN, in_child
from tests.corpus.readers.files import docx, read

_WORDS = docx("<w:p><w:r><w:t>It was sold.</w:t></w:r></w:p>")


def child_id() -> int:
    read("docx", _WORDS)
    assert _CHILDREN._child is not None
    return _CHILDREN._child._process.pid


def test_untrusted_one_child_reads_many_files_of_all_formats() -> None:
    first = child_id()
    for _ in range(50):
        read("docx", _WORDS)
    read("eml", b"From: ada@example.org\n\nIt was sold.\n")
    read("rst", b"It was sold.")
    assert child_id() == first


def test_untrusted_a_child_is_replaced_after_many_files() -> None:
    first = child_id()
    assert _CHILDREN._child is not None
    _CHILDREN._child._files_left = 1
    read("docx", _WORDS)
    assert child_id() != first


def test_untrusted_a_child_that_dies_in_between_is_replaced_unnoticed() -> None:
    os.kill(child_id(), signal.SIGKILL)
    assert read("docx", _WORDS).text == "It was sold."


@pytest.mark.parametrize(
    ("end", "words"),
    [(signal.SIGSEGV, "broke down (SIGSEGV)"), (signal.SIGXCPU, "more than 60 seconds")],
    ids=["crash", "time"],
)
def test_untrusted_a_file_over_which_the_child_dies_costs_one_sentence(
    end: signal.Signals, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A reader that does what a hostile file would make a faulty library do.
    (tmp_path / "dies.py").write_text(f"import os\ndef parse(raw, origin):\n    os.kill(os.getpid(), {end.value})\n")
    _CHILDREN.end()
    monkeypatch.setattr(untrusted, "_START", _with_folder(tmp_path))
    with pytest.raises(UnreadableSource) as refused:
        in_child("dies")(b"", "the file")
    assert words in refused.value.reason
    assert read("docx", _WORDS).text == "It was sold."
    _CHILDREN.end()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("bytearray(8 * 2**30)", "GiB of memory"),
        ("__import__('socket').create_connection(('127.0.0.1', 9))", "PermissionError"),
        ("__import__('subprocess').run(['true'])", "PermissionError"),
        ("__import__('os').system('true')", "PermissionError"),
        ("__import__('pathlib').Path('{place}').write_text('x' * 100)", "OSError"),
        ("__import__('corpus.readers.draft').readers.draft.Draft('x' * 10_000_001)", "more than 10,000,000 characters"),
    ],
    ids=["memory", "socket", "program", "shell", "file", "length"],
)
def test_untrusted_the_child_can_do_no_harm(
    body: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = body.replace("{place}", str(tmp_path / "written"))
    (tmp_path / "tries.py").write_text(f"def parse(raw, origin):\n    return {body}\n")
    _CHILDREN.end()
    monkeypatch.setattr(untrusted, "_START", _with_folder(tmp_path))
    with pytest.raises(UnreadableSource) as refused:
        in_child("tries")(b"", "the file")
    assert words in refused.value.reason
    written = tmp_path / "written"
    assert not written.exists() or not written.read_bytes()
    _CHILDREN.end()


def test_untrusted_many_threads_share_the_child() -> None:
    texts: list[str] = []

    def work(number: int) -> None:
        mail = f"From: ada@example.org\n\nBoat {number}.\n".encode()
        texts.extend(read("eml", mail).text for _ in range(5))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(texts) == sorted([f"Boat {number}." for number in range(6)] * 5)


def test_untrusted_the_child_ends_with_its_parent() -> None:
    import subprocess
    import sys
    import time

    program = (
        "import sys; sys.path.insert(0, '.')\n"
        "from corpus.readers.formats import format_named\n"
        "from corpus.readers.untrusted import _CHILDREN\n"
        "format_named('eml').parse(b'From: ada@example.org\\n\\nA boat.\\n', '')\n"
        "print(_CHILDREN._child._process.pid, flush=True); sys.stdin.read()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    for _ in range(300):
        if not _is_alive(child):
            return
        time.sleep(0.1)
    raise AssertionError("the child lives on")


def _is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


def _with_folder(folder: Path) -> str:
    """Return the child's program with one more folder of readers."""
    return untrusted._START.replace(
        "from corpus.readers.untrusted",
        f"import corpus.readers; corpus.readers.__path__.append({str(folder)!r}); from corpus.readers.untrusted",
    )
