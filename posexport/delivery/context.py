"""What every step of a delivery works with: store, clock, ledgers and their cached charts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from posexport.core.company import Company, Venue
from posexport.core.delivery import Delivery
from posexport.core.document_kinds import find_kind
from posexport.core.finding import Finding
from posexport.core.ports.ledger import Destination, Drafted, DraftStatus, Ledger, Payload
from posexport.core.review import DocumentReview
from posexport.delivery.chart_cache import Charts
from posexport.delivery.contact_lists import ContactLists
from posexport.delivery.customer_links import CustomerLinks
from posexport.delivery.lookup import DocumentFinder, Run, find_destination
from posexport.delivery.product_catalogs import ProductCatalogs
from posexport.store.database import Connection, Database


class Prepared(NamedTuple):
    """The request for a document, and the findings that keep it from being sent, if any. `told`: what else its ledger
    has shown, to be told with what is sent. `others`: references under which an unknown revision of the document may be
    there, with the revision. `alike`: ids of what may be the document: a person must decide before it is sent. `lines`:
    the document's lines as they are kept, where the ledger has shown more of them; None where they are the review's."""

    payload: Payload
    found: tuple[Finding, ...] = ()
    told: tuple[Finding, ...] = ()
    others: Mapping[str, int] = MappingProxyType({})
    alike: tuple[str, ...] = ()
    lines: tuple[Any, ...] | None = None


def _remove(_: DeliveryContext, destination: Destination, delivery: Delivery) -> DraftStatus:
    return destination.remove(str(delivery.remote_id))


def _show(report: Any) -> Any:
    return report


def _explain(_context: DeliveryContext, _review: Any, _ledger: Ledger) -> tuple[Finding, ...]:
    return ()


def _keep(review: Any, payload: Payload, _reference: str, _revision: int) -> tuple[Any, Payload]:
    return review, payload


@dataclass(frozen=True, slots=True)
class Preparation:
    """How documents of one kind are made ready to send, and what is done with what the ledger says of them.

    `prepare` takes a review whose document is sendable, its ledger, and the run that shares what is asked; it may raise
    what a `Destination` raises. `describe` takes a connection, a review and the time (UTC s) and returns the data of
    the settlement report as plain JSON, stored with the delivery. `note`: called with a review, the id of its delivery,
    the draft and the time (UTC s), in the transaction that stores that it is drafted; returns the report to show.
    `remove`: deletes the draft that a revision replaces. `show`: the report of an outcome, with what follows from its
    state. `rename`: a review and its request, for the reference and revision under which the document was found.
    `explain`: after a refusal, what is wrong by what the ledger has now, if anything is: may raise what a `Destination`
    raises.
    """

    prepare: Callable[[DeliveryContext, Any, Ledger, Run], Prepared]
    describe: Callable[[Connection, Any, int], Mapping[str, Any] | None]
    note: Callable[[Connection, Any, int, Drafted, int], Any] | None = None
    remove: Callable[[DeliveryContext, Any, Delivery], DraftStatus] = _remove
    show: Callable[[Any], Any] = _show
    rename: Callable[[Any, Payload, str, int], tuple[Any, Payload]] = _keep
    explain: Callable[[DeliveryContext, Any, Ledger], tuple[Finding, ...]] = _explain


@dataclass(frozen=True, slots=True)
class DeliveryContext:
    """Everything a delivery needs from outside. `open_ledger` may raise OperatorError; `render_page` makes the PDF of
    stored report data; `preparations` has an entry for every kind of document, by name; `ticket_digests`: by
    venue (as the store numbers it), that of the day's tickets that was wanted last, with the day and the last act that
    touched it; a scheduler runs for months, so that no more are kept."""

    database: Database
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    open_ledger: Callable[[Company, Venue], Ledger]
    render_page: Callable[[Mapping[str, Any]], bytes]
    charts: Charts
    catalogs: ProductCatalogs
    customers: CustomerLinks
    contacts: ContactLists
    preparations: Mapping[str, Preparation] = field(repr=False)
    ticket_digests: dict[int, tuple[tuple[date, int], str]] = field(default_factory=dict, repr=False)

    @property
    def now_utc_s(self) -> int:
        """The time in whole UTC seconds."""
        return int(self.clock())

    @property
    def finder(self) -> DocumentFinder:
        """The finder that searches ledgers for documents."""
        return DocumentFinder(self.database, self.clock, self.sleep, self.open_ledger)

    def preparation_of(self, review: DocumentReview[Any]) -> Preparation:
        """The preparation for a review's kind of document."""
        return self.preparations[review.kind.name]

    def open_where(self, delivery: Delivery, company: Company, venue: Venue) -> Destination:
        """The destination that a delivery was sent to, with today's keys of this company and venue; may raise
        OperatorError."""
        company = replace(company, target=delivery.target)
        return find_destination(find_kind(delivery.document_kind), self.open_ledger(company, venue), company)

    def open_where_it_went(self, review: DocumentReview[Any], delivery: Delivery) -> Destination:
        """The destination that a delivery was sent to, whatever target the setup has now; may raise OperatorError."""
        return self.finder.open_where_it_went(review, delivery.target)
