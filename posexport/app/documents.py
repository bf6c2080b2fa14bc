"""Documents other than vouchers, shown from their deliveries: in the status, and in a day's history. Works for every
kind of document alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from posexport.core.company import Company, Venue
from posexport.core.day import Period
from posexport.core.delivery import Delivery, History
from posexport.core.events import first_sent
from posexport.core.history import StoryDocument
from posexport.core.orders.document import ORDER
from posexport.core.report import StatusRow
from posexport.core.review import remember
from posexport.delivery.lookup import target_of
from posexport.store.database import Connection
from posexport.store.deliveries import read_other_deliveries
from posexport.store.evidence import read_events
from posexport.store.setups import find_venue_number


@dataclass(frozen=True, slots=True)
class DocumentReader:
    """Reads one venue's documents other than vouchers."""

    connection: Connection
    company: Company
    venue: Venue

    def read_status(self, period: Period, now_utc_s: int) -> list[StatusRow]:
        """The status of every such document of the period, ordered by business day; of orders, see `app.status`."""
        number = find_venue_number(self.connection, self.venue)
        found = read_other_deliveries(self.connection, number, period.first or date.min, period.last or date.max)
        return list(self._list_rows([one for one in found if one.document_kind != ORDER.name], now_utc_s))

    def _list_rows(self, deliveries: Sequence[Delivery], now_utc_s: int) -> Iterator[StatusRow]:
        """A row for every delivery that is drafted, and for the newest one if it is pending or failed."""
        for _, of_one in groupby(deliveries, key=_document_of):
            history = History(tuple(of_one))
            waiting = [history.current] if history.current and not history.current.is_drafted else []
            for delivery in (*history.standing, *waiting):
                yield self._format_one(delivery, now_utc_s)

    def _format_one(self, delivery: Delivery, now_utc_s: int) -> StatusRow:
        drafted_at = delivery.drafted_at_utc_s
        found, answer = remember(delivery, self.company, self.venue, target_of(delivery), now_utc_s)
        return StatusRow(
            venue=self.venue,
            business_day=delivery.business_day,
            state=delivery.stage.shown,
            reference=delivery.reference,
            remote_id=delivery.remote_id,
            drafted_at=None if drafted_at is None else self.venue.calendar.local(drafted_at),
            findings=found,
            answer="" if delivery.is_drafted else answer,
            document_kind=delivery.document_kind,
        )

    def read_story(self, day: date) -> tuple[StoryDocument, ...]:
        """Every such document of a business day that was attempted, oldest first, replaced ones too."""
        number = find_venue_number(self.connection, self.venue)
        found = read_other_deliveries(self.connection, number, day, day)
        return tuple(StoryDocument(**read_facts(self.connection, delivery)) for delivery in found)


def read_facts(connection: Connection, delivery: Delivery) -> dict[str, Any]:
    """The fields of `StoryDocument` that a delivery has for a document of any kind."""
    events = tuple(read_events(connection, delivery.id))
    return {
        "document_kind": delivery.document_kind,
        "reference": delivery.reference,
        "revision": delivery.revision,
        "state": delivery.stage.value,
        "target": delivery.target,
        "remote_id": delivery.remote_id,
        "first_sent_at_utc_s": first_sent(events),
        "drafted_at_utc_s": delivery.drafted_at_utc_s,
        "events": events,
        "request": delivery.payload or None,
        "page_state": delivery.page_state.value,
        "page_answer": delivery.page_answer,
    }


def _document_of(delivery: Delivery) -> tuple[date, str, str]:
    return (delivery.business_day, delivery.document_kind, delivery.document_key)
