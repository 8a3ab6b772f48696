"""Which encoder a name means."""

from __future__ import annotations

from index.default_encoder import DefaultEncoder
from index.encoder import Encoder

DEFAULT = "default"


def load_encoder(name: str = DEFAULT) -> Encoder:
    """The encoder `default`, or any sentence-transformers model by hub name or path.

    Cheap: weights are hashed here and loaded when the first text is embedded or counted. A hub name is
    downloaded once, then found in the hub's cache. Raises `EncoderUnavailable` when there is no such model.
    """
    if name == DEFAULT:
        return DefaultEncoder()
    from index.sentence_transformer import load_sentence_transformer

    return load_sentence_transformer(name)
