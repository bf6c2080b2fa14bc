"""From a path to the sales files in it: the file itself, the members of a ZIP, the attachments of a mail, the files of
a folder, or standard input; each recognized and opened as a stream.

Recognizes formats by how files begin; reading them is the readers' work, and none is imported here. Nothing is unpacked
to disk, and only a mail's attachment is held in memory. Sizes and positions are bytes of uncompressed data.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import stat
import sys
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, BinaryIO

from posexport.errors import UnreadableSales
from posexport.sources.files.foreign import explain_program, find_program
from posexport.sources.files.mail_file import MAIL_BYTES_MAX, is_mail, list_attachments, read_attachment
from posexport.sources.files.values import find_wide_encoding

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SAFT, CSV, JSONL, XLSX = "saft", "csv", "jsonl", "xlsx"
FORMATS = (SAFT, CSV, JSONL)
"""Formats that can be asked for; an Excel sheet is always recognized by its content."""

STANDARD_INPUT = Path("-")

_FORMATS_IN_WORDS = (
    "a SAF-T Cash Register file (saft), CSV with a header row (csv), an Excel sheet like it (.xlsx) or JSON (jsonl)."
)
_FORMAT_OF_EXTENSION = {".xml": SAFT, ".csv": CSV, ".tsv": CSV, ".jsonl": JSONL, ".ndjson": JSONL}
_EXCEL_EXTENSIONS = (".xlsx", ".xlsm")
_CALLED_SALES = frozenset((*_FORMAT_OF_EXTENSION, ".json", ".zip", ".eml", ".xls", ".ods", *_EXCEL_EXTENSIONS))
"""Extensions of files that are reported, not skipped, where they cannot be read."""
_UNFINISHED = (".part", ".tmp", ".crdownload", ".partial")
_COMPANIONS = (
    ".txt .md .rtf .log .pdf .doc .docx .odt .xls .ods .htm .html .css .js .xsd .xsl .xslt .dtd .ini .cfg"
    " .png .jpg .jpeg .gif .svg .ico .db .lnk .url .sig .asc .p7s .cer .crt .md5 .sha1 .sha256 .exe .dll"
)
_PASSED_OVER = frozenset(_COMPANIONS.split())
"""Extensions of files that accompany sales and are skipped."""

_HEAD_BYTES = 65_536
_BUFFER_BYTES = 262_144
_MEMBERS_MAX = 10_000
_NAME_LENGTH_MAX = 260
_RATIO_MAX = 200
"""The largest plausible compression ratio: SAF-T compresses to about a twentieth, a ZIP bomb to a thousandth."""
_UNSUSPECTED_BYTES = 10_000_000
"""Below this size the compression ratio does not matter."""
_ENCRYPTED = 0x1
_UNPACKABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, OverflowError, RuntimeError)
"""What zipfile raises for a damaged ZIP, depending on where the damage is."""

_OTHER_KINDS = (
    (b"PK", "a ZIP file", "Give the files in it on their own."),
    (b"\x1f\x8b", "a gzip file", "Unpack it and give the file inside."),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it and give the files inside."),
    (b"Rar!", "a RAR archive", "Unpack it and give the files inside."),
    (b"%PDF", "a PDF", "Export the sales as SAF-T, CSV or JSON lines instead."),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel file (.xls), one with a password, or another Office file",
        "Open it and save it as an Excel workbook (.xlsx) without a password; of a mail (.msg), save the attachment.",
    ),
    (b"SQLite format 3\0", "a database", "Export the sales as SAF-T, CSV or JSON lines instead."),
)
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_OUR_COLUMNS = {"register", "ticket"}
_HEADER_ROWS_MAX = 25
_BETWEEN_CELLS = re.compile(r"[;,\t|]")
_JSON_KEY = re.compile(r'"([A-Za-z_][^"\\]{0,60})"\s*:')
_HTML = (b"<!doctype html", b"<html")


class CountingStream(io.BufferedReader):
    """A binary stream that counts: `position` is the number of uncompressed bytes read so far."""

    def __init__(self, source: IO[bytes], name: str, size_bytes: int = 0) -> None:
        self._counted = _Counted(source, name, size_bytes)
        super().__init__(self._counted, _BUFFER_BYTES)

    @property
    def position(self) -> int:
        """After closing: where reading stopped, accurate to a buffer."""
        return self._counted.position if self.closed else self.tell()


class _Counted(io.RawIOBase):
    """Counts what is read from `source`. Turns its errors into UnreadableSales, and also an end before `size_bytes`,
    which zipfile does not report."""

    def __init__(self, source: IO[bytes], name: str, size_bytes: int) -> None:
        super().__init__()
        self._source, self._name, self._size_bytes = source, name, size_bytes
        self.position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._source.seekable()

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        try:
            self.position = self._source.seek(offset, whence)
        except _UNPACKABLE as error:
            raise _damaged(self._name, error) from error
        return self.position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        try:
            chunk = self._source.read(len(view))
            if not chunk and self.position < self._size_bytes:
                raise EOFError(f"it ends after {self.position} of {self._size_bytes} bytes")
        except _UNPACKABLE as error:
            raise _damaged(self._name, error) from error
        view[: len(chunk)] = chunk
        self.position += len(chunk)
        return len(chunk)

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()


@dataclass(frozen=True, slots=True)
class SalesFile:
    """A sales file, not yet read. `name`: the path as given, or "path > member" in a ZIP; `format`: one of `FORMATS`;
    `size_bytes`: uncompressed; `written_at_utc_s`: when the file on disk was last written, None where there is none."""

    name: str
    format: str
    size_bytes: int
    _open_source: Callable[[ExitStack], IO[bytes]] = field(repr=False, compare=False)
    written_at_utc_s: int | None = field(default=None, compare=False)

    def called(self, name: str) -> SalesFile:
        """The same file under another name."""
        return replace(self, name=name)

    @contextmanager
    def open(self) -> Iterator[CountingStream]:
        """Yields a stream from the beginning; may be called again. Raises UnreadableSales, also while it is read."""
        with ExitStack() as stack:
            try:
                source = self._open_source(stack)
            except _UNPACKABLE as error:
                raise _damaged(self.name, error) from error
            with CountingStream(source, self.name, self.size_bytes) as stream:
                yield stream


@dataclass(frozen=True, slots=True)
class _Source:
    """Bytes that may be sales, not yet examined. `open` gives a seekable stream from the beginning; `path`: their file
    on disk, None where there is none."""

    name: str
    extension: str
    open: Callable[[], BinaryIO]
    path: Path | None = None


def open_sales(path: Path, file_format: str | None = None) -> Iterator[SalesFile]:
    """The sales files in `path`: the file itself, or the members of a ZIP, the attachments of a mail or the files of a
    folder, ordered by name. "-" is standard input.

    `file_format` says how to read them; without it each is recognized by how it begins, and only if that is not enough
    by its extension. Inside another file or a folder, subfolders, dotfiles, `__MACOSX` and extensions that are never
    sales (.txt, .pdf and the like) are skipped. All files are examined before the first is yielded. Raises
    UnreadableSales for what is missing, empty, encrypted, damaged, suspiciously compressed or no sales; such a file in
    a folder is yielded all the same, and raises when it is opened, so that the others are read.
    """
    name = _printable(str(path))
    if file_format is not None and file_format not in FORMATS:
        raise UnreadableSales(
            name,
            "",
            f"the format {_printable(file_format[:40])!r} was asked for.",
            _FORMATS_IN_WORDS,
            "Ask for saft, csv or jsonl, or leave the format out.",
        )
    if path == STANDARD_INPUT:
        yield from _open_source(_spool_standard_input(), file_format)
    elif os.path.isdir(path):  # noqa: PTH112 (a path that is too long is no folder, and raises nothing)
        yield from _open_folder(path, name, file_format)
    else:
        yield from _open_source(_Source(name, path.suffix, partial(_open_plain, path, name), path), file_format)


def _open_source(source: _Source, file_format: str | None) -> Iterator[SalesFile]:
    """The sales files in one source, with the time it was last written."""
    written_at = _find_written_at(source.path)
    for file in _look_into(source, file_format):
        yield file if written_at is None else replace(file, written_at_utc_s=written_at)


def _find_written_at(path: Path | None) -> int | None:
    try:
        return None if path is None else int(path.stat().st_mtime)
    except (OSError, ValueError):
        return None


def _look_into(source: _Source, file_format: str | None) -> Iterator[SalesFile]:
    """The sales files in one source."""
    name = source.name
    with source.open() as stream:
        try:
            head = stream.read(_HEAD_BYTES)
            size_bytes = stream.seek(0, os.SEEK_END)
        except OSError as error:
            raise _damaged(name, error) from error
    if head.startswith(_ZIP_MARKS):
        yield from _open_zip(source, size_bytes, file_format)
        return
    if file_format is None and is_mail(head, source.extension):
        yield from _open_mail(source, size_bytes)
        return
    file_format = _recognise(head, source.extension, name, file_format)
    yield SalesFile(name, file_format, size_bytes, lambda stack: stack.enter_context(source.open()))


class _Spool:
    """An unnamed temporary file that lives as long as this object."""

    def __init__(self, stream: IO[bytes]) -> None:
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(stream, copy)
            copy.flush()
            self._handle = os.dup(copy.fileno())
        weakref.finalize(self, os.close, self._handle)

    def open(self) -> BinaryIO:
        """A stream from the beginning; one at a time."""
        stream = os.fdopen(os.dup(self._handle), "rb", buffering=0)
        stream.seek(0)
        return stream


def _spool_standard_input() -> _Source:
    try:
        return _Source("stdin", "", _Spool(sys.stdin.buffer).open)
    except (OSError, ValueError) as error:
        raise _damaged("stdin", error) from error


def _open_folder(path: Path, name: str, file_format: str | None) -> Iterator[SalesFile]:
    try:
        inside = sorted(child for child in path.iterdir() if not _is_beside(child))
    except OSError as error:
        raise _damaged(name, error) from error
    found: list[SalesFile] = []
    for child in inside:
        child_name = _printable(str(child))
        try:
            source = _Source(child_name, child.suffix, partial(_open_plain, child, child_name), child)
            found += _open_source(source, file_format)
        except UnreadableSales as error:
            if child.suffix.lower() in _CALLED_SALES or file_format is not None:
                found.append(SalesFile(child_name, file_format or CSV, 0, partial(_raise, error)))
    if not found:
        raise UnreadableSales(
            name,
            "",
            "the folder holds no sales file.",
            _FORMATS_IN_WORDS,
            "Give the folder with the files themselves (folders inside it are not looked into), or the files.",
        )
    yield from found


def _is_beside(path: Path) -> bool:
    """Whether a file of a folder is skipped: hidden, unfinished, a folder, or never sales."""
    extension = path.suffix.lower()
    is_told = extension in _CALLED_SALES
    passed_over = extension in _UNFINISHED or (extension in _PASSED_OVER and not is_told)
    return path.name.startswith((".", "~$")) or passed_over or path.is_dir()


def _raise(error: UnreadableSales, _: ExitStack) -> IO[bytes]:
    raise error


def _open_mail(source: _Source, size_bytes: int) -> Iterator[SalesFile]:
    """The sales files attached to a mail."""
    name = source.name
    if size_bytes > MAIL_BYTES_MAX:
        raise UnreadableSales(
            name,
            "",
            f"the mail has {size_bytes // 1_000_000} MB.",
            f"at most {MAIL_BYTES_MAX // 1_000_000} MB.",
            "Save the attachment to a file and give that.",
        )
    with source.open() as stream:
        attached = list_attachments(stream)
    found: list[SalesFile] = []
    for place, file_name in attached:
        extension = PurePosixPath(file_name).suffix
        inner = _Source(
            f"{name} > {_printable(file_name[:_NAME_LENGTH_MAX])}", extension, partial(_attached, source, place)
        )
        if file_name.startswith(".") or (extension.lower() in _PASSED_OVER and extension.lower() not in _CALLED_SALES):
            continue
        try:
            found += _open_source(inner, None)
        except UnreadableSales:
            if extension.lower() in _CALLED_SALES:
                raise
    if not found:
        held = ", ".join(_printable(file_name[:60]) for _, file_name in attached[:5]) or "nothing"
        raise UnreadableSales(
            name,
            "",
            f"no sales file is attached to the mail (but {held}).",
            _FORMATS_IN_WORDS,
            "Save the sales file from the mail and give that.",
        )
    yield from found


def _attached(source: _Source, place: int) -> BinaryIO:
    with source.open() as stream:
        return io.BytesIO(read_attachment(stream, place))


def _open_plain(path: Path, name: str) -> BinaryIO:
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise _is_no_file(name)  # a pipe that nobody writes to would be waited for when it is opened
        source = path.open("rb", buffering=0)
    except FileNotFoundError:
        raise UnreadableSales(
            name, "", "there is no such file.", "the path of a file.", "Check how the path is spelt."
        ) from None
    except IsADirectoryError:
        raise _is_folder(name) from None
    except PermissionError:
        if path.is_dir():  # how Windows puts it
            raise _is_folder(name) from None
        raise UnreadableSales(
            name,
            "",
            "the file may not be read.",
            "a file that the user who runs posexport may read.",
            "Give that user permission to read it.",
        ) from None
    except (OSError, ValueError) as error:
        raise _damaged(name, error) from error
    if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
        source.close()
        raise _is_no_file(name)
    return source


def _open_zip(source: _Source, packed_bytes: int, file_format: str | None) -> Iterator[SalesFile]:
    name = source.name
    found = []
    with ExitStack() as stack:
        try:
            archive = _open_archive(source, stack)
            members = sorted(archive.infolist(), key=lambda member: member.filename)
        except _UNPACKABLE as error:
            raise _damaged(name, error) from error
        office = _find_office_kind(archive, {member.filename for member in members})
        if office == XLSX:
            _check_ratio(name, sum(member.file_size for member in members), packed_bytes)
            yield SalesFile(name, XLSX, packed_bytes, lambda stack: stack.enter_context(source.open()))
            return
        if office:
            raise UnreadableSales(
                name,
                "",
                f"this is {office}.",
                _FORMATS_IN_WORDS,
                "Open it and save it as an Excel workbook (.xlsx), or as CSV UTF-8, and give that.",
            )
        if len(members) > _MEMBERS_MAX:
            raise UnreadableSales(
                name,
                "",
                f"the ZIP holds {len(members)} files.",
                f"at most {_MEMBERS_MAX}.",
                "Unpack it and give the files with sales.",
            )
        candidates = [member for member in members if not _is_passed_over(member)]
        _check_ratio(name, sum(member.file_size for member in candidates), packed_bytes)
        for member in candidates:
            _check_name(name, member.filename)
            sales = _open_member(source, archive, member, f"{name} > {_printable(member.filename)}", file_format)
            if sales is not None:
                found.append(sales)
        if not found:
            held = ", ".join(_printable(member.filename[:60]) for member in members[:5]) or "nothing"
            raise UnreadableSales(
                name,
                "",
                f"the ZIP holds no sales file (but {held}{', ...' if len(members) > 5 else ''}).",
                _FORMATS_IN_WORDS,
                "Put the sales files into the ZIP, or give them on their own.",
            )
        yield from found


def _open_archive(source: _Source, stack: ExitStack) -> zipfile.ZipFile:
    packed = source.path if source.path is not None else stack.enter_context(source.open())
    return stack.enter_context(zipfile.ZipFile(packed))


def _find_office_kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    """XLSX for an Excel workbook, the words for another Office file, "" for any other ZIP."""
    if "mimetype" in names:
        try:
            kind = archive.read("mimetype")[:100]
        except _UNPACKABLE:
            kind = b""
        return (
            "an OpenDocument spreadsheet (.ods)"
            if b"spreadsheet" in kind
            else "an OpenDocument file, no Excel workbook"
        )
    if "[Content_Types].xml" not in names:
        return ""
    if "xl/workbook.xml" in names:
        return XLSX
    is_binary = "xl/workbook.bin" in names
    return "a binary Excel workbook (.xlsb)" if is_binary else "a Word or other Office file, no Excel workbook"


def _is_passed_over(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    return (
        not parts  # a damaged directory may hold an empty name
        or member.is_dir()
        or any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in parts)
        or PurePosixPath(parts[-1]).suffix.lower() in _PASSED_OVER
    )


def _open_member(
    source: _Source, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, file_format: str | None
) -> SalesFile | None:
    """A ZIP member as a sales file; None where neither content nor name looks like sales."""
    extension = PurePosixPath(member.filename).suffix
    if member.flag_bits & _ENCRYPTED:
        raise UnreadableSales(
            name, "", "it is encrypted.", "a ZIP without a password.", "Unpack it and give the files inside."
        )
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableSales(
            name,
            "",
            f"it is packed in an unusual way (method {member.compress_type}).",
            "an ordinary ZIP (deflate).",
            "Unpack it and give the files inside.",
        )
    _check_ratio(name, member.file_size, member.compress_size)
    try:
        with archive.open(member) as packed:
            head = packed.read(_HEAD_BYTES)
    except _UNPACKABLE as error:
        raise _damaged(name, error) from error
    if head.startswith(_ZIP_MARKS) and extension.lower() in _EXCEL_EXTENSIONS:
        file_format = XLSX
    elif head.startswith(_ZIP_MARKS) or extension.lower() == ".zip":
        raise UnreadableSales(
            name,
            "",
            "it is a ZIP inside a ZIP.",
            "the sales files themselves in the ZIP.",
            "Unpack the outer ZIP and give the inner ones.",
        )
    elif extension.lower() in _FORMAT_OF_EXTENSION or extension.lower() in (".json", *_EXCEL_EXTENSIONS):
        file_format = _recognise(head, extension, name, file_format)
    else:
        try:
            recognised = _recognise(head, extension, name, None)
        except UnreadableSales:
            return None
        file_format = file_format or recognised

    def open_source(stack: ExitStack) -> IO[bytes]:
        # Open still while open_sales is being gone through, so that its directory is read only once.
        is_open = archive.fp is not None and source.path is not None
        readable = archive if is_open else _open_archive(source, stack)
        return stack.enter_context(readable.open(member))

    return SalesFile(name, file_format, member.file_size, open_source)


def _check_name(name: str, member_name: str) -> None:
    if len(member_name) > _NAME_LENGTH_MAX:
        raise UnreadableSales(
            name,
            "",
            f"a file in the ZIP has a name of {len(member_name)} characters.",
            f"at most {_NAME_LENGTH_MAX}.",
            "Unpack it and give the files inside shorter names.",
        )


def _check_ratio(name: str, size_bytes: int, packed_bytes: int) -> None:
    if size_bytes > _UNSUSPECTED_BYTES and size_bytes > packed_bytes * _RATIO_MAX:
        raise UnreadableSales(
            name,
            "",
            f"it would unpack to {size_bytes // 1_000_000} MB from {packed_bytes // 1000} kB, as a ZIP bomb does.",
            f"at most {_RATIO_MAX} times the packed size.",
            "If the file is right, unpack it and give the files inside.",
        )


def _recognise(head: bytes, extension: str, name: str, asked: str | None) -> str:
    """The format of a file that begins with `head`: the one asked for, else by content, else by extension."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    wide = find_wide_encoding(head)
    if wide:
        text = head.decode(wide, "replace").lstrip().encode("utf-8", "replace")
    if not text:
        raise _unrecognised(name, "the file is empty.", "Export the sales again.")
    if asked is not None:
        return asked
    for beginning, kind, fix in _OTHER_KINDS:
        if head.startswith(beginning):
            raise _unrecognised(name, f"this is {kind}.", fix)
    if text.startswith(b"<"):
        if text[:20].lower().startswith(_HTML):
            raise _unrecognised(name, "this is a web page.", "Export the sales again, logged in.")
        return SAFT
    if text.startswith((b"{", b"[")):
        if wide:
            raise _unrecognised(name, "the file is UTF-16.", "Save it as UTF-8 instead.")
        if text[:1] == b"{" or text[1:].lstrip()[:1] in (b"{", b"]", b""):
            _check_ours(text, name)
            return JSONL
    if _has_our_header(text):
        return CSV
    _check_ours(text, name)
    if wide and extension.lower() not in (".csv", ".tsv", ".txt"):
        raise _unrecognised(name, "the file is UTF-16.", "Save it as UTF-8 instead.")
    if wide:
        return CSV
    by_extension = _FORMAT_OF_EXTENSION.get(extension.lower())
    if by_extension is None or b"\0" in head:
        raise _unrecognised(
            name,
            "it begins as none of the formats posexport reads.",
            "Export the sales as one of these, or say which of them it is with --format.",
        )
    return by_extension


def _split_rows(text: bytes) -> list[list[str]]:
    """The first rows, split at any possible delimiter: enough to recognize a header."""
    try:
        lines = text.decode().splitlines()[:_HEADER_ROWS_MAX]
    except UnicodeDecodeError:
        lines = text.decode("latin-1").splitlines()[:_HEADER_ROWS_MAX]
    return [[cell.strip().strip('"').strip() for cell in _BETWEEN_CELLS.split(line)] for line in lines]


def _has_our_header(text: bytes) -> bool:
    return any({cell.lower() for cell in row} >= _OUR_COLUMNS for row in _split_rows(text))


def _check_ours(text: bytes, name: str) -> None:
    """Raises UnreadableSales for a file of another program, recognized by its columns or keys."""
    if text.startswith((b"{", b"[")):
        names = set(_JSON_KEY.findall(text.decode("utf-8", "replace")))
        if _OUR_COLUMNS & names:
            return
    else:
        names = {cell for row in _split_rows(text) for cell in row}
    program = find_program(names, text[:20].decode("latin-1"))
    if program is not None:
        raise _unrecognised(name, *explain_program(program))


def _unrecognised(name: str, found: str, fix: str) -> UnreadableSales:
    return UnreadableSales(name, "", found, _FORMATS_IN_WORDS, fix)


def _is_folder(name: str) -> UnreadableSales:
    return UnreadableSales(name, "", "this is a folder.", "a file.", f"Give the files in it, such as {name}/*.xml.")


def _is_no_file(name: str) -> UnreadableSales:
    return UnreadableSales(
        name, "", "this is no ordinary file.", "a file on a disk.", "Save it to a file first and give that."
    )


def _damaged(name: str, error: BaseException) -> UnreadableSales:
    why = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    return UnreadableSales(
        name,
        "",
        f"the file cannot be read ({_printable(why[:200])}).",
        "a whole file, as it was exported.",
        "Copy or export it again.",
    )


def _printable(text: str) -> str:
    """A name for messages, without control characters and unencodable ones."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
