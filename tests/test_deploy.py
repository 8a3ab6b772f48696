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
CHROMA = KUBERNETES / "chroma"
KUSTOMIZATION, CHROMA_COMPONENT = (
    yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8")) for folder in (KUBERNETES, CHROMA)
)
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SECONDS_TO_STOP = HttpOptions().drain_seconds + SECONDS_TO_LET_GO + 2 * SECONDS_TO_KILL


def manifests() -> list[dict[str, Any]]:
    """Every object that kustomize is told of, but for those that it makes itself; what is optional comes last."""
    files = [KUBERNETES / name for name in KUSTOMIZATION["resources"]]
    files += [CHROMA / name for name in CHROMA_COMPONENT["resources"]]
    return [manifest for file in files for manifest in yaml.safe_load_all(file.read_text(encoding="utf-8"))]


def policies() -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each["spec"] for each in manifests() if each["kind"] == "NetworkPolicy"}


def pods() -> dict[str, dict[str, Any]]:
    """The specification of the pods of each Deployment, StatefulSet and CronJob, by its name."""
    found = {}
    for manifest in manifests():
        if manifest["kind"] in ("Deployment", "StatefulSet"):
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

    assert {name for name, operator in named if operator != ":?"} == {"KEEP_DAYS", "CHROMA_URL"}
    # A secret that is made from a variable is named, not replaced.
    assert {name for name, _ in in_example} == {name for name, _ in named} - {"CHROMA_URL"}
    assert [name for name, value in in_example if value] == ["KEEP_DAYS"]


def test_compose_runs_what_the_image_has() -> None:
    ours = {name: service for name, service in services().items() if service["image"] == "cited-assistant"}

    assert set(ours) == {"replica", "worker", "chroma"}
    for service in ours.values():
        assert (service["read_only"], service["cap_drop"], service["tmpfs"]) == (True, ["ALL"], ["/tmp"])
    for service in (ours["replica"], ours["worker"]):
        assert service["environment"]["ASSISTANT_CACHE"] in service["volumes"]
        assert int(service["stop_grace_period"].removesuffix("s")) > SECONDS_TO_STOP
    assert "VOLUME /data" in DOCKERFILE
    trusted = ours["replica"]["environment"]["ASSISTANT_ACCESS__TRUSTED_PROXIES"]
    assert trusted == services()["nginx"]["networks"]["outside"]["ipv4_address"]


def test_balancers_ask_a_question_again_when_a_replica_dies() -> None:
    told = ((DEPLOY / "nginx.conf.template"), ROOT / "docs" / "scaling.md")
    found = [re.findall(r"(proxy_next_upstream\w*) ([^;]+);", path.read_text(encoding="utf-8")) for path in told]
    (ingress,) = [each["metadata"]["annotations"] for each in manifests() if each["kind"] == "Ingress"]
    in_ingress = {name.partition("/")[2].replace("-", "_"): value for name, value in ingress.items()}

    assert found[0] == found[1]
    for name, value in found[0]:
        assert in_ingress[name] == value.removesuffix("s")


def test_compose_lets_only_replicas_reach_chroma_where_it_is_wanted() -> None:
    chroma, networks = services()["chroma"], yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["networks"]
    example = dict(re.findall(r"^# (\w+)=(\S+)$", (DEPLOY / "env.example").read_text(encoding="utf-8"), re.MULTILINE))

    assert [example["COMPOSE_PROFILES"]] == chroma["profiles"]
    assert example["CHROMA_URL"] == f"http://chroma:{chroma['entrypoint'][-1]}"
    assert chroma["networks"] == ["vectors"]
    assert networks["vectors"] == {"internal": True}
    assert {name for name, service in services().items() if "vectors" in service["networks"]} == {"chroma", "replica"}


def test_manifests_let_only_replicas_reach_chroma_where_it_is_wanted() -> None:
    (container,) = pods()["chroma"]["containers"]
    (service,) = [each for each in manifests() if each["metadata"]["name"] == "chroma" and each["kind"] == "Service"]
    (patch,) = CHROMA_COMPONENT["patches"]
    patched = yaml.safe_load((CHROMA / patch["path"]).read_text(encoding="utf-8"))
    (told,) = patched["spec"]["template"]["spec"]["containers"][0]["env"]
    replicas = {"app.kubernetes.io/component": "replica"}

    assert "components" not in KUSTOMIZATION
    assert (patched["kind"], patched["metadata"]["name"]) == ("Deployment", "replicas")
    assert told == {"name": "ASSISTANT_RETRIEVAL__CHROMA_URL", "value": "http://chroma:8000"}
    assert (service["spec"]["ports"][0]["port"], container["ports"][0]["containerPort"]) == (8000, 8000)
    assert container["command"][-1] == "8000"
    assert [each["from"] for each in policies()["chroma"]["ingress"]] == [[{"podSelector": {"matchLabels": replicas}}]]
    assert policies()["replicas-to-chroma"]["podSelector"] == {"matchLabels": replicas}


def test_manifests_are_what_kubernetes_allows() -> None:
    for manifest in manifests():
        kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)

    wrong = manifests()[1]
    wrong["spec"]["template"]["spec"]["enableServiceLink"] = False
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, kubernetes_validate.latest_version(), strict=True)


def test_kustomization_names_every_manifest_and_what_is_secret_is_not_in_the_repository() -> None:
    written = {path.name for path in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml"}
    optional = {path.name for path in CHROMA.glob("*.yaml")} - {"kustomization.yaml"}
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()

    assert set(KUSTOMIZATION["resources"]) == written
    assert {*CHROMA_COMPONENT["resources"], *(each["path"] for each in CHROMA_COMPONENT["patches"])} == optional
    for generator in [*KUSTOMIZATION["configMapGenerator"], *KUSTOMIZATION["secretGenerator"]]:
        for name in [*generator.get("envs", []), *generator.get("files", [])]:
            assert (KUBERNETES / name).exists() or f"deploy/kubernetes/{name}" in ignored
    assert "deploy/.env" in ignored
    assert "deploy/kubernetes/database.env" in ignored


def test_manifests_refer_to_what_is_there() -> None:
    generated = {each["name"] for each in [*KUSTOMIZATION["configMapGenerator"], *KUSTOMIZATION["secretGenerator"]]}
    claims = {
        each["metadata"]["name"]: {claim["metadata"]["name"] for claim in each["spec"]["volumeClaimTemplates"]}
        for each in manifests()
        if each["kind"] == "StatefulSet"
    }
    for name, pod in pods().items():
        (container,) = pod["containers"]
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        assert mounted == {volume["name"] for volume in pod["volumes"]} | claims.get(name, set())
        sources = [source for each in container.get("envFrom", []) for source in each.values()]
        sources += [volume["configMap"] for volume in pod["volumes"] if "configMap" in volume]
        assert {source["name"] for source in sources} <= generated


def test_manifests_pods_may_do_nothing_that_they_need_not() -> None:
    assert set(pods()) == {"replicas", "workers", "dump", "chroma"}
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

    for pod in (replicas, workers, pods()["chroma"]):
        context = pod["securityContext"]
        assert (context["runAsUser"], context["fsGroup"]) == (int(user), int(user))
    for pod in (replicas, workers):
        (container,) = pod["containers"]
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
