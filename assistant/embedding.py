"""Vectors of any texts, for programs that compare texts as the retrieval of this assistant does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.errors import TextTooLong
from index.encoders.encoder import Encoder, Vectors


@dataclass(frozen=True, slots=True)
class Embedded:
    """The unit vectors of texts in their order, shape (n, dimension), and their `tokens` together.

    `encoder` is the fingerprint of what made them: vectors of another one cannot be compared with these.
    """

    vectors: Vectors
    tokens: int
    encoder: str


def embed_texts(encoder: Encoder, texts: Sequence[str]) -> Embedded:
    """Return the vectors of `texts`, made as those of passages are.

    Raises `TextTooLong` for a text of which the encoder would read the beginning alone, and `IndexRoomError` when it
    cannot be used.
    """
    tokens = [encoder.count_tokens(text) for text in texts]
    for number, count in enumerate(tokens, start=1):
        if count > encoder.max_tokens:
            raise TextTooLong(
                f"Text {number} has {count:,} tokens, and the encoder reads {encoder.max_tokens:,}: send it in pieces."
            )
    return Embedded(encoder.embed_passages(texts), sum(tokens), encoder.fingerprint)
