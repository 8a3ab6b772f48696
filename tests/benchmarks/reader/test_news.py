from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from benchmarks.reader.labelled import key_of
from benchmarks.reader.news import LISTED, article_text, write_news
from benchmarks.reader.written import packed_rows
from corpus.errors import UnreadableSource

FILES = {
    "release.html": """
        <h1>Mill fined</h1><div class="field field--name-field-pr-body field--label-hidden"><div>
        <p>The mill of <b>Aldermoor</b> pays two\n crowns.</p><p>It let go of all its dust.</p></div></div>
        <div class="pr-fields"><p>Topic: dust</p></div>""",
    "data.rss": """
        <item><link>https://example.org/one</link>
        <content:encoded><![CDATA[<p>Another release.</p>]]></content:encoded></item>
        <item><link>https://example.org/two</link><script>if (1 > 0) {}</script>
        <content:encoded><![CDATA[<p>Envoys met&#8217;s what it says.</p><ul><li>One went home.</li></ul>
        <p>More at https://example.org.</p>]]></content:encoded></item>""",
    "moon.md": "To the moon\nA rocket. Credits: Post/Jon Moe\n\nThe rocket left\non Monday.\n\nIt comes back in May.\n",
    "quail.xml": """<data><text domain="fiction" id="f1"><text_body>Once.</text_body></text>
        <text domain="news" id="n1"><title>Vote</title><text_body>
        The house said &quot;no&quot;.\n\nIt votes again.\n </text_body><questions/></text></data>""",
    "1.json": json.dumps(
        {"description": '<p>Bloggers wrote.</p><div id="attachment_1"><p>A picture</p></div><p>Others read.</p>'}
    ),
    "dodd.txt": "HELMETS FOR ALL\n  Sen. Moe wrote a letter.\n   It was long.\n",
}
TEXTS = {
    ("release.html", ""): "The mill of Aldermoor pays two crowns.\n\nIt let go of all its dust.",
    ("data.rss", "https://example.org/two"): "Envoys met’s what it says.\n\nOne went home.",
    ("moon.md", ""): "The rocket left on Monday.\n\nIt comes back in May.",
    ("quail.xml", "n1"): 'The house said "no".\n\nIt votes again.',
    ("1.json", ""): "Bloggers wrote.\n\nOthers read.",
    ("dodd.txt", ""): "Sen. Moe wrote a letter.\n\nIt was long.",
}


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Post", "-c", "user.email=post@example.org", "-c", "commit.gpgsign=false")
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def listed(commit: str, path: str, item: str, key: str = "") -> dict:
    place = {"repository": "post/archive", "commit": commit, "path": path, "item": item}
    facts = {"title": "A title", "published": "2024-05-03", "source": "Post"}
    return {"id": "n001", "key": key, **place, **facts}


@pytest.fixture
def mirrors(tmp_path) -> Path:
    folder = tmp_path / "mirrors" / "post+archive"
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Keep what was published")
    return folder.parent


@pytest.fixture
def commit(mirrors: Path) -> str:
    return git(mirrors / "post+archive", "rev-parse", "HEAD")


@pytest.mark.parametrize(("path", "item"), list(TEXTS))
def test_article_text_is_read_from_each_format(mirrors: Path, commit: str, path: str, item: str) -> None:
    assert article_text(listed(commit, path, item), mirrors) == TEXTS[path, item]


def test_article_text_says_what_is_missing(mirrors: Path, commit: str) -> None:
    with pytest.raises(UnreadableSource, match="no such file"):
        article_text(listed(commit, "other.txt", ""), mirrors)
    with pytest.raises(UnreadableSource, match="no text n2"):
        article_text(listed(commit, "quail.xml", "n2"), mirrors)


def test_article_text_is_that_of_the_commit_also_of_a_bare_clone(mirrors: Path, commit: str, tmp_path) -> None:
    (mirrors / "post+archive" / "dodd.txt").write_text("HELMETS\nNo letter.\n", encoding="utf-8")
    git(mirrors / "post+archive", "commit", "-q", "-a", "-m", "Change it")
    bare = tmp_path / "bare" / "post+archive" / "repo"
    git(tmp_path, "clone", "-q", "--bare", str(mirrors / "post+archive"), str(bare))

    assert article_text(listed(commit, "dodd.txt", ""), tmp_path / "bare") == TEXTS["dodd.txt", ""]


def test_write_news_names_the_articles_that_read_otherwise(mirrors: Path, commit: str, tmp_path) -> None:
    text, out = TEXTS["dodd.txt", ""], tmp_path / "news.jsonl"
    same, other = listed(commit, "dodd.txt", "", key_of(text)), listed(commit, "moon.md", "") | {"id": "n002"}

    assert write_news([same, other], mirrors, out) == ["n002"]
    first, _ = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    metadata = {"published": "2024-05-03", "source": "Post"}
    assert first == {"_id": "n001", "title": "A title", "text": text, "metadata": metadata}


def test_write_news_has_the_place_of_every_article() -> None:
    rows = packed_rows(LISTED)
    assert len({row["id"] for row in rows}) == len(rows) > 700
    assert all(len(row["commit"]) == 40 and row["key"] and row["title"] for row in rows)
    assert not any("text" in row for row in rows)
