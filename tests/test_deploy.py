"""The manifests for many machines, as far as they need no container engine and no cluster."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from api.http.serving.server import SECONDS_TO_LET_GO
from api.http.serving.supervisor import SECONDS_TO_KILL
from assistant.settings import HttpOptions, describe_settings
from tests.postgres_server import PostgresServer, postgres_server

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose.yaml"
KUBERNETES = DEPLOY / "kubernetes"
KUSTOMIZATION = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SECONDS_TO_STOP = HttpOptions().drain_seconds + SECONDS_TO_LET_GO + 2 * SECONDS_TO_KILL


def manifests() -> list[dict[str, Any]]:
    """Every object that kustomize is told of, but for those that it makes itself."""
    return [
        manifest
        for name in KUSTOMIZATION["resources"]
        for manifest in yaml.safe_load_all((KUBERNETES / name).read_text(encoding="utf-8"))
    ]


def pods() -> dict[str, dict[str, Any]]:
    """The specification of the pods of each Deployment and CronJob, by its name."""
    found = {}
    for manifest in manifests():
        if manifest["kind"] == "Deployment":
            found[manifest["metadata"]["name"]] = manifest["spec"]["template"]["spec"]
        if manifest["kind"] == "CronJob":
            found[manifest["metadata"]["name"]] = manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return found


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    return found


def compose_is_accepted(file: Path) -> bool:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(check, capture_output=True).returncode == 0


def test_compose_is_what_its_specification_allows(tmp_path: Path) -> None:
    wrong = tmp_path / "compose.yaml"
    wrong.write_text(COMPOSE.read_text(encoding="utf-8").replace("depends_on:", "depend_on:"), encoding="utf-8")

    assert compose_is_accepted(COMPOSE)
    assert not compose_is_accepted(wrong)


def test_compose_has_no_default_for_what_is_secret_or_differs() -> None:
    named = re.findall(r"(?<!\$)\$\{(\w+)(:?.)", COMPOSE.read_text(encoding="utf-8"))
    in_example = re.findall(r"^(\w+)=(.*)$", (DEPLOY / "env.example").read_text(encoding="utf-8"), re.MULTILINE)

    assert {name for name, operator in named if operator != ":?"} == {"KEEP_DAYS"}
    # A secret that is made from a variable is named, not replaced.
    assert {name for name, _ in in_example} == {name for name, _ in named}
    assert [name for name, value in in_example if value] == ["KEEP_DAYS"]


def test_compose_runs_what_the_image_has() -> None:
    ours = {name: service for name, service in services().items() if service["image"] == "cited-assistant"}

    assert set(ours) == {"replica", "worker"}
    for service in ours.values():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["environment"]["ASSISTANT_CACHE"] in service["volumes"]
        assert int(service["stop_grace_period"].removesuffix("s")) > SECONDS_TO_STOP
    assert "VOLUME /data" in DOCKERFILE
    trusted = ours["replica"]["environment"]["ASSISTANT_ACCESS__TRUSTED_PROXIES"]
    assert trusted == services()["nginx"]["networks"]["outside"]["ipv4_address"]


def test_manifests_are_what_kubernetes_allows() -> None:
    for manifest in manifests():
        kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)

    wrong = manifests()[1]
    wrong["spec"]["template"]["spec"]["enableServiceLink"] = False
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, kubernetes_validate.latest_version(), strict=True)


def test_kustomization_names_every_manifest_and_what_is_secret_is_not_in_the_repository() -> None:
    written = {path.name for path in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml"}
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()

    assert set(KUSTOMIZATION["resources"]) == written
    for generator in [*KUSTOMIZATION["configMapGenerator"], *KUSTOMIZATION["secretGenerator"]]:
        for name in [*generator.get("envs", []), *generator.get("files", [])]:
            assert (KUBERNETES / name).exists() or f"deploy/kubernetes/{name}" in ignored
    assert "deploy/.env" in ignored
    assert "deploy/kubernetes/database.env" in ignored


def test_manifests_refer_to_what_is_there() -> None:
    generated = {each["name"] for each in [*KUSTOMIZATION["configMapGenerator"], *KUSTOMIZATION["secretGenerator"]]}
    for pod in pods().values():
        (container,) = pod["containers"]
        assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
        sources = [source for each in container["envFrom"] for source in each.values()]
        sources += [volume["configMap"] for volume in pod["volumes"] if "configMap" in volume]
        assert {source["name"] for source in sources} <= generated


def test_manifests_pods_may_do_nothing_that_they_need_not() -> None:
    assert set(pods()) == {"replicas", "workers", "dump"}
    for pod in pods().values():
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not pod["automountServiceAccountToken"]
        assert not pod["enableServiceLinks"]
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["limits"]["memory"]


def test_manifests_run_what_the_image_has() -> None:
    (user,) = re.findall(r"useradd .*--uid (\d+)", DOCKERFILE)
    (port,) = re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)
    (folder,) = re.findall(r"^VOLUME (\S+)$", DOCKERFILE, re.MULTILINE)
    replicas, workers = pods()["replicas"], pods()["workers"]

    for pod in (replicas, workers):
        (container,) = pod["containers"]
        context = pod["securityContext"]
        assert (context["runAsUser"], context["fsGroup"]) == (int(user), int(user))
        assert {"name": "ASSISTANT_CACHE", "value": f"{folder}/cache"} in container["env"]
        assert {folder, "/tmp"} <= {mount["mountPath"] for mount in container["volumeMounts"]}
    (replica,) = replicas["containers"]
    assert replica["ports"] == [{"name": "http", "containerPort": int(port)}]
    before = int(replica["lifecycle"]["preStop"]["exec"]["command"][1])
    assert replicas["terminationGracePeriodSeconds"] > before + SECONDS_TO_STOP
    assert workers["terminationGracePeriodSeconds"] > SECONDS_TO_STOP


def test_deployment_names_only_settings_that_exist() -> None:
    files = [path for path in DEPLOY.rglob("*") if path.is_file()]
    named = {name for path in files for name in re.findall(r"\bASSISTANT_\w+", path.read_text(encoding="utf-8"))}

    # Of a comment, which says what Kubernetes would set.
    assert named - {"ASSISTANT_PORT"} <= {setting.variable for setting in describe_settings()}
    assert len(named) > 6


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


def test_dump_writes_one_that_can_be_restored_and_removes_only_old_ones_after_it(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    import psycopg  # an extra

    def dump(address: str) -> int:
        path = f"{postgres.programs}:{os.environ['PATH']}"
        environment = {"ASSISTANT_DATA": address, "PATH": path, "KEEP_DAYS": "7"}
        return subprocess.run(["sh", KUBERNETES / "dump.sh", tmp_path], env=environment, stderr=-3).returncode

    filled, empty = postgres.new_database(), postgres.new_database()
    with psycopg.connect(filled) as connection:
        connection.execute("CREATE TABLE articles AS SELECT 'The ferry' AS title")
    for name in ("news-old.dump", "news-old.dump.part", "other.dump"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (0, 0))

    assert dump(filled.replace("test_", "none_")) != 0
    assert (tmp_path / "news-old.dump").exists()
    assert dump(filled) == 0
    (new,) = tmp_path.glob("news-*")
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert (tmp_path / "other.dump").exists()
    subprocess.run([postgres.programs / "pg_restore", f"--dbname={empty}", new], check=True)
    with psycopg.connect(empty) as connection:
        assert connection.execute("SELECT title FROM articles").fetchall() == [("The ferry",)]
