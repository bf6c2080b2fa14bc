"""A person says where a voucher is that posexport lost sight of. PowerOffice is asked first, where it can be:
nobody is believed against what stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from posexport.core.actor import Actor
from posexport.core.ports import Standing
from posexport.core.setup import Company, Venue
from posexport.delivery import CLAIM_S, Courier
from posexport.errors import PosexportError, PowerOfficeRefused, PowerOfficeUnavailable, UsageError, VoucherRefused
from posexport.store.deliveries import (
    Claim,
    Delivery,
    PageState,
    Stage,
    claim,
    read_deliveries,
    read_known_drafts,
    reopen_day,
    settle,
    settle_drafted,
    unfreeze,
)
from posexport.store.setups import find_venue_number


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was written down: who said so, of which voucher, whether PowerOffice could be asked, and whether the next
    export sends it."""

    who: str
    reference: str
    was_asked: bool
    is_sent_again: bool


def resolve(
    courier: Courier,
    company: Company,
    venue: Venue,
    day: date,
    drafted: str | None,
    reference: str | None = None,
    *,
    actor: Actor,
) -> Resolved:
    """Write down that a voucher is in PowerOffice under the id `drafted`, or, where that is None, that it is not
    there. `reference` says which, where a day has several.

    Raises UsageError where there is nothing to resolve, where PowerOffice says otherwise, and where somebody else
    has the voucher right now.
    """
    with courier.database.reading() as connection:
        number = find_venue_number(connection, venue)
        deliveries = read_deliveries(connection, number, day, day)
        known = read_known_drafts(connection, number)
    delivery = _choose(deliveries, venue, day, drafted is None, reference)
    newer = [found for found in deliveries if _is_newer(found, delivery)]
    if drafted is not None and drafted in known:
        raise UsageError(
            f"{drafted} is another voucher of {venue.id}. Look for {delivery.reference} in PowerOffice Go."
        )
    unanswered = _ask(courier, company, venue, delivery, drafted)
    is_silent = isinstance(unanswered, PowerOfficeUnavailable)
    if drafted is None and newer and is_silent:
        raise UsageError(
            f"Later corrections build on {delivery.reference}, and PowerOffice Go cannot be asked about it now. Run it "
            "again when it answers."
        )
    now, who = int(courier.clock()), actor.name
    with courier.database.writing() as connection:
        held = claim(connection, delivery, now, now + CLAIM_S)
        if held is None:
            raise _busy(delivery)
        if drafted is not None:
            settle_drafted(connection, held, drafted, now, note=f"{who}: there as {drafted}")
        elif newer:
            _drop(connection, held, newer, now, who)
        else:
            _plan_anew(connection, held, Stage.UNCERTAIN if is_silent else Stage.READY, now, who)
        reopen_day(connection, delivery.venue_id, day)
    return Resolved(who, delivery.reference, unanswered is None, drafted is None and not newer)


def _plan_anew(connection: Connection, held: Claim, stage: Stage, now_utc_s: int, who: str) -> None:
    """It is not there: as if it had never been sent. Where PowerOffice could not be asked, it is looked for once more
    before it is."""
    settle(
        connection,
        held,
        stage,
        now_utc_s,
        note=f"{who}: not there",
        remote_id=None,
        drafted_at_utc_s=None,
        page_state=PageState.NONE,
    )


def _drop(connection: Connection, held: Claim, newer: Sequence[Delivery], now_utc_s: int, who: str) -> None:
    """It is not there, and adjustments of it may be: what is missing now shows as a change of the newest, or goes
    with it. Nobody may be sending that one, by what was there."""
    newest = newer[-1]
    settle(connection, held, Stage.REPLACED, now_utc_s, note=f"{who}: not there")
    if claim(connection, newest, now_utc_s, now_utc_s) is None:
        raise _busy(newest)
    unfreeze(connection, newest, now_utc_s, "what it adjusts is not there")


def _busy(delivery: Delivery) -> UsageError:
    return UsageError(f"{delivery.reference} is being sent by another run right now. Try again in a minute.")


def _is_newer(found: Delivery, delivery: Delivery) -> bool:
    """Whether one delivery counts and came after another of the same voucher."""
    return found.part == delivery.part and found.revision > delivery.revision and found.stage is not Stage.REPLACED


def _choose(
    deliveries: Sequence[Delivery], venue: Venue, day: date, is_not_drafted: bool, reference: str | None
) -> Delivery:
    """The one delivery that is meant. One that is uncertain goes before one that is drafted, which a person may
    only say is gone."""
    uncertain = [found for found in deliveries if found.stage in (Stage.UNCERTAIN, Stage.SENDING)]
    drafted = [found for found in deliveries if found.is_drafted and is_not_drafted]
    candidates = uncertain or drafted
    if reference is not None:
        candidates = [found for found in (*uncertain, *drafted) if found.reference == reference]
    if not candidates:
        raise UsageError(
            f"{venue.id} {day} has no voucher{f' {reference}' if reference else ''} to resolve: none is uncertain"
            f"{'' if is_not_drafted else ', and only those can be said to be there'}. Look at it with posexport status."
        )
    if len(candidates) > 1:
        names = ", ".join(found.reference for found in candidates)
        raise UsageError(f"{venue.id} {day} has several: {names}. Say which with --reference.")
    return candidates[0]


def _ask(
    courier: Courier, company: Company, venue: Venue, delivery: Delivery, drafted: str | None
) -> PosexportError | None:
    """Hold what a person says against what PowerOffice says; why it could not be asked, None where it could.

    Raises UsageError where it says otherwise.
    """
    try:
        destination = courier.open_destination(replace(company, target=delivery.target), venue)
        if drafted is None and not delivery.is_drafted:
            found = destination.find(delivery.payload, delivery.first_sent_at_utc_s, delivery.ruled_out).drafted
            there = found.remote_id if found else None
        else:
            asked_for = drafted or str(delivery.remote_id)
            standing = destination.find_standing(asked_for, delivery.first_sent_at_utc_s)
            there = None if standing is Standing.GONE else asked_for
    except (PowerOfficeRefused, PowerOfficeUnavailable) as error:
        if drafted is None or not isinstance(error, VoucherRefused):
            return error
        there = None
    if drafted is None and there is not None:
        raise UsageError(
            f"{delivery.reference} is in PowerOffice Go, as {there}. If that is right: --drafted {there}. If it is to "
            "be drafted anew, delete it there first."
        )
    if drafted is not None and there is None:
        raise UsageError(
            f"PowerOffice Go has no voucher {drafted} of this venue. The id is the one PowerOffice gives it, not "
            f"the reference {delivery.reference}."
        )
    return None
