"""Credit sales as orders, where a setup is saved: what a company keeps that its file does not say, and for which days
orders can be switched on and off.

Applying a changed setup never moves what is booked: a day whose voucher has credit sales does not become a day of
orders, nor one with orders a day of vouchers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from posexport.core.company import Company, Document, Venue, parse_company
from posexport.core.lines import LineKind, VoucherLine
from posexport.core.order_setup import CustomerMode, OrderSetup, Route
from posexport.core.orders.setup import credit_rules
from posexport.core.sales import CREDIT_SALE
from posexport.errors import UsageError
from posexport.ledgers.registry import find_ledger
from posexport.store.database import Connection
from posexport.store.invoiced_days import read_booked_lines, read_ordered_days
from posexport.store.setups import find_venue_number

_NOT_SAVED = "Nothing was saved."


class KeptOrders(NamedTuple):
    """A company with what its setup keeps of orders, and notes about it."""

    company: Company
    notes: tuple[str, ...] = ()


def keep_orders(before: Company | None, company: Company, *, is_restored: bool = False) -> KeptOrders:
    """The company with `customers` and `credit_before` where its document does not say them: as they are saved, or as
    they begin. `is_restored`: the document is an old revision, which has said all there was.

    Raises UsageError where the days before orders cannot have one rule.
    """
    orders = dict(company.document.get("orders", {}))
    saved = {} if before is None or is_restored else before.document.get("orders", {})
    notes: list[str] = []
    if "customers" not in orders:
        orders |= _begin_customers(before, company, saved)
        is_new = before is None or not _has_credit(before)
        if orders.get("customers") == CustomerMode.LINKED and is_new and _has_credit(company):
            notes.append(_format_linked(company))
    if company.orders.is_on and "credit_before" not in orders:
        if before is not None and before.orders.is_on and "credit_before" in saved:
            orders["credit_before"] = saved["credit_before"]
        elif before is not None and not before.orders.is_on and _was_left_out(before, company):
            orders["credit_before"] = Route.LEFT_OUT.value
            notes.append(_format_left_out(company))
    if orders == company.document.get("orders", {}):
        return KeptOrders(company, tuple(notes))
    return KeptOrders(parse_company({**company.document, "orders": orders}), tuple(notes))


def _begin_customers(before: Company | None, company: Company, saved: Document) -> Document:
    """`customers` as it is saved. A company that is new begins with a person making the links, where its customers can
    be read at all."""
    if before is None and company.subscription_key is not None:
        takes_orders = find_ledger(company.target).orders_need is not None
        return {"customers": CustomerMode.LINKED.value} if takes_orders else {}
    return {key: saved[key] for key in ("customers",) if key in saved}


def _has_credit(company: Company) -> bool:
    """Whether any payment type is on credit, or kept per customer."""
    return any(
        mapping.credit_types or mapping.per_customer
        for venue in company.venues
        for mapping in (venue.mapping, *(venue.on(day).mapping for day in (venue.dated.days if venue.dated else ())))
    )


def _format_linked(company: Company) -> str:
    return (
        f"company {company.id}: a person links each of the register's customers to one in PowerOffice Go (customers = "
        '"linked"). Where the register\'s codes are the customer numbers in Go, write customers = "number" under '
        "[company.orders]."
    )


def _format_left_out(company: Company) -> str:
    return (
        f"company {company.id}: credit sales before {company.orders.invoices_from} stay out of the vouchers, as "
        'transfer = false said until now (saved as credit_before = "left-out" under [company.orders]).'
    )


def _was_left_out(before: Company, company: Company) -> bool:
    """Whether the credit types, which were left out of the vouchers, would be in those of the days before orders.

    Raises UsageError where some were left out and others were not.
    """
    first = company.orders.invoices_from
    if first is None:
        return False
    left_out: set[str] = set()
    booked: set[str] = set()
    for was, venue in _pair_venues(before, company):
        day = first - timedelta(days=1)
        old, new = credit_rules(before, was.on(day)), credit_rules(company, venue.on(day))
        both = [code for code in new.transferred if code in old.credit_types and code != CREDIT_SALE]
        left_out |= {code for code in both if code not in old.transferred}
        booked |= {code for code in both if code in old.transferred}
    if left_out and booked:
        raise UsageError(
            f"Company {company.id}: until now, transfer = false left {_list(left_out)} out of the vouchers, and "
            f"{_list(booked)} was in them, so that the days before {first} have no common rule. {_NOT_SAVED} Leave the "
            f"row of {_list(left_out)} as it was, and add one that counts from then on: the same code, valid_from = "
            f"{first}, and no transfer."
        )
    return bool(left_out)


def _list(codes: set[str]) -> str:
    return " and ".join(sorted(codes))


def _pair_venues(before: Company, company: Company) -> Iterator[tuple[Venue, Venue]]:
    """Each venue of the company that was there before, as it was and as it is."""
    known = {venue.id: venue for venue in before.venues}
    yield from ((known[venue.id], venue) for venue in company.venues if venue.id in known)


# Which days


def check_invoiced_days(connection: Connection, before: Company | None, company: Company) -> tuple[str, ...]:
    """Notes about days that are days of orders from now on, and whose vouchers have credit sales all the same. Asks the
    store only where the days change.

    Raises UsageError where `from` is so early that such days come before orders begin, and where days that have orders
    would be none of theirs any more.
    """
    if before is None or _days_of(before.orders) == _days_of(company.orders):
        return ()
    old, new = before.orders, company.orders
    _check_left_days(connection, before, company)
    booked = [day for day in _find_booked(connection, before, company) if not old.invoices(day)]
    late = [day for day in booked if old.is_on and old.invoices_until is not None and day > old.invoices_until]
    early = [day for day in booked if day not in late]
    if early and new.invoices_from is not None:
        use = early[-1] + timedelta(days=1)
        raise UsageError(
            f"Company {company.id}: from = {new.invoices_from} is too early. {_format_days(early)} drafted with credit "
            f"sales in the voucher; use {use}, or move single days afterwards (posexport orders move VENUE DAY --to "
            f"order). {_NOT_SAVED}"
        )
    if late:
        return (
            f"company {company.id}: {_format_days(late)} drafted with credit sales in the voucher; there they stay",
        )
    return ()


def list_kept_mixed(connection: Connection, before: Company | None, company: Company) -> tuple[str, ...]:
    """A note where tickets that are paid in part are to be ordered another way from now on, and orders stand that were
    planned the old way: they stay as they are. Asks the store only where that changes."""
    if before is None or not (before.orders.is_on and company.orders.is_on):
        return ()
    was, now, first = before.orders.mixed, company.orders.mixed, before.orders.invoices_from
    if was is now or first is None:
        return ()
    kept = sorted(
        {
            day
            for _, venue in _pair_venues(before, company)
            for day in read_ordered_days(connection, find_venue_number(connection, venue), first, date.max)
        }
    )
    if not kept:
        return ()
    return (
        f'company {company.id}: mixed = "{now}" counts for tickets that no voucher and no order is planned with yet; '
        f'what is planned of {_format_span(kept)} stays as it is, by mixed = "{was}"',
    )


def _days_of(orders: OrderSetup) -> tuple[date | None, date | None] | None:
    return (orders.invoices_from, orders.invoices_until) if orders.is_on else None


def _check_left_days(connection: Connection, before: Company, company: Company) -> None:
    """Raises UsageError where days with orders would be days of orders no longer."""
    old, new = before.orders, company.orders
    first, last = old.invoices_from, old.invoices_until or date.max
    if not old.is_on or first is None:
        return
    ordered = sorted(
        {
            day
            for _, venue in _pair_venues(before, company)
            for day in read_ordered_days(connection, find_venue_number(connection, venue), first, last)
        }
    )
    left = [day for day in ordered if not new.invoices(day)]
    if not left:
        return
    is_early = new.is_on and new.invoices_from is not None and left[0] < new.invoices_from
    use = f"from = {left[0]} or earlier" if is_early else f"until = {left[-1]} or later"
    switched_off = "" if new.is_on else f', with invoicing = "orders" and from = {first}'
    raise UsageError(
        f"Company {company.id}: the credit sales of {_format_span(left)} are orders. {_NOT_SAVED} Write {use}"
        f"{switched_off}; or have them in the vouchers first, where they are not sent yet: posexport orders move VENUE "
        "DAY --to voucher."
    )


def _find_booked(connection: Connection, before: Company, company: Company) -> list[date]:
    """The days of orders, by the new setup, whose vouchers have credit sales."""
    first, last = company.orders.invoices_from, company.orders.invoices_until or date.max
    if not company.orders.is_on or first is None:
        return []
    found: set[date] = set()
    for was, venue in _pair_venues(before, company):
        booked = read_booked_lines(connection, find_venue_number(connection, venue), first, last)
        for day, lines in booked.items():
            types = credit_rules(before, was.on(day)).credit_types, credit_rules(company, venue.on(day)).credit_types
            if _has_credit_lines(lines, types):
                found.add(day)
    return sorted(found)


def _has_credit_lines(lines: Iterable[VoucherLine], types: Iterable[Collection[str]]) -> bool:
    """Whether a day's vouchers together have a customer's debt, or a payment on credit by any of these types."""
    sums: Counter[tuple[str, str | None]] = Counter()
    for line in lines:
        if line.kind is LineKind.PAYMENT and (line.customer is not None or any(line.source in one for one in types)):
            sums[line.source, line.customer] += line.amount_ore
    return any(sums.values())


def _format_days(days: Sequence[date]) -> str:
    return f"{_format_span(days)} {'are' if len(days) > 1 else 'is'}"


def _format_span(days: Sequence[date]) -> str:
    return f"{days[0]} to {days[-1]}" if len(days) > 1 else f"{days[0]}"
