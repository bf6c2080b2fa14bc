"""posexport resolve: a person says where a document is after its answer was lost, or that a day was booked by hand.
PowerOffice is asked first where it can be, and its answer overrides what is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from posexport.app.why import read_why, require_why
from posexport.app.workspace import Workspace
from posexport.core.actor import Actor
from posexport.core.company import Company, Venue
from posexport.core.delivery import Delivery, PageState, Stage
from posexport.core.document import VOUCHER
from posexport.core.document_kinds import find_kind
from posexport.core.events import DeliveryEvent, EventKind
from posexport.core.history import Booking, fingerprint_booked
from posexport.core.ports.ledger import DraftStatus, Lookup
from posexport.delivery.claims import CLAIM_S
from posexport.delivery.context import DeliveryContext
from posexport.delivery.lookup import find_since
from posexport.errors import (
    OperatorError,
    PosexportError,
    PowerOfficeRefused,
    PowerOfficeUnavailable,
    UsageError,
    VoucherRefused,
)
from posexport.store.booked_elsewhere import add_booking, end_booking, read_bookings, settle_day
from posexport.store.database import Connection
from posexport.store.day_figures import read_figures
from posexport.store.deliveries import (
    Claim,
    change_slot,
    claim,
    read_deliveries,
    read_known_drafts,
    read_other_deliveries,
    remember_others,
    reopen_day,
    settle,
    settle_drafted,
    unfreeze,
)
from posexport.store.setups import find_venue_number
from posexport.store.sums import read_sums


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was recorded: who said it, of which document, whether PowerOffice could be asked, and whether the next
    export sends the document."""

    who: str
    reference: str
    was_asked: bool
    is_sent_again: bool


def resolve_voucher(
    workspace: Workspace, venue: Venue, day: date, drafted: str | None, reference: str | None = None
) -> Resolved:
    """Record that a document of a business day is in PowerOffice under the id `drafted`, or, for None, that it is not
    there. `reference`: which document, where the day has several.

    Raises UsageError where there is nothing to resolve, where PowerOffice says otherwise, and where another process
    holds the claim.
    """
    context, actor = workspace.delivery, workspace.actor
    company = workspace.load_setup_of([venue]).company_of(venue)
    with context.database.reading() as connection:
        number = find_venue_number(connection, venue)
        deliveries = [
            *read_deliveries(connection, number, day, day),
            *read_other_deliveries(connection, number, day, day),
        ]
        delivery = _choose(deliveries, venue, day, drafted is None, reference)
        kind = find_kind(delivery.document_kind)
        known = read_known_drafts(connection, number, kind)
    newer = [found for found in deliveries if _is_newer(found, delivery)]
    if drafted is not None and drafted in known:
        raise UsageError(
            f"{drafted} is another {kind.name} of {venue.id}. Look for {delivery.reference} in PowerOffice Go."
        )
    unanswered, seen = _ask(context, company, venue, delivery, drafted, known)
    is_silent = isinstance(unanswered, PowerOfficeUnavailable)
    if drafted is None and newer and is_silent:
        raise UsageError(
            f"Later corrections build on {delivery.reference}, and PowerOffice Go cannot be asked about it now. Run it "
            "again when it answers."
        )
    now, who = int(context.clock()), actor.name
    with context.database.writing() as connection:
        held = claim(connection, delivery, now, now + CLAIM_S)
        if held is None:
            raise _busy(delivery)
        if drafted is None:
            remember_others(connection, delivery, frozenset(seen.alike))
        if drafted is not None:
            said = DeliveryEvent(EventKind.SAID_THERE, {"who": who, "id": drafted})
            page_state = PageState.WANTED if kind.has_page else PageState.NONE
            settle_drafted(connection, held, drafted, now, said, actor=actor, page_state=page_state)
        elif newer:
            _drop(connection, held, newer, now, actor)
        elif is_silent:
            _plan_another_look(connection, held, company, now, actor)
        else:
            _settle_absent(connection, held, Stage.READY, now, actor)
        reopen_day(connection, delivery.venue_id, day)
    return Resolved(who, delivery.reference, unanswered is None, drafted is None and not newer)


@dataclass(frozen=True, slots=True)
class Booked:
    """The record of a day booked by hand; `is_new` is False where the same was recorded before."""

    booking: Booking
    is_new: bool


def book_day_elsewhere(workspace: Workspace, venue: Venue, day: date, why: str) -> Booked:
    """Record that a person booked a business day by hand: it is not sent from here. Recorded anew where the sales have
    changed since. Vouchers sent before must have been reversed or corrected in PowerOffice, which is asked.

    Raises UsageError where the day is not over or never exported, and where a draft of ours stands or may be there.
    """
    context, actor, now = workspace.delivery, workspace.actor, workspace.now_utc_s
    company = workspace.load_setup_of([venue]).company_of(venue)
    why = require_why(why)
    if not venue.calendar.is_closed(day, now):
        ends = venue.calendar.local(venue.calendar.end(day))
        raise UsageError(f"{venue.id} {day} is not over until {ends:%Y-%m-%d %H:%M}. Say so then.")
    if day < venue.export_from:
        raise UsageError(f"{venue.id} {day} is never exported: the first business day that is, is {venue.export_from}.")
    over = _list_over(context, company, venue, day)
    with context.database.writing() as connection:
        number = find_venue_number(connection, venue)
        settle_day(connection, number, day)
        for delivery in read_deliveries(connection, number, day, day):
            if (delivery.id, delivery.version) not in over:
                _refuse_if_there(delivery, venue, day, now)
        found = read_sums(context.database, connection, number, (day, day))
        sums = next((of_day.sums for of_day in found), ())
        before = read_bookings(connection, number, day, day).get(day)
        fingerprint = fingerprint_booked(sums)
        if before is not None and before.fingerprint == fingerprint:
            return Booked(before, is_new=False)
        figures = read_figures(connection, number, (day, day), venue.calendar).get(day)
        sales_ore = figures.control.sales_ore if figures else 0
        booking = Booking(why, actor.name, actor.known_by, now, fingerprint, sales_ore)
        add_booking(connection, number, day, booking)
    return Booked(booking, is_new=True)


def _list_over(context: DeliveryContext, company: Company, venue: Venue, day: date) -> frozenset[tuple[int, int]]:
    """The day's drafted deliveries, as (id, version), that PowerOffice says were reversed or corrected."""
    with context.database.reading() as connection:
        deliveries = read_deliveries(connection, find_venue_number(connection, venue), day, day)
    drafted = [delivery for delivery in deliveries if delivery.is_drafted]
    return frozenset((found.id, found.version) for found in drafted if _is_over(context, company, venue, found))


def _is_over(context: DeliveryContext, company: Company, venue: Venue, delivery: Delivery) -> bool:
    """Whether a posted voucher was reversed or corrected. False where PowerOffice only does not find it: it may be
    there all the same."""
    since = find_since(venue, delivery.business_day, delivery, int(context.clock()))
    try:
        destination = context.open_where(delivery, company, venue)
        standing = destination.find_status(str(delivery.remote_id), since)
    except (OperatorError, PowerOfficeRefused, PowerOfficeUnavailable):
        return False
    return standing in (DraftStatus.REVERSED, DraftStatus.CORRECTED)


def take_back_day(workspace: Workspace, venue: Venue, day: date, why: str = "") -> str:
    """Cancel the record that a day was booked by hand; returns who does. The next export sends the day, unless
    something was sent before (see `is_sent_next`).

    Raises UsageError where no such record stands.
    """
    with workspace.database.writing() as connection:
        number = find_venue_number(connection, venue)
        if not end_booking(connection, number, day, read_why(why), workspace.actor, workspace.now_utc_s):
            raise UsageError(f"Nobody has said that {venue.id} {day} was booked by hand.")
        reopen_day(connection, number, day)
    return workspace.actor.name


def is_sent_next(workspace: Workspace, venue: Venue, day: date) -> bool:
    """Whether nothing of a day has been sent that still counts."""
    with workspace.database.reading() as connection:
        deliveries = read_deliveries(connection, find_venue_number(connection, venue), day, day)
    return not any(delivery.is_drafted for delivery in deliveries)


def _refuse_if_there(delivery: Delivery, venue: Venue, day: date, now_utc_s: int) -> None:
    """Raises UsageError where this delivery stands, is under way or may have arrived: a day is booked once."""
    if delivery.is_claimed(now_utc_s):
        raise _busy(delivery)
    if delivery.is_drafted:
        raise UsageError(
            f"{venue.id} {day} is in PowerOffice Go already, as {delivery.reference} ({delivery.remote_id}). Delete "
            f"that draft there and say so with posexport resolve {venue.id} {day} --not-drafted --reference "
            f"{delivery.reference}, or leave the day as it is."
        )
    if delivery.may_be_there:
        raise UsageError(
            f"{delivery.reference} was sent, and nobody knows whether it is in PowerOffice Go. Look for it there, and "
            f"say first where it is: posexport resolve {venue.id} {day} --reference {delivery.reference} "
            "--drafted ID, or --not-drafted."
        )


def _plan_another_look(connection: Connection, held: Claim, company: Company, now_utc_s: int, actor: Actor) -> None:
    """A person says the document is not there, and PowerOffice could not be asked: it is looked up once more before it
    is sent, and that answer counts."""
    kept = _settle_absent(connection, held, Stage.UNCERTAIN, now_utc_s, actor)
    if kept is not None:
        looked_for_s = company.looked_for_minutes * 60
        change_slot(connection, kept, changed_at_utc_s=now_utc_s - looked_for_s, told_at_utc_s=None)


def _settle_absent(connection: Connection, held: Claim, stage: Stage, now_utc_s: int, actor: Actor) -> Claim | None:
    """The document is not there: reset its delivery to `stage`, as if it had never been sent."""
    return settle(
        connection,
        held,
        _make_absent_event(stage, actor),
        now_utc_s,
        actor=actor,
        remote_id=None,
        drafted_at_utc_s=None,
        page_state=PageState.NONE,
    )


def _make_absent_event(stage: Stage, actor: Actor) -> DeliveryEvent:
    return DeliveryEvent(EventKind.SAID_NOT_THERE, {"who": actor.name}, stage.value)


def _drop(connection: Connection, held: Claim, newer: Sequence[Delivery], now_utc_s: int, actor: Actor) -> None:
    """The document is not there, but later adjustments of it may be: drop it, so that the difference shows as a change
    of the newest, or is sent with it. Raises UsageError where one of these is being sent now."""
    newest = newer[-1]
    settle(connection, held, _make_absent_event(Stage.REPLACED, actor), now_utc_s, actor=actor)
    if claim(connection, newest, now_utc_s, now_utc_s) is None:
        raise _busy(newest)
    unfreeze(connection, newest, now_utc_s)


def _busy(delivery: Delivery) -> UsageError:
    return UsageError(f"{delivery.reference} is being sent by another run right now. Try again in a minute.")


def _is_newer(found: Delivery, delivery: Delivery) -> bool:
    """Whether a delivery counts and came after another one of the same document."""
    is_same = (found.document_kind, found.document_key) == (delivery.document_kind, delivery.document_key)
    return is_same and found.revision > delivery.revision and found.stage is not Stage.REPLACED


_IN_DOUBT = (Stage.UNCERTAIN, Stage.SENDING, Stage.DOUBTED)


def _choose(
    deliveries: Sequence[Delivery], venue: Venue, day: date, is_not_drafted: bool, reference: str | None
) -> Delivery:
    """The one delivery that is meant: an uncertain one before a drafted one, which can only be said to be gone. Raises
    UsageError where there is none, or where several are possible."""
    uncertain = [found for found in deliveries if found.stage in _IN_DOUBT]
    drafted = [found for found in deliveries if found.is_drafted and is_not_drafted]
    candidates = uncertain or drafted
    if reference is not None:
        candidates = [found for found in (*uncertain, *drafted) if found.reference == reference]
    if not candidates:
        named = next((found.document_kind for found in deliveries if found.reference == reference), VOUCHER.name)
        raise UsageError(
            f"{venue.id} {day} has no {named}{f' {reference}' if reference else ''} to resolve: none is uncertain"
            f"{'' if is_not_drafted else ', and only those can be said to be there'}. Look at it with posexport "
            f"{'status' if named == VOUCHER.name else 'orders'}."
        )
    if len(candidates) > 1:
        names = ", ".join(found.reference for found in candidates)
        answer = "--not-drafted" if is_not_drafted else "--drafted ID"
        command = f"posexport resolve {venue.id} {day} {answer} --reference {candidates[-1].reference}"
        raise UsageError(f"{venue.id} {day} has several: {names}. Say which with --reference, such as: {command}")
    return candidates[0]


def _ask(
    context: DeliveryContext,
    company: Company,
    venue: Venue,
    delivery: Delivery,
    drafted: str | None,
    known: frozenset[str],
) -> tuple[PosexportError | None, Lookup]:
    """Compare what a person says with PowerOffice. Returns why it could not be asked (None where it could), and the
    lookup. Vouchers that only resemble this one do not contradict the person, who has looked.

    Raises UsageError where PowerOffice says otherwise.
    """
    since, seen = find_since(venue, delivery.business_day, delivery, int(context.clock())), Lookup()
    try:
        destination = context.open_where(delivery, company, venue)
        if drafted is None and not delivery.is_drafted:
            seen = destination.find(delivery.payload, since, known | delivery.ruled_out)
            there = seen.drafted.remote_id if seen.drafted else None
        else:
            asked_for = drafted or str(delivery.remote_id)
            standing = destination.find_status(asked_for, since)
            if standing is DraftStatus.CORRECTED:
                number = destination.find_successor(asked_for, since) or "?"
                raise UsageError(
                    f"{delivery.reference} was corrected in PowerOffice Go and is voucher {number} now: the day is in "
                    "the books. Nothing is drafted anew; mend it there if anything is still wrong."
                )
            there = None if standing in (DraftStatus.GONE, DraftStatus.REVERSED) else asked_for
    except (PowerOfficeRefused, PowerOfficeUnavailable) as error:
        if drafted is None or not isinstance(error, VoucherRefused):
            return error, seen
        there = None
    if drafted is None and there is not None:
        raise UsageError(
            f"{delivery.reference} is in PowerOffice Go, as {there}. If that is right: "
            f"{'--drafted' if delivery.document_kind == VOUCHER.name else '--there'} {there}. If it is to be drafted "
            "anew, delete it there first."
        )
    if drafted is not None and there is None:
        raise UsageError(
            f"PowerOffice Go has no {delivery.document_kind} {drafted} of this venue. The id is the one PowerOffice "
            f"gives it, not the reference {delivery.reference}."
        )
    return None, seen
