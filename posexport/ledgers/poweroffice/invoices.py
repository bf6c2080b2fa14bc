"""Outgoing invoices (v2) as far as they were made of our orders: read, never made.

An invoice that a person sent from our order does not count as made by our integration, so that filter is never used.
Source: the v2 OpenAPI description (spring 2025), OutgoingInvoiceDto.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from posexport.core.orders.book import AskedOrder
from posexport.core.orders.reference import find_day_of
from posexport.core.orders.state import Invoice
from posexport.errors import NotSent
from posexport.ledgers.poweroffice.answers import reading
from posexport.ledgers.poweroffice.fields import fold_names, parse_day, parse_text, parse_wire_ore
from posexport.ledgers.poweroffice.order_answers import RowsAsked
from posexport.ledgers.poweroffice.session import Session
from posexport.ledgers.poweroffice.v2 import read_filtered, read_rows, split_values

IDS_MAX = 45
"""How many ids are asked for at a time."""

_FIELDS = (
    *("Id", "InvoiceNo", "VoucherDate", "TotalAmount", "Balance", "IsReversed", "RelatedInvoiceNo", "CustomerNo"),
    "ExternalImportReference",
)


class Invoices(NamedTuple):
    """Invoices as listed. `credited`: the numbers of those that credit notes answer. `by_hand`: what credit notes that
    people made take off invoices (øre), by number, of those that were looked for."""

    rows: RowsAsked
    credited: frozenset[str] = frozenset()
    by_hand: Mapping[str, int] = MappingProxyType({})

    def find(self, asked: AskedOrder) -> Invoice | None:
        """The invoice of an order; None where it has none. Raises NotSent where it cannot be read."""
        row = self.rows.find(asked)
        return None if row is None else self._read(row)

    def _read(self, row: Mapping[str, Any]) -> Invoice:
        with reading("an invoice"):
            on, total_ore = parse_day(row.get("voucherdate")), parse_wire_ore(row.get("totalamount"))
            if on is None or total_ore is None:
                raise ValueError
            balance_ore = parse_wire_ore(row.get("balance"))
            number, is_reversed = parse_text(row.get("invoiceno")), row.get("isreversed") is True
            return Invoice(
                number,
                on,
                total_ore,
                total_ore if balance_ore is None else balance_ore,
                is_reversed or number in self.credited,
                net_ore=parse_wire_ore(row.get("netamount")),
                credited_ore=total_ore if is_reversed else self.by_hand.get(number),
            )


def read_fee(session: Session, invoice_id: str) -> int:
    """The invoice fee (øre) on an invoice, VAT included. Raises NotSent where its lines cannot be read."""
    answered = session.read(f"/OutgoingInvoices/{invoice_id}/Lines")
    with reading("the lines of an invoice"):
        lines = [fold_names(line) for line in answered.value]
        fees = [parse_wire_ore(line.get("totalamount")) for line in lines if line.get("linetype") == "InvoiceFee"]
        if None in fees:
            raise ValueError
        return sum(fee for fee in fees if fee is not None)


def read_invoices(session: Session, ids: Sequence[str], with_credits: Collection[str] = ()) -> Invoices:
    """The invoices with these ids, which are their orders'. `with_credits`: those of them whose credit notes are looked
    for whatever is left to pay."""
    rows: list[dict[str, Any]] = []
    for part in split_values(ids, lambda part: len(part) <= IDS_MAX):
        rows += read_filtered(session, "/OutgoingInvoices", "invoiceIds", part)
    return _with_credit_notes(session, rows, {id_.lower() for id_ in with_credits})


def read_invoices_sent_since(session: Session, since: str) -> Invoices:
    """Every invoice of the client that was sent since then."""
    rows = read_rows(session, "/OutgoingInvoices", {"sentDateTimeOffsetGreaterThan": since})
    return _with_credit_notes(session, rows)


def _with_credit_notes(session: Session, rows: Iterable[Mapping[str, Any]], always: Collection[str] = ()) -> Invoices:
    """The invoices, with what is known of credit notes for them: asked for only where an invoice has nothing left to
    pay, since a whole credit note leaves nothing, or where it is one of `always` (ids)."""
    told = [fold_names(row) for row in rows]
    if not all(isinstance(row.get("id"), str) for row in told):
        raise NotSent("the answer is no list of invoices")
    settled = [row for row in told if _may_be_credited(row) or parse_text(row["id"]).lower() in always]
    if not settled:
        return Invoices(RowsAsked(told))
    customers = sorted({parse_text(row.get("customerno")) for row in settled} - {""})
    earliest = min(parse_text(row.get("voucherdate"))[:10] for row in settled)
    asked = {"customerNos": ",".join(customers), "fromDate": earliest, "Fields": ",".join(_FIELDS)}
    notes = [fold_names(row) for row in read_rows(session, "/OutgoingInvoices", asked)]
    numbers = {number for row in settled if (number := parse_text(row.get("invoiceno")))}
    return Invoices(
        RowsAsked(told),
        frozenset(number for row in settled if (number := _find_answered(row, notes))),
        {number: -_sum_notes(number, [note for note in notes if _is_by_hand(note)]) for number in numbers},
    )


def _may_be_credited(row: Mapping[str, Any]) -> bool:
    total_ore = parse_wire_ore(row.get("totalamount"))
    is_settled = parse_wire_ore(row.get("balance")) == 0 and total_ore is not None and total_ore > 0
    return is_settled and row.get("isreversed") is not True


def _find_answered(row: Mapping[str, Any], notes: Iterable[Mapping[str, Any]]) -> str:
    """The number of an invoice whose credit notes come to the whole of it; "" where they do not."""
    number = parse_text(row.get("invoiceno"))
    credited_ore = _sum_notes(number, notes) if number else 0
    return number if credited_ore and credited_ore == -(parse_wire_ore(row.get("totalamount")) or 0) else ""


def _sum_notes(number: str, notes: Iterable[Mapping[str, Any]]) -> int:
    """What the credit notes for an invoice come to (øre), below zero."""
    return sum(
        parse_wire_ore(note.get("totalamount")) or 0
        for note in notes
        if parse_text(note.get("relatedinvoiceno")) == number and note.get("isreversed") is not True
    )


def _is_by_hand(note: Mapping[str, Any]) -> bool:
    """Whether a person made it in the ledger: what was made of an order of ours has that order's reference."""
    return find_day_of(parse_text(note.get("externalimportreference"))) is None
