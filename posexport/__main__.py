"""The way in for `posexport` and `python -m posexport`: runs the command line and turns failures into exit codes."""

from __future__ import annotations

import atexit
import contextlib
import gc
import io
import sys


def main() -> None:
    """Run the command line. A failure that has a name is told in a line or two; anything else is a bug, and
    keeps its traceback and exit code 1."""
    atexit.register(gc.freeze)  # what is left then goes with the process; it need not be looked through once more
    from posexport.cli import cli
    from posexport.errors import PosexportError

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        cli(prog_name="posexport")
    except PosexportError as error:
        from posexport.render_words import clean_lines

        sys.stderr.write(f"Error: {clean_lines(str(error))}\n")
        sys.exit(int(error.exit_code))
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
