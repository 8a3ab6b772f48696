"""Vectors of passages, so that nothing is embedded twice."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, select, update

from corpus.store.sql.database import Database
from corpus.store.sql.dialects import among, insert_numbered, replacing
from corpus.store.sql.schema import encoder_table, vector_table

_STORED = np.dtype("<f2")
"""Half the room of float32; a cosine moves by less than 0.001."""


class SqlVectors:
    """`corpus.store.protocols.VectorStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keeping(self) -> AbstractContextManager[None]:
        return self._database.keeping_vectors()

    def encoders(self) -> list[str]:
        has_vectors = select(vector_table.c.key).where(vector_table.c.encoder_id == encoder_table.c.id).exists()
        chosen = select(encoder_table.c.fingerprint).where(has_vectors).order_by(encoder_table.c.id)
        with self._database.reading() as connection:
            return list(connection.execute(chosen).scalars())

    def get(self, fingerprint: str, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        with self._database.reading() as connection:
            rows = connection.execute(_select(fingerprint, keys)).all()
        # All at once: a thousand one by one take four times as long.
        vectors = _load(b"".join([row.vector for row in rows])).reshape(len(rows), -1) if rows else ()
        return {row.key: vector for row, vector in zip(rows, vectors, strict=True)}

    def get_sentences(self, fingerprint: str, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        with self._database.reading() as connection:
            rows = connection.execute(_select(fingerprint, keys).add_columns(vector_table.c.sentences))
            return {row.key: _load(row.sentences).reshape(-1, len(_load(row.vector))) for row in rows}

    def put(
        self,
        fingerprint: str,
        keys: Sequence[str],
        vectors: NDArray[np.float32],
        sentences: Sequence[NDArray[np.float32]] = (),
    ) -> None:
        of_sentences = sentences or [vectors[:0]] * len(keys)
        with self._database.writing() as connection:
            encoder_id = _encoder_id(connection, fingerprint)
            rows = [
                {"encoder_id": encoder_id, "key": key, "vector": _dump(vector), "sentences": _dump(its_sentences)}
                for key, vector, its_sentences in zip(keys, vectors, of_sentences, strict=True)
            ]
            if rows:
                connection.execute(replacing(connection, vector_table), rows)
                puts = update(encoder_table).where(encoder_table.c.id == encoder_id)
                connection.execute(puts.values(puts=encoder_table.c.puts + 1))


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
    """The encoder's short name in this database, given to it when it is new."""
    chosen = select(encoder_table.c.id).where(encoder_table.c.fingerprint == fingerprint)
    known: int | None = connection.execute(chosen).scalar_one_or_none()
    return known or insert_numbered(connection, encoder_table, {"fingerprint": fingerprint, "puts": 0})
