"""`python -m posexport.sandbox --port N`: a local PowerOffice Go to try things against.

Lives here: the command line of the sandbox alone. Never here: behaviour of the API.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .ledger import Draft
from .orders import Order
from .server import SandboxServer
from .told import HINTS, Tell, describe_draft, describe_order, tell_plainly
from .world import default_world

PORT = 8899


def main(arguments: Sequence[str] | None = None, tell: Tell = tell_plainly) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m posexport.sandbox",
        description="A local PowerOffice Go (v1 and v2). Nothing leaves this machine and nothing is kept.",
        epilog="example: python -m posexport.sandbox --port 8899",
    )
    parser.add_argument("--port", type=int, default=PORT, help="the port to listen on, 0 for any (default %(default)s)")
    port = parser.parse_args(arguments).port
    if not 0 <= port <= 65535:
        parser.error("--port has to be between 0 and 65535")

    def show(told: str) -> None:
        sys.stdout.write(f"{told}\n")
        sys.stdout.flush()

    def show_draft(draft: Draft) -> None:
        show(describe_draft(draft, tell))

    def show_order(order: Order) -> None:
        show(describe_order(order, tell))

    try:
        server = SandboxServer(default_world(on_draft=show_draft, on_order=show_order), port=port)
    except OSError as error:
        why = tell("The port {port} cannot be used ({why}). Choose another with --port.", port=port, why=error.strerror)
        sys.stderr.write(f"{why}\n")
        return 2
    show(tell(HINTS, base_url=server.base_url))
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        show(tell("Stopped."))
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
