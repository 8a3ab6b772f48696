"""E-mails (.eml): subject, sender, date, and the text, which is HTML where the mail has it.

Answers quoted in it are quotations, and a signature is furniture. Attachments are named, and not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime

from corpus.block import BlockKind
from corpus.errors import UnreadableSource
from corpus.readers.draft import Draft
from corpus.readers.html_blocks import structure_of
from corpus.readers.pieces import Piece, Structured, join_pieces
from corpus.readers.text_file import decode_source
from corpus.text.canonical import canonical_text, one_line

_ENCRYPTED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
_MOST_NAMED = 5
_MAX_NAME_CHARS = 60
_QUOTED_LINE = re.compile(r"(?:> ?)+")
_ITEM_LINE = re.compile(r"\s* (?: [-*•] | (\d{1,3})[.)] ) \s+ (?=\S)", re.VERBOSE)
_SIGNATURE = "--"
"""What stands on a line of its own before a signature, with a blank (RFC 3676)."""


def parse(raw: bytes, origin: str) -> Draft:
    """Return the text of a mail. Raises `UnreadableSource`."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    if not any(name in message for name in ("From", "Subject", "Date", "Received", "MIME-Version")):
        raise UnreadableSource(origin, "it is no e-mail: it has neither sender nor subject.")
    if any(part.get_content_type() in _ENCRYPTED for part in message.walk()):
        raise UnreadableSource(origin, "it is encrypted; save it decrypted.")
    body = message.get_body(("html", "plain"))
    if body is None:
        raise UnreadableSource(origin, "it holds no text, only attachments.")
    found = _structure(body, origin)
    sender = message["From"].addresses if "From" in message and hasattr(message["From"], "addresses") else ()
    return Draft(
        found.text,
        found.blocks,
        title=_header(message, "Subject"),
        author=(sender[0].display_name or sender[0].addr_spec) if sender else None,
        published=_date(message),
        date_source="email",
        language=_header(message, "Content-Language"),
        warnings=_attachments(message),
    )


def _header(message: EmailMessage, name: str) -> str | None:
    return str(message[name]) if name in message else None


def _date(message: EmailMessage) -> str | None:
    try:
        return parsedate_to_datetime(str(message["Date"])).isoformat() if "Date" in message else None
    except (ValueError, TypeError, OverflowError):
        return str(message["Date"])


def _attachments(message: EmailMessage) -> tuple[str, ...]:
    names = [one_line(part.get_filename() or part.get_content_type(), _MAX_NAME_CHARS) for part in _attached(message)]
    if not names:
        return ()
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return (f"its attachments are not read: {', '.join(names[:_MOST_NAMED])}{more}; save them as files of their own.",)


def _attached(message: EmailMessage) -> Iterator[EmailMessage]:
    for part in message.iter_attachments():
        if isinstance(part, EmailMessage) and (part.get_filename() or part.get_content_type() == "message/rfc822"):
            yield part


def _structure(body: MIMEPart, origin: str) -> Structured:
    raw = body.get_payload(decode=True)
    text = decode_source(origin, raw if isinstance(raw, bytes) else b"", body.get_content_charset())
    if body.get_content_type() == "text/html":
        return _html_structure(text, origin)
    flowed = str(body.get_param("format", "")).lower() == "flowed"
    return join_pieces(list(_pieces(canonical_text(text), flowed)))


def _html_structure(text: str, origin: str) -> Structured:
    from lxml import etree, html

    try:
        # Bytes, since a string that declares an encoding would be refused.
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, ValueError):
        raise UnreadableSource(origin, "it holds no text.") from None
    return structure_of(tree)


def _pieces(text: str, flowed: bool) -> Iterator[Piece]:
    """Yield paragraphs, items, quoted answers, and the signature as furniture."""
    before, mark, after = f"\n{text}".partition(f"\n{_SIGNATURE} \n")
    for lines in _paragraphs(before.split("\n")):
        yield _piece(lines, flowed)
    if mark:
        yield Piece(BlockKind.FURNITURE, "\n".join(filter(None, (line.strip() for line in after.split("\n")))))


def _paragraphs(lines: list[str]) -> Iterator[list[str]]:
    """Yield lines that belong together: up to an empty one, an item, or another depth of quotation."""
    together: list[str] = []
    depth = 0
    for line in lines:
        its_depth = _depth(line)
        begins = its_depth != depth or _ITEM_LINE.match(line)
        if together and (begins or not _unquoted(line).strip()):
            yield together
            together = []
        depth = its_depth
        if _unquoted(line).strip():
            together.append(line)
    if together:
        yield together


def _piece(lines: list[str], flowed: bool) -> Piece:
    text = _joined([_unquoted(line) for line in lines], flowed)
    if _depth(lines[0]):
        return Piece(BlockKind.QUOTATION, text)
    if item := _ITEM_LINE.match(lines[0]):
        number = int(item[1]) if item[1] else None
        return Piece(BlockKind.ITEM, _ITEM_LINE.sub("", text, count=1), level=1, ordinal=number)
    return Piece(BlockKind.PARAGRAPH, text)


def _joined(lines: list[str], flowed: bool) -> str:
    """Return lines as one paragraph; short ones keep their ends, as in an address, unless the mail says they flow."""
    longest = max(map(len, lines))
    is_wrapped = flowed or all(len(line) > longest // 2 for line in lines[:-1])
    return (" " if is_wrapped else "\n").join(line.strip() for line in lines)


def _depth(line: str) -> int:
    quoted = _QUOTED_LINE.match(line)
    return quoted[0].count(">") if quoted else 0


def _unquoted(line: str) -> str:
    return _QUOTED_LINE.sub("", line, count=1)
