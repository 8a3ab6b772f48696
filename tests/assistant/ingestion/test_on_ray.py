"""Ingestion on a Ray cluster of this machine, started for the test."""

from __future__ import annotations

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from corpus.store import DataFolder, open_store
from tests.api.cli.test_serving_processes import ASSISTANT
from tests.postgres_server import PostgresServer

HAS_RAY = find_spec("ray") is not None


def contents(url: str, cache: Path) -> dict[str, tuple[str, list[str]]]:
    """Each article's text and passages, by its hash and theirs; every passage has its vector."""
    with open_store(DataFolder(cache, url)) as store:
        assert store.passages.count_unfindable_articles() == 0
        [encoder] = store.vectors.encoders()
        passages = list(store.passages.all())
        assert set(store.vectors.get(encoder, [one.vector_key for one in passages])) == {
            one.vector_key for one in passages
        }
        return {
            one.id: (one.content_hash, [each.id for each in passages if each.article_id == one.id])
            for one in store.articles.get_many({each.article_id for each in passages}).values()
        }


@pytest.mark.cluster
@pytest.mark.skipif(not HAS_RAY, reason="No Ray; pip install '.[ray]'")
def test_ingest_on_ray_killed_and_run_again_stores_what_an_ingest_without_it_stores(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    for number in range(12):
        sentences = [f"Ship {number} lay in harbour {place} for {place + number} days. " for place in range(40)]
        (articles / f"{number}.md").write_text(f"# Ship {number}\n\n{''.join(sentences)}", encoding="utf-8")
    (articles / "picture.png").touch()
    rows = [f'{{"_id": "r{number}", "text": "Crane {number} was sold."}}\n' for number in range(20)]
    (articles / "corpus.jsonl").write_text("".join(rows), encoding="utf-8")
    on_ray, without = postgres.new_database(), postgres.new_database()

    def ingest(url: str, *options: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "ASSISTANT_DATA": url, "ASSISTANT_CACHE": str(tmp_path / url.split("/")[-1][:17])}
        return subprocess.Popen(
            [ASSISTANT, "ingest", *options, str(articles)], env=environment, stdout=subprocess.PIPE, text=True
        )

    with ingest(on_ray, "--ray", "local") as killed:
        assert killed.stdout
        assert "created" in killed.stdout.readline()
        killed.kill()
    said = ingest(on_ray, "--ray", "local").communicate()[0]
    assert "1 file of other kinds left out (.png 1)" in said
    assert "1 created" not in ingest(without).communicate()[0].splitlines()[-1]

    taken_in = contents(on_ray, tmp_path / "looks")
    assert len(taken_in) == 32
    assert taken_in == contents(without, tmp_path / "looks-without")


@pytest.mark.skipif(HAS_RAY, reason="Ray is installed.")
def test_ingest_on_ray_says_what_to_install_where_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "ferry.md").write_text("# The ferry\n\nIt was sold.", encoding="utf-8")
    environment = {**os.environ, "ASSISTANT_DATA": str(tmp_path / "data")}
    command = [ASSISTANT, "ingest", "--ray", "local", str(tmp_path / "ferry.md")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (4, "")
    assert "install the extra `ray`, or leave out --ray." in done.stderr
    assert len(done.stderr.splitlines()) == 1
