"""Reads the history of a business day's vouchers: every delivery, its events, and the tickets behind each line. Reads
the store only; PowerOffice is not asked.

A delivery refers to the last file imported before it and to the setup it was made by. Old versions of tickets that
changed since are kept, so the tickets behind a line are those it was made from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from posexport.app.documents import DocumentReader, read_facts
from posexport.app.review import Reviewer
from posexport.core.company import Company, Venue
from posexport.core.delivery import Delivery, Kind
from posexport.core.history import (
    Story,
    StoryLine,
    StoryVoucher,
    TicketChange,
    TicketVersion,
    digest_contents,
    find_changes,
    pick_tickets,
)
from posexport.core.lines import LineRules, VoucherLine, line_key
from posexport.core.orders.booking import SealedRoute
from posexport.core.orders.setup import credit_rules
from posexport.core.review import Review
from posexport.core.trace import TicketShare, Trace, find_tickets, subtract_trace, trace_lines
from posexport.core.voucher import venue_of_reference
from posexport.errors import UsageError
from posexport.store.acceptances import read_reasons
from posexport.store.acts import read_acts
from posexport.store.booked_elsewhere import read_every_booking
from posexport.store.credit_routes import read_routes
from posexport.store.database import Connection, Database
from posexport.store.days import last_file_of
from posexport.store.deliveries import read_deliveries
from posexport.store.evidence import read_versions
from posexport.store.line_tickets import Factors, KeyIds, read_day_keys, read_shares
from posexport.store.setup_snapshots import digest_setup, load_setup_of
from posexport.store.setups import find_venue_number

_ONE_DAY = timedelta(days=1)


def read_story(
    database: Database, company: Company, venue: Venue, day: date, now_utc_s: int, *, with_tickets: bool = True
) -> Story:
    """The history of a venue's business day: every voucher attempted, oldest first, replaced ones too (where none was,
    the voucher as it would be drafted), and every other document. `now_utc_s`: UTC seconds. Without `with_tickets`,
    which there may be thousands of, nothing is said of them: neither those behind lines nor what has changed.

    Raises UsageError where the day has no voucher, and nothing accepted or booked by hand.
    """
    with database.reading() as connection:
        number = find_venue_number(connection, venue)
        deliveries = read_deliveries(connection, number, day, day)
        untried = _review_untried(database, connection, company, venue, day, now_utc_s)
        versions = read_versions(database, connection, number, day) if with_tickets else None
        teller = _HistoryReader(
            connection=connection,
            company=company,
            venue=venue,
            versions=versions,
            last_file_id=last_file_of(connection, number, day),
            is_divided=_is_divided(deliveries, untried),
        )
        vouchers = [*teller.list_vouchers(deliveries), *(teller.make_untried_voucher(review) for review in untried)]
        acceptances = read_reasons(connection, number, day)
        bookings = read_every_booking(connection, number, day)
        acts = read_acts(connection, number, day)
        documents = DocumentReader(connection, company, venue).read_story(day)
    if not vouchers and not documents and not acceptances and not bookings and not acts:
        raise UsageError(_explain_nothing(venue, day, now_utc_s, has_tickets=bool(versions)))
    told = tuple(sorted(vouchers, key=lambda told: (told.part, told.revision)))
    return Story(venue, day, told, acceptances, bookings, acts, documents)


def _review_untried(
    database: Database, connection: Connection, company: Company, venue: Venue, day: date, now_utc_s: int
) -> list[Review]:
    """The vouchers of a business day that is over which were never attempted."""
    reviews = list(Reviewer(database, connection, company, venue).review_days([day], now_utc_s))
    if venue.export_from > day or not venue.calendar.is_closed(day, now_utc_s):
        return []
    return [review for review in reviews if isinstance(review, Review) and _is_untried(review)]


def _is_divided(deliveries: Iterable[Delivery], untried: Iterable[Review]) -> bool:
    """Whether a day has two vouchers."""
    return any(delivery.part for delivery in deliveries) or any(review.report.voucher.part for review in untried)


def _is_untried(review: Review) -> bool:
    return review.delivery is None and bool(review.report.voucher.lines)


def _explain_nothing(venue: Venue, day: date, now_utc_s: int, *, has_tickets: bool) -> str:
    """Why a day has no voucher, and what to do."""
    if not venue.calendar.is_closed(day, now_utc_s):
        ends = venue.calendar.local(venue.calendar.end(day))
        return f"{venue.id} {day} is not over until {ends:%Y-%m-%d %H:%M}. Ask again then."
    if not has_tickets:
        return (
            f"{venue.id} has no sales on {day}. Import the file that holds them with posexport import, or look at "
            "another day: posexport status lists them."
        )
    if day < venue.export_from:
        return f"{venue.id} {day} is never exported: the first business day that is, is {venue.export_from}."
    return (
        f"{venue.id} {day} has no voucher: nothing on it is to be drafted. Look at it with posexport preview "
        f"--venue {venue.id} --from {day} --to {day}."
    )


@dataclass(slots=True)
class _HistoryReader:
    """Reads the vouchers of one business day. `versions`: of its tickets, None where nothing is to be said of them;
    `is_divided`: the day has two vouchers, and tickets after midnight belong to the second."""

    connection: Connection
    company: Company
    venue: Venue
    versions: Sequence[TicketVersion] | None
    last_file_id: int
    is_divided: bool = False
    _setups: dict[str, Company | None] = field(default_factory=dict)
    _routes: dict[date, Mapping[str, SealedRoute]] = field(default_factory=dict)

    def list_vouchers(self, deliveries: Sequence[Delivery]) -> Iterator[StoryVoucher]:
        """Every delivery; an adjustment comes with the delivery that it adjusts."""
        for _, of_part in groupby(deliveries, key=lambda delivery: delivery.part):
            before = None
            for delivery in of_part:
                yield self._make_voucher(delivery, before)
                if delivery.drafted_at_utc_s is not None:
                    before = delivery

    def make_untried_voucher(self, review: Review) -> StoryVoucher:
        """A voucher that was never attempted, as it would be drafted."""
        report, voucher = review.report, review.report.voucher
        trace = self._trace(review.file_id, (self.company, self.venue), voucher.business_day, voucher.part)
        return StoryVoucher(
            reference=voucher.reference,
            kind=Kind.WHOLE.value,
            part=voucher.part,
            revision=review.history.next_revision,
            state=report.state.value,
            target=report.company.target,
            posting_date=voucher.posting_date,
            lines=_with_tickets(voucher.lines, trace),
            tickets_digest=self._digest(self.last_file_id) if self.versions is not None else "",
            are_tickets_same=True if self.versions is not None else None,
            are_tickets_shown=True if self.versions is not None else None,
            setup_digest=digest_setup(self.company),
            is_setup_same=True,
            setup=self.company.document,
        )

    def _make_voucher(self, delivery: Delivery, before: Delivery | None) -> StoryVoucher:
        setup = self._find_setup(delivery)
        kept = delivery.tickets_digest
        is_told = bool(kept) and self.versions is not None
        mended = before if delivery.revision > 1 else None
        return StoryVoucher(
            **read_facts(self.connection, delivery),
            kind=delivery.kind.value,
            part=delivery.part,
            posting_date=delivery.posting_day or delivery.business_day + delivery.part * _ONE_DAY,
            lines=_with_tickets(delivery.lines, self._trace_delivery(delivery, mended)),
            tickets_digest=kept,
            are_tickets_same=kept == self._digest(self.last_file_id) if is_told else None,
            are_tickets_shown=kept == self._digest(delivery.file_id) if is_told else None,
            after=mended.reference if mended else None,
            changes=tuple(self._find_changes(mended.file_id, delivery.file_id, delivery.part)) if mended else (),
            changed_since=tuple(self._find_changes(delivery.file_id, self.last_file_id, delivery.part)),
            setup_digest=delivery.setup_digest,
            is_setup_same=delivery.setup_digest == digest_setup(self.company) if delivery.setup_digest else None,
            setup=setup.document if setup else None,
        )

    def _trace_delivery(self, delivery: Delivery, mended: Delivery | None) -> Trace:
        """The tickets behind a delivery's lines; for an adjustment, the difference to what was drafted before."""
        whole = self._trace(delivery.file_id, self.find_setup_of(delivery), delivery.business_day, delivery.part)
        if delivery.kind is not Kind.ADJUSTMENT or mended is None:
            return whole
        before = self._trace(mended.file_id, self.find_setup_of(mended), mended.business_day, mended.part)
        return subtract_trace(whole, before)

    def _trace(self, file_id: int, setup: tuple[Company, Venue], day: date, part: int) -> Trace:
        tickets = [version.placed for version in pick_tickets(self.versions or (), file_id)]
        company, venue = setup[0], setup[1].on(day + part * _ONE_DAY)
        credit, sealed = credit_rules(company, venue), self._read_routes(day)
        is_routed = bool(sealed) or credit.invoices_from is not None
        of_part = part if self.is_divided else None
        return trace_lines(tickets, venue, of_part, credit=credit if is_routed else None, sealed=sealed)

    def has_routes(self, day: date) -> bool:
        """Whether a route of sales on credit was sealed on a business day."""
        return bool(self._read_routes(day))

    def _read_routes(self, day: date) -> Mapping[str, SealedRoute]:
        if day not in self._routes:
            number = find_venue_number(self.connection, self.venue)
            self._routes[day] = read_routes(self.connection, number, (day, day)).get(day, {})
        return self._routes[day]

    def _digest(self, file_id: int) -> str:
        picked = pick_tickets(self.versions or (), file_id)
        return digest_contents((*version.key, version.content) for version in picked)

    def _find_changes(self, since: int, until: int, part: int) -> Iterator[TicketChange]:
        return find_changes(self.versions or (), since, until, part if self.is_divided else None)

    def _find_setup(self, delivery: Delivery) -> Company | None:
        """The company as it was set up for this delivery; None where that was not kept."""
        digest = delivery.setup_digest
        if digest not in self._setups:
            self._setups[digest] = load_setup_of(self.connection, digest) if digest else None
        return self._setups[digest]

    def find_setup_of(self, delivery: Delivery) -> tuple[Company, Venue]:
        """Company and venue as they were set up for this delivery; today's where that was not kept."""
        setup = self._find_setup(delivery)
        venues = {venue.id: venue for venue in (setup.venues if setup else ())}
        venue = venues.get(self.venue.id) or venues.get(venue_of_reference(delivery.reference)) or self.venue
        return setup or self.company, venue


# A line by itself


class TicketsWanted(NamedTuple):
    """Which tickets of a line are asked for: so many, after so many."""

    skipped: int
    most: int


class LinePage(NamedTuple):
    """A voucher line and some of the tickets behind it, in order. `many`: how many there are; `untraced_ore`: see
    `StoryLine`."""

    line: VoucherLine
    tickets: tuple[TicketShare, ...]
    many: int
    untraced_ore: int


def read_line_page(
    database: Database,
    company: Company,
    venue: Venue,
    day: date,
    address: tuple[str, int],
    wanted: TicketsWanted,
    now_utc_s: int,
) -> LinePage | None:
    """A line of a voucher of a business day as `read_story` has it, with some of its tickets. `address`: the voucher's
    reference, and the line, counted from 1. None where there is no such line. Where the voucher was made of the tickets
    as they are now, the database finds them: a day has thousands, and a page a hundred.

    Raises UsageError as `read_story`.
    """
    found = _find_line_now(database, company, venue, day, address, wanted, now_utc_s)
    if found is not None:
        return found
    reference, number = address
    for voucher in read_story(database, company, venue, day, now_utc_s).vouchers:
        if voucher.reference == reference and 0 < number <= len(voucher.lines):
            told = voucher.lines[number - 1]
            shown = told.tickets[wanted.skipped : wanted.skipped + wanted.most]
            return LinePage(told.line, shown, len(told.tickets), told.untraced_ore)
    return None


def _find_line_now(
    database: Database,
    company: Company,
    venue: Venue,
    day: date,
    address: tuple[str, int],
    wanted: TicketsWanted,
    now_utc_s: int,
) -> LinePage | None:
    """The same by the database alone; None where the tickets of the line are not those that amounts of its keys are on
    now: they have changed since, some is ordered or left out, or the voucher is the difference to another one."""
    reference, number = address
    with database.reading() as connection:
        venue_number = find_venue_number(connection, venue)
        deliveries = read_deliveries(connection, venue_number, day, day)
        delivery = next((one for one in deliveries if one.reference == reference), None)
        untried = _review_untried(database, connection, company, venue, day, now_utc_s)
        last = last_file_of(connection, venue_number, day)
        reader = _HistoryReader(connection, company, venue, None, 0)
        if delivery is not None:
            lines, part, setup = delivery.lines, delivery.part, reader.find_setup_of(delivery)
            if delivery.kind is not Kind.WHOLE or delivery.file_id < last:
                return None
        else:
            review = next((one for one in untried if one.report.voucher.reference == reference), None)
            if review is None or review.file_id < last:
                return None
            lines, part, setup = review.report.voucher.lines, review.report.voucher.part, (company, venue)
        of_day = setup[1].on(day + part * _ONE_DAY)
        routed = credit_rules(setup[0], of_day).invoices_from is not None or reader.has_routes(day)
        if not 0 < number <= len(lines) or routed or of_day.mapping.left_out:
            return None
        line, rules = lines[number - 1], LineRules(of_day)
        key, is_divided = line_key(line._replace(payer=None)), _is_divided(deliveries, untried)
        of_line: dict[KeyIds, Factors] = {}
        for ids, entry in read_day_keys(database, connection, venue_number, day).items():
            if is_divided and entry.part != part:
                continue
            shares = [share for share in rules.share_out(entry) if share.key == key]
            if shares:
                of_line[ids] = Factors(sum(one.amounts for one in shares), sum(one.discounts for one in shares))
        page = read_shares(connection, venue_number, day, of_line, skipped=wanted.skipped, most=wanted.most)
    return LinePage(line, page.shares, page.many, 0) if page.sum_ore == line.amount_ore else None


def _with_tickets(lines: Sequence[VoucherLine], trace: Trace) -> tuple[StoryLine, ...]:
    return tuple(StoryLine(line, find_tickets(line, trace)) for line in lines)
