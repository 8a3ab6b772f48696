"""The generations of one machine, in a file beside them, where the store itself is shared with other machines."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from corpus.durable import write_durably
from corpus.errors import DataFolderUnusable
from corpus.generation_record import GenerationRecord
from corpus.store.data_folder import DataFolder
from corpus.store.disk import explained
from corpus.store.privacy import make_private_folder


@dataclass(frozen=True, slots=True)
class GenerationsFile:
    """`corpus.store.protocols.GenerationStore`; who writes holds the folder's lock.

    `store` is the identity of the store that the folder's index was made of.
    """

    path: Path
    store: str
    is_writable: bool = False

    @classmethod
    def of(cls, data: DataFolder, store: str, name: str) -> Self:
        """Those in a folder. Raise DataFolderUnusable when what is there was made of another store than `name`."""
        found = cls(data.generations_file, store)
        if found._read()[0] not in (None, store):
            raise DataFolderUnusable(
                f"The folder {data.path} holds an index of another database than {name}; set ASSISTANT_CACHE to a "
                "folder of its own, or delete this one."
            )
        return found

    def writable(self) -> Self:
        """The same, for the one who holds the folder's lock; says at once which store the folder belongs to."""
        writable = replace(self, is_writable=True)
        if self._read()[0] is None:
            writable._write(self.kept())
        return writable

    def owner(self) -> str:
        return self.store

    def live(self) -> GenerationRecord | None:
        return next((record for record in self.kept() if record.live), None)

    def kept(self) -> list[GenerationRecord]:
        return self._read()[1]

    def publish(self, name: str, seq: int, encoder: str) -> list[str]:
        self._refuse_reader()
        kept = self.kept()
        if any(record.live and record.name == name for record in kept):
            return []
        former = [replace(record, live=False) for record in kept if record.live]
        self._write([GenerationRecord(name, seq, encoder, live=True), *former])
        return [record.name for record in kept if not record.live and record.name != name]

    def withdraw(self, name: str) -> None:
        self._refuse_reader()
        # At most one remains.
        self._write([replace(record, live=True) for record in self.kept() if record.name != name])

    def _refuse_reader(self) -> None:
        if not self.is_writable:
            raise RuntimeError("This store was opened for reading; open_store_for_index opens one to publish.")

    def _read(self) -> tuple[str | None, list[GenerationRecord]]:
        """The identity of the store and the generations; nothing, where the file is missing or damaged."""
        try:
            told = json.loads(self.path.read_text(encoding="utf-8"))
            return str(told["store"]), [GenerationRecord(**record) for record in told["generations"]]
        except FileNotFoundError:
            return None, []
        except OSError as error:
            raise explained(self.path.parent, error) from error
        except (ValueError, TypeError, KeyError):
            return None, []  # all of it can be made again

    def _write(self, records: list[GenerationRecord]) -> None:
        told = {"store": self.store, "generations": [asdict(record) for record in records]}
        try:
            make_private_folder(self.path.parent)
            write_durably(self.path, json.dumps(told, indent=1).encode())
        except OSError as error:
            raise explained(self.path.parent, error) from error
