"""The entry point of `posexport` and `python -m posexport`: runs the command line and turns failures into exit codes.

Output is UTF-8, whatever the console's code page, and a reader that closes the pipe does not stop the command.
"""

from __future__ import annotations

import atexit
import errno
import gc
import io
import os
import signal
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_FIRST = 1
"""The process id of a container's first process: SIGTERM has no default effect on it. Any other process is ended by
SIGTERM, and loses nothing by that."""

_GONE = {errno.EPIPE, errno.EINVAL} if os.name == "nt" else {errno.EPIPE}
"""Errors of writing to a pipe whose reader has closed it."""


def main() -> None:
    """Run the command line; returns the exit code. A named failure is printed in a line or two; anything else is a
    programming error and keeps its traceback and exit code 1.

    Where nobody reads any further (`posexport status | head -1`), the command still does all of its work, and its exit
    code is 0 unless it failed.
    """
    atexit.register(gc.freeze)  # what is left then goes with the process; it need not be looked through once more
    if os.getpid() == _FIRST:
        signal.signal(signal.SIGTERM, lambda *_: os._exit(128 + signal.SIGTERM))
    from posexport.cli.main import cli
    from posexport.errors import Exit, PosexportError

    before = sys.stdout, sys.stderr
    outlet, errors = _open_outlet("stdout"), _open_outlet("stderr")
    try:
        try:
            cli(prog_name="posexport")
        finally:
            sys.stdout.flush()
    except SystemExit as left:
        if outlet is not None and outlet.is_unread and left.code not in (int(Exit.BUG), int(Exit.OPERATOR)):
            sys.exit(int(Exit.DONE))
        raise
    except PosexportError as error:
        from posexport.texts.clean import clean_lines
        from posexport.texts.command_errors import describe_error
        from posexport.texts.messages import tell

        told = tell("Error: {error}", cli.lang, error=describe_error(error, cli.lang))
        sys.stderr.write(f"{clean_lines(told)}\n")
        sys.exit(int(error.exit_code))
    finally:
        sys.stderr.flush()
        sys.stdout, sys.stderr = before
        for used in filter(None, (outlet, errors)):
            used.is_over = True


def _open_outlet(name: str) -> _Outlet | None:
    """Redirect the program's output through a UTF-8 stream of our own; None where it goes to a Windows console, which
    takes any character, or where another program that runs us captures it."""
    stream: TextIO | None = getattr(sys, name)
    if stream is None:  # it was closed before we began
        setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
    if not isinstance(stream, io.TextIOWrapper):
        return None
    raw = getattr(stream.buffer, "raw", stream.buffer)
    if type(raw) is not io.FileIO:
        stream.reconfigure(errors="replace")
        return None
    stream.flush()
    outlet = _Outlet(raw.fileno(), "w", closefd=False)
    text = io.TextIOWrapper(
        io.BufferedWriter(outlet),
        encoding="utf-8",
        errors="replace",
        line_buffering=stream.line_buffering or name == "stderr",
        write_through=stream.write_through,
    )
    setattr(sys, name, text)
    return outlet


class _Outlet(io.FileIO):
    """The program's output stream. Once nobody reads it, it cannot be written to, or the program is over, the rest is
    discarded: whoever runs us may have closed the file since, and another may have its number."""

    is_unread = False
    is_broken = False
    is_over = False

    def write(self, data: ReadableBuffer, /) -> int:
        """Write. Raises UsageError, once, where the output cannot be written although somebody reads it: the disk is
        full."""
        if not (self.is_unread or self.is_broken or self.is_over):
            try:
                return super().write(data) or 0
            except OSError as error:
                if error.errno not in _GONE:
                    self.is_broken = True
                    raise self._explain(error) from None
                self.is_unread = True
        return memoryview(data).nbytes

    def _explain(self, error: OSError) -> Exception:
        from posexport.errors import UsageError

        return UsageError(
            f"The output cannot be written: {error.strerror}. What the command did is done; make room, or send the "
            "output elsewhere, and look with posexport status."
        )


if __name__ == "__main__":
    main()
