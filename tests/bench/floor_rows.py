"""JSON lines -> the rows posexport stores of them, with nothing checked, nothing looked up and nothing refused.

Every column is there and has posexport's value, but for `content`, which is Python's own hash of the line rather than
a digest that is the same everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

BATCH = 2_000
"""Tickets in memory at once."""

TICKET_COLUMNS = (
    *("id", "venue_id", "business_day", "part", "register_id", "number", "completed_at_utc_s", "status", "serial"),
    *("sales_ore", "payments_ore", "customer_id", "tip_may_be_unwritten", "content", "file_id"),
    *("source_id", "mirror"),
)
ENTRY_COLUMNS = (
    *("venue_id", "business_day", "kind", "part", "code_id", "vat_code_id", "vat_rate_bp", "customer_id"),
    *("currency_id", "register_id", "ticket_id", "line", "amount_ore", "vat_ore", "discount_ore"),
)
_SALE, _PAYMENT, _TIP, _ROUNDING = 1, 2, 3, 4
_DAY_STARTS = timedelta(hours=5)

Rows = list[tuple[Any, ...]]


class _Ids(dict[str, int]):
    """Ids, given in the order in which they are asked for."""

    def __missing__(self, key: str) -> int:
        self[key] = len(self) + 1
        return self[key]


@dataclass(slots=True)
class FloorRows:
    """The rows of one file; `venue_ids` is the store's, by the venue's id. What it has met on the way is known once
    all batches are taken."""

    path: Path
    venue_ids: dict[str, int]
    codes: _Ids = field(default_factory=_Ids)
    registers: _Ids = field(default_factory=_Ids)
    venue_of: dict[str, int] = field(default_factory=dict)
    days: set[tuple[int, int]] = field(default_factory=set)

    def batches(self) -> Iterator[tuple[Rows, Rows]]:
        """Rows of `ticket` and of `entry`, some at a time."""
        tickets: Rows = []
        entries: Rows = []
        parse, loads = self._parse, json.loads
        with self.path.open("rb") as file:
            for ticket_id, line in enumerate(file, 1):
                tickets.append(parse(ticket_id, loads(line), hash(line), entries))
                if len(tickets) == BATCH:
                    yield tickets, entries
                    tickets, entries = [], []
        if tickets:
            yield tickets, entries

    def _parse(self, ticket_id: int, ticket: dict[str, Any], content: int, entries: Rows) -> tuple[Any, ...]:
        register, codes = ticket["register"], self.codes
        register_id = self.registers[register]
        venue = self.venue_of.get(register)
        if venue is None:
            venue = self.venue_of[register] = self.venue_ids[f"venue-{register[1:4]}"]
        at = datetime.fromisoformat(ticket["completed_at"])
        day_of = at - _DAY_STARTS
        part = int(day_of.day != at.day)
        day = day_of.year * 10_000 + day_of.month * 100 + day_of.day
        self.days.add((venue, day))
        number = 0
        sales_ore = paid_ore = 0
        for number, line in enumerate(ticket["lines"]):
            gross_ore = int(line["gross"].replace(".", ""))
            sales_ore += gross_ore
            product_type, vat_code = codes[line["product_type"]], codes[line["vat_code"]]
            vat_ore = int(line["vat"].replace(".", ""))
            key = (venue, day, _SALE, part, product_type, vat_code, -1, 0, 0, register_id, ticket_id, number)
            entries.append((*key, gross_ore, vat_ore, 0))
        others = []
        for payment in ticket["payments"]:
            amount_ore = int(payment["amount"].replace(".", ""))
            paid_ore += amount_ore
            others.append((_PAYMENT, codes[payment["payment_type"]], amount_ore))
        for kind, name in ((_TIP, "tip"), (_ROUNDING, "rounding")):
            if name in ticket:
                amount_ore = int(ticket[name].replace(".", ""))
                sales_ore += amount_ore
                others.append((kind, 0, amount_ore))
        for kind, code, amount_ore in others:
            number += 1
            key = (venue, day, kind, part, code, 0, -1, 0, 0, register_id, ticket_id, number)
            entries.append((*key, amount_ore, None, 0))
        printed = ticket["ticket"]
        utc_s = int(at.timestamp())
        return (
            *(ticket_id, venue, day, part, register_id, printed, utc_s, 0, int(printed)),
            *(sales_ore, paid_ore, 0, False, content, 1, None, None),
        )
