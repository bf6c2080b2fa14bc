"""`python -m posexport.sandbox --port N`: a local PowerOffice Go to try things against.

Lives here: the command line of the sandbox alone. Never here: behaviour of the API.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .ledger import Draft
from .orders import Order
from .page import describe
from .page_sales import describe_order
from .server import SandboxServer
from .world import default_world

PORT = 8899


def hints(base_url: str) -> str:
    """What a person needs to know to use the sandbox at this address."""
    return (
        f"PowerOffice Go sandbox at {base_url} (be the bookkeeper in a browser: {base_url}/)\n"
        f'In the setup, under [[company]]: base_url = "{base_url}"\n'
        "Any keys will do. Type those that your setup names where you run posexport, for example\n"
        "  export PO_APP_KEY=my-application-key\n"
        "  export PO_CLIENT_KEY_TORGET=my-client-key          # one for each venue\n"
        "  export PO_SUBSCRIPTION_KEY=my-subscription-key     # one for each company\n"
        'in PowerShell $env:PO_APP_KEY = "my-application-key", and so on.\n'
        'The subscription key is needed where target = "journal" or "ledger", and wherever sales on credit\n'
        'become orders (invoicing = "orders"), also with target = "import".\n'
        'A key that starts with "wrong" is refused. Stop with Ctrl+C.\n'
    )


def _show(draft: Draft) -> None:
    sys.stdout.write(f"received {describe(draft)}\n")
    sys.stdout.flush()


def _show_order(order: Order) -> None:
    sys.stdout.write(f"received {describe_order(order)}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m posexport.sandbox",
        description="A local PowerOffice Go (v1 and v2). Nothing leaves this machine and nothing is kept.",
        epilog="example: python -m posexport.sandbox --port 8899",
    )
    parser.add_argument("--port", type=int, default=PORT, help="the port to listen on, 0 for any (default %(default)s)")
    port = parser.parse_args(arguments).port
    if not 0 <= port <= 65535:
        parser.error("--port has to be between 0 and 65535")
    try:
        server = SandboxServer(default_world(on_draft=_show, on_order=_show_order), port=port)
    except OSError as error:
        sys.stderr.write(f"The port {port} cannot be used ({error.strerror}). Choose another with --port.\n")
        return 2
    sys.stdout.write(hints(server.base_url))
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.stdout.write("Stopped.\n")
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
