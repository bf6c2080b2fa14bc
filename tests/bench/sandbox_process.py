"""A local PowerOffice Go in a process of its own, with the real one's limits and a latency: what traffic is timed
against. Each line on stdin asks what came since the last; the answer is one line of JSON. It ends with its stdin.

    python -m tests.bench.sandbox_process CLIENTS LATENCY_S CUSTOMERS
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.bench.files import organization_number
from tests.bench.measuring import ROOT, environment

KEYS = {"PO_APP": "bench-application-key", "PO_SUB": "bench-subscription-key"}
_ID = re.compile(r"/[0-9a-f-]{36}\b|/\d+\b")


def client_key(client: int) -> str:
    """A client's key."""
    return f"bench-client-key-{client}"


def customer_number(customer: int) -> int:
    """The number in Go of a customer that every client has, beside the demo company's."""
    return 20_000 + customer


def keys_of(clients: int) -> dict[str, str]:
    """What the environment of an export holds."""
    return {**KEYS, **{f"PO_CLIENT_{client}": client_key(client) for client in range(clients)}}


@dataclass(slots=True)
class Sandbox:
    """A running one, as its user sees it."""

    base_url: str
    process: subprocess.Popen[str]

    def count(self) -> dict[str, Any]:
        """What came since the last count: `requests` by kind, how many were answered `throttled` and with another
        `refused`, and how many `drafts` and `orders` there are now."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        counted: dict[str, Any] = json.loads(self.process.stdout.readline())
        return counted


@contextmanager
def running_sandbox(clients: int, latency_s: float, customers: int = 0) -> Iterator[Sandbox]:
    """A sandbox for as long as it is used; each of its clients has so many customers, whose numbers are those of
    `customer_number`."""
    command = [sys.executable, "-m", "tests.bench.sandbox_process", *map(str, (clients, latency_s, customers))]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdin=pipe, stdout=pipe, text=True)
    with process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield Sandbox(process.stdout.readline().strip(), process)
        finally:
            process.stdin.close()
            process.wait(timeout=30)


def main() -> None:
    """Serve until stdin ends."""
    from posexport.sandbox import Customer, Key, PowerOfficeGo, SandboxServer, demo_client

    clients = [demo_client(f"Utsalg {n} AS", organization_number(n)) for n in range(int(sys.argv[1]))]
    keys = [Key(KEYS["PO_APP"], client_key(n), client.client_id) for n, client in enumerate(clients)]
    subscriptions = (KEYS["PO_SUB"],)
    world = PowerOfficeGo(clients, keys, admit_unknown_keys=False, subscription_keys=subscriptions)
    for client in clients:
        for customer in range(int(sys.argv[3])):
            world.set_customer(Customer(customer_number(customer), f"Kunde {customer} AS"), client)
    with SandboxServer(world, latency_s=float(sys.argv[2])) as server:
        print(server.base_url, flush=True)
        for _ in sys.stdin:
            print(json.dumps(_count(world)), flush=True)


def _count(world: Any) -> dict[str, Any]:
    seen = [world.requests.popleft() for _ in range(len(world.requests))]
    statuses = Counter(request.status for request in seen)
    return {
        "requests": Counter(f"{request.method} {_ID.sub('/ID', request.path)}" for request in seen),
        "throttled": statuses[429],
        "refused": sum(many for status, many in statuses.items() if status >= 400 and status != 429),
        "drafts": len(world.drafts()),
        "orders": len(world.orders()),
    }


if __name__ == "__main__":
    main()
