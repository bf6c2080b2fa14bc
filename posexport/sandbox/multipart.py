"""One file out of a `multipart/form-data` body (RFC 7578), and whether it may document a voucher.

Lives here: parsing and the check that the content is a PDF or an image, by its first bytes.
Never here: state, and trust in what the sender calls the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import Message
from typing import NoReturn

from .wire import Refused

FILE_SIZE_MAX = 20 * 1024 * 1024

_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content_type: str
    content: bytes = field(repr=False)


def _bad(detail: str) -> NoReturn:
    raise Refused(detail, field_name="file")


def _parameters(header: str, name: str) -> Message:
    message = Message()
    message[name] = header.replace("\r", " ").replace("\n", " ")
    return message


def parse_file(content_type: str, body: bytes, field_name: str, *, size_max: int = FILE_SIZE_MAX) -> File:
    """The file in that field; raises `Refused` (400)."""
    head = _parameters(content_type, "Content-Type")
    boundary = head.get_param("boundary")
    if head.get_content_type() != "multipart/form-data" or not isinstance(boundary, str) or not boundary:
        _bad("The request has to be multipart/form-data with a boundary.")
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1", "replace"))[1:]:
        if part.startswith(b"--"):
            break
        raw_headers, blank, content = part.partition(b"\r\n\r\n")
        if not blank:
            _bad("A part of the form is not well-formed.")
        for line in raw_headers.decode("utf-8", "replace").split("\r\n"):
            name, _, value = line.partition(":")
            if name.strip().lower() != "content-disposition":
                continue
            disposition = _parameters(value, "Content-Disposition")
            file_name = disposition.get_filename()
            if disposition.get_param("name", header="Content-Disposition") == field_name:
                return _checked(file_name, content, size_max)
    _bad(f"The form has no file in a field named '{field_name}'.")


def _checked(name: str | None, content: bytes, size_max: int) -> File:
    if not name:
        _bad("The file has no file name.")
    if len(content) > size_max:
        _bad(f"The file is larger than {size_max // 1024 // 1024} MB.")
    for signature, content_type in _SIGNATURES:
        if content.startswith(signature):
            return File(name, content_type, content)
    _bad("The file has to be a PDF or an image.")
