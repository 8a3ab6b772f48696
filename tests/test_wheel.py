"""The wheel, as somebody gets it who installs it into an environment of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
ROOMS = ("corpus", "index", "assistant", "api")


def run(*command: str | Path, folder: Path) -> str:
    """What a command prints, run from `folder` without anything of this repository's environment."""
    ours = ("PYTHON", "ASSISTANT_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder)
    run(sys.executable, "-m", "pip", "wheel", *options, REPOSITORY, folder=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel, and borrows the dependencies of this one to be quick."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv/bin/python"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        wheel,
        folder=folder,
    )
    (packages,) = folder.glob("venv/lib/*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"], encoding="utf-8")
    return folder


def test_wheel_holds_every_file_of_the_rooms(wheel: Path) -> None:
    files = {
        path.relative_to(REPOSITORY).as_posix()
        for room in ROOMS
        for path in (REPOSITORY / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert files <= set(zipfile.ZipFile(wheel).namelist())


def test_wheel_tells_type_checkers_that_it_is_typed(wheel: Path) -> None:
    assert {f"{room}/py.typed" for room in ROOMS} <= set(zipfile.ZipFile(wheel).namelist())


def test_wheel_carries_its_licence_and_those_of_weights_and_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        licences = f"{metadata.removesuffix('METADATA')}licenses/"
        said = archive.read(metadata).decode().splitlines()
        licence, notice = (archive.read(f"{licences}{name}").decode() for name in ("LICENSE", "NOTICE"))

    assert {"License-Expression: Apache-2.0", "License-File: LICENSE", "License-File: NOTICE"} <= set(said)
    assert "Version 2.0, January 2004" in licence
    weights = [path.relative_to(REPOSITORY).as_posix() for path in REPOSITORY.glob("assistant/**/*.safetensors")]
    assert weights
    assert all(name in notice for name in (*weights, "all-MiniLM-L6-v2", "SQuADShifts", "CC BY 4.0"))


def test_wheel_installed_command_ingests_and_answers_from_any_folder(installed: Path) -> None:
    command = installed / "venv/bin/assistant"
    where = "import corpus, pathlib; print(pathlib.Path(corpus.__file__).parent)"
    package = Path(run(installed / "venv/bin/python", "-c", where, folder=installed).strip())

    assert package.is_relative_to(installed)
    assert "ingest" in run(command, "--help", folder=installed)
    assert "created" in run(command, "ingest", package / "articles", folder=installed)
    answer = run(command, "ask", "what does China say about semiconductors?", folder=installed)
    assert "[1]" in answer
    assert "semiconductors" in answer
    assert (installed / "data/catalog.sqlite3").exists()
