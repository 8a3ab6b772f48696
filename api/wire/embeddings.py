"""Vectors of texts in the shape of OpenAI's embeddings, made by the encoder that finds passages here."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from api.wire.body import Body
from api.wire.chat_completions import MODEL
from api.wire.unsupported import unsupported, unsupported_field
from assistant.embedding import Embedded
from index.encoders.encoder import Vectors

MAX_TEXTS = 64
"""Of one request: as much work as two or three questions."""

MAX_TEXT_CHARACTERS = 8_000
"""More than an encoder reads of any text, so that no tokenizer is given a book."""

EncodingFormat = Literal["float", "base64"]


def _as_texts(given: Any) -> Any:
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise unsupported(f"Only text is embedded, no tokens: let input be a string, or up to {MAX_TEXTS} strings")
    return texts


_Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_CHARACTERS)]
_Texts = Annotated[list[_Text], Field(min_length=1, max_length=MAX_TEXTS, fail_fast=True)]


class EmbeddingsRequest(BaseModel):
    """Texts; `model` and what else clients send mean nothing here, since there is one encoder."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        json_schema_extra={"examples": [{"input": ["The chips are scarce.", "There are few semiconductors."]}]},
    )

    input: Annotated[_Texts, BeforeValidator(_as_texts, json_schema_input_type=_Text | _Texts)]
    encoding_format: EncodingFormat | None = None
    dimensions: Annotated[int, Field(ge=1)] | None = None

    def refuse_dimensions_other_than(self, dimension: int) -> None:
        """Raise `RequestValidationError` if vectors of another length are wanted: a part of one is none."""
        if self.dimensions not in (None, dimension):
            raise unsupported_field(
                "dimensions",
                f"Vectors have {dimension} dimensions here: leave dimensions out, or let it be {dimension}",
            )


class EmbeddingBody(Body):
    """The vector of the text at `index`: numbers, or the base64 of its little-endian 32-bit floats."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class EmbeddingsUsage(Body):
    """Tokens as the encoder counts them."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingsBody(Body):
    """Vectors in the order of the texts. Those of another `encoder` cannot be compared with them."""

    object: Literal["list"] = "list"
    data: list[EmbeddingBody]
    model: str = MODEL
    usage: EmbeddingsUsage
    encoder: str


def embeddings_body(embedded: Embedded, encoding: EncodingFormat | None) -> EmbeddingsBody:
    """Return the body for vectors, as numbers unless `encoding` is `base64`."""
    written = _as_base64(embedded.vectors) if encoding == "base64" else embedded.vectors.tolist()
    return EmbeddingsBody(
        data=[EmbeddingBody(index=index, embedding=vector) for index, vector in enumerate(written)],
        usage=EmbeddingsUsage(prompt_tokens=embedded.tokens, total_tokens=embedded.tokens),
        encoder=embedded.encoder,
    )


def _as_base64(vectors: Vectors) -> Iterator[str]:
    return (b64encode(vector.astype("<f4").tobytes()).decode("ascii") for vector in vectors)
