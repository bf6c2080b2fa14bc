"""Findings about payment types and cash movements that stay out of the voucher, with their amounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from posexport.core.finding import Fact, Finding, Ore, Severity
from posexport.core.lines import MOVEMENT_ACCOUNTS, NAMES
from posexport.core.mapping import AccountMapping
from posexport.core.sales import MOVEMENTS, EntryKind
from posexport.core.settlement import EntrySum


def list_left_out(left_out: Iterable[EntrySum], mapping: AccountMapping) -> list[Finding]:
    """A finding for each payment type that the setup leaves out, with its amount."""
    amounts: dict[str, int] = defaultdict(int)
    for entry in left_out:
        if entry.key.kind is EntryKind.PAYMENT:
            amounts[entry.key.code] += entry.amount_ore
    return [
        Finding(
            "not-transferred",
            Severity.INFO,
            {"source": code, "name": mapping.payment_name(code), "amount": Ore(amount_ore)},
        )
        for code, amount_ore in sorted(amounts.items())
    ]


def list_movements(sums: Iterable[EntrySum], mapping: AccountMapping) -> list[Finding]:
    """A finding for each kind of cash movement without an account: left out, and listed."""
    amounts: dict[EntryKind, int] = defaultdict(int)
    for entry in sums:
        kind = entry.key.kind
        if kind not in MOVEMENTS:
            continue
        source = MOVEMENT_ACCOUNTS.get(kind)
        if kind is EntryKind.MOVE_FLOAT or (source and getattr(mapping.accounts, source) is None):
            amounts[kind] += entry.amount_ore
    found = []
    for kind, amount_ore in sorted(amounts.items()):
        source = MOVEMENT_ACCOUNTS.get(kind, "float")
        facts: dict[str, Fact] = {"name": NAMES[source], "source": source, "amount": Ore(amount_ore)}
        variant = "float" if kind is EntryKind.MOVE_FLOAT else ""
        found.append(Finding("movements-left-out", Severity.INFO, facts, variant=variant))
    return found
