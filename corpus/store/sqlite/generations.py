"""Which generations of the vector index may be used: the live one, and the one before it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from corpus.store.sqlite.database import Database
from corpus.store.sqlite.schema import generation_table


@dataclass(frozen=True, slots=True)
class GenerationRecord:
    """A finished generation: vectors made by `encoder` (its fingerprint), of all changes up to `seq`."""

    name: str
    seq: int
    encoder: str
    live: bool


class Generations(Database):
    """The part of the catalog that says which generation serves."""

    def live_generation(self) -> str | None:
        """Its name; None before the first is published and after the last was withdrawn."""
        chosen = select(generation_table.c.name).where(generation_table.c.live)
        with self._reading() as connection:
            return connection.execute(chosen).scalar_one_or_none()

    def kept_generations(self) -> list[GenerationRecord]:
        """The live generation and then the previous one; either may be missing."""
        chosen = select(generation_table).order_by(generation_table.c.live.desc())
        with self._reading() as connection:
            return [GenerationRecord(**row._mapping) for row in connection.execute(chosen)]

    def publish_generation(self, name: str, seq: int, encoder: str) -> list[str]:
        """Make a finished generation the live one, and the one that was live the previous.

        Returns the names that are kept no longer: their folders may go. Nothing happens when it is live.
        """
        with self._writing() as connection:
            kept = connection.execute(select(generation_table.c.name, generation_table.c.live)).all()
            if (name, True) in kept:
                return []
            connection.execute(delete(generation_table).where(~generation_table.c.live))
            connection.execute(update(generation_table).values(live=False))
            connection.execute(insert(generation_table).values(name=name, seq=seq, encoder=encoder, live=True))
        return [former for former, was_live in kept if not was_live and former != name]

    def withdraw_generation(self, name: str) -> None:
        """Stop using a generation, because it is damaged; the other one, if kept, is live then."""
        with self._writing() as connection:
            connection.execute(delete(generation_table).where(generation_table.c.name == name))
            connection.execute(update(generation_table).values(live=True))
