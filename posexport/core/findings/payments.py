"""Findings about payment types and cash movements that stay out of the voucher, with their amounts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from posexport.core.finding import Fact, Finding, Ore, Severity
from posexport.core.findings.orders import make_left_out_finding
from posexport.core.lines import MOVEMENT_ACCOUNTS, NAMES
from posexport.core.mapping import AccountMapping
from posexport.core.orders.booking import RoutedTicket
from posexport.core.sales import MOVEMENTS, EntryKind
from posexport.core.settlement import EntrySum


def list_left_out(left_out: Iterable[EntrySum], mapping: AccountMapping) -> list[Finding]:
    """A finding for each payment type that the setup leaves out, with its amount."""
    return [
        Finding(
            "not-transferred",
            Severity.INFO,
            {"source": code, "name": mapping.payment_name(code), "amount": Ore(amount_ore)},
        )
        for code, amount_ore in _sum_payments(left_out)
    ]


def name_left_out_by_hand(found: Iterable[Finding], routed: Iterable[RoutedTicket]) -> list[Finding]:
    """Findings of a day, with what a person has left out told ticket by ticket, and not as what the setup leaves
    out."""
    by_hand = [one.ticket for one in routed if one.is_left_out_by_hand]
    taken = Counter[str]()
    for ticket in by_hand:
        for payment in ticket.payments:
            taken[payment.payment_type] += payment.amount_ore
    told = [_without(one, taken) for one in found]
    return [one for one in told if one is not None] + [
        Finding(
            "left-out-by-hand",
            Severity.INFO,
            {"register": ticket.register, "number": ticket.number, "amount": Ore(ticket.payments_ore)},
        )
        for ticket in by_hand
    ]


def _without(found: Finding, taken: Mapping[str, int]) -> Finding | None:
    """A finding about a payment type that is left out, less this; None where nothing is left of it."""
    source = str(found.facts.get("source"))
    if found.code != "not-transferred" or source not in taken:
        return found
    left_ore = int(found.facts["amount"]) - taken[source]
    return replace(found, facts={**found.facts, "amount": Ore(left_ore)}) if left_ore else None


def list_credit_left_out(left_out: Iterable[EntrySum], mapping: AccountMapping) -> list[Finding]:
    """A finding for each payment type on credit that the setup leaves out, where no orders are made either."""
    return [
        make_left_out_finding(code, mapping.payment_name(code), amount_ore)
        for code, amount_ore in _sum_payments(left_out)
        if code in mapping.credit_types
    ]


def _sum_payments(sums: Iterable[EntrySum]) -> list[tuple[str, int]]:
    """Payment types and what was paid by each (øre), ordered by code."""
    amounts: dict[str, int] = defaultdict(int)
    for entry in sums:
        if entry.key.kind is EntryKind.PAYMENT:
            amounts[entry.key.code] += entry.amount_ore
    return sorted(amounts.items())


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
