"""Searches PowerOffice for documents before they are sent: those whose answer was lost, and, where the server would
accept a duplicate, all others too.

One run lists a client's drafts once, reads those it does not know, and compares all its documents with that list. A
request may still be under way, so a search without a result proves nothing for some minutes (`looked_for_until`).
Nothing is sent from here, and no delivery changes its stage. Times are UTC seconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar, cast

from posexport.core.company import Company, Venue
from posexport.core.delivery import Delivery, Stage
from posexport.core.document import DocumentKind
from posexport.core.document_kinds import find_kind
from posexport.core.orders.book import OrderBook
from posexport.core.ports.ledger import Destination, DraftList, Ledger, LedgerKind, Lookup, Payload, TellsTime
from posexport.core.review import DocumentReview, find_believed_at, looked_for_until
from posexport.errors import PowerOfficeRefused, PowerOfficeUnavailable, UsageError
from posexport.ledgers.registry import find_ledger
from posexport.store.database import Database
from posexport.store.deliveries import note_doubled, read_known_drafts, read_sent_times, rule_out
from posexport.store.setups import find_venue_number

Answer = TypeVar("Answer")

REPLICA_LAG_S = 2
"""PowerOffice's reads may lag its writes: an empty look-up counts only this long (s) after."""


LOOK_BACK_S = 25 * 3600
"""How far (s) before a day's end drafts are listed, so that those of the night before are included."""


def find_since(venue: Venue, day: date, delivery: Delivery | None, now_utc_s: int) -> int:
    """The earliest time (UTC s) at which a draft of this business day can have been made: the day's end, or the first
    sending, if a clock was wrong then."""
    over_by = min(now_utc_s, venue.calendar.end(day))
    return over_by if delivery is None else min(over_by, delivery.first_sent_at_utc_s)


def find_target(kind: DocumentKind, target: str) -> LedgerKind:
    """The ledger kind of a target, as it is for documents of one kind."""
    return kind.describe_target(find_ledger(target))


def target_of(delivery: Delivery) -> LedgerKind:
    """The ledger kind that a delivery was sent to."""
    return find_target(find_kind(delivery.document_kind), delivery.target)


def find_destination(kind: DocumentKind, ledger: Ledger, company: Company) -> Destination:
    """The destination of a kind of documents in the ledger of a company's target. Raises UsageError where it takes none
    of them."""
    destination = kind.find_destination(ledger)
    if destination is None:
        raise UsageError(
            f'Target "{company.target}" of company {company.id} takes no {kind.name}s. Set target to one that does, '
            f'such as "journal", or write invoicing = "off" from a day on, and apply the setup again.'
        )
    return destination


def read_time(destination: Destination) -> int | None:
    """A destination's own clock (UTC s); None where it has not told it."""
    return destination.read_time() if isinstance(destination, TellsTime) else None


@dataclass(slots=True)
class _Asked:
    """What was asked once: the answer, or the failure."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    is_known: bool = False
    answer: Any = None
    failed: Exception | None = None


@dataclass(slots=True)
class Run:
    """The drafts that one run has listed so far, and what else it has asked. `begins`: by venue id, the earliest time
    (UTC s) at which drafts of this run's documents can have been made."""

    begins: dict[str, int] = field(default_factory=dict)
    _listings: dict[tuple[str, str, str], DraftList] = field(default_factory=dict)
    _asked: dict[tuple[Any, ...], _Asked] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask_once(self, about: tuple[Any, ...], ask: Callable[[], Answer]) -> Answer:
        """What `ask` returns: called once for everything in this run that asks about the same, by the first thread
        while others wait. A failure is raised for all of them."""
        with self._lock:
            asked = self._asked.setdefault(about, _Asked())
        with asked.lock:
            if not asked.is_known and asked.failed is None:
                try:
                    asked.answer, asked.is_known = ask(), True
                except (PowerOfficeRefused, PowerOfficeUnavailable) as error:
                    asked.failed = error
                    raise
        if asked.failed is not None:
            raise asked.failed.with_traceback(None)
        return cast("Answer", asked.answer)

    def find_listing(
        self, venue: Venue, kind: DocumentKind, target: str, since_utc_s: int, fresh_at_utc_s: float, now: float
    ) -> DraftList:
        """A list of a venue's drafts of one kind, made at or after `fresh_at_utc_s`; shared between threads."""
        key = (venue.id, kind.name, target)
        with self._lock:
            found = self._listings.get(key)
            if found is None or found.made_at_utc_s < fresh_at_utc_s:
                since = min(since_utc_s, self.begins.get(venue.id, since_utc_s), int(now))
                found = self._listings[key] = DraftList(since, now, lock=threading.Lock())
            return found


def begin_run(reviews: Iterable[DocumentReview[Any]], now_utc_s: int) -> Run:
    """A run over these reviews. Drafts are listed from a day before the end of the first undrafted day, so that what
    another database drafted the night before is seen."""
    run = Run()
    for review in reviews:
        if review.is_pending:
            venue = review.report.venue
            since = find_since(venue, review.business_day, review.delivery, now_utc_s)
            run.begins[venue.id] = min(since - LOOK_BACK_S, run.begins.get(venue.id, since))
    return run


@dataclass(frozen=True, slots=True)
class DocumentFinder:
    """Searches for documents in the ledgers they were, or would be, sent to."""

    database: Database
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    open_ledger: Callable[[Company, Venue], Ledger]

    def look_for_sent(self, review: DocumentReview[Any], delivery: Delivery, run: Run) -> Lookup:
        """Search for what an earlier request of this delivery made, in the ledger it was sent to."""
        self.wait_for_replica(delivery.changed_at_utc_s, always=delivery.stage is Stage.SENDING)
        until = looked_for_until(delivery, review.report.company, target_of(delivery)) or 0
        fresh_at = until if until <= self.clock() else 0
        lookup = self._find(review, delivery.payload, delivery.target, delivery, run, fresh_at)
        if lookup.drafted is None:
            with self.database.writing() as connection:
                rule_out(connection, delivery, lookup.ruled_out, int(self.clock()))
        return lookup

    def look_before_sending(self, review: DocumentReview[Any], payload: Payload, run: Run) -> Lookup:
        """Search for a document that is about to be sent: another database may have sent it, or this one before it was
        restored from a backup. Empty where the server itself refuses duplicates."""
        target = review.report.company.target
        if find_target(review.kind, target).is_guarded:
            return Lookup()
        return self._find(review, payload, target, review.delivery, run, 0)

    def look_for_others(
        self, review: DocumentReview[Any], payload: Payload, others: Collection[str], run: Run
    ) -> Lookup:
        """Search for revisions of a document that is about to be sent, under references that are not known here: the
        server, which refuses a second document with one reference, would take it. One list serves a whole run."""
        company, venue, now = review.report.company, review.report.venue, self.clock()
        known = run.ask_once(("known", venue.id, review.kind.name), lambda: self._read_known(venue, review.kind))
        ruled_out = known | review.delivery.ruled_out if review.delivery is not None else known
        book = self.open_where_it_went(review, company.target)
        since = find_since(venue, review.business_day, None, int(now)) - LOOK_BACK_S
        listing = run.find_listing(venue, review.kind, company.target, since, 0, now)
        return cast("OrderBook", book).find_others(payload, others, ruled_out, listing)

    def _read_known(self, venue: Venue, kind: DocumentKind) -> frozenset[str]:
        with self.database.reading() as connection:
            return read_known_drafts(connection, find_venue_number(connection, venue), kind)

    def _find(
        self,
        review: DocumentReview[Any],
        payload: Payload,
        target: str,
        delivery: Delivery | None,
        run: Run,
        fresh_at_utc_s: float,
    ) -> Lookup:
        venue, kind, now = review.report.venue, review.kind, self.clock()
        since = find_since(venue, review.business_day, delivery, int(now))
        known = self._read_known(venue, kind)
        ruled_out = known | delivery.ruled_out if delivery is not None else known
        destination = self.open_where_it_went(review, target)
        if find_target(kind, target).is_guarded:
            return destination.find(payload, since, ruled_out)
        listing = run.find_listing(venue, kind, target, since, fresh_at_utc_s, now)
        lookup = destination.find(payload, since, ruled_out, listing)
        if lookup.named:
            with self.database.writing() as connection:
                number = find_venue_number(connection, venue)
                note_doubled(connection, number, lookup.named, known, int(now))
        return lookup

    def open_where_it_went(self, review: DocumentReview[Any], target: str) -> Destination:
        """The venue's destination under this target, whatever the setup has now; may raise OperatorError."""
        company = replace(review.report.company, target=target)
        return find_destination(review.kind, self.open_ledger(company, review.report.venue), company)

    def may_come_again(self, company: Company, delivery: Delivery) -> bool:
        """Whether an earlier request for a draft may still arrive: it would draft the voucher anew as soon as the
        present draft is deleted and its reference is free. The draft is then kept, and the difference sent as an
        adjustment."""
        with self.database.reading() as connection:
            sent = read_sent_times(connection, delivery.id)
        is_sent_again = len(sent) > 1 and target_of(delivery).is_guarded
        return is_sent_again and self.clock() < find_believed_at(Stage.SENDING, sent[-1], company)

    def wait_for_replica(self, written_at_utc_s: int, *, always: bool = False) -> None:
        """Wait until the server's reads show what was written at this time; `always`: another process may have written
        it just now."""
        if always or self.clock() - REPLICA_LAG_S < written_at_utc_s <= self.clock():
            self.sleep(REPLICA_LAG_S)
