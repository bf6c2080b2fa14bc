"""Mail as a file (.eml): lists and reads its attachments.

Never here: whether an attachment has sales. A mail is parsed in memory; mail servers take no more than some tens of
megabytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from email.message import Message

MAIL_BYTES_MAX = 60_000_000
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:[ \t]|From ")
_IS_MIME = re.compile(rb"^(?:mime-version|content-type|return-path|received):", re.IGNORECASE | re.MULTILINE)


class Attachment(NamedTuple):
    """A file attached to a mail: the index of its MIME part, and its name."""

    place: int
    name: str


def is_mail(head: bytes, extension: str) -> bool:
    """Whether a file that begins with `head` is a mail."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return _HEADER.match(text) is not None and (extension.lower() == ".eml" or _IS_MIME.search(text) is not None)


def list_attachments(stream: BinaryIO) -> list[Attachment]:
    """The files attached to a mail, also those of a mail forwarded inside it."""
    found = []
    for place, part in enumerate(_parts(stream)):
        name = _read_name(part.get_filename())
        if name and not part.is_multipart():
            found.append(Attachment(place, name.replace("\\", "/").rpartition("/")[2]))
    return found


def read_attachment(stream: BinaryIO, place: int) -> bytes:
    """The content of an attachment. Raises ValueError where it is no longer there."""
    for n, part in enumerate(_parts(stream)):
        if n == place:
            payload = part.get_payload(decode=True)
            return payload if isinstance(payload, bytes) else b""
    raise ValueError("the attachment is gone")


def _read_name(written: str | None) -> str:
    """A file's name, decoded from mail's "=?utf-8?...?="."""
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    try:
        return str(make_header(decode_header(written or "")))
    except (HeaderParseError, LookupError, ValueError):
        return written or ""


def _parts(stream: BinaryIO) -> list[Message]:
    from email import message_from_binary_file

    return list(message_from_binary_file(stream).walk())
