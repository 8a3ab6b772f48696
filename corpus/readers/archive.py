"""Documents that are ZIP archives of XML: their parts, bounded, without entities and external references."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from corpus.errors import UnreadableSource

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_PARTS = 20_000
_MOST_UNPACKED_BYTES = 512 * 2**20
"""Of all parts together: pictures are counted, and not read."""

_MOST_PART_BYTES = 128 * 2**20
"""Of a part with text: a book of 20 million characters with its markup."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IS_ENCRYPTED = 0x1
"""The flag of a part in a ZIP archive."""

_XML_PARTS = (".xml", ".rels", ".opf")
_ENTITY = b"<!ENTITY"


class Archive:
    """An archive whose sizes were checked. Raises `UnreadableSource` for one that is damaged, encrypted or a bomb."""

    def __init__(self, raw: bytes, origin: str, kind: str) -> None:
        self._origin = origin
        if raw.startswith(_OLE):
            raise self.refused(f"it is encrypted, or of an older kind than {kind}; save it without a password.")
        try:
            self._file = ZipFile(BytesIO(raw))
        except (BadZipFile, ValueError, OSError, NotImplementedError):
            raise self.refused(f"it is no {kind} file, or damaged or cut short.") from None
        self._check()

    def refused(self, reason: str) -> UnreadableSource:
        return UnreadableSource(self._origin, reason)

    def names(self) -> list[str]:
        return self._file.namelist()

    def read(self, name: str) -> bytes:
        """Return a part's bytes; none if there is no such part."""
        if name not in self._file.NameToInfo:
            return b""
        try:
            raw = self._file.read(name)
        except Exception:  # whatever its decoders raise
            raise self.refused("it is damaged or cut short.") from None
        if _ENTITY in raw and name.endswith(_XML_PARTS):
            raise self.refused("its XML declares entities, which no such file needs; they may be made to do harm.")
        return raw

    def xml(self, name: str) -> _Element | None:
        """Return the root of an XML part; None if there is no such part."""
        return parse_xml(raw, self._origin) if (raw := self.read(name)) else None

    def _check(self) -> None:
        parts = self._file.infolist()
        if any(part.flag_bits & _IS_ENCRYPTED for part in parts):
            raise self.refused("it is encrypted; save it without a password.")
        is_bomb = (
            len(parts) > _MOST_PARTS
            or sum(part.file_size for part in parts) > _MOST_UNPACKED_BYTES
            or any(part.file_size > _MOST_PART_BYTES for part in parts if part.filename.endswith(_XML_PARTS))
        )
        if is_bomb:
            raise self.refused(f"unpacked it is larger than {_MOST_UNPACKED_BYTES // 2**20} MiB; split it.")


def parse_xml(raw: bytes, origin: str) -> _Element:
    """Return the root of an XML document; entities are not resolved, and nothing that it refers to is loaded."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        raise UnreadableSource(origin, "its XML is damaged, or nested too deeply.") from None
    return root
