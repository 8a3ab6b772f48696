from __future__ import annotations

import codecs
import random
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text.encoding import NotText, decode

ENGLISH = "The café costs £5, he said."


@pytest.mark.parametrize(
    "raw",
    [
        ENGLISH.encode(),
        codecs.BOM_UTF8 + ENGLISH.encode(),
        codecs.BOM_UTF16_LE + ENGLISH.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + ENGLISH.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + ENGLISH.encode("utf-32-le"),
        codecs.BOM_UTF32_BE + ENGLISH.encode("utf-32-be"),
        ENGLISH.encode("cp1252"),
    ],
)
def test_encoding_the_same_text_is_read_whatever_its_encoding(raw: bytes) -> None:
    assert decode(raw) == ENGLISH


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("The quick brown fox jumps. It’s here.", "cp1252"),
        ("Die Regierung hat größere Pläne für München vorgestellt.", "cp1252"),
        ("Le café était fermé, où ça ? Déjà l'été.", "cp1252"),
        ("Министр сказал, что план будет готов к июлю.", "cp1251"),
        ("Министр сказал, что план будет готов к июлю.", "koi8-r"),
        ("Zażółć gęślą jaźń i inne polskie słowa w tekście.", "cp1250"),
        ("日本の経済は新しい段階に入ったと政府は発表した。", "shift_jis"),
        ("中国发布了全球人工智能治理行动计划，强调合作。", "gb18030"),
    ],
)
def test_encoding_from_before_unicode_is_detected(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_encoding_a_declared_encoding_is_used() -> None:
    text = "Η κυβέρνηση"
    assert decode(text.encode("iso8859-7"), declared="ISO-8859-7") == text


@pytest.mark.parametrize("declared", ["utf-16", "rot13", "zlib", "no-such-thing", "nul\0", ""])
def test_encoding_a_declared_encoding_that_is_wrong_or_none_is_not_believed(declared: str) -> None:
    assert decode(ENGLISH.encode("cp1252"), declared) == ENGLISH


def test_encoding_utf8_wins_over_what_is_declared() -> None:
    assert decode(ENGLISH.encode(), declared="iso-8859-1") == ENGLISH


def test_encoding_a_surrogate_written_as_utf8_does_not_spoil_the_rest() -> None:
    assert decode("déjà \ud800 vu".encode("utf-8", "surrogatepass")) == "déjà \ud800 vu"


def test_encoding_a_stray_nul_is_still_text() -> None:
    assert decode(b"a plan\x00 for the harbour") == "a plan\x00 for the harbour"


@pytest.mark.parametrize(
    "raw",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        zlib.compress(ENGLISH.encode() * 1000 + random.Random(1).randbytes(5000)),
        b"\x7fELF" + bytes(5000),
        b"text then data " + bytes(500),
    ],
)
def test_encoding_binary_data_is_refused(raw: bytes) -> None:
    with pytest.raises(NotText, match="binary"):
        decode(raw)


@given(st.binary(max_size=300), st.none() | st.text(max_size=10))
def test_encoding_any_bytes_are_either_text_or_refused(raw: bytes, declared: str | None) -> None:
    with suppress(NotText):
        assert isinstance(decode(raw, declared), str)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_encoding_utf8_text_is_read_as_it_is(text: str) -> None:
    assert decode(b"a" + text.encode()) == "a" + text
