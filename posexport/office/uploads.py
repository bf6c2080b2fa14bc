"""Receives the files that browsers send: written to a private folder as they come, whole or not at all. What a file is
called is kept to be shown; where it lies is chosen here."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from posexport.app.workspace import Workspace
from posexport.errors import StoreUnusable
from posexport.office.security import TooLarge
from posexport.texts.clean import clean

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

UPLOAD_BYTES_MAX = 512 * 2**20
"""The most that one request may hold."""

FILES_MAX = 100
LEFT_BEHIND_S = 24 * 3600
"""Files of an upload that nobody has read after this time belong to a program that died."""

_FIELD_BYTES_MAX = 16_384
_NAME_LENGTH_MAX = 200
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}")


class NotWhole(Exception):
    """An upload was cut off on its way, or is no form."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent. `name`: what the sender calls it; `path`: where it lies; `digest`: its SHA-256."""

    name: str
    path: Path
    size_bytes: int
    digest: str


@dataclass(slots=True)
class Received:
    """What came with a form. `folder`: where the files lie."""

    folder: Path
    fields: dict[str, str] = field(default_factory=dict)
    files: list[Upload] = field(default_factory=list)

    def drop(self) -> None:
        """Delete the files."""
        drop_upload(self.folder)


def drop_upload(folder: Path) -> None:
    """Delete the files of an upload; nothing where they are gone."""
    shutil.rmtree(folder, ignore_errors=True)


def sweep(uploads: Path, kept: Iterable[str], now_s: float | None = None) -> None:
    """Delete the uploads that were left behind, except those of these names."""
    before = (time.time() if now_s is None else now_s) - LEFT_BEHIND_S
    if not uploads.is_dir():
        return
    for folder in uploads.iterdir():
        with suppress(FileNotFoundError):
            if folder.name not in kept and folder.lstat().st_mtime < before:
                drop_upload(folder)


def find_uploads(workspace: Workspace, environ: Mapping[str, str] = os.environ) -> Path:
    """The folder for uploads until they are read: the one that POSEXPORT_UPLOADS names, else one beside the database,
    or in the system's folder for temporary files where the database is a server's. Workers on several machines have to
    share it."""
    named = environ.get("POSEXPORT_UPLOADS")
    if named:
        return Path(named).absolute()
    beside = workspace.database.find_beside("uploads")
    return (beside or Path(tempfile.gettempdir()) / "posexport-uploads").absolute()


def keepable(value: str) -> str:
    """The value of a field without the character that PostgreSQL does not keep in a text."""
    return value.replace("\0", "")


def is_upload(request: Request) -> bool:
    """Whether a request is a form that may have files."""
    return request.headers.get("content-type", "").lower().lstrip().startswith("multipart/")


async def receive(request: Request, uploads: Path) -> Received:
    """Read a form with files to its end. Nothing of it is left where that fails.

    Raises TooLarge, and NotWhole where it was cut off or is not such a form.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise NotWhole
    folder = await run_in_threadpool(_make_folder, uploads)
    parts, is_whole = _Parts(Received(folder)), False
    try:
        await _read_parts(request, parts, options[b"boundary"])
        is_whole = True
    except (FormParserError, ClientDisconnect):
        raise NotWhole from None
    except OSError as error:
        raise _no_room(folder, error) from None
    finally:
        if not is_whole:
            parts.close()
            await run_in_threadpool(drop_upload, folder)
    return parts.received


async def _read_parts(request: Request, parts: _Parts, boundary: bytes) -> None:
    parser = MultipartParser(boundary, parts.callbacks)
    async for chunk in request.stream():
        await run_in_threadpool(parser.write, chunk)
    if not parts.is_over:
        raise NotWhole


def _make_folder(uploads: Path) -> Path:
    try:
        uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = uploads / secrets.token_hex(12)
        folder.mkdir(mode=0o700)
        found = uploads.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != folder.lstat().st_uid:
            folder.rmdir()
            raise PermissionError(errno.EPERM, "it is a link, or belongs to somebody else")
    except OSError as error:
        raise _no_room(uploads, error) from None
    return folder


def _no_room(folder: Path, error: OSError) -> StoreUnusable:
    why = error.strerror or type(error).__name__
    mend = "Make room in it, or name another in the environment variable POSEXPORT_UPLOADS, and upload it again."
    return StoreUnusable(f"The folder {folder} for uploads cannot be written ({why}).", mend, why)


class _Parts:
    """The parts of a form, as the parser finds them."""

    def __init__(self, received: Received) -> None:
        self.received, self.is_over = received, False
        self._header, self._value, self._disposition = bytearray(), bytearray(), b""
        self._field, self._text = "", bytearray()
        self._name, self._path = "", Path()
        self._stream: BinaryIO | None = None
        self._size_bytes, self._digest = 0, hashlib.sha256()
        self.callbacks: MultipartCallbacks = {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._open,
            "on_part_data": self._add,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def close(self) -> None:
        """Let go of the file that is being written."""
        if self._stream is not None:
            self._stream.close()

    def _begin(self) -> None:
        self._disposition = b""

    def _end_header(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header, self._value = bytearray(), bytearray()

    def _open(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            self._text = bytearray()
            return
        if len(self.received.files) >= FILES_MAX:
            raise TooLarge
        name = clean(options[b"filename"].decode("utf-8", "replace")).strip()
        self._name = name if len(name) <= _NAME_LENGTH_MAX else f"…{name[1 - _NAME_LENGTH_MAX :]}"
        suffix = PurePosixPath(name).suffix
        extension = suffix if _EXTENSION.fullmatch(suffix) else ""
        self._path = self.received.folder / f"{len(self.received.files)}{extension.lower()}"
        self._size_bytes, self._digest = 0, hashlib.sha256()
        self._stream = self._path.open("xb")

    def _add(self, data: bytes, start: int, end: int) -> None:
        piece = data[start:end]
        if self._stream is None:
            if len(self._text) + len(piece) > _FIELD_BYTES_MAX:
                raise TooLarge
            self._text.extend(piece)
            return
        self._stream.write(piece)
        self._digest.update(piece)
        self._size_bytes += len(piece)

    def _end(self) -> None:
        if self._stream is None:
            self.received.fields[self._field] = keepable(self._text.decode("utf-8", "replace"))
            return
        self._stream.close()
        self._stream = None
        if not self._name and not self._size_bytes:
            self._path.unlink()  # how browsers send a field in which no file was chosen
            return
        self.received.files.append(
            Upload(self._name or self._path.name, self._path, self._size_bytes, self._digest.hexdigest())
        )

    def _finish(self) -> None:
        self.is_over = True
