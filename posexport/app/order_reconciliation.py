"""posexport orders reconcile, posexport orders not-invoiced: whether sales on credit are all booked or ordered, and
what was earned and not invoiced at a date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import NamedTuple

from posexport.app.day_list import judge_row, status_row
from posexport.app.export_orders import choose_venues, judge_order, review_orders
from posexport.app.order_reviews import OrderReviewer
from posexport.app.review import Reviewer
from posexport.app.voucher_state import judge_vouchers
from posexport.app.workspace import Workspace
from posexport.core.company import Company, Venue
from posexport.core.day import Period
from posexport.core.lines import OTHER
from posexport.core.order_reconciliation import (
    CountedOrder,
    DayReconciliation,
    NotInvoiced,
    Takings,
    Verdict,
    count_orders,
    list_not_invoiced,
    sum_vouchers,
)
from posexport.core.order_review import OrderReview
from posexport.core.orders.order import OrderLine, OrderLineKind
from posexport.core.orders.products import ProductCatalog
from posexport.core.orders.route import CreditRules
from posexport.core.orders.setup import credit_rules
from posexport.core.report import CreditFigures
from posexport.core.review import DayReview
from posexport.core.sales import EntryKind
from posexport.core.settlement import EntrySum
from posexport.delivery.order_watch import watch_orders
from posexport.errors import Exit, UsageError
from posexport.store.order_seen import read_days_invoiced_after
from posexport.store.orders import read_open_order_days, read_ordered_days
from posexport.store.setups import find_venue_number
from posexport.store.sums import read_sums


class Reconciled(NamedTuple):
    """One business day reconciled, and who must act for what does not agree or waits."""

    day: DayReconciliation
    exit_code: Exit


def reconcile_orders(
    workspace: Workspace, venues: Sequence[Venue], period: Period, *, asks: bool = True
) -> list[Reconciled]:
    """The business days of a period that have sales on credit, venue by venue; those that are not over are left out.
    Without a first day: since the first of the last day's month. `asks`: the ledger is asked what became of orders that
    were not asked about lately."""
    some = choose_venues(workspace, venues)
    if asks:
        watch_orders(workspace.delivery, workspace.load_setup_of(some), some, workspace.stopping)
    return [found for venue in some for found in _reconcile_venue(workspace, venue, period)]


def _reconcile_venue(workspace: Workspace, venue: Venue, period: Period) -> Iterator[Reconciled]:
    now, company = workspace.now_utc_s, workspace.load_setup_of([venue]).company_of(venue)
    closed = venue.calendar.last_closed(now)
    last = min(closed, period.last or closed)
    first = max(period.first or last.replace(day=1), venue.export_from)
    if first > last:
        return
    with workspace.database.reading() as connection:
        number = find_venue_number(connection, venue)
        sums = {found.day: found.sums for found in read_sums(workspace.database, connection, number, (first, last))}
        on_credit = {day for day, of_day in sums.items() if _has_credit(of_day, company, venue.on(day))}
        days = sorted(on_credit | read_ordered_days(connection, number, (first, last)))
        reviews = Reviewer(workspace.database, connection, company, venue).review_days(days, now)
        orders = OrderReviewer(workspace.delivery, connection, company, venue)
        for day, group in groupby(reviews, key=lambda review: review.business_day):
            of_day = list(group)
            ordered = orders.review_day(day, now, judge_vouchers(of_day))
            rules = orders.credit_rules_on(day)
            found = _reconcile(company, venue.on(day), day, sums.get(day, ()), of_day, ordered, rules)
            of_vouchers = max(judge_row(status_row(review)) for review in of_day)
            of_orders = max((judge_order(review.shown) for review in ordered), default=Exit.DONE)
            differs = Exit.BOOKKEEPER if found.verdict is Verdict.DIFFERS else Exit.DONE
            code, waits = max(differs, of_vouchers, of_orders), of_vouchers is not Exit.DONE
            yield Reconciled(replace(found, is_done=code is Exit.DONE, waits_for_voucher=waits), code)


def _has_credit(sums: Iterable[EntrySum], company: Company, venue: Venue) -> bool:
    """Whether anything was sold on credit. `venue`: as it is valid on the day."""
    credit_types = credit_rules(company, venue).credit_types
    return any(entry.key.kind is EntryKind.PAYMENT and entry.key.code in credit_types for entry in sums)


def _reconcile(
    company: Company,
    venue: Venue,
    day: date,
    sums: Iterable[EntrySum],
    vouchers: Sequence[DayReview],
    orders: Sequence[OrderReview],
    rules: CreditRules,
) -> DayReconciliation:
    """One day. `venue`: as it is valid on that day; `rules`: what counts as a sale on credit on it."""
    till = _sum_takings(sums, venue, rules)
    credit = next((c for review in vouchers if (c := review.report.control.credit) is not None), None)
    is_booked = any(review.report.is_booked for review in vouchers)
    return DayReconciliation(
        company,
        venue,
        day,
        till,
        sum_vouchers(vouchers),
        tuple(count_orders(orders)),
        _sum_left_out(till, rules, credit),
        is_booked,
        credit.held_ore if credit is not None and not is_booked else 0,
        undivided=tuple(one.shown for one in orders if not one.report.order.is_divided),
    )


def _sum_takings(sums: Iterable[EntrySum], venue: Venue, rules: CreditRules) -> tuple[Takings, ...]:
    taken: dict[str, int] = {}
    for entry in sums:
        if entry.key.kind is EntryKind.PAYMENT:
            taken[entry.key.code] = taken.get(entry.key.code, 0) + entry.amount_ore
    found = (
        Takings(code, venue.mapping.payment_name(code), ore, code in rules.credit_types) for code, ore in taken.items()
    )
    return tuple(sorted(found, key=lambda takings: (takings.is_credit, -takings.amount_ore, takings.code)))


def _sum_left_out(till: Iterable[Takings], rules: CreditRules, credit: CreditFigures | None) -> int:
    """What is booked by neither: of sales on credit by their tickets' routes, of other payment types all of it."""
    left_out = (one for one in till if one.code in rules.left_out and not (one.is_credit and credit is not None))
    return sum(takings.amount_ore for takings in left_out) + (credit.left_out_ore if credit is not None else 0)


# Not invoiced at a date


def find_last_closed(workspace: Workspace, venues: Iterable[Venue]) -> date:
    """The last business day that is over at one of these venues. Raises UsageError where there is no venue."""
    days = [venue.calendar.last_closed(workspace.now_utc_s) for venue in venues]
    if not days:
        raise UsageError("No venue is set up. Apply a setup first: posexport setup apply FILE.")
    return max(days)


def list_not_invoiced_at(
    workspace: Workspace, venues: Sequence[Venue], at: date, *, asks: bool = True
) -> list[NotInvoiced]:
    """What each company had sold on credit up to a business day and not invoiced at that date. `asks`: as for
    `reconcile_orders`. Raises UsageError where that day is not over anywhere."""
    if at > find_last_closed(workspace, venues):
        raise UsageError(f"{at} is not over yet: what is sold until then is not known.")
    some = choose_venues(workspace, venues)
    setup = workspace.load_setup_of(some)
    if asks:
        watch_orders(workspace.delivery, setup, some, workspace.stopping)
    days = {(venue.id, day) for venue in some for day in _find_open_days(workspace, venue, at)}
    by_company: dict[str, tuple[Company, list[Venue]]] = {}
    for venue in some:
        company = setup.company_of(venue)
        by_company.setdefault(company.id, (company, []))[1].append(venue)
    return [
        _list_of_company(workspace, company, count_orders(review_orders(workspace, of_company, days)), at)
        for company, of_company in by_company.values()
    ]


def _find_open_days(workspace: Workspace, venue: Venue, at: date) -> Collection[date]:
    """The business days up to a date that may have an order that was not invoiced at it."""
    since = workspace.load_setup_of([venue]).company_of(venue).orders.invoices_from
    last = min(at, venue.calendar.last_closed(workspace.now_utc_s))
    with workspace.database.reading() as connection:
        number = find_venue_number(connection, venue)
        found = read_open_order_days(connection, number, since or date.max)
        return {day for day in (*found, *read_days_invoiced_after(connection, number, at)) if day <= last}


def _list_of_company(workspace: Workspace, company: Company, orders: Iterable[CountedOrder], at: date) -> NotInvoiced:
    catalog = workspace.delivery.catalogs.find_kept(company)

    def find_account(one: CountedOrder, line: OrderLine) -> str | None:
        return _account_in_ledger(line, catalog) or _account_of_voucher(one, line)

    return list_not_invoiced(company, at, orders, find_account)


def _account_in_ledger(line: OrderLine, catalog: ProductCatalog | None) -> str | None:
    """The account that the invoice will be booked on: the product's, as the ledger was last read."""
    product = catalog.products.get(line.product) if catalog is not None and line.product else None
    return (catalog.find_sales_account(product) or None) if catalog is not None and product is not None else None


_OTHER_SOURCES = {source for source, _ in OTHER.values()}


def _account_of_voucher(one: CountedOrder, line: OrderLine) -> str | None:
    """The account that a voucher would use."""
    mapping = one.shown.venue.on(one.shown.business_day).mapping
    if line.kind is OrderLineKind.SALE:
        return mapping.sales_account(line.source, line.vat_code)
    account: str | None = getattr(mapping.accounts, line.source) if line.source in _OTHER_SOURCES else None
    return account
