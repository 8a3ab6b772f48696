"""Loading an encoder by its name."""

from __future__ import annotations

from index.encoders.default_encoder import DefaultEncoder
from index.encoders.encoder import Encoder
from index.encoders.multilingual_encoder import MULTILINGUAL, MultilingualEncoder

DEFAULT = "default"


def load_encoder(name: str = DEFAULT, threads: int = 0) -> Encoder:
    """Return the encoder `default` or `multilingual`, or any sentence-transformers model by hub name or path.

    `threads` is how many processor threads a carried one uses, 0 for one on each core.
    Cheap: weights are hashed here and loaded when the first text is embedded or counted. A hub name is
    downloaded once, then found in the hub's cache. Raises `EncoderUnavailable` when there is no such model.
    """
    if name == DEFAULT:
        return DefaultEncoder(threads=threads)
    if name == MULTILINGUAL:
        return MultilingualEncoder(threads=threads)
    from index.encoders.sentence_transformer import load_sentence_transformer

    return load_sentence_transformer(name)
