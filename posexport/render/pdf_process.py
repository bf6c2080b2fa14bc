"""Makes PDFs: the first few in this process, the many of a night in a second process.

Making a PDF takes CPU, and Python runs one thread at a time: made here, hundreds of PDFs would delay other threads'
requests. The second process reads documents from its standard input and writes PDFs to its output, and ends when its
input does, also where this program was killed. Where it cannot be started, or crashed, PDFs are made here.
"""

from __future__ import annotations

import json
import logging
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any

from posexport.errors import ReportNotMade

FEW = 4
"""How many PDFs are made faster here than a process is started."""

_END_S = 5
"""How long (s) the second process has to end."""

_HEAD = struct.Struct(">?Q")
"""The header of each message between the processes: whether a document or PDF follows, or a text that says why not; and
the number of bytes."""

_log = logging.getLogger("posexport.page_maker")


def make_page(document: Mapping[str, Any]) -> bytes:
    """A voucher's settlement report as PDF. `document`: as `views.json.format_page` makes it. typst is imported by the
    first call.

    Raises ReportNotMade.
    """
    import typst

    from posexport.render import pdf

    try:
        return pdf.render_page(document)
    except (typst.TypstError, OSError, ValueError, KeyError) as error:
        raise ReportNotMade(str(error)) from None


class PageMaker:
    """Makes PDFs for several threads; the first `few` in this process."""

    def __init__(self, few: int = FEW) -> None:
        self._left_here = few
        self._beside: subprocess.Popen[bytes] | None = None
        self._is_broken = False
        self._lock = threading.Lock()

    def make(self, document: Mapping[str, Any]) -> bytes:
        """A PDF. Raises ReportNotMade."""
        with self._lock:
            self._left_here -= 1
            if self._left_here < 0 and not self._is_broken:
                try:
                    return self._make_beside(document)
                except (OSError, EOFError) as error:
                    _log.warning("pages are made in this process from now on: the one beside it failed (%r)", error)
                    self._is_broken = True
        return make_page(document)

    def _make_beside(self, document: Mapping[str, Any]) -> bytes:
        if self._beside is None:
            command = [sys.executable, "-m", "posexport.render.pdf_process"]
            self._beside = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._beside.stdin is not None
        assert self._beside.stdout is not None
        _write(self._beside.stdin, json.dumps(document).encode())
        is_page, content = _read(self._beside.stdout)
        if not is_page:
            raise ReportNotMade(content.decode())
        return content

    def close(self) -> None:
        """Stop the second process, if it was started."""
        with self._lock:
            beside, self._beside = self._beside, None
        if beside is None:
            return
        try:
            beside.communicate(timeout=_END_S)
        except (OSError, subprocess.TimeoutExpired):
            beside.kill()
            beside.wait()


def _write(stream: IO[bytes], content: bytes, *, is_page: bool = True) -> None:
    stream.write(_HEAD.pack(is_page, len(content)) + content)
    stream.flush()


def _read(stream: IO[bytes]) -> tuple[bool, bytes]:
    """The next message. Raises EOFError where there is no more."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise EOFError("it ended")
    is_page, size = _HEAD.unpack(head)
    content = stream.read(size)
    if len(content) < size:
        raise EOFError("it ended within a page")
    return is_page, content


def serve(documents: IO[bytes], pages: IO[bytes]) -> None:
    """Make a PDF of each document until the input ends."""
    while True:
        try:
            _, document = _read(documents)
        except EOFError:
            return
        try:
            _write(pages, make_page(json.loads(document)))
        except ReportNotMade as error:
            _write(pages, error.why.encode(), is_page=False)


def main() -> None:
    """The second process. It ignores stop signals and ends with its input."""
    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    with suppress(BrokenPipeError):
        serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
