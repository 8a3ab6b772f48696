"""What `make` installs and runs: locks that fit pyproject.toml, PyTorch's CPU build where no GPU is, all of a rung."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
RUNTIME, DEV, PYTORCH = "requirements.lock", "requirements-dev.lock", "pytorch.lock"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"


def named(group: str) -> list[Requirement]:
    """What pyproject.toml names for the runtime, or for its group `dev`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = {RUNTIME: project["project"]["dependencies"], DEV: project["dependency-groups"]["dev"]}
    return [Requirement(line) for line in lists[group]]


def locked(file: str) -> dict[str, tuple[Requirement, int]]:
    """Each release that a lock pins, with the number of its hashes."""
    entries = re.split(r"\n(?=[a-z0-9])", "\n" + (ROOT / file).read_text(encoding="utf-8"))[1:]
    pins = [(Requirement(entry.split("\\")[0].strip()), entry.count("--hash=sha256:")) for entry in entries]
    return {canonicalize_name(pin.name): (pin, hashes) for pin, hashes in pins}


def release(pin: Requirement) -> str:
    (specifier,) = pin.specifier
    assert specifier.operator == "=="
    return specifier.version


@pytest.mark.parametrize("file", [RUNTIME, DEV])
def test_installation_pyproject_names_ranges_that_the_lock_fits(file: str) -> None:
    pins = locked(file) | locked(PYTORCH)

    for requirement in named(file):
        assert "==" not in str(requirement.specifier)
        pin, _ = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(release(pin)), f"{requirement} is not what {file} holds: make lock"


@pytest.mark.parametrize("file", [RUNTIME, DEV])
def test_installation_lock_has_hashes_of_every_release(file: str) -> None:
    assert [name for name, (_, hashes) in locked(file).items() if not hashes] == []


def test_installation_locks_agree_on_what_both_pin() -> None:
    runtime, dev = locked(RUNTIME), locked(DEV)

    assert {name: release(pin) for name, (pin, _) in dev.items() if name in runtime} == {
        name: release(runtime[name][0]) for name in dev if name in runtime
    }


def test_installation_lock_leaves_pytorch_and_cuda_to_the_installer() -> None:
    assert not [name for name in locked(RUNTIME) if name.startswith(("torch", "triton", "nvidia", "cuda"))]
    assert list(locked(PYTORCH)) == ["torch"]


@pytest.mark.parametrize(("has_driver", "takes_cpu_build"), [(False, True), (True, False)])
def test_installation_make_takes_the_cpu_build_of_pytorch_where_no_driver_is(
    has_driver: bool, takes_cpu_build: bool, tmp_path: Path
) -> None:
    make = shutil.which("make")
    assert make
    if has_driver:
        (tmp_path / "nvidia-smi").touch(mode=0o755)
    planned = [make, "--dry-run", "--always-make", ".venv/serving"]
    ran = subprocess.run(planned, cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True)

    (pytorch,) = (line for line in ran.stdout.splitlines() if PYTORCH in line)
    assert (CPU_INDEX in pytorch) is takes_cpu_build
    assert "to download" in ran.stdout.splitlines()[0], "its size is said before it starts"


def test_installation_make_cluster_runs_every_test_on_the_engines_of_many_machines() -> None:
    make = shutil.which("make")
    assert make
    ran = subprocess.run([make, "--dry-run", "cluster"], cwd=ROOT, capture_output=True, text=True, check=True)
    (command,) = (line for line in ran.stdout.splitlines() if "pytest" in line)
    named = [ROOT / word for word in command.split() if word.startswith("tests/")]

    assert [path for path in named if not path.exists()] == []
    engine = re.compile(r"from tests\.(?:chroma|postgres)_server import|mark\.cluster\b")
    users = [
        path
        for name in ("test_*.py", "conftest.py")
        for path in (ROOT / "tests").rglob(name)
        if path != ROOT / "tests/conftest.py" and engine.search(path.read_text(encoding="utf-8"))
    ]
    assert len(users) > 10
    assert [path for path in users if not any(path.is_relative_to(one) for one in named)] == []
