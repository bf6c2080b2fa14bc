"""Reads a SAF-T file's bytes in bounded chunks, and repairs them so that an XML parser accepts them.

Two errors are common enough to be repaired, with a note: Windows-1252 or ISO-8859-1 bytes in a file that claims to be
UTF-8, and an `&` that begins no entity. A DOCTYPE is refused: sales need none, and it can define entities. A correct
file passes through unchanged. Does not know what the XML means. Units: bytes.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from posexport.core.sales import ImportNote
from posexport.errors import UnreadableSales

CHUNK_BYTES = 32_768
"""Small enough to stay in the processor's cache; larger chunks were slower."""
_HEAD_BYTES = 4_096

_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_TOKEN = re.compile(rb"<!\[CDATA\[|<!--|<!DOCTYPE|&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
_BEGUN, _ENDING = re.compile(rb"[<&]"), re.compile(rb"[\]-]")
_LONGEST_BYTES = 10
"""No token above, and no entity, is longer."""
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_CLAIMS_UTF8 = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_ASCII_BASED = re.compile(rb"iso-8859-\d{1,2}|latin-?1|windows-125\d|cp125\d")
_CLAIMS_WIDE = frozenset({b"utf-16", b"utf16", b"utf-16le", b"utf-16be", b"unicode", b"ucs-2"})


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """A codec error handler: decode bytes that are no UTF-8 as Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("posexport.windows-1252", _as_windows_1252)


class Form:
    """One file's bytes, repaired as they pass. `where`: returns what the reader last read, for notes."""

    def __init__(self, stream: BinaryIO, name: str, where: Callable[[], str]) -> None:
        self._stream = stream
        self._name = name
        self._decoder: codecs.IncrementalDecoder | None = None
        self._inside = b""
        """The mark that ends the comment or CDATA section we are in."""
        self._wrong_bytes_at = ""
        self._ampersands = 0
        self._ampersand_at = ""
        self._declaration_mended = False
        self._where = where
        self.is_utf8 = False
        """Whether the chunks are UTF-8 beyond doubt; known once there is one."""
        self.is_ascii_based = False
        """The same, whether bytes below 128 are ASCII."""

    def chunks(self) -> Iterator[bytes]:
        """The file in chunks for a parser; never an empty one.

        Raises UnreadableSales on a DOCTYPE.
        """
        first = self._read_head()
        if not first:
            return
        if first.startswith(_WIDE):
            yield from self._unmended(first)
            return
        first = first.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n\t ")
        declared = _DECLARED.match(first)
        claim = declared.group(1).lower() if declared else b"utf-8"
        if declared and claim in _CLAIMS_WIDE:
            first = first[: declared.start(1)] + b"utf-8" + first[declared.end(1) :]
            self._declaration_mended, claim = True, b"utf-8"
        self.is_utf8 = claim in _CLAIMS_UTF8
        self.is_ascii_based = self.is_utf8 or _ASCII_BASED.fullmatch(claim) is not None
        text = self._as_utf8(first) if self.is_utf8 else self._unmended(first)
        yield from self._marked_up(text)

    def notices(self) -> list[ImportNote]:
        """Notes about what was repaired; complete once the file has been read."""
        found = []
        if self._declaration_mended:
            found.append(ImportNote("the first line", "The file claims to be UTF-16 and is not; it was read as UTF-8."))
        if self._decoder is not None:
            found.append(
                ImportNote(
                    self._wrong_bytes_at,
                    "The file claims to be UTF-8 and holds bytes that are not; they were read as "
                    "Windows-1252 (ISO-8859-1). Look over names with æ, ø and å.",
                )
            )
        if self._ampersands:
            found.append(
                ImportNote(
                    self._ampersand_at,
                    f"{self._ampersands} times an & stands where XML wants &amp;; it was read as a plain &.",
                )
            )
        return found

    def _read_head(self) -> bytes:
        head = b""
        while len(head) < _HEAD_BYTES and (more := self._stream.read(CHUNK_BYTES)):
            head += more
        return head

    def _unmended(self, first: bytes) -> Iterator[bytes]:
        yield first
        while chunk := self._stream.read(CHUNK_BYTES):
            yield chunk

    def _as_utf8(self, first: bytes) -> Iterator[bytes]:
        """Chunks of whole UTF-8 characters; from the first invalid byte on, everything is decoded and encoded anew."""
        held = b""
        chunk = first
        while chunk:
            data = held + chunk if held else chunk
            held = b""
            if self._decoder is not None:
                yield self._decoder.decode(data).encode()
            elif data.isascii():
                yield data
            else:
                data, held = self._checked(data)
                yield data
            chunk = self._stream.read(CHUNK_BYTES)
        if held and self._decoder is None:
            self._engage_decoder()
        if self._decoder is not None:
            yield self._decoder.decode(held, True).encode()

    def _checked(self, data: bytes) -> tuple[bytes, bytes]:
        """`data` up to its last whole UTF-8 character, and the rest."""
        try:
            data.decode()
        except UnicodeDecodeError as error:
            if error.end == len(data) and error.reason == "unexpected end of data":
                return data[: error.start], data[error.start :]
            return self._engage_decoder().decode(data).encode(), b""
        return data, b""

    def _engage_decoder(self) -> codecs.IncrementalDecoder:
        self._decoder = codecs.getincrementaldecoder("utf-8")("posexport.windows-1252")
        self._wrong_bytes_at = self._where()
        return self._decoder

    def _marked_up(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        held = b""
        for piece in pieces:
            data, held = self._mended(held + piece if held else piece, False)
            if data:
                yield data
        if held:
            yield self._mended(held, True)[0]

    def _mended(self, data: bytes, last: bool) -> tuple[bytes, bytes]:
        """`data` with each stray & escaped, and the tail that cannot be judged without more bytes."""
        if not self._inside and b"&" not in data and b"!" not in data:
            return _cut(data, 0, _BEGUN, last)
        parts, at = [], 0
        while True:
            if self._inside:
                end = data.find(self._inside, at)
                if end < 0:
                    rest, held = _cut(data, at, _ENDING, last)
                    break
                end += len(self._inside)
                parts.append(data[at:end])
                at, self._inside = end, b""
            token = _TOKEN.search(data, at)
            mark = token.group() if token else b""
            if token is None or (mark == b"&" and not last and token.start() > len(data) - _LONGEST_BYTES):
                rest, held = _cut(data, at, _BEGUN, last)
                break
            parts.append(data[at : token.start()])
            at = token.end()
            if mark == b"<!DOCTYPE":
                raise doctype_refused(self._name)
            if mark == b"&":
                if not self._ampersands:
                    self._ampersand_at = self._where()
                self._ampersands += 1
                mark = b"&amp;"
            else:
                self._inside = b"-->" if mark == b"<!--" else b"]]>"
            parts.append(mark)
        parts.append(rest)
        return b"".join(parts), held


def _cut(data: bytes, at: int, sign: re.Pattern[bytes], last: bool) -> tuple[bytes, bytes]:
    """`data` from `at` on, in two: what is certain, and a tail that begins with `sign` and may be incomplete."""
    begun = None if last else sign.search(data, max(at, len(data) - _LONGEST_BYTES))
    cut = begun.start() if begun else len(data)
    return data[at:cut], data[cut:]


def doctype_refused(name: str) -> UnreadableSales:
    """The error for a file with a DOCTYPE."""
    return UnreadableSales(
        name,
        "",
        "The file has a DOCTYPE.",
        "an XML file without one; a DOCTYPE can pull in other files.",
        "Export the file again from the cash register, and do not edit it.",
    )
