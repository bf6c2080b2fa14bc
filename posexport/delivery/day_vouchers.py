"""Whether a sale that is about to be sent in one place is in the ledger in the other already, though that is not known
here: this database may have been put back to before a person moved it.

Before an order is sent, its day's vouchers are asked for: those that are known must be there, and no others. Before a
voucher is sent, the orders of its credit tickets are. Each is asked once in a run. Times are UTC seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import NamedTuple, cast

from posexport.core.company import Company, Venue
from posexport.core.delivery import Delivery
from posexport.core.document import VOUCHER
from posexport.core.events import DeliveryEvent, EventKind
from posexport.core.finding import Finding
from posexport.core.findings.orders import make_ordered_already_finding, make_other_voucher_finding
from posexport.core.order_review import OrderReview
from posexport.core.orders.book import OrderBook
from posexport.core.orders.document import ORDER
from posexport.core.orders.reference import list_ticket_references
from posexport.core.orders.route import Route
from posexport.core.orders.state import READS_LAG_S
from posexport.core.ports.ledger import (
    AskedVouchers,
    Destination,
    DraftedHow,
    DraftList,
    DraftStatus,
    Ledger,
    ListsVouchers,
)
from posexport.core.review import Review
from posexport.core.voucher import find_revision, format_reference, venue_of_reference
from posexport.delivery.context import DeliveryContext
from posexport.delivery.lookup import LOOK_BACK_S, Run, find_destination, find_since, find_target
from posexport.store.deliveries import add_event, read_deliveries, read_known_drafts, read_noted
from posexport.store.setups import find_venue_number

_NOT_THERE = (DraftStatus.GONE, DraftStatus.REVERSED)
"""Statuses of vouchers that are in the books no more, whatever they had."""


class VoucherDoubt(NamedTuple):
    """Why the vouchers of a day are not known here as they are in the ledger. `reference`: of the voucher that is
    known and not there; "" where all are. `others`: references by the ids of vouchers of the day that are not known,
    "" for one that names none."""

    reference: str = ""
    others: Mapping[str, str] = MappingProxyType({})


def find_voucher_doubt(context: DeliveryContext, review: OrderReview, run: Run) -> list[Finding]:
    """A finding where a voucher in the ledger may have the sale of an order that is about to be sent: the day's
    vouchers are others there than are known here. May raise what a `Destination` raises."""
    missing, others = _find_doubt(context, review, run)
    if not missing and not others:
        return []
    return [make_other_voucher_finding(review.report.order, missing, sorted(others))]


def find_unknown_vouchers(context: DeliveryContext, review: Review, run: Run) -> tuple[str, ...]:
    """The ids of vouchers of a day with sales on credit that are in the ledger and not known here, before its first one
    is sent: where the server refuses a second voucher with that reference, another revision may stand all the same. May
    raise what a `Destination` raises."""
    company = review.report.company
    is_asked = review.seals and company.orders.is_on and review.next_revision == 1
    if not is_asked or not find_target(review.kind, company.target).is_guarded:
        return ()
    others = _find_doubt(context, review, run).others
    return tuple(sorted(remote_id for remote_id, name in others.items() if name != review.report.reference))


def _find_doubt(context: DeliveryContext, review: Review | OrderReview, run: Run) -> VoucherDoubt:
    report, day = review.report, review.business_day
    asker = _VoucherAsker(context, report.company, report.venue, day)
    return run.ask_once(("vouchers", report.venue.id, day), lambda: asker.ask(run))


@dataclass(frozen=True, slots=True)
class _VoucherAsker:
    """Asks for the vouchers of one business day."""

    context: DeliveryContext
    company: Company
    venue: Venue
    day: date

    def ask(self, run: Run) -> VoucherDoubt:
        """What is doubtful about the day's vouchers. One that was drafted just now is there, though reads may not show
        it yet."""
        of_day, now = self._read(), self.context.now_utc_s
        settled = [
            one for one in of_day if one.is_drafted and not 0 <= now - (one.drafted_at_utc_s or 0) <= READS_LAG_S
        ]
        others: dict[str, tuple[str, Destination]] = {}
        missing: list[Delivery] = []
        for target in dict.fromkeys((self.company.target, *(one.target for one in settled))):
            company = replace(self.company, target=target)
            destination = find_destination(VOUCHER, self.context.open_ledger(company, self.venue), company)
            there: Collection[str] = ()
            if isinstance(destination, ListsVouchers):
                listed = destination.list_vouchers(self._name(of_day), self._list(run, target, of_day))
                there = {remote_id.lower() for remote_id in listed}
                others |= {remote_id: (name, destination) for remote_id, name in listed.items()}
            sent_there = [one for one in settled if one.target == target]
            missing += [one for one in sent_there if self._is_missing(destination, one, there)]
        unknown = self._drop_known(others)
        self._note([one for one in settled if one not in missing], missing)
        return VoucherDoubt(missing[-1].reference if missing else "", unknown)

    def _read(self) -> list[Delivery]:
        with self.context.database.reading() as connection:
            return read_deliveries(connection, find_venue_number(connection, self.venue), self.day, self.day)

    def _read_known(self) -> frozenset[str]:
        with self.context.database.reading() as connection:
            known = read_known_drafts(connection, find_venue_number(connection, self.venue))
        return frozenset(remote_id.lower() for remote_id in known)

    def _name(self, of_day: Sequence[Delivery]) -> AskedVouchers:
        """The references that vouchers of the day have, by the id that the venue had when the day was first planned."""
        venue = venue_of_reference(of_day[0].reference) if of_day else self.venue.id
        stems = (format_reference(venue, self.day, part).rpartition("-r")[0] for part in (0, 1))
        newest = max((find_revision(one.reference) for one in of_day), default=0)
        return AskedVouchers(self.day, tuple(stems), newest, self._read_known(), self._find_since(of_day))

    def _find_since(self, of_day: Sequence[Delivery]) -> int:
        now = self.context.now_utc_s
        return min(find_since(self.venue, self.day, one, now) for one in (None, *of_day))

    def _list(self, run: Run, target: str, of_day: Sequence[Delivery]) -> DraftList:
        return run.find_listing(self.venue, VOUCHER, target, self._find_since(of_day), 0, self.context.clock())

    def _is_missing(self, destination: Destination, sent: Delivery, there: Collection[str]) -> bool:
        remote_id = str(sent.remote_id)
        if remote_id.lower() in there:
            return False
        since = find_since(self.venue, self.day, sent, self.context.now_utc_s)
        return destination.find_status(remote_id, since) in _NOT_THERE

    def _drop_known(self, listed: Mapping[str, tuple[str, Destination]]) -> dict[str, str]:
        """Those that are not known here, as the store is now: what another run sends meanwhile is."""
        known, of_day = self._read_known(), self._read()
        unsure = {one.reference for one in of_day if one.is_unsure}
        since = self._find_since(of_day)
        return {
            remote_id: name
            for remote_id, (name, destination) in listed.items()
            if remote_id.lower() not in known
            and name not in unsure
            and destination.find_status(remote_id, since) not in _NOT_THERE
        }

    def _note(self, there: Iterable[Delivery], missing: Sequence[Delivery]) -> None:
        """Store which vouchers are gone from the ledger, and which are there again: the day's status shows it."""
        with self.context.database.reading() as connection:
            number = find_venue_number(connection, self.venue)
            undone = read_noted(connection, number, self.day, self.day).undone
        gone = {id_ for id_, (status, _) in undone.items() if status is DraftStatus.GONE}
        events = [
            *(
                (one, DeliveryEvent(EventKind.GONE, {"reference": one.reference}))
                for one in missing
                if one.id not in gone
            ),
            *((one, _FOUND_AGAIN) for one in there if one.id in gone),
        ]
        if events:
            with self.context.database.writing() as connection:
                for one, event in events:
                    add_event(connection, one.id, self.context.now_utc_s, event)


_FOUND_AGAIN = DeliveryEvent(EventKind.DRAFTED, {"how": DraftedHow.FOUND_BY_REFERENCE.value})


# The other way round


class OrderedAlready(NamedTuple):
    """What a ticket's order is called in the ledger: by its number, or its reference where it has none."""

    name: str
    is_invoiced: bool


def find_ordered_already(context: DeliveryContext, review: Review, ledger: Ledger, run: Run) -> list[Finding]:
    """The findings that credit tickets of a voucher that is about to be sent are in the ledger as orders that are not
    known here. Asked where the day's credit sales become orders unless a person moves them. May raise what a
    `Destination` raises."""
    report, day = review.report, review.business_day
    seals = [seal for seal in review.seals if seal.route is Route.VOUCHER]
    if not seals or not report.company.orders.invoices(day):
        return []
    venue_id = venue_of_reference(report.voucher.reference)
    named = {
        reference: seal.key
        for seal in seals
        for reference in list_ticket_references(venue_id, day, seal.register, seal.number, seal.at_utc_s)
    }
    asked = ("orders", report.venue.id, day, *sorted(seal.key for seal in seals))
    found = run.ask_once(asked, lambda: _find_orders(context, review, ledger, named))
    return [
        make_ordered_already_finding(seal, found[seal.key].name, is_invoiced=found[seal.key].is_invoiced)
        for seal in seals
        if seal.key in found
    ]


def _find_orders(
    context: DeliveryContext, review: Review, ledger: Ledger, named: Mapping[str, str]
) -> Mapping[str, OrderedAlready]:
    """The orders that are there under these references and not known here, by the keys of their tickets."""
    company, venue, day = review.report.company, review.report.venue, review.business_day
    since = find_since(venue, day, None, context.now_utc_s) - LOOK_BACK_S
    book = cast("OrderBook", find_destination(ORDER, ledger, company))
    there = book.find_named(tuple(named), since)
    with context.database.reading() as connection:
        known = read_known_drafts(connection, find_venue_number(connection, venue), ORDER)
    found: dict[str, OrderedAlready] = {}
    for reference, (remote_id, seen) in there.items():
        if remote_id not in known:
            number = seen.invoice.number if seen.invoice else seen.order.order_no if seen.order else ""
            found[named[reference]] = OrderedAlready(number or reference, seen.invoice is not None)
    return found
