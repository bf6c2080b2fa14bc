"""A night's sales on credit sent as orders over a real socket, with PowerOffice's limit and a quarter of a second on
every request; beside the time that its requests take at the rate that is allowed.

One venue, whose every ticket is a whole sale on credit to a customer that the register calls by Go's number. The first
night looks: customers, products and accounts are read. The figures are of the second, from the command to its end, the
program's start included: what it took beside the throttle's time for the requests the sandbox counted, and how many
those were for each order. One run: the throttle is what takes the time.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench.files import OSLO, format_ore
from tests.bench.ground import Ground, remove_store
from tests.bench.measuring import Measured, NoFigure, Row, format_seconds
from tests.bench.sandbox_process import Sandbox, customer_number, keys_of, running_sandbox
from tests.support.credit_shop import orders_mapping
from tests.support.harness import setup_text

NAME = "orders"
WORK = "send a night's credit tickets as orders"
LATENCY_S = 0.25
ORDERS = 1_000
CUSTOMERS = 100
REQUESTS_PER_S = 10

A_NIGHT_LATER_S = 1.1
"""Longer than the second in which PowerOffice counts requests: two nights never share one."""

_VENUE = """
  [[company.venue]]
  id = "torget"
  name = "Torget Kafé"
  department = "10"
  client_key = "env:PO_CLIENT_0"
  registers = ["1"]
  export_from = 2020-01-01
"""

_SOLD = (("100", "3", 12_500), ("100", "31", 11_500), ("200", "3", 25_000))
"""Product types, VAT codes and gross amounts (øre) that exist with both net and VAT in whole øre."""


def measure(ground: Ground) -> list[Row]:
    """Three rows: the time, the requests for each order, and how many came too soon."""
    orders = max(4, min(ORDERS, ORDERS * ground.lines // 1_000_000))
    folder = ground.folder / NAME
    folder.mkdir(exist_ok=True)
    with running_sandbox(1, LATENCY_S, customers=CUSTOMERS) as sandbox:
        (_, counted_first), (ran, counted) = _two_nights(ground, folder, orders, sandbox)
    requests = sum(counted["requests"].values())
    needed_s = requests / REQUESTS_PER_S
    by_kind = ", ".join(f"{kind} {many}" for kind, many in sorted(counted["requests"].items()))
    time_row = Row(
        NAME,
        f"send {orders} orders by v2, {LATENCY_S * 1000:.0f} ms latency",
        f"its {requests} requests at {REQUESTS_PER_S} a second",
        1.15,
        ran.seconds / needed_s,
        ours=format_seconds(ran.seconds),
        theirs=format_seconds(needed_s),
        note=f"first night: {sum(counted_first['requests'].values())} requests",
    )
    requests_row = Row(
        f"{NAME}-requests",
        "requests per order, after the night that reads the lists",
        "1 needed",
        1.05,
        requests / orders,
        unit="requests",
        note=by_kind,
    )
    throttled_row = Row(
        f"{NAME}-throttled",
        "requests that were answered 429, in both nights",
        "",
        0.0,
        float(counted_first["throttled"] + counted["throttled"]),
        unit="requests",
    )
    return [time_row, requests_row, throttled_row]


def _two_nights(ground: Ground, folder: Path, orders: int, sandbox: Sandbox) -> list[tuple[Measured, dict[str, Any]]]:
    """The first night and the next, each with what the sandbox counted in it.

    Raises NoFigure where something was refused, or a ticket is no order after its night.
    """
    last_closed = (datetime.now(OSLO) - timedelta(hours=5)).date() - timedelta(days=1)
    nights = (last_closed - timedelta(days=1), last_closed)
    keys = keys_of(1)
    setup, store = folder / "setup.toml", folder / "posexport.db"
    remove_store(store)
    setup.write_text(_format_setup(sandbox.base_url, folder, nights[0]), encoding="utf-8")
    ground.posexport(store, "setup", "apply", str(setup), extra=keys)
    found: list[tuple[Measured, dict[str, Any]]] = []
    for number, business_day in enumerate(nights, 1):
        time.sleep(A_NIGHT_LATER_S)
        file = folder / f"night-{number}.jsonl"
        file.write_text("".join(_sell(business_day, orders)), encoding="utf-8")
        ground.posexport(store, "import", str(file))
        ran = ground.posexport(store, "export", "--json", extra=keys)
        counted = sandbox.count()
        if counted["refused"] or counted["orders"] != number * orders:
            raise NoFigure(f"night {number}: {counted}")
        found.append((ran, counted))
    return found


def _format_setup(base_url: str, folder: Path, first: date) -> str:
    """One company that makes orders of what is sold on credit, with products for what is sold."""
    return setup_text(
        "journal",
        venues=_VENUE,
        base_url=base_url,
        reports=str(folder / "reports"),
        company='invoicing = "orders"',
        mapping=f'{orders_mapping()}\n  [company.orders]\n  from = {first}\n  customers = "number"\n',
    )


def _sell(business_day: date, tickets: int) -> Iterator[str]:
    """A business day's tickets as lines of JSON, all on credit; each names one of the customers in turn."""
    noon = datetime.combine(business_day, datetime.min.time(), OSLO) + timedelta(hours=12)
    total_ore = sum(gross_ore for _, _, gross_ore in _SOLD)
    for number in range(1, tickets + 1):
        ticket = {
            "register": "1",
            "ticket": f"{business_day:%j}{number:05d}",
            "completed_at": (noon + timedelta(seconds=number)).isoformat(),
            "customer": str(customer_number(number % CUSTOMERS)),
            "lines": [
                {"product_type": product, "vat_code": vat_code, "gross": format_ore(gross_ore)}
                for product, vat_code, gross_ore in _SOLD
            ],
            "payments": [{"payment_type": "CREDIT", "amount": format_ore(total_ore)}],
        }
        yield json.dumps(ticket) + "\n"
