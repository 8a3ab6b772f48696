"""Vectors of passages, so that nothing is embedded twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Exists, Select, func, select

from corpus.article import Passage
from corpus.store.sqlite.database import Database
from corpus.store.sqlite.engine import among, insert_numbered, largest_row, replacing
from corpus.store.sqlite.passages import changed_after, read_passages, select_passages
from corpus.store.sqlite.schema import change_table, encoder_table, passage_table, vector_table

_STORED = np.dtype("<f2")
"""Half the room of float32; a cosine moves by less than 0.001."""


class Vectors(Database):
    """The part of the catalog that holds vectors, by encoder fingerprint and `Passage.vector_key`."""

    def encoder_fingerprints(self) -> list[str]:
        """The encoders that vectors are stored of, the first used first."""
        has_vectors = select(vector_table.c.key).where(vector_table.c.encoder_id == encoder_table.c.id).exists()
        chosen = select(encoder_table.c.fingerprint).where(has_vectors).order_by(encoder_table.c.id)
        with self._reading() as connection:
            return list(connection.execute(chosen).scalars())

    def vectors(self, fingerprint: str, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Vectors by key, each of shape (dimension,); keys without one are left out.

        Rounded to float16, so that a length of 1 is kept to three places.
        """
        with self._reading() as connection:
            rows = connection.execute(_select(fingerprint, keys))
            return {row.key: _load(row.vector) for row in rows}

    def sentence_vectors(self, fingerprint: str, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Vectors of the sentences of passages, each of shape (sentences, dimension), in the passage's order."""
        with self._reading() as connection:
            rows = connection.execute(_select(fingerprint, keys).add_columns(vector_table.c.sentences))
            return {row.key: _load(row.sentences).reshape(-1, len(_load(row.vector))) for row in rows}

    def put_vectors(
        self,
        fingerprint: str,
        keys: Sequence[str],
        vectors: NDArray[np.float32],
        sentences: Sequence[NDArray[np.float32]] = (),
    ) -> None:
        """Store row i of `vectors`, shape (len(keys), dimension), under `keys[i]`; all or none.

        `sentences[i]`, shape (sentences of passage i, dimension), is kept beside it; () when none have any.
        """
        of_sentences = sentences or [vectors[:0]] * len(keys)
        with self._writing() as connection:
            encoder_id = _encoder_id(connection, fingerprint)
            rows = [
                {"encoder_id": encoder_id, "key": key, "vector": _dump(vector), "sentences": _dump(its_sentences)}
                for key, vector, its_sentences in zip(keys, vectors, of_sentences, strict=True)
            ]
            if rows:
                connection.execute(replacing(vector_table), rows)

    def passages_without_vector(self, fingerprint: str) -> list[Passage]:
        """Passages that this encoder has to embed still, in the order they were put; keys may repeat."""
        with self._reading() as connection:
            return read_passages(connection, select_passages().where(~_vector_of_passage(fingerprint)))

    def passages_embedded_since(self, fingerprint: str, seq: int) -> list[Passage]:
        """Passages of the articles that changed after `seq`, as far as they have a vector from this encoder."""
        chosen = select_passages().where(changed_after(seq), _vector_of_passage(fingerprint))
        # By the bare column, SQLite would look at passage after passage, instead of at those that changed.
        in_order = chosen.order_by(None).order_by(passage_table.c.position + 0)
        with self._reading() as connection:
            return read_passages(connection, in_order)

    def mark(self) -> tuple[int, int, int]:
        """Another one whenever passages or their vectors came or went: 0.2 ms, however much there is."""
        newest = (
            select(func.max(change_table.c.seq)),
            select(func.max(passage_table.c.position)),
            largest_row(vector_table),
        )
        with self._reading() as connection:
            seq, position, row = (connection.execute(number).scalar_one() or 0 for number in newest)
            return seq, position, row


def _vector_of_passage(fingerprint: str) -> Exists:
    return (
        select(vector_table.c.key)
        .join(encoder_table)
        .where(encoder_table.c.fingerprint == fingerprint, vector_table.c.key == passage_table.c.vector_key)
        .exists()
    )


def _select(fingerprint: str, keys: Sequence[str]) -> Select[tuple[str, bytes]]:
    return (
        select(vector_table.c.key, vector_table.c.vector)
        .join(encoder_table)
        .where(encoder_table.c.fingerprint == fingerprint, among(vector_table.c.key, keys))
    )


def _dump(vectors: NDArray[np.float32]) -> bytes:
    return vectors.astype(_STORED).tobytes()


def _load(stored: bytes) -> NDArray[np.float32]:
    return np.frombuffer(stored, dtype=_STORED).astype(np.float32)


def _encoder_id(connection: Connection, fingerprint: str) -> int:
    """The encoder's short name in this file, given to it when it is new."""
    chosen = select(encoder_table.c.id).where(encoder_table.c.fingerprint == fingerprint)
    known: int | None = connection.execute(chosen).scalar_one_or_none()
    return known or insert_numbered(connection, encoder_table, {"fingerprint": fingerprint})
