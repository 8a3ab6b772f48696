"""Rebuilds the articles that labelled readings are about, from the public repositories that hold them:

    python -m benchmarks.reader.news MIRRORS OUT

MIRRORS holds a clone of each repository that data/README.md names, as OWNER+NAME, its git directory there or in `repo`
below; OUT is the file to write, `news.jsonl` in BEIR's form. The texts are not kept here, only where each one stands:
`repository`, `commit`, `path`, and the `item` of a file that holds several; with `title`, `published`, `source`, and
the `key` of its text, which tells whether it reads as it did.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath

from benchmarks.reader.labelled import key_of
from benchmarks.reader.written import packed_rows
from corpus.errors import UnreadableSource
from corpus.readers.text_blocks import structure_of_text
from corpus.text.canonical import canonical_text

LISTED = Path(__file__).parent / "data" / "news.jsonl.gz"

_RELEASE = re.compile(r'field--name-field-pr-body[^>]*>(.*?)<div class="(?:field field--name|pr-fields)', re.DOTALL)
_ITEM = re.compile(r"<item>(.*?)</item>", re.DOTALL)
_LINK = re.compile(r"<link>\s*(.*?)\s*</link>", re.DOTALL)
_CONTENT = re.compile(r"<content:encoded><!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_EXCERPT = re.compile(r'<text domain="\w+" id="(\w+)">.*?<text_body>(.*?)</text_body>', re.DOTALL)
_CAPTION = re.compile(r'<div id="attachment.*?</div>', re.DOTALL)
_CREDIT = re.compile(r"\b(?:image|photo)? ?credits?: ", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>", re.DOTALL)
_ADDRESS = "http"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    rows = packed_rows(LISTED)
    try:
        changed = write_news(rows, arguments.mirrors, arguments.out)
    except UnreadableSource as problem:
        raise SystemExit(str(problem)) from None
    print(
        f"{len(rows)} articles; of {len(changed)} the text differs from the listed one: {' '.join(changed) or 'none'}"
    )


def write_news(rows: Sequence[Mapping], mirrors: Path, out: Path) -> list[str]:
    """Write the listed articles to a file in BEIR's form, and return the ids of those that read otherwise than listed.

    Raises `UnreadableSource` where a repository, a file or an item is missing; then nothing is written.
    """
    texts = [article_text(row, mirrors) for row in rows]
    lines = (json.dumps(_line(row, text), ensure_ascii=False) for row, text in zip(rows, texts, strict=True))
    out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return [row["id"] for row, text in zip(rows, texts, strict=True) if key_of(text) != row["key"]]


def article_text(row: Mapping, mirrors: Path) -> str:
    """Return the canonical text of a listed article, paragraphs with an address left out.

    Raises `UnreadableSource` where it is not there.
    """
    file = _file(mirrors, row["repository"], row["commit"], row["path"])
    paragraphs = _EXTRACTORS[PurePosixPath(row["path"]).suffix](file, row["item"])
    text = "\n\n".join(one for one in paragraphs if _ADDRESS not in one)
    if not text:
        raise UnreadableSource(f"{row['repository']}:{row['path']}", f"it has no text {row['item']}".rstrip() + ".")
    return text


def _line(row: Mapping, text: str) -> dict:
    metadata = {"published": row["published"], "source": row["source"]}
    return {"_id": row["id"], "title": row["title"], "text": text, "metadata": metadata}


@lru_cache(maxsize=2)
def _file(mirrors: Path, repository: str, commit: str, path: str) -> str:
    folder = mirrors / repository.replace("/", "+")
    below = folder / "repo"
    command = ["git", "-C", str(below if below.is_dir() else folder), "show", f"{commit}:{path}"]
    shown = subprocess.run(command, capture_output=True, check=False)
    if shown.returncode:
        raise UnreadableSource(f"{repository}:{path}", f"{folder} has no such file at {commit}.")
    return shown.stdout.decode("utf-8", "replace")


def _justice(page: str, _: str) -> list[str]:
    """A press release as a page of the Justice Department's site shows it."""
    found = _RELEASE.search(page)
    return _of_html(found[1]) if found else []


def _state(feed: str, link: str) -> list[str]:
    """An item of the State Department's feed."""
    items = (item for item in _ITEM.findall(feed) if (found := _LINK.search(item)) and found[1] == link)
    found = _CONTENT.search(next(items, ""))
    return _of_html(found[1]) if found else []


def _nasa(text: str, _: str) -> list[str]:
    """An article of NASA below its title, without the credits of its pictures."""
    return [one for one in _paragraphs(text.partition("\n")[2], r"\n\s*\n") if not _CREDIT.search(one)]


def _quail(data: str, number: str) -> list[str]:
    """An excerpt in QuAIL's data, one paragraph a line."""
    return _paragraphs(html.unescape(dict(_EXCERPT.findall(data)).get(number, "")), "\n")


def _global_voices(story: str, _: str) -> list[str]:
    """A story of Global Voices, without its pictures."""
    return _of_html(_CAPTION.sub("", json.loads(story)["description"]))


def _senate(text: str, _: str) -> list[str]:
    """A senator's press release below its title, one paragraph a line."""
    return _paragraphs(text.strip().partition("\n")[2], "\n")


def _of_html(source: str) -> list[str]:
    return _paragraphs(structure_of_text(canonical_text(_MARKUP.sub("", source)), "html").text, r"\n\s*\n|\n")


def _paragraphs(text: str, between: str) -> list[str]:
    squeezed = (" ".join(one.split()) for one in re.split(between, canonical_text(text)))
    return list(filter(None, squeezed))


_EXTRACTORS: Mapping[str, Callable[[str, str], list[str]]] = {
    ".html": _justice,
    ".rss": _state,
    ".md": _nasa,
    ".xml": _quail,
    ".json": _global_voices,
    ".txt": _senate,
}
"""By the ending of the file; each gets its text and the item that is wanted."""


if __name__ == "__main__":
    main()
