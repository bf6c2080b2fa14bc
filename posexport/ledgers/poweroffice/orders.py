"""PowerOffice Go's sales orders (v2): `POST /SalesOrders/Complete`, drafts of invoices that a person sends.

The server refuses a second order with the same external reference, which is its own guard against duplicates. An order
that is invoiced is no order any more: the invoice has its id and its reference. Nothing here sends an invoice.

Source: the v2 OpenAPI description (spring 2025). Status and words of a refused duplicate are not published.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from posexport.core.orders.book import AskedOrder, LedgerOrder, LedgerProject, SeenOrder
from posexport.core.orders.customers import ContactPerson, LedgerCustomer, NewCustomer
from posexport.core.orders.order import Order
from posexport.core.orders.products import ProductCatalog
from posexport.core.orders.state import Invoice
from posexport.core.ports.ledger import Chart, Drafted, DraftedHow, DraftList, DraftStatus, Lookup, Page, Payload
from posexport.errors import (
    AnswerLost,
    NotSent,
    PageTooLate,
    PowerOfficeRefused,
    PowerOfficeUnavailable,
    ReferenceTaken,
)
from posexport.http.client import NEVER
from posexport.http.evidence import Answered, with_evidence
from posexport.ledgers.poweroffice import customers, order_answers, products, projects, v2
from posexport.ledgers.poweroffice.answers import HttpRefused
from posexport.ledgers.poweroffice.chart import read_chart
from posexport.ledgers.poweroffice.client_information import read_may_send, read_missing
from posexport.ledgers.poweroffice.fields import fold_names, parse_text
from posexport.ledgers.poweroffice.invoices import Invoices, read_fee, read_invoices, read_invoices_sent_since
from posexport.ledgers.poweroffice.order_payload import STATUS, build_order_payload
from posexport.ledgers.poweroffice.session import LAG_S, Session

_log = logging.getLogger("posexport.orders")

PRIVILEGES = ("SalesOrders_Full", "OutgoingInvoice", "Customer", "Product")
"""The privileges that orders need; the `_Full` form of a read privilege serves as well. Contact persons are read with
either of their own and the customers'."""

FOUND = DraftedHow.FOUND_BY_REFERENCE
"""How we know that an existing order is ours."""

_EARLIER = timedelta(days=2)
"""How much earlier than its business day an order is searched for: clocks and time zones may differ."""

_FIELDS = "Id,SalesOrderNo,SalesOrderStatus,NetAmount,TotalAmount,LastChangedDateTimeOffset,ExternalImportReference"


class _Found(NamedTuple):
    """An order, or the invoice made of it, with the reference that was searched for. `lines`: as answered."""

    head: Mapping[str, Any]
    lines: Sequence[Any]
    evidence: str
    is_invoice: bool = False

    @property
    def remote_id(self) -> str:
        """Its id."""
        return str(self.head["id"])

    @property
    def drafted(self) -> Drafted:
        """It as a draft that was found."""
        told = None if self.is_invoice else order_answers.parse_order(self.head)
        return Drafted(self.remote_id, FOUND, self.evidence, told)


class SalesOrders:
    """The orders of one venue's client.

    Reads lag writes, usually by less than a second. `find`, `find_status` and `read_seen` must not be asked about what
    was done less than two seconds ago: they would report it as missing.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def build_payload(self, order: Order) -> Payload:
        """The body of `POST /SalesOrders/Complete`; the same whenever it is asked."""
        return build_order_payload(order)

    def sign_in(self) -> None:
        """Fetch a token."""
        self._session.sign_in()

    def read_time(self) -> int | None:
        """PowerOffice's clock (UTC s); None where it has not told it."""
        return self._session.read_time()

    # Sending

    def send(self, payload: Payload, deadline_utc_s: float) -> Drafted:
        """Draft the order; after a refusal it is looked up, since it may be there already."""

        def read(answered: Answered) -> Drafted:
            remote_id, head = v2.read_id(answered), fold_names(answered.value)
            if head.get("externalimportreference") not in (None, payload["ExternalImportReference"]):
                raise answered.lost("the answer is about another order")
            told = order_answers.parse_order(head, order_answers.keeps_decimals(payload, head))
            return Drafted(remote_id, DraftedHow.DRAFTED, answered.evidence, told)

        def find_same(refusal: HttpRefused | AnswerLost) -> Drafted:
            return self._find_same(payload, refusal, deadline_utc_s)

        return v2.write_once(self._session, "/SalesOrders/Complete", payload, deadline_utc_s, read, find_same)

    def _find_same(self, payload: Payload, refusal: HttpRefused | AnswerLost, deadline_utc_s: float) -> Drafted:
        """The order, or its invoice, that has the payload's reference and the same content. How PowerOffice words a
        duplicate is not known, so any refusal may be one.

        Raises the refusal where none has the reference; AnswerLost instead, where the refusal may be about a duplicate
        that cannot be seen now; ReferenceTaken where one has the reference with other content, which may be ours,
        edited by a person.
        """
        may_be_there = refusal.may_be_there or order_answers.names_duplicate(refusal.evidence, payload)
        try:
            found = self._find_anywhere(payload, deadline_utc_s)
            if found is None and may_be_there:
                self._session.wait(LAG_S)
                found = self._find_anywhere(payload, deadline_utc_s)
        except PowerOfficeRefused as error:
            if not may_be_there:
                raise refusal from None
            raise _lose(refusal, f"the reference seems taken, and it may not be looked up: {error.answer}") from None
        except PowerOfficeUnavailable:
            raise _lose(refusal, "it was refused, and whether the reference is taken cannot be read now") from None
        if found is None:
            raise _lose(refusal, "the reference seems taken, and no order has it") if may_be_there else refusal
        if not _is_same(payload, found):
            told = ReferenceTaken(
                f"{'an invoice' if found.is_invoice else 'an order'} {payload['ExternalImportReference']} is there "
                f"already, with another customer or other lines. Look at it in Go, and say whether it is this one.",
                found.remote_id,
            )
            told.may_be_there = True
            raise with_evidence(told, refusal.evidence)
        return found.drafted

    # Searching

    def find(
        self,
        payload: Payload,
        since_utc_s: int,
        ruled_out: frozenset[str] = frozenset(),
        listing: DraftList | None = None,
    ) -> Lookup:
        """The order with the payload's reference among our own, or the customer's invoice with it, sent since then: a
        person may have invoiced the order meanwhile. No other is looked at."""
        since = v2.format_since(since_utc_s)
        found = self._find_order(payload, {"lastChangedDateTimeOffsetGreaterThan": since}, NEVER)
        found = found or self._find_invoice(payload, since, NEVER)
        if found is None:
            return Lookup(told_at_utc_s=self.read_time())
        is_same = _is_same(payload, found)
        return Lookup(found.drafted, is_same=is_same, has_other_amounts=not is_same, told_at_utc_s=self.read_time())

    def find_others(
        self, payload: Payload, references: Collection[str], ruled_out: frozenset[str], listing: DraftList
    ) -> Lookup:
        """What there is under these references among our own orders and, since the list begins, among all invoices: two
        requests for a list, and one for each that is found alone."""
        with listing.lock:
            self._fill(listing)
        orders: order_answers.RowsAsked = listing.read["orders"]
        invoices: Invoices = listing.read["invoices"]
        asked = [AskedOrder("", reference, 0) for reference in references]
        rows = {str(row["id"]): (row, False) for one in asked if (row := orders.find(one))}
        for one in asked:
            row, invoice = invoices.rows.find(one), invoices.find(one)
            if row is not None and invoice is not None and not invoice.is_credited:
                rows[str(row["id"])] = (row, True)
        left = {remote_id: found for remote_id, found in rows.items() if remote_id not in ruled_out}
        if len(left) != 1:
            return Lookup(alike=tuple(sorted(left)), told_at_utc_s=listing.told_at_utc_s)
        ((remote_id, (row, is_invoice)),) = left.items()
        found = self._read_invoice(row, NEVER) if is_invoice else self._read_listed(row, NEVER)
        if found is None:  # invoiced, or deleted, since it was listed: the next run sees which
            return Lookup(alike=(remote_id,), told_at_utc_s=listing.told_at_utc_s)
        is_same, reference = _is_same(payload, found), str(row["externalimportreference"])
        if is_invoice and not is_same:
            return Lookup(alike=(remote_id,), told_at_utc_s=listing.told_at_utc_s)
        return Lookup(found.drafted, is_same=is_same, has_other_amounts=not is_same, reference=reference)

    def find_named(self, references: Collection[str], since_utc_s: int) -> Mapping[str, tuple[str, SeenOrder]]:
        """What there is under these references among our own orders and, sent since then, among all invoices but those
        that were reversed or credited: two lists."""
        orders = order_answers.RowsAsked(self._list_orders({"Fields": _FIELDS}))
        invoices = read_invoices_sent_since(self._session, v2.format_since(since_utc_s))
        found: dict[str, tuple[str, SeenOrder]] = {}
        for reference in references:
            asked = AskedOrder("", reference, 0)
            if (row := orders.find(asked)) is not None:
                found[reference] = str(row["id"]), SeenOrder(order_answers.parse_order(row))
            row, invoice = invoices.rows.find(asked), invoices.find(asked)
            if row is not None and invoice is not None and not invoice.is_credited:
                found[reference] = str(row["id"]), SeenOrder(invoice=invoice)
        return found

    def _fill(self, listing: DraftList) -> None:
        """List our own orders and all invoices, once per listing. A failure is raised for every order that shares
        it."""
        if listing.failed is not None:
            raise listing.failed.with_traceback(None)
        if listing.rows is not None:
            return
        try:
            rows = self._list_orders({"Fields": _FIELDS})
            since = v2.format_since(listing.since_utc_s)
            listing.read["orders"] = order_answers.RowsAsked(rows)
            listing.read["invoices"] = read_invoices_sent_since(self._session, since)
        except (PowerOfficeRefused, PowerOfficeUnavailable) as error:
            listing.failed = error
            raise
        listing.rows, listing.told_at_utc_s = tuple(rows), self.read_time()

    def _find_anywhere(self, payload: Payload, deadline_utc_s: float) -> _Found | None:
        """The order with the payload's reference, or its invoice, whenever and with whichever of our keys it was
        made."""
        day = date.fromisoformat(payload["SalesOrderDate"])
        since = f"{datetime.combine(day - _EARLIER, time(), UTC):%Y-%m-%d %H:%M:%S}+00:00"
        return (
            self._find_order(payload, {}, deadline_utc_s)
            or self._find_invoice(payload, since, deadline_utc_s)
            or self._find_order(
                payload, {"lastChangedDateTimeOffsetGreaterThan": since}, deadline_utc_s, own_only=False
            )
        )

    def _find_order(
        self, payload: Payload, narrower: Mapping[str, str], deadline_utc_s: float, *, own_only: bool = True
    ) -> _Found | None:
        """The order that is no invoice yet. Raises NotSent where one is listed and cannot be read."""
        reference = payload["ExternalImportReference"]
        for row in self._list_orders({**narrower, "Fields": "Id,ExternalImportReference"}, deadline_utc_s, own_only):
            if row.get("externalimportreference") == reference:
                found = self._read_listed(row, deadline_utc_s)
                if found is not None:
                    return found
        return None

    def _read_listed(self, row: Mapping[str, Any], deadline_utc_s: float) -> _Found | None:
        """An order as listed, with its lines; None where it was invoiced, or deleted, since."""
        answered = self._read(f"/SalesOrders/{row.get('id')}/Complete", deadline_utc_s)
        if answered is None:
            return None
        head, reference = fold_names(answered.value), row.get("externalimportreference")
        if head.get("externalimportreference") != reference or not isinstance(head.get("id"), str):
            raise with_evidence(NotSent("the answer is not the order that was asked for"), answered.evidence)
        return _Found(head, _lines_of(head.get("salesorderlines"), answered), answered.evidence)

    def _find_invoice(self, payload: Payload, since: str, deadline_utc_s: float) -> _Found | None:
        """The customer's invoice that was made of the order."""
        numbers = self._number_customer(payload["CustomerId"], deadline_utc_s)
        asked = {"sentDateTimeOffsetGreaterThan": since, **({"customerNos": numbers} if numbers else {})}
        for row in map(fold_names, v2.read_rows(self._session, "/OutgoingInvoices", asked, deadline_utc_s)):
            if row.get("externalimportreference") == payload["ExternalImportReference"]:
                return self._read_invoice(row, deadline_utc_s)
        return None

    def _read_invoice(self, row: Mapping[str, Any], deadline_utc_s: float) -> _Found:
        """An invoice as listed, with its lines."""
        answered = self._session.read(f"/OutgoingInvoices/{row.get('id')}/Lines", None, deadline_utc_s)
        told = answered.redact(f"invoice {row.get('invoiceno')}\n{json.dumps(row, ensure_ascii=False)}")
        return _Found(row, _lines_of(answered.value, answered), told, is_invoice=True)

    def _number_customer(self, customer_id: Any, deadline_utc_s: float) -> str:
        """The customer's number, "" where there is no such customer: filters go by number, and the number may have
        changed."""
        found = customers.read_customer(self._session, int(customer_id), deadline_utc_s)
        return found.number if found else ""

    def _list_orders(
        self, narrower: Mapping[str, str], deadline_utc_s: float = NEVER, own_only: bool = True
    ) -> list[dict[str, Any]]:
        asked = {**narrower, **({"onlyCreatedByCurrentIntegration": "true"} if own_only else {})}
        rows = [fold_names(row) for row in v2.read_rows(self._session, "/SalesOrders", asked, deadline_utc_s)]
        if not all(isinstance(row.get("id"), str) for row in rows):
            raise NotSent("the answer is no list of orders")
        return rows

    def _read(self, path: str, deadline_utc_s: float = NEVER) -> Answered | None:
        """An order or invoice; None where PowerOffice says that it does not exist."""
        try:
            answered = self._session.read(path, deadline_utc_s=deadline_utc_s)
        except HttpRefused as error:
            if error.is_not_found:
                return None
            raise
        if not isinstance(answered.value, dict):
            raise with_evidence(NotSent("the answer is no order"), answered.evidence)
        return answered

    # What became of them

    def find_status(self, remote_id: str, since_utc_s: int) -> DraftStatus:
        """UNPOSTED for a draft, POSTED for what is confirmed or invoiced, REVERSED for a reversed invoice."""
        order = self._read_order(remote_id)
        if order is not None:
            return DraftStatus.UNPOSTED if order.is_draft else DraftStatus.POSTED
        invoice = self._read(f"/OutgoingInvoices/{remote_id}")
        if invoice is None:
            return DraftStatus.GONE
        return DraftStatus.REVERSED if fold_names(invoice.value).get("isreversed") is True else DraftStatus.POSTED

    def _read_order(self, remote_id: str) -> LedgerOrder | None:
        answered = self._read(f"/SalesOrders/{remote_id}")
        if answered is None:
            return None
        head = fold_names(answered.value)
        if parse_text(head.get("id")).lower() != remote_id.lower() or head.get("salesorderstatus") is None:
            raise with_evidence(NotSent("the answer is not the order that was asked for"), answered.evidence)
        return order_answers.parse_order(head)

    def find_successor(self, remote_id: str, since_utc_s: int) -> str:
        """None is known."""
        return ""

    def remove(self, remote_id: str) -> DraftStatus:
        """Delete the order, unless it is confirmed or invoiced."""
        return self.remove_unchanged(remote_id, "") or DraftStatus.GONE

    def remove_unchanged(
        self, remote_id: str, changed_at: str, *, was_confirmed: bool = False, was_set_back: Payload | None = None
    ) -> DraftStatus | None:
        """Delete the order while nobody has changed it since; "" for whenever it was changed. One that is confirmed
        stays, unless it `was_confirmed` when it was sent: that is set back to a draft first, since PowerOffice deletes
        no other. Setting it back is a change too: where that was begun before, a draft that has still what was sent
        (`was_set_back`: the request) is ours. UNPOSTED where it stays an order, POSTED where it is invoiced; None where
        neither it nor an invoice of it is to be seen: it was deleted, or invoiced just now."""
        order = self._read_order(remote_id)
        if order is None:
            return self._find_ending(remote_id)
        is_ours = order.is_draft or was_confirmed
        is_left = was_set_back is not None and order.is_draft and self._has_content_of(remote_id, was_set_back)
        if not is_ours or not (is_left or order_answers.is_unchanged(order.changed_at, changed_at)):
            return DraftStatus.UNPOSTED
        try:
            if not order.is_draft:
                self._session.patch(f"/SalesOrders/{remote_id}", {"SalesOrderStatus": STATUS[False]})
            self._session.delete(f"/SalesOrders/{remote_id}")
        except HttpRefused as error:
            if error.is_conflict:
                self._session.wait(LAG_S)  # what somebody did to it just now is shown then
                return DraftStatus.UNPOSTED
            if not error.is_not_found:
                raise
            return self._find_ending(remote_id)
        return DraftStatus.GONE

    def _has_content_of(self, remote_id: str, payload: Payload) -> bool:
        """Whether an order has the customer and the lines of a request."""
        row = {"id": remote_id, "externalimportreference": payload["ExternalImportReference"]}
        found = self._read_listed(row, NEVER)
        return found is not None and _is_same(payload, found)

    def _find_ending(self, remote_id: str) -> DraftStatus | None:
        """What became of an order that is no order any more: POSTED where it was invoiced, perhaps just now."""
        self._session.wait(LAG_S)
        return None if self._read(f"/OutgoingInvoices/{remote_id}") is None else DraftStatus.POSTED

    def find_reference(self, remote_id: str) -> str | None:
        """The reference of an order, or of the invoice made of it; "" where it has none, None where there is
        neither."""
        head = self._read_head(remote_id)
        return None if head is None else parse_text(head.get("externalimportreference"))

    def read_customer_of(self, remote_id: str) -> LedgerCustomer | None:
        """The customer of an order, or of the invoice made of it; None where there is neither, or it names nobody."""
        customer_id = parse_text((self._read_head(remote_id) or {}).get("customerid"))
        return self.read_customer(int(customer_id)) if customer_id.isdecimal() else None

    def _read_head(self, remote_id: str) -> dict[str, Any] | None:
        found = self._read(f"/SalesOrders/{remote_id}") or self._read(f"/OutgoingInvoices/{remote_id}")
        return None if found is None else fold_names(found.value)

    def attach(self, remote_id: str, page: Page, deadline_utc_s: float) -> None:
        """Never: an order takes no settlement report."""
        raise PageTooLate("an order takes no settlement report")

    def has_page(self, remote_id: str, page_name: str) -> bool:
        """Never."""
        return False

    def read_seen(self, orders: Sequence[AskedOrder]) -> Mapping[str, SeenOrder]:
        """What became of these orders: in one list of our own, and for those no longer there by their invoices. Only
        for one that is in neither, and was there before, everything is looked through by its reference. One whose id is
        not known is looked for among all invoices sent since, but for those that were reversed or credited."""
        if not orders:
            return {}
        seen = _pick_orders(self._list_orders({"Fields": _FIELDS}), orders)
        left = [one for one in orders if one.key not in seen]
        known = [one for one in left if one.remote_id]
        with_credits = [one.remote_id for one in known if one.with_credits]
        invoices = read_invoices(self._session, [one.remote_id for one in known], with_credits)
        seen |= self._pick_invoices(invoices, known)
        lost = [one for one in known if one.key not in seen and not one.was_missing]
        if lost:
            seen |= self._search_everywhere(lost)
        unknown = [one for one in left if not one.remote_id]
        if unknown:
            since = v2.format_since(min(one.sent_at_utc_s for one in unknown))
            sent = self._pick_invoices(read_invoices_sent_since(self._session, since), unknown)
            seen |= {key: one for key, one in sent.items() if one.invoice and not one.invoice.is_credited}
        return {one.key: seen.get(one.key, SeenOrder()) for one in orders}

    def _search_everywhere(self, orders: Sequence[AskedOrder]) -> dict[str, SeenOrder]:
        """Those of these orders that another of our keys made, or whose invoice has an id of its own."""
        since = v2.format_since(min(one.sent_at_utc_s for one in orders))
        narrower = {"lastChangedDateTimeOffsetGreaterThan": since, "Fields": _FIELDS}
        seen = _pick_orders(self._list_orders(narrower, own_only=False), orders)
        left = [one for one in orders if one.key not in seen]
        if left:
            seen |= self._pick_invoices(read_invoices_sent_since(self._session, since), left)
        return seen

    def _pick_invoices(self, invoices: Invoices, orders: Iterable[AskedOrder]) -> dict[str, SeenOrder]:
        """Those of these orders that have one of the invoices, by their keys."""
        return {
            one.key: SeenOrder(
                invoice=found._replace(fee_ore=self._find_fee(invoices, one, found)),
                remote_id=_name(one, invoices.rows.find(one)),
            )
            for one in orders
            if (found := invoices.find(one))
        }

    def _find_fee(self, invoices: Invoices, asked: AskedOrder, found: Invoice) -> int | None:
        """The fee on an invoice that comes to something else than was sent: read once. None where it cannot be read."""
        known, row = asked.invoice, invoices.rows.find(asked)
        if known is not None and known.fee_ore is not None and known.total_ore == found.total_ore:
            return known.fee_ore
        if asked.total_ore in (None, found.total_ore) or row is None:
            return None
        try:
            return read_fee(self._session, str(row["id"]))
        except (PowerOfficeRefused, PowerOfficeUnavailable) as error:
            _log.warning("the fee on invoice %s could not be read: %s", found.number, error)
            return None

    # Master data

    def read_catalog(self, chart: Chart) -> ProductCatalog:
        """Every product of the client, archived ones included, with its accounts and their VAT codes from `chart`;
        where that has none, as they are read now."""
        if chart.accounts is None or not chart.vat_rates:
            chart = read_chart(self._session, [])
        return products.read_catalog(self._session, chart)

    def read_ledger_customers(self, changed_since_utc_s: int | None = None) -> Sequence[LedgerCustomer]:
        """Every customer of the client, archived ones included; with a time (UTC s), those that changed since."""
        return customers.read_ledger_customers(self._session, changed_since_utc_s)

    def read_customer(self, customer_id: int) -> LedgerCustomer | None:
        """One customer by its id; None where there is none."""
        return customers.read_customer(self._session, customer_id)

    def find_customer(self, external_reference: str) -> LedgerCustomer | None:
        """The customer that was made with this reference; None where there is none."""
        return customers.find_customer(self._session, external_reference)

    def create_customer(self, new: NewCustomer, deadline_utc_s: float) -> LedgerCustomer:
        """Make a customer, unless there is one with its reference, which is returned then."""
        return customers.create_customer(self._session, new, deadline_utc_s)

    def read_contact_persons(self) -> Sequence[ContactPerson]:
        """Every contact person of the client, inactive ones and those of suppliers included."""
        return customers.read_contact_persons(self._session)

    def find_projects(self, codes: Iterable[str]) -> Mapping[str, LedgerProject]:
        """Those of these projects that there are, by code."""
        return projects.find_projects(self._session, codes)

    def create_project(self, code: str, deadline_utc_s: float) -> LedgerProject:
        """Make a project, unless there is one with this code, which is returned then."""
        return projects.create_project(self._session, code, deadline_utc_s)

    def read_missing_privileges(self, *, makes_customers: bool = False, makes_projects: bool = False) -> Sequence[str]:
        """The privileges that orders need and the venue's keys lack."""
        needed = [*PRIVILEGES, *(["Customer_Full"] if makes_customers else [])]
        return read_missing(self._session, [*needed, *(["Project_Full"] if makes_projects else [])])

    def read_may_send(self) -> bool:
        """Whether the venue's keys may send invoices, which nothing here does."""
        return read_may_send(self._session)


def _lose(refusal: HttpRefused | AnswerLost, why: str) -> AnswerLost:
    """The refusal as an answer that does not show whether the order is there. However often it comes, it never counts
    as a refusal: an order that was taken may be hidden from reads for a while."""
    return with_evidence(AnswerLost(why), refusal.evidence)


def _is_same(payload: Payload, found: _Found) -> bool:
    """Whether what was found has the customer and the sold lines of the request."""
    return order_answers.read_content(found.head, found.lines) == order_answers.read_content(
        fold_names(payload), payload["SalesOrderLines"]
    )


def _lines_of(lines: Any, answered: Answered) -> Sequence[Any]:
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise with_evidence(
            NotSent("an order with the reference is there, and what it has cannot be read"), answered.evidence
        )
    return lines


def _pick_orders(rows: Iterable[Mapping[str, Any]], orders: Iterable[AskedOrder]) -> dict[str, SeenOrder]:
    """Those of these orders that are among rows, by their keys."""
    listed = order_answers.RowsAsked(rows)
    return {
        one.key: SeenOrder(order_answers.parse_order(row), remote_id=_name(one, row))
        for one in orders
        if (row := listed.find(one))
    }


def _name(asked: AskedOrder, row: Mapping[str, Any] | None) -> str:
    """The id of what was found, where it was not known."""
    return "" if asked.remote_id or row is None else str(row["id"])
