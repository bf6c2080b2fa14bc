"""Makes orders ready to send: judged by the ledger's products, customer and projects, and built into a request; and
remembers what the ledger says of an order that it took. Times are UTC seconds."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, cast

from posexport.core.company import Company
from posexport.core.delivery import Delivery
from posexport.core.finding import Finding
from posexport.core.findings.order_customers import check_customer
from posexport.core.findings.orders import (
    UNSENT,
    SentOrder,
    check_products,
    make_other_total_finding,
    make_unknown_project_finding,
    retell_as_sent,
)
from posexport.core.order_review import OrderReport, OrderReview
from posexport.core.orders.book import AskedOrder, LedgerOrder, LedgerProject, OrderBook, SeenOrder
from posexport.core.orders.customers import CustomerFault, judge_customer
from posexport.core.orders.document import ORDER, format_order, parse_order
from posexport.core.orders.judge import judge_lines
from posexport.core.orders.order import Order
from posexport.core.orders.products import ProductCatalog
from posexport.core.orders.state import OrderState
from posexport.core.ports.ledger import Chart, Drafted, DraftStatus, Ledger, Payload
from posexport.core.report import State
from posexport.delivery.context import DeliveryContext, Preparation, Prepared
from posexport.delivery.customer_lists import MISSED_AGE_S
from posexport.delivery.day_vouchers import find_voucher_doubt
from posexport.delivery.lookup import Run, find_destination
from posexport.errors import AnswerLost, NotSent, OperatorError, PowerOfficeRefused, PowerOfficeUnavailable
from posexport.http.evidence import with_evidence
from posexport.store.database import Connection
from posexport.store.ledger_listings import PROJECTS, note_decimals, read_listing, save_listing
from posexport.store.order_seen import StoredSeen, read_seen_of, save_seen
from posexport.store.setups import find_company_number

_log = logging.getLogger("posexport.orders")

PROJECTS_KEPT_S = 7 * 86_400
"""How long (s) a project that was there is not asked about again."""

MAKE_S = 90
"""How long (s) a project may be made from when it was found missing."""


def open_order_book(ledger: Ledger, company: Company) -> OrderBook:
    """Where the orders of a venue are drafted. Raises UsageError where its ledger takes none."""
    return cast("OrderBook", find_destination(ORDER, ledger, company))


def prepare_order(context: DeliveryContext, review: OrderReview, ledger: Ledger, run: Run) -> Prepared:
    """The request for a sendable order, or the findings against it by its ledger. May raise what a `Destination`
    raises."""
    company = review.report.company
    checks = _OrderChecks(context, company, open_order_book(ledger, company))
    found = checks.judge(review.report, ledger)
    found_wrong = tuple(finding for finding in found if finding.holds)
    if not found_wrong and not review.history.standing:
        found_wrong = tuple(find_voucher_doubt(context, review, run))
    return (
        Prepared({}, found_wrong)
        if found_wrong
        else Prepared(checks.book.build_payload(review.report.order), told=found, others=_list_others(review))
    )


def explain_refusal(context: DeliveryContext, review: OrderReview, ledger: Ledger) -> tuple[Finding, ...]:
    """What is wrong with an order by its products and its customer as the ledger has them now. May raise what a
    `Destination` raises."""
    return _judge_anew(context, review.report, open_order_book(ledger, review.report.company), ledger)


def _judge_anew(context: DeliveryContext, report: OrderReport, book: OrderBook, ledger: Ledger) -> tuple[Finding, ...]:
    company, link = report.company, report.order.link
    catalog = context.catalogs.find(company, book, lambda: context.charts.find(company, ledger))
    customers = {one.id: one for one in context.customers.lists.find(company, book, age_s=0)}
    linked = customers.get(link.customer_id) if link else None
    is_missing = link is not None and linked is None and book.read_customer(link.customer_id) is None
    gone = check_customer(report.order, company.id, [CustomerFault.INACTIVE]) if is_missing else []
    return (*check_order(replace(report, linked=linked), catalog), *gone)


def find_obstacles(context: DeliveryContext, report: OrderReport) -> tuple[Finding, ...]:
    """What the ledger has now against an order that is to be sent in the place of another: its products, its customer
    and its project, read anew. May raise what a `Destination` raises."""
    ledger = context.open_ledger(report.company, report.venue)
    book = open_order_book(ledger, report.company)
    found = (
        *_judge_anew(context, report, book, ledger),
        *_OrderChecks(context, report.company, book).check_project(report.order),
    )
    return tuple(one for one in found if one.holds)


def _list_others(review: OrderReview) -> dict[str, int]:
    """The references that other orders of the ticket may have and that are not known here: this database may have been
    put back to before they were sent."""
    known = {one.reference for one in review.history.deliveries if one.remote_id}
    known.add(review.report.reference)
    return {one: revision for one, revision in review.report.list_references().items() if one not in known}


def rename_order(review: OrderReview, payload: Payload, reference: str, revision: int) -> tuple[OrderReview, Payload]:
    """An order and its request under the reference of another revision."""
    order = replace(review.report.order, reference=reference, revision=revision)
    report = replace(review.report, reference=reference, order=order)
    return replace(review, report=report), {**payload, "ExternalImportReference": reference}


def check_order(report: OrderReport, catalog: ProductCatalog | None) -> tuple[Finding, ...]:
    """The findings about an order by what is known of its ledger: its products, if `catalog` is known, and its
    customer, as last read."""
    order, found = report.order, list[Finding]()
    if catalog is not None:
        mapping = report.venue.on(order.business_day).mapping
        found += check_products(order, judge_lines(order, mapping, catalog))
    if order.link is not None and report.linked is not None:
        found += check_customer(order, report.company.id, judge_customer(report.linked))
    return tuple(found)


_BY_PRODUCTS = frozenset(
    {"order-product-missing", "order-product-inactive", "order-product-no-account", "order-product-vat"}
)
_BY_CUSTOMERS = frozenset({"order-customer-inactive", "order-customer-ambiguous"})


def read_anew(context: DeliveryContext, reports: Iterable[OrderReport]) -> bool:
    """Read products and customers of the ledger anew where what was last read holds an order: it may have been mended
    there since. Returns whether anything is different now, so that the orders are to be reviewed again. Failures are
    left to the orders, which wait."""
    held: dict[str, tuple[OrderReport, set[str]]] = {}
    for report in reports:
        codes = {finding.code for finding in report.findings if finding.holds}
        if codes & (_BY_PRODUCTS | _BY_CUSTOMERS):
            held.setdefault(report.company.id, (report, set()))[1].update(codes)
    found = [_read_anew(context, report, codes) for report, codes in held.values()]
    return any(found)


def _read_anew(context: DeliveryContext, report: OrderReport, codes: Collection[str]) -> bool:
    company, is_new = report.company, False
    try:
        ledger = context.open_ledger(company, report.venue)
        book = open_order_book(ledger, company)
        if not _BY_PRODUCTS.isdisjoint(codes):
            before = context.catalogs.find_kept(company)
            is_new = context.catalogs.find(company, book, lambda: context.charts.find(company, ledger)) != before
        if not _BY_CUSTOMERS.isdisjoint(codes):
            customers = context.customers.lists.find_kept(company)
            is_new |= context.customers.lists.find(company, book, age_s=MISSED_AGE_S) != customers
    except (OperatorError, PowerOfficeRefused, PowerOfficeUnavailable) as error:
        _log.warning("%s: what holds its orders could not be read anew: %s", company.id, error)
    return is_new


@dataclass(frozen=True, slots=True)
class _OrderChecks:
    """Judges an order by its ledger. What an earlier run has stored may show that it is in order; before it is called
    wrong, that is read anew."""

    context: DeliveryContext
    company: Company
    book: OrderBook

    def judge(self, report: OrderReport, ledger: Ledger) -> tuple[Finding, ...]:
        """The findings against an order. May raise what a `Destination` raises."""

        def read_chart() -> Chart:
            return self.context.charts.find(self.company, ledger)

        catalog = self.context.catalogs.find(self.company, self.book, read_chart, remembered=True)
        report = self._with_customer(report, anew=report.linked is None)
        if any(finding.holds for finding in check_order(replace(report, linked=None), catalog)):
            catalog = self.context.catalogs.find(self.company, self.book, read_chart)
        found = check_order(report, catalog)
        if any(finding.code == "order-customer-inactive" for finding in found):
            report = self._with_customer(report, anew=True)
            found = check_order(report, catalog)
        if report.linked is None and report.order.link is not None:
            found = (*found, *check_customer(report.order, self.company.id, [CustomerFault.INACTIVE]))
        return (*found, *self.check_project(report.order))

    def _with_customer(self, report: OrderReport, *, anew: bool) -> OrderReport:
        link = report.order.link
        if link is None or not anew:
            return report
        return replace(report, linked=self.book.read_customer(link.customer_id))

    # Projects

    def check_project(self, order: Order) -> list[Finding]:
        """A finding where the ledger does not have the project of an order, or has closed it; where the setup says so,
        one that is missing is made."""
        if not order.project or order.project in self._read_known():
            return []
        found = self.book.find_projects([order.project]).get(order.project)
        if found is None and self.company.orders.projects_created:
            found = self._create(order.project)
        if found is None or not found.is_usable:
            return [make_unknown_project_finding(order)]
        self._remember(order.project)
        return []

    def _create(self, code: str) -> LedgerProject:
        """Raises NotSent where it may have been made: the next run looks it up before it makes it."""
        try:
            return self.book.create_project(code, self.context.now_utc_s + MAKE_S)
        except AnswerLost as lost:
            why = f"whether project {code} was made is not known: {lost.why}"
            raise with_evidence(NotSent(why), lost.evidence) from None

    def _read_known(self) -> dict[str, int]:
        """When each usable project was last seen (UTC s), of those seen lately."""
        with self.context.database.reading() as connection:
            listed = read_listing(connection, find_company_number(connection, self.company.id), PROJECTS)
        kept: dict[str, int] = json.loads(listed.document) if listed else {}
        return {code: at for code, at in kept.items() if 0 <= self.context.now_utc_s - at < PROJECTS_KEPT_S}

    def _remember(self, code: str) -> None:
        known, now = {**self._read_known(), code: self.context.now_utc_s}, self.context.now_utc_s
        with self.context.database.writing(durable=False) as connection:
            number = find_company_number(connection, self.company.id)
            save_listing(connection, number, PROJECTS, json.dumps(known, ensure_ascii=False), now)


def describe_order(_connection: Connection, review: OrderReview, _now_utc_s: int) -> dict[str, Any]:
    """What an order says but for its lines, to be stored with its delivery."""
    return format_order(review.report.order)


def note_order(
    connection: Connection, review: OrderReview, delivery_id: int, drafted: Drafted, now_utc_s: int
) -> OrderReport:
    """Store what the ledger says of an order that it has taken, or that was found there. Returns the report, with a
    finding where the ledger reckons another total."""
    report, told = review.report, drafted.told if isinstance(drafted.told, LedgerOrder) else None
    save_seen(connection, {delivery_id: StoredSeen(sent=told, order=told)})
    if told is not None and told.keeps_decimals is not None:
        number = find_company_number(connection, report.company.id)
        note_decimals(connection, number, are_kept=told.keeps_decimals, now_utc_s=now_utc_s)
    found = tuple(review.place(finding) for finding in check_total(report.order, told))
    return replace(report, there=told, findings=(*found, *report.findings))


def check_total(order: Order, sent: LedgerOrder | None) -> list[Finding]:
    """A finding where the ledger reckoned another total for an order, when it was sent, than we. `order`: as sent."""
    if sent is None or sent.total_ore is None or sent.total_ore == order.total_ore:
        return []
    return [make_other_total_finding(order, SentOrder(sent.order_no, sent.total_ore))]


def remove_order(context: DeliveryContext, book: OrderBook, delivery: Delivery) -> DraftStatus:
    """Delete an order that is to be replaced, unless somebody has changed it since it was sent. One that is not to be
    seen, and was not deleted just now, may have been invoiced a moment ago: it is taken for deleted only where its
    invoice is not there either for longer than reads may lag. Raises NotSent until then. What became of one that stays
    is stored. One that is confirmed is set back to a draft first: that this was begun is stored before, so that a draft
    is deleted too that was left behind by a crash, or a lost answer, between the two."""
    with context.database.reading() as connection:
        known = read_seen_of(connection, delivery.id)
    was_confirmed = parse_order(json.loads(delivery.report), delivery.lines).is_confirmed
    begun = delivery.payload if known.is_set_back and delivery.payload else None
    if was_confirmed and not known.is_set_back:
        with context.database.writing() as connection:
            save_seen(connection, {delivery.id: replace(known, is_set_back=True)})
    changed_at = known.sent.changed_at if known.sent else ""
    status = book.remove_unchanged(str(delivery.remote_id), changed_at, was_confirmed=was_confirmed, was_set_back=begun)
    if status is DraftStatus.GONE:
        return status
    found = SeenOrder() if status is None else _see_one(book, delivery)
    if status is None or found != SeenOrder():
        known = replace(known.ask(found, context.now_utc_s), is_set_back=status is None and known.is_set_back)
        with context.database.writing(durable=False) as connection:
            save_seen(connection, {delivery.id: known})
    if status is None and not known.seen.is_gone:
        raise NotSent("the order that is to be replaced is not shown, and neither is an invoice of it")
    return DraftStatus.GONE if status is None else status


def _see_one(book: OrderBook, delivery: Delivery) -> SeenOrder:
    """What the ledger shows of one order that was sent."""
    remote_id = str(delivery.remote_id)
    return book.read_seen([AskedOrder(remote_id, delivery.reference, delivery.first_sent_at_utc_s)])[remote_id]


_SHOWN = {
    State.HELD: OrderState.WAITING,
    State.READY: OrderState.READY,
    State.REFUSED: OrderState.REFUSED,
    State.UNCERTAIN: OrderState.UNCERTAIN,
    State.UNREACHABLE: OrderState.UNREACHABLE,
    State.DRAFTED: OrderState.SENT,
}


def show_order(report: OrderReport) -> OrderReport:
    """The report of an order that was to be sent, with its state as an order; one that is sent is unsent no longer, and
    of one that is held the cause is told alone."""
    state, findings = _SHOWN.get(report.state, report.state_of_order), report.findings
    if state is OrderState.SENT:
        findings = retell_as_sent(findings)
    elif any(finding.keeps_back for finding in findings):
        findings = tuple(finding for finding in findings if finding.code != UNSENT)
    return replace(report, state_of_order=state, findings=findings)


ORDERS = Preparation(prepare_order, describe_order, note_order, remove_order, show_order, rename_order, explain_refusal)
