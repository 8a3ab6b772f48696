"""The encoders that the model of meaning may be grown on."""

from __future__ import annotations

from dataclasses import dataclass

from tokenizers import Tokenizer
from transformers import BertModel

from index.encoders.default_encoder import default_folder


@dataclass(frozen=True, slots=True)
class Trunk:
    """An encoder and its tokenizer; `first`, `separator` and `padding` are token ids."""

    encoder: BertModel
    tokenizer: Tokenizer
    first: int
    separator: int
    padding: int


def minilm() -> Trunk:
    """The packaged encoder, all-MiniLM-L6-v2: 6 layers of 384."""
    folder = default_folder()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    # Without dropout, whose random numbers one core makes alone, two cores train half as fast again; on CPUs eager
    # attention trains faster than the fused one.
    encoder = BertModel.from_pretrained(
        folder,
        add_pooling_layer=False,
        attn_implementation="eager",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    first, separator, padding = map(tokenizer.token_to_id, ("[CLS]", "[SEP]", "[PAD]"))
    return Trunk(encoder, tokenizer, first, separator, padding)
