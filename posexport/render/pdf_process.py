"""Documentation as PDF: the first pages in this process, the many of a night in a process beside it.

Making a page is work for the processor, and Python does such work one thread at a time: made here, the pages of
hundreds of vouchers would have the requests of the others wait. The process beside takes one page after the other
through its standard input and gives it back through its output, and ends when its input does: also where this program
was killed. Where it cannot be started, or broke down, pages are made here.
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
"""So many pages are made sooner than a process is started."""

_END_S = 5
"""How long the process beside has to end."""

_HEAD = struct.Struct(">?Q")
"""What stands before a document or a page: whether it is one, or else a text that says why not, and its bytes."""

_log = logging.getLogger("posexport.page_maker")


def make_page(document: Mapping[str, Any]) -> bytes:
    """A voucher's documentation, `document` as `views.json.format_page` makes it, as PDF. typst is imported when the
    first one is made.

    Raises ReportNotMade.
    """
    import typst

    from posexport.render import pdf

    try:
        return pdf.render_page(document)
    except (typst.TypstError, OSError, ValueError, KeyError) as error:
        raise ReportNotMade(str(error)) from None


class PageMaker:
    """Makes pages for several threads; `few` of them here."""

    def __init__(self, few: int = FEW) -> None:
        self._left_here = few
        self._beside: subprocess.Popen[bytes] | None = None
        self._is_broken = False
        self._lock = threading.Lock()

    def make(self, document: Mapping[str, Any]) -> bytes:
        """A page. Raises ReportNotMade."""
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
        """End the process beside, if there is one."""
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
    """Raises EOFError where there is no more."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise EOFError("it ended")
    is_page, size = _HEAD.unpack(head)
    content = stream.read(size)
    if len(content) < size:
        raise EOFError("it ended within a page")
    return is_page, content


def serve(documents: IO[bytes], pages: IO[bytes]) -> None:
    """Make a page of each document until there are no more."""
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
    """The process beside. It ends with its input: what stops the program that started it is no business of its own."""
    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    with suppress(BrokenPipeError):
        serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
