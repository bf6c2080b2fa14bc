"""What every step of a delivery is handed: the store, the clock, the ledgers and what is known of their charts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from posexport.core.company import Company, Venue
from posexport.core.delivery import Delivery
from posexport.core.document import find_kind
from posexport.core.findings import Finding
from posexport.core.ports.ledger import Destination, Ledger, Payload
from posexport.core.review import DocumentReview
from posexport.delivery.chart_cache import Charts
from posexport.delivery.lookup import DocumentFinder
from posexport.store.database import Database


class Prepared(NamedTuple):
    """The request for a document, or what its ledger was found to have against it: then nothing is sent."""

    payload: Payload
    found: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Preparation:
    """How documents of one kind are made ready to be sent. `prepare` is given a review of that kind whose document is
    sendable, and may raise as a `Destination` does; `describe` gives what a report has for the documentation, as plain
    JSON data, which is kept with the delivery."""

    prepare: Callable[[DeliveryContext, Any, Ledger], Prepared]
    describe: Callable[[Any], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class DeliveryContext:
    """The world around a delivery. `open_ledger` may raise OperatorError; `render_page` makes the PDF of what was kept
    for it; `preparations` has one for every kind of document, by its name."""

    database: Database
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    open_ledger: Callable[[Company, Venue], Ledger]
    render_page: Callable[[Mapping[str, Any]], bytes]
    charts: Charts
    preparations: Mapping[str, Preparation] = field(repr=False)

    @property
    def now_utc_s(self) -> int:
        """The time, in whole UTC seconds."""
        return int(self.clock())

    @property
    def finder(self) -> DocumentFinder:
        """What looks for vouchers in the ledger."""
        return DocumentFinder(self.database, self.clock, self.sleep, self.open_ledger)

    def preparation_of(self, review: DocumentReview[Any]) -> Preparation:
        """How a document is made ready to be sent."""
        return self.preparations[review.kind.name]

    def open_where(self, delivery: Delivery, company: Company, venue: Venue) -> Destination:
        """Where a delivery of a venue of this company was sent to; may raise OperatorError."""
        ledger = self.open_ledger(replace(company, target=delivery.target), venue)
        return find_kind(delivery.document_kind).find_destination(ledger)

    def open_where_it_went(self, review: DocumentReview[Any], delivery: Delivery) -> Destination:
        """Where a delivery was sent to, whatever the setup says now."""
        return self.finder.open_where_it_went(review, delivery.target)
