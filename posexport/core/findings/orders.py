"""Findings about orders: what one waits for, what Go says of it, and what is to be known of it. Each is on its order,
and listed on the order's business day.

An error holds its order, never the day's voucher, but for that of a part payment that nobody can be credited with.
Customers stand by their codes and numbers alone: names and e-mail addresses are personal data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from posexport.core.finding import NOT_INVOICED, Fact, Finding, Ore, Severity
from posexport.core.history import Acceptance
from posexport.core.money import format_ore
from posexport.core.orders.booking import RouteSeal
from posexport.core.orders.correction import RevisionPlan
from posexport.core.orders.customers import CustomerLink
from posexport.core.orders.order import Missing, MissingKind, Order, OrderLine, OrderLineKind
from posexport.core.orders.products import ProductFault, ProductFaultKind
from posexport.core.orders.route import Route
from posexport.core.orders.state import NOT_SURELY_SENT, Invoice, OrderState, ReturnedSale
from posexport.core.vat import format_rate

Facts = dict[str, Fact]

UNSENT_DAYS = 3
"""After so many days an order that is not in the ledger is told of."""

NOT_INVOICED_DAYS = 14
"""After so many days a sale without an invoice is told of, unless the setup says another number."""

NOT_INVOICED_DAYS_MAX = 25
"""The most that the setup may say: a sale is to be invoiced within a month of delivery."""


def order_facts(order: Order, **more: Fact) -> Facts:
    """What every finding about an order says of it."""
    return {
        "register": order.register,
        "number": order.ticket_number,
        "amount": Ore(order.credit_ore),
        "customer": order.customer_code or "",
        "reference": order.reference,
        **more,
    }


def place_on_order(order: Order, found: Finding) -> Finding:
    """A finding with the venue and business day of its order."""
    return Finding(found.code, found.severity, found.facts, found.variant, order.venue_id, order.business_day)


# What is missing by the setup


def check_missing(order: Order) -> list[Finding]:
    """The findings about products, VAT codes and rates that an order waits for; those about its customer are made by
    `make_no_customer_finding` and `make_unlinked_finding`."""
    return [place_on_order(order, found) for missing in order.missing for found in _missing_finding(order, missing)]


def _missing_finding(order: Order, missing: Missing) -> Iterable[Finding]:
    kind, source, vat_code = missing
    if kind is MissingKind.PRODUCT:
        facts = order_facts(order, source=source, vat_code=vat_code)
        is_sale = any(line.source == source and line.kind is OrderLineKind.SALE for line in order.lines)
        yield Finding("order-product-missing", Severity.ERROR, facts, "sale" if is_sale else "other")
    elif kind is MissingKind.VAT_CODE:
        told: Facts = {"pos_code": vat_code, "source": source, "amount": Ore(_sold_as(order, source))}
        yield Finding("missing-vat-code", Severity.ERROR, told, "" if vat_code else "none")
    elif kind is MissingKind.RATE:
        yield Finding("unknown-vat-code", Severity.ERROR, {"vat_code": vat_code})


def _sold_as(order: Order, source: str) -> int:
    return sum(line.gross_ore for line in order.lines if line.source == source and line.vat_code is None)


# Products and projects as the ledger has them


def check_products(order: Order, faults: Iterable[ProductFault]) -> list[Finding]:
    """The findings about the products of an order's lines; what the setup does not name is in `check_missing`."""
    told = (fault for fault in faults if fault.kind is not ProductFaultKind.NOT_SET)
    return [place_on_order(order, _product_finding(order, fault)) for fault in dict.fromkeys(told)]


def _product_finding(order: Order, fault: ProductFault) -> Finding:
    facts = order_facts(order, product=fault.product, source=fault.sold.source)
    if fault.kind is ProductFaultKind.UNKNOWN:
        return Finding("order-product-missing", Severity.ERROR, facts, "unknown")
    if fault.kind is ProductFaultKind.INACTIVE:
        return Finding("order-product-inactive", Severity.ERROR, facts)
    if fault.kind is ProductFaultKind.NO_ACCOUNT:
        return Finding("order-product-no-account", Severity.ERROR, facts)
    facts["account"] = fault.account
    if fault.kind is ProductFaultKind.OTHER_ACCOUNT:
        return Finding("order-product-account", Severity.WARNING, facts | {"wanted": fault.sold.account or ""})
    facts |= {
        "rate": format_rate(fault.rate_bp),
        "sold_rate": format_rate(fault.sold_rate_bp),
        "account_vat_code": fault.vat_code,
        "vat_code": fault.sold.vat_code,
    }
    return Finding("order-product-vat", Severity.ERROR, facts)


def make_unknown_project_finding(order: Order) -> Finding:
    """The finding that the ledger does not have the project of an order."""
    return place_on_order(
        order, Finding("order-project-unknown", Severity.ERROR, order_facts(order, project=order.project))
    )


# What keeps it back


def make_in_voucher_finding(order: Order, *, was_moved_back: bool) -> Finding:
    """The finding that the day's voucher, as it was drafted, may have some of what is to be ordered: the voucher is
    corrected first, so that the sale is never in both. `was_moved_back`: a person moved it from the voucher, which was
    not corrected since; otherwise the day has changed since the voucher was drafted."""
    variant = "" if was_moved_back else "changed"
    return place_on_order(order, Finding("order-in-voucher", Severity.ERROR, order_facts(order), variant))


def make_other_voucher_finding(order: Order, missing: str, others: Sequence[str]) -> Finding:
    """The finding that the ledger's vouchers of the day are others than are known here, so that one may have what is to
    be ordered: this database may have been put back. `missing`: the reference of one that is known and is not there,
    "" where all are; `others`: ids of those that are not known."""
    variant = "other" if not missing else "replaced" if others else "gone"
    facts = order_facts(order, voucher=missing, id=", ".join(others))
    return place_on_order(order, Finding("order-in-voucher", Severity.ERROR, facts, variant))


def make_ordered_already_finding(seal: RouteSeal, found: str, *, is_invoiced: bool) -> Finding:
    """The finding that a credit ticket that is to be in its day's voucher is in the ledger as an order, or its invoice,
    that is not known here. `found`: what it is called there."""
    facts: Facts = {"register": seal.register, "number": seal.number, "found": found}
    return Finding("sale-ordered-already", Severity.ERROR, facts, "invoiced" if is_invoiced else "")


def list_ordered_too(seals: Iterable[RouteSeal], ordered: Mapping[str, str]) -> list[Finding]:
    """The findings that credit tickets of a drafted voucher are in the ledger as orders, or invoices, that are not
    known here. `seals`: of the day's tickets; `ordered`: what they are called there, by the keys of the tickets."""
    return [
        Finding("sale-ordered-already", Severity.ERROR, facts, "in-voucher")
        for seal in seals
        if seal.key in ordered and seal.route is Route.VOUCHER
        for facts in ({"register": seal.register, "number": seal.number, "found": ordered[seal.key]},)
    ]


def make_same_reference_finding(order: Order) -> Finding:
    """The finding that another ticket of the day has the same reference, by chance."""
    return place_on_order(order, Finding("order-same-reference", Severity.ERROR, order_facts(order)))


def make_twin_finding(order: Order, sold_ore: int, time: str) -> Finding:
    """The finding that an order's ticket is there twice, with different content: no order is sent before one of them is
    taken out. `sold_ore`: what this one comes to; `time`: local."""
    facts = order_facts(order, amount=Ore(sold_ore), time=time)
    return place_on_order(order, Finding("order-same-reference", Severity.ERROR, facts, "twins"))


# What became of it


class SentOrder(NamedTuple):
    """What the ledger says of an order that it has, or had. `total_ore`: what it comes to there."""

    order_no: str
    total_ore: int


def make_other_total_finding(order: Order, sent: SentOrder) -> Finding:
    """The finding that the ledger reckons another total than we."""
    facts = order_facts(
        order,
        order_no=sent.order_no,
        theirs=Ore(sent.total_ore),
        ours=Ore(order.total_ore),
        difference=Ore(sent.total_ore - order.total_ore),
    )
    return place_on_order(order, Finding("order-total-differs", Severity.ERROR, facts))


def make_edited_finding(order: Order, sent: SentOrder) -> Finding:
    """The finding that somebody changed a sent order in the ledger."""
    facts = order_facts(order, order_no=sent.order_no, theirs=Ore(sent.total_ore), ours=Ore(order.total_ore))
    return place_on_order(order, Finding("order-edited", Severity.INFO, facts))


def make_mended_finding(order: Order, sent: SentOrder) -> Finding:
    """The finding that somebody changed a sent order in the ledger to what its ticket comes to since."""
    facts = order_facts(order, order_no=sent.order_no, theirs=Ore(sent.total_ore), ours=Ore(order.total_ore))
    return place_on_order(order, Finding("order-edited", Severity.INFO, facts, "mended"))


def make_credited_finding(order: Order, invoice: Invoice) -> Finding:
    """The finding that the invoice of an order was credited in the ledger, and its ticket is a sale on credit still."""
    return place_on_order(
        order, Finding("order-edited", Severity.INFO, order_facts(order, invoice=invoice.number), "credited")
    )


BOOKED_TWICE = "order-booked-twice"

SECOND_ORDER = "second"
"""The wordings about a sale that is two orders, rather than an order and in the voucher."""


def make_booked_twice_finding(order: Order, sent: SentOrder, variant: str = "", *, is_invoiced: bool) -> Finding:
    """The finding that an order arrived late, when a person had moved its sale to the voucher, or another order of it
    was sent (`SECOND_ORDER`). `is_invoiced`: `sent` has the invoice's number."""
    facts = order_facts(order, order_no=sent.order_no, theirs=Ore(sent.total_ore))
    variants = (variant, "invoiced" if is_invoiced else "")
    return place_on_order(order, Finding("order-booked-twice", Severity.ERROR, facts, "-".join(filter(None, variants))))


def make_gone_finding(order: Order, order_no: str) -> Finding:
    """The finding that neither order nor invoice is in the ledger any more."""
    return place_on_order(order, Finding("order-gone", Severity.ERROR, order_facts(order, order_no=order_no)))


def make_uncertain_finding(order: Order, hours: int) -> Finding:
    """The finding that a person must say whether an order is in the ledger."""
    return place_on_order(order, Finding("order-uncertain-too-long", Severity.ERROR, order_facts(order, hours=hours)))


class TicketChange(StrEnum):
    """The wordings about a ticket that has changed since its order was sent: by what can be done about it."""

    SEND = ""
    """The change can be sent."""
    DELETE = "void"
    """The ticket is no sale on credit any more, and its order can be deleted."""
    TOUCHED = "touched"
    """Somebody has confirmed or changed the order in the ledger: a person decides there."""
    INVOICED = "invoiced"
    """Its invoice is another than what was sent: a person decides there."""
    CREDITED = "credited"
    """Its invoice was credited, and the ticket is on credit still: a person decides there."""
    CUSTOMER = "customer"
    """The ticket has another customer, and the change can be sent."""
    CUSTOMER_GONE = "customer-gone"
    """The ticket has no customer any more, so that no order can be made of it: a person decides in the ledger."""
    CUSTOMER_KEPT = "customer-kept"
    """The ticket has another customer, and its order is confirmed, changed or invoiced in the ledger: a person decides
    there."""
    REFERENCES_KEPT = "references-kept"
    """Only what is written on it has changed, and it is invoiced: there is no difference to send."""
    RELINKED = "relinked"
    """Its customer was linked anew while its request was under way, and it can be sent to the new one."""
    RELINKED_KEPT = "relinked-kept"
    """The same, and it is confirmed, changed or invoiced in the ledger: a person decides there."""


_CUSTOMER_NOW, _COMPANY = "customer_now", "company"

_CHANGES = {
    RevisionPlan.REFUSE: TicketChange.TOUCHED,
    RevisionPlan.REFUSE_INVOICED: TicketChange.INVOICED,
    RevisionPlan.REFUSE_REFERENCES: TicketChange.REFERENCES_KEPT,
}


def make_changed_finding(
    sent: Order,
    now: Order | None,
    plan: RevisionPlan,
    theirs_ore: int | None = None,
    references: str = "",
    is_relinked: bool = False,
    *,
    company_id: str = "",
) -> Finding:
    """The finding that a ticket has changed since its order was sent, and by what; `now`: None where it is no sale on
    credit any more. `plan`: what would be done about it; `theirs_ore`: what the order comes to in the ledger;
    `references`: what is to be written on it is other than was, and how; `is_relinked`: its customer was linked anew
    while its request was under way; `company_id`: where that can be taken back."""
    now_ore = now.total_ore if now else 0
    facts = order_facts(
        sent,
        difference=Ore(now_ore - sent.total_ore),
        what="; ".join(filter(None, (_format_changes(sent, now), references))),
        now=Ore(now_ore),
        theirs=Ore(sent.total_ore if theirs_ore is None else theirs_ore),
        **{_CUSTOMER_NOW: (now or sent).customer_code or "-"},
    )
    if is_relinked:
        numbers = {"go_number": _number_of(sent), "go_number_now": _number_of(now or sent)}
        facts |= {**numbers, _COMPANY: company_id}
    variant = _word_change(sent, now, plan, is_relinked=is_relinked)
    return place_on_order(sent, Finding("order-changed-after-sending", Severity.ERROR, facts, variant))


def _number_of(order: Order) -> str:
    """The ledger's number of an order's customer."""
    return order.link.number if order.link is not None else "-"


def _word_change(sent: Order, now: Order | None, plan: RevisionPlan, *, is_relinked: bool) -> TicketChange:
    if plan is RevisionPlan.NONE:
        return TicketChange.CREDITED
    is_refused = plan is RevisionPlan.REFUSE_CUSTOMER or plan in _CHANGES
    if now is not None and now.customer_code != sent.customer_code:
        if now.customer_code is None:
            return TicketChange.CUSTOMER_GONE
        return TicketChange.CUSTOMER_KEPT if is_refused else TicketChange.CUSTOMER
    if is_relinked:
        return TicketChange.RELINKED_KEPT if is_refused else TicketChange.RELINKED
    if now is None and plan is RevisionPlan.REPLACE:
        return TicketChange.DELETE
    return _CHANGES.get(plan, TicketChange.SEND)


def list_wordings(found: Finding) -> list[Finding]:
    """The finding that a ticket has changed, in every wording: a person who accepted it did so whatever can be done
    about it since. Also without the company and the customer, which earlier versions did not tell."""
    earlier = (
        replace(found, facts={name: fact for name, fact in found.facts.items() if name not in untold})
        for untold in ((_COMPANY,), (_COMPANY, _CUSTOMER_NOW))
    )
    return [replace(one, variant=change.value) for one in (found, *earlier) for change in TicketChange]


def _format_changes(sent: Order, now: Order | None) -> str:
    """The difference line by line: "MAT25 Burger -100.00; TIPS Tips 20.00"."""
    changes: dict[str, int] = {}
    for sign, lines in ((-1, sent.lines), (1, now.lines if now else ())):
        for line in lines:
            if line.kind is not OrderLineKind.TEXT:
                name = _name_line(line)
                changes[name] = changes.get(name, 0) + sign * line.total_ore
    return "; ".join(f"{name} {format_ore(ore)}" for name, ore in changes.items() if ore)


def _name_line(line: OrderLine) -> str:
    return f"{line.product} {line.text}" if line.product else line.text


# What is to be known


def check_difference(order: Order) -> list[Finding]:
    """A finding where an order comes to some øre more or less than was sold on it."""
    if not order.difference_ore:
        return []
    facts = order_facts(order, due=Ore(order.due_ore), total=Ore(order.total_ore), difference=Ore(order.difference_ore))
    return [place_on_order(order, Finding("order-rounding", Severity.INFO, facts))]


def check_return(order: Order, sale: ReturnedSale = ReturnedSale.ORDERED) -> list[Finding]:
    """A finding where an order gives back a `sale` whose invoice is not named."""
    if not order.is_open_return or order.refers_to is None:
        return []
    if order.refers_to_itself:
        facts = order_facts(order, amount=Ore(-order.credit_ore))
        return [place_on_order(order, Finding("order-return-open", Severity.INFO, facts, "itself"))]
    facts = order_facts(
        order,
        amount=Ore(-order.credit_ore),
        other_number=order.refers_to.number,
        other_register=order.refers_to.register,
    )
    return [place_on_order(order, Finding("order-return-open", Severity.INFO, facts, sale.value))]


def check_return_customer(order: Order, link: CustomerLink | None) -> list[Finding]:
    """A finding where a credit note is for whom the invoice is for that it names, and its customer is linked to another
    by now. `link`: as it is now."""
    if order.related_invoice_no is None or link is None or order.link is None:
        return []
    if order.link.customer_id == link.customer_id:
        return []
    facts = order_facts(
        order,
        amount=Ore(-order.credit_ore),
        invoice=str(order.related_invoice_no),
        go_number=order.link.number,
        go_number_now=link.number,
    )
    return [place_on_order(order, Finding("order-return-customer", Severity.INFO, facts))]


def check_return_buyer(order: Order, sold: Order | None, company_id: str) -> list[Finding]:
    """A finding where a return is for another customer in the ledger than the invoice it gives back: that takes no
    credit note for anybody else. `sold`: the order of that invoice, None where it is not known."""
    if sold is None or sold.link is None or order.link is None or sold.link.customer_id == order.link.customer_id:
        return []
    facts = order_facts(
        order,
        amount=Ore(-order.credit_ore),
        invoice=str(order.related_invoice_no),
        go_number=sold.link.number,
        go_number_now=order.link.number,
        **{_COMPANY: company_id},
    )
    return [place_on_order(order, Finding("order-return-customer", Severity.ERROR, facts, "other"))]


CREDITED_RETURN = "order-return-credited"
"""The code about a return whose sale is credited in the ledger already."""

_SENT, _INVOICED = "sent", "invoiced"
_CORRECTION, _CORRECTION_SENT = "correction", "correction-sent"
_CREDITED_WORDINGS = ("", _SENT, _INVOICED, _CORRECTION, _CORRECTION_SENT)


def check_credited_return(
    order: Order, sold: Iterable[Invoice], *, is_sent: bool = False, note: Invoice | None = None
) -> list[Finding]:
    """A finding where an order gives back a sale that was credited in the ledger already, all of it or a part: sent
    too, it would be credited twice. `sold`: the sale's invoices; `is_sent`: the return is in the ledger too, as the
    draft of a credit note; `note`: it is invoiced as that, so that only what people credited counts."""
    credited = _list_credited(sold, note)
    if order.refers_to is None or not credited:
        return []
    facts = order_facts(
        order,
        amount=Ore(-order.credit_ore),
        other_number=order.refers_to.number,
        other_register=order.refers_to.register,
        **_name_credited(credited),
    )
    return [_make_credited_finding(order, facts, "", _SENT, is_sent=is_sent, is_invoiced=note is not None)]


def check_credited_correction(
    order: Order, reference: str, sold: Iterable[Invoice], *, is_sent: bool = False, note: Invoice | None = None
) -> list[Finding]:
    """A finding where an order takes off what is invoiced of its own ticket, and people have credited that in the
    ledger. `reference`: of the order it corrects, by which it is accepted; the others as in `check_credited_return`."""
    credited = _list_credited(sold, note)
    if order.due_ore >= 0 or not credited:
        return []
    amount = Ore(-order.credit_ore)
    facts = order_facts(replace(order, reference=reference), amount=amount, **_name_credited(credited))
    wordings = _CORRECTION, _CORRECTION_SENT
    return [_make_credited_finding(order, facts, *wordings, is_sent=is_sent, is_invoiced=note is not None)]


def _make_credited_finding(
    order: Order, facts: Facts, before: str, sent: str, *, is_sent: bool, is_invoiced: bool
) -> Finding:
    """The finding in the wording of what is not sent yet (`before`), of the draft (`sent`), which is there and holds
    nothing, or of the credit note."""
    if is_sent and not is_invoiced:
        return place_on_order(order, Finding("order-return-credited", Severity.WARNING, facts, sent))
    variant = _INVOICED if is_invoiced else before
    return place_on_order(order, Finding("order-return-credited", Severity.ERROR, facts, variant))


def accept_in_every_wording(found: Iterable[Finding], accepted: Mapping[str, Acceptance]) -> Mapping[str, Acceptance]:
    """Acceptances by digest, with those of another wording of these findings: a person who accepted that a sale is
    credited before the return was sent did so for the draft, and for the credit note."""
    carried = {
        one.digest: accepted[other.digest]
        for one in found
        if one.code == CREDITED_RETURN
        for other in (replace(one, variant=variant) for variant in _CREDITED_WORDINGS)
        if other.digest in accepted
    }
    return {**accepted, **carried}


def _list_credited(sold: Iterable[Invoice], note: Invoice | None) -> list[tuple[str, int]]:
    """The numbers of invoices that are credited, each with what is taken off (øre)."""
    credited = [
        (one.number, one.credited_ore or (one.total_ore if one.is_credited and note is None else 0)) for one in sold
    ]
    return [(number, ore) for number, ore in credited if ore]


def _name_credited(credited: Iterable[tuple[str, int]]) -> Facts:
    credited = list(credited)
    numbers = ", ".join(number for number, _ in credited)
    return {"invoice": numbers, "credited": Ore(sum(ore for _, ore in credited))}


UNSENT = "order-unsent"

OF_AGE = frozenset({UNSENT, NOT_INVOICED})
"""The codes of what `check_age` finds."""

_WAITING, _WAITING_MONTH, _MONTH = "waiting", "waiting-month", "month"


def check_age(
    order: Order,
    state: OrderState,
    today: date,
    limit_days: int = NOT_INVOICED_DAYS,
    *,
    is_explained: bool = False,
) -> list[Finding]:
    """The findings that a sale was not sent, or not invoiced, in time. `limit_days`: the setup's; at most 25 count;
    `is_explained`: an error says already why it is not sent."""
    if state in (OrderState.INVOICED, OrderState.CREDITED, OrderState.MOVED, OrderState.OPEN):
        return []
    is_waiting = state in NOT_SURELY_SENT
    found = []
    is_unsent = is_waiting and not is_explained and state is not OrderState.GONE  # which is told of as such
    if is_unsent and today > order.business_day + timedelta(days=UNSENT_DAYS):
        found.append(Finding("order-unsent", Severity.WARNING, order_facts(order, limit=UNSENT_DAYS)))
    limit_days = min(limit_days, NOT_INVOICED_DAYS_MAX)
    if today > order.business_day + relativedelta(months=1):
        variant = _WAITING_MONTH if is_waiting else _MONTH
        found.append(Finding("order-not-invoiced", Severity.ERROR, order_facts(order), variant))
    elif today > order.business_day + timedelta(days=limit_days):
        facts = order_facts(order, limit=limit_days)
        found.append(Finding("order-not-invoiced", Severity.WARNING, facts, _WAITING if is_waiting else ""))
    return [place_on_order(order, one) for one in found]


def retell_as_sent(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What was found on an order before it was sent, as it is to be told now that it is: unsent no longer, and still
    not invoiced."""
    return tuple(_retell_as_sent(one) for one in findings if one.code != UNSENT)


def _retell_as_sent(found: Finding) -> Finding:
    if found.code != NOT_INVOICED or found.variant not in (_WAITING, _WAITING_MONTH):
        return found
    if found.variant == _WAITING:
        return replace(found, variant="", severity=Severity.WARNING, accepted=None)
    return replace(found, variant=_MONTH, severity=Severity.ERROR, accepted=None)


def make_removed_finding(order: Order) -> Finding:
    """The finding that an order is not sent, and is not going to be: its venue was removed from the setup."""
    return place_on_order(order, Finding("order-unsent", Severity.ERROR, order_facts(order), "removed"))


def make_left_out_finding(source: str, name: str, amount_ore: int) -> Finding:
    """The finding that sales on credit of a day are booked nowhere: in no voucher, and no order is made of them."""
    facts: Facts = {"source": source, "name": name, "amount": Ore(amount_ore)}
    return Finding("credit-left-out", Severity.WARNING, facts)
