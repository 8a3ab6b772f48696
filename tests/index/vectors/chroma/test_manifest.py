from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import GenerationDamaged
from index.file_records import MANIFEST_FILE, manifest_digest, record_files
from index.vectors.chroma.manifest import Manifest, check_files, hash_of_ids, read_manifest, write_manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "links.bin").write_bytes(b"0123456789")
    (tmp_path / "empty.bin").write_bytes(b"")
    (tmp_path / "ids.sqlite").write_bytes(b"count: 1, ids: abc")
    files = record_files(tmp_path, {"ids.sqlite": [(7, 8)]})
    write_manifest(tmp_path, Manifest("an encoder", 12, hash_of_ids("abc"), 2, ("a", "b"), ("d",), {"a": ["c"]}, files))
    return tmp_path


def test_manifest_comes_back_as_it_was_written(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert (manifest.encoder, manifest.seq, manifest.vectors) == ("an encoder", 12, 2)
    assert (manifest.canaries, manifest.unreachable, manifest.copies) == (("a", "b"), ("d",), {"a": ["c"]})
    assert set(manifest.files) == {"graph/links.bin", "empty.bin", "ids.sqlite"}


def test_manifest_files_as_they_were_built_are_accepted(folder: Path) -> None:
    check_files(folder, read_manifest(folder))


def test_manifest_bytes_that_opening_rewrites_may_change(folder: Path) -> None:
    (folder / "ids.sqlite").write_bytes(b"count: 2, ids: abc")
    check_files(folder, read_manifest(folder))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("graph/links.bin", b"0123456780"),
        ("graph/links.bin", b"01234"),
        ("graph/links.bin", b""),
        ("graph/links.bin", b"0123456789+"),
        ("empty.bin", b"+"),
        ("ids.sqlite", b"count: 1, ids: abd"),
    ],
)
def test_manifest_a_changed_file_is_named(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(GenerationDamaged, match=name):
        check_files(folder, read_manifest(folder))


def test_manifest_a_missing_file_is_named(folder: Path) -> None:
    (folder / "empty.bin").unlink()
    with pytest.raises(GenerationDamaged, match=r"empty\.bin cannot be read: No such file"):
        check_files(folder, read_manifest(folder))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"files": []}', b'{"files": {"a": 1}}', b"\xff\x00"])
def test_manifest_that_says_nothing_is_damage(folder: Path, content: bytes) -> None:
    (folder / MANIFEST_FILE).write_bytes(content)
    with pytest.raises(GenerationDamaged, match="manifest"):
        read_manifest(folder)


def test_manifest_a_folder_without_manifest_is_damage(tmp_path: Path) -> None:
    with pytest.raises(GenerationDamaged, match="manifest"):
        read_manifest(tmp_path)


@given(position=st.integers(min_value=0), bit=st.integers(0, 7))
def test_manifest_no_bit_of_a_manifest_changes_unseen(
    tmp_path_factory: pytest.TempPathFactory, position: int, bit: int
) -> None:
    folder = tmp_path_factory.mktemp("manifest")
    write_manifest(folder, Manifest("an encoder", 12, hash_of_ids("abc"), 2, ("a", "b"), (), {}, {}))
    digest, content = manifest_digest(folder), bytearray((folder / MANIFEST_FILE).read_bytes())

    content[position % len(content)] ^= 1 << bit
    (folder / MANIFEST_FILE).write_bytes(content)

    assert manifest_digest(folder) != digest


@given(ids=st.lists(st.text("abc", min_size=1), unique=True), other=st.text("abc", min_size=1))
def test_manifest_the_hash_of_ids_knows_them_in_any_order(ids: list[str], other: str) -> None:
    assert hash_of_ids(reversed(ids)) == hash_of_ids(ids)
    assert (hash_of_ids({*ids, other}) == hash_of_ids(ids)) == (other in ids)
