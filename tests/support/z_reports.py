"""Z-reports held against tickets the plain way, amount by amount, and Z-reports that nearly say what tickets say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from hypothesis import strategies as st

from posexport.core.sales import CREDIT_SALE, RAISE_PREFIX, EntryKind, Ticket, TicketStatus, ZReport, ZTotal
from posexport.core.settlement import EntrySum, entries_of
from posexport.core.z_report import ZRow

LISTED = (EntryKind.SALE, EntryKind.PAYMENT, EntryKind.TIP)


def list_entries(tickets: Iterable[Ticket]) -> list[EntrySum]:
    """Every amount on the tickets that count, each for itself."""
    return [entry for ticket in tickets if ticket.status is TicketStatus.COUNTED for entry in entries_of(ticket, 0)]


def compare_plainly(report: ZReport, entries: Sequence[EntrySum], not_turnover: Collection[str] = ()) -> list[ZRow]:
    """Every figure of a Z beside the amounts on its tickets: slow and obvious."""
    rows = [] if report.total_ore is None else [_compare_total(report.total_ore, entries, not_turnover)]
    for kind in LISTED:
        listed = [total for total in report.totals if total.kind is kind]
        counted = [entry for entry in entries if entry.key.kind is kind]
        codes = {total.code for total in listed} | {entry.key.code for entry in counted}
        for code in sorted(codes) if listed else ():
            amounts = [entry.amount_ore for entry in counted if entry.key.code == code]
            told = [total.amount_ore for total in listed if total.code == code]
            is_own = code == CREDIT_SALE or code.startswith(RAISE_PREFIX)
            if (told or not is_own) and (sum(told) or sum(amounts)):
                agrees = sum(told) in (sum(amounts), sum(amount for amount in amounts if amount > 0))
                rows.append(ZRow(kind.name.lower(), code, sum(told), sum(amounts), agrees))
    return rows + _compare_vat(report, entries)


def _compare_total(total_ore: int, entries: Sequence[EntrySum], not_turnover: Collection[str]) -> ZRow:
    sales = [(entry.key.code, entry.amount_ore) for entry in entries if entry.key.kind is EntryKind.SALE]
    sales_ore = sum(amount_ore for _, amount_ore in sales)
    tips_ore, cards_ore = (
        sum(entry.amount_ore for entry in entries if entry.key.kind is kind)
        for kind in (EntryKind.TIP, EntryKind.GIFT_CARD)
    )
    possible = {
        sales_ore,
        sales_ore + tips_ore,
        sales_ore + cards_ore,
        sales_ore + tips_ore + cards_ore,
        sum(amount_ore for _, amount_ore in sales if amount_ore > 0),
        sum(amount_ore for code, amount_ore in sales if code not in not_turnover),
        sum(amount_ore for code, amount_ore in sales if not code.startswith(RAISE_PREFIX)),
    }
    return ZRow("total", "", total_ore, sales_ore, total_ore in possible)


def _compare_vat(report: ZReport, entries: Sequence[EntrySum]) -> list[ZRow]:
    told = [total for total in report.totals if total.kind is None and total.vat_ore is not None and total.code]
    sales = [entry for entry in entries if entry.key.kind is EntryKind.SALE]
    if not told or any(entry.vat_ore is None for entry in sales):
        return []
    rows = []
    for code in sorted({total.code for total in told} | {entry.key.vat_code for entry in sales} - {""}):
        z_ore = sum(total.vat_ore or 0 for total in told if total.code == code)
        vat = [entry.vat_ore or 0 for entry in sales if entry.key.vat_code == code]
        if z_ore or sum(vat):
            rows.append(ZRow("vat", code, z_ore, sum(vat), abs(z_ore - sum(vat)) <= len(vat)))
    return rows


def tell_all(entries: Sequence[EntrySum], register: str, number: str, at: datetime) -> ZReport:
    """The Z-report that says exactly what the tickets say."""
    sales_ore = sum(entry.amount_ore for entry in entries if entry.key.kind is EntryKind.SALE)
    totals = [
        ZTotal(kind, code, sum(each.amount_ore for each in entries if each.key.kind is kind and each.key.code == code))
        for kind in LISTED
        for code in sorted({entry.key.code for entry in entries if entry.key.kind is kind})
    ]
    stated = [entry for entry in entries if entry.key.kind is EntryKind.SALE and entry.vat_ore is not None]
    for code in sorted({entry.key.vat_code for entry in stated}):
        vat_ore = sum(entry.vat_ore or 0 for entry in stated if entry.key.vat_code == code)
        totals.append(ZTotal(None, code, 0, vat_ore))
    return ZReport(register, number, at, sales_ore, tuple(totals))


Change = tuple[int, str, int]
"""Which figure of a Z-report is changed (counted round), how, and by how much."""

changes: st.SearchStrategy[Change] = st.tuples(
    st.integers(0, 20), st.sampled_from(["add", "drop", "split", "other", "total", "no-total"]), st.integers(-3, 3)
)


def change(report: ZReport, what: Change) -> ZReport:
    """The same Z-report with something else in it."""
    place, how, by_ore = what
    if how == "no-total":
        return report._replace(total_ore=None)
    if how == "total" or not report.totals:
        return report._replace(total_ore=(report.total_ore or 0) + by_ore)
    place %= len(report.totals)
    before, total, after = report.totals[:place], report.totals[place], report.totals[place + 1 :]
    vat_ore = None if total.vat_ore is None else total.vat_ore + by_ore
    instead = {
        "add": (total._replace(amount_ore=total.amount_ore + by_ore, vat_ore=vat_ore),),
        "drop": (),
        "split": (total, total._replace(amount_ore=by_ore, vat_ore=None if vat_ore is None else by_ore)),
        "other": (total._replace(code=f"{total.code}?"),),
    }
    return report._replace(totals=(*before, *instead[how], *after))
