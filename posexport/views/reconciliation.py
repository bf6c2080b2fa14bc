"""The reconciliation of credit sales as rows, and as JSON. Laid out once here; terminal and HTML only draw them.

Amounts are øre in rows and strings of kroner in JSON. Never here: columns, markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from posexport.core.money import format_ore
from posexport.core.order_reconciliation import (
    AccountSum,
    CountedOrder,
    DayReconciliation,
    NotInvoiced,
    Place,
)
from posexport.core.orders.state import Invoice
from posexport.texts.language import Lang
from posexport.texts.reconciliation import (
    PLACES,
    RECONCILIATION_WORDS,
    describe_difference,
    describe_invoiced,
    describe_verdict,
    name_counted_state,
)
from posexport.views.json_orders import format_number
from posexport.views.orders import find_customer, format_customer


class BookedRow(NamedTuple):
    """A part of a day's takings: where it is booked, and the ledger's numbers of the orders or invoices."""

    name: str
    numbers: str
    amount_ore: int


class CountedRow(NamedTuple):
    """One order of a reconciliation, in words. `invoiced_ore`: None where it has no invoice. `why`: each part of the
    difference. `later`: when it was invoiced, for what is shown as not invoiced at a date before that."""

    shown: CountedOrder
    register: str
    ticket: str
    customer: str
    state: str
    order_no: str
    invoice_no: str
    amount_ore: int
    invoiced_ore: int | None
    difference_ore: int
    why: tuple[str, ...]
    later: str = ""


def lay_out_booked(day: DayReconciliation, lang: Lang) -> list[BookedRow]:
    """Where a day's takings are booked; the rows together are the takings. A difference has a row of its own."""
    words = {key: told[lang] for key, told in RECONCILIATION_WORDS.items()}
    rows = []
    if not day.is_booked:
        rows.append(BookedRow(words["voucher"], "", day.voucher.drafted_ore))
        rows.append(BookedRow(words["voucher_waiting"], "", day.waiting_voucher_ore))
    rows += [BookedRow(PLACES[place][lang], _numbers(day, place), day.sum_orders(place)) for place in Place]
    rows.append(BookedRow(words["held"], "", day.held_ore))
    rows.append(BookedRow(words["left_out"], "", day.left_out_ore))
    rows.append(BookedRow(words["difference_line"], "", day.difference_ore))
    return [row for row in rows if row.amount_ore or row.numbers]


def lay_out_total(days: Iterable[DayReconciliation], lang: Lang) -> list[BookedRow]:
    """Where the takings of all days are booked, those apart that were booked by hand: the rows of the days, summed."""
    order = [RECONCILIATION_WORDS[key][lang] for key in ("voucher", "voucher_waiting")]
    order += [PLACES[place][lang] for place in Place]
    order += [RECONCILIATION_WORDS[key][lang] for key in ("held", "left_out", "difference_line")]
    sums = dict.fromkeys(order, 0)
    for day in days:
        for row in () if day.is_booked else lay_out_booked(day, lang):
            sums[row.name] += row.amount_ore
    return [BookedRow(name, "", amount_ore) for name, amount_ore in sums.items() if amount_ore]


def _numbers(day: DayReconciliation, place: Place) -> str:
    numbers = (_number(one) for one in day.orders if one.place is place and not one.is_change)
    return ", ".join(number for number in numbers if number)


def _number(one: CountedOrder) -> str:
    invoice, there = one.shown.seen.invoice, one.shown.there
    return invoice.number if invoice else there.order_no if there else ""


def lay_out_counted(orders: Iterable[CountedOrder], lang: Lang) -> list[CountedRow]:
    """Orders as rows, in their order."""
    return [_lay_out(one, lang) for one in orders]


def _lay_out(one: CountedOrder, lang: Lang) -> CountedRow:
    shown, invoice = one.shown, find_invoice(one)
    return CountedRow(
        one,
        shown.order.register,
        shown.order.ticket_number,
        format_customer(find_customer(shown), lang),
        name_counted_state(one, lang),
        shown.there.order_no if shown.there and not one.is_change else "",
        invoice.number if invoice else "",
        one.due_ore,
        invoice.total_ore if invoice else None,
        one.difference_ore,
        tuple(describe_difference(difference, lang) for difference in one.differences),
        describe_invoiced(invoice, lang) if invoice else "",
    )


def find_invoice(one: CountedOrder) -> Invoice | None:
    """The invoice of an order; None where it has none, and for a change, which has none yet."""
    return None if one.is_change else one.shown.seen.invoice


# JSON


def format_reconciliation(days: Sequence[DayReconciliation], lang: Lang) -> dict[str, Any]:
    """Business days as JSON data, with their sums; days that were booked by hand are counted apart."""
    compared = [day for day in days if not day.is_booked]
    return {
        "days": [format_reconciled(day, lang) for day in days],
        "total": {
            "days": len(compared),
            "by_hand": len(days) - len(compared),
            "till": format_ore(sum(day.till_ore for day in compared)),
            "voucher": format_ore(sum(day.voucher_ore for day in compared)),
            "orders": format_ore(sum(day.sum_orders() for day in compared)),
            "left_out": format_ore(sum(day.left_out_ore for day in compared)),
            "held": format_ore(sum(day.held_ore for day in compared)),
            "difference": format_ore(sum(day.difference_ore for day in compared)),
            "not_in_go": format_ore(sum(day.not_in_ledger_ore for day in compared)),
        },
    }


def format_reconciled(day: DayReconciliation, lang: Lang) -> dict[str, Any]:
    """One business day as JSON data."""
    return {
        "venue": day.venue.id,
        "business_day": day.business_day.isoformat(),
        "verdict": day.verdict.value,
        "done": day.is_done,
        "message": describe_verdict(day, lang),
        "till": format_ore(day.till_ore),
        "payments": [
            {
                "code": takings.code,
                "name": takings.name,
                "credit": takings.is_credit,
                "amount": format_ore(takings.amount_ore),
            }
            for takings in day.till
        ],
        "voucher": {"total": format_ore(day.voucher_ore), "waiting": format_ore(day.waiting_voucher_ore)},
        "orders": {
            "total": format_ore(day.sum_orders()),
            **{place.value: format_ore(day.sum_orders(place)) for place in Place},
        },
        "left_out": format_ore(day.left_out_ore),
        "held": format_ore(day.held_ore),
        "difference": format_ore(day.difference_ore),
        "not_in_go": format_ore(day.not_in_ledger_ore),
        "tickets": [_format_counted(one) for one in day.orders],
    }


def _format_counted(one: CountedOrder) -> dict[str, Any]:
    shown, invoice = one.shown, find_invoice(one)
    there = None if one.is_change else shown.there
    customer = find_customer(shown)
    return {
        "venue": shown.venue.id,
        "business_day": shown.business_day.isoformat(),
        "register": shown.order.register,
        "ticket": shown.order.ticket_number,
        "reference": shown.reference,
        "customer": None
        if customer is None
        else {
            "code": customer.code,
            "name": customer.number_name or customer.name or None,
            "number": format_number(customer.number) if customer.number else None,
        },
        "state": shown.state_of_order.value,
        "place": one.place.value,
        "change": one.is_change,
        "amount": format_ore(one.due_ore),
        "credit": format_ore(one.credit_ore),
        "order_no": format_number(there.order_no) if there else None,
        "invoice": {
            "number": format_number(invoice.number),
            "date": invoice.on.isoformat(),
            "total": format_ore(invoice.total_ore),
        }
        if invoice
        else None,
        "difference": format_ore(one.difference_ore),
        "reasons": [
            {"reason": difference.reason.value, "amount": format_ore(difference.amount_ore)}
            for difference in one.differences
        ],
    }


def format_not_invoiced(found: NotInvoiced) -> dict[str, Any]:
    """What a company had not invoiced at a date as JSON data."""
    return {
        "company": found.company.id,
        "at": found.at.isoformat(),
        "net": format_ore(found.net_ore),
        "vat": format_ore(found.vat_ore),
        "gross": format_ore(found.gross_ore),
        "accounts": [_format_account(one) for one in found.accounts],
        "tickets": [
            {
                **_format_counted(one),
                "net": format_ore(sum(line.net_ore for line in one.lines)),
                "vat": format_ore(sum(line.vat_ore for line in one.lines)),
                "gross": format_ore(one.total_ore),
            }
            for one in found.orders
        ],
    }


def _format_account(one: AccountSum) -> dict[str, Any]:
    return {
        "account": one.account,
        "vat_code": one.vat_code,
        "net": format_ore(one.net_ore),
        "vat": format_ore(one.vat_ore),
        "gross": format_ore(one.gross_ore),
    }
