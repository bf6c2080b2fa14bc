"""posexport accept: a person takes responsibility for a finding."""

from __future__ import annotations

from datetime import date

from posexport.app.resolve import book_day_elsewhere, is_sent_next
from posexport.app.review import Reviewer
from posexport.app.why import require_why
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.core.delivery import History
from posexport.core.finding import ACCEPTABLE_ON_DAYS, BOOKED_IN_LEDGER
from posexport.core.findings.registers import make_accepted_register_finding
from posexport.core.history import Acceptance
from posexport.core.review import DayReview, Review
from posexport.errors import UsageError
from posexport.store.acceptances import (
    add_acceptance,
    add_company_acceptance,
    find_company_acceptance,
    remove_acceptances,
)
from posexport.store.aside import accept_register as accept_aside, read_unknown_registers
from posexport.store.messages import lock_company
from posexport.store.setups import find_company_number, find_venue_number


def accept_finding(workspace: Workspace, venue: Venue, day: date, code: str, why: str) -> tuple[str, int]:
    """Record that a person takes responsibility for a day's findings of one code. Returns who, and how many findings
    this newly covers.

    For the finding that a voucher was reversed or corrected in the ledger it means that the day was booked there by
    hand; that is refused where nothing was sent from here, so that a mistyped date does not close a day that is still
    to be sent.

    Raises UsageError where the code cannot be accepted or the day has no such finding.
    """
    if code not in ACCEPTABLE_ON_DAYS:
        raise UsageError(f"{code} cannot be accepted; these can: {', '.join(sorted(ACCEPTABLE_ON_DAYS))}.")
    why = require_why(why)
    if code in BOOKED_IN_LEDGER and not is_sent_next(workspace, venue, day):
        booked = book_day_elsewhere(workspace, venue, day, why)
        return booked.booking.who, int(booked.is_new)
    company = workspace.load_setup_of([venue]).company_of(venue)
    with workspace.database.reading() as connection:
        reviewer = Reviewer(workspace.database, connection, company, venue)
        reviews = list(reviewer.review_days([day], workspace.now_utc_s))
    found = {
        finding.digest: finding for review in reviews for finding in review.report.findings if finding.code == code
    }
    if not found:
        there = sorted({finding.code for review in reviews for finding in review.report.findings})
        raise UsageError(
            f"{venue.id} {day} has no finding {code}; it has {', '.join(there) or 'none'}. "
            "Look at it with posexport preview."
        )
    with workspace.database.writing() as connection:
        number = find_venue_number(connection, venue)
        actor = workspace.actor
        many = add_acceptance(connection, number, day, found.values(), why, workspace.now_utc_s, actor)
    return actor.name, many


def take_back_acceptance(workspace: Workspace, venue: Venue, day: date, code: str) -> Acceptance:
    """Take back that a day's findings of one code were accepted, as long as nothing of the day is, or may be, in
    PowerOffice Go. Returns what is taken back: the first, where several accepted the same.

    Raises UsageError where it is too late, and where nothing of that code was accepted.
    """
    company = workspace.load_setup_of([venue]).company_of(venue)
    with workspace.database.writing() as connection:
        number = find_venue_number(connection, venue)
        taken = remove_acceptances(connection, number, day, code)
        reviewer = Reviewer(workspace.database, connection, company, venue)
        if any(_is_sent(review) for review in reviewer.review_days([day], workspace.now_utc_s)):
            raise UsageError(
                f"{venue.id} {day} is drafted, or may be: what was accepted of it is not taken back any more."
            )
    if not taken:
        raise UsageError(f"Nothing of the code {code} was accepted of {venue.id} {day}.")
    return taken[0]


def _is_sent(review: DayReview) -> bool:
    """Whether anything of a day is, or may be, in the ledger."""
    history = review.history if isinstance(review, Review) else History()
    return history.frozen is not None or bool(history.leaving)


def accept_register(workspace: Workspace, company_id: str, register: str, code: str, why: str) -> tuple[str, int]:
    """Record that a person leaves out the tickets of a register that belongs to no venue. Returns who, and how many
    tickets there are: 0 where that was recorded before, and by whom, and no further tickets wait. They are counted
    after all if a venue gets the register later.

    Raises UsageError where no tickets of that register are kept aside, nor were.
    """
    assert code in ACCEPTABLE_ON_DAYS
    why = require_why(why)
    setup = workspace.load_setup()
    company = next((company for company in setup.companies if company.id == company_id), None)
    if company is None:
        known = ", ".join(company.id for company in setup.companies)
        raise UsageError(
            f"There is no company {company_id!r}. The setup has: {known}. A register without a venue is accepted by "
            f"its company: posexport accept COMPANY REGISTER {code} --why TEXT."
        )
    with workspace.database.writing() as connection:
        lock_company(connection, find_company_number(connection, company.id))
        found = make_accepted_register_finding(code, register, company.id)
        waiting = {row.register for row in read_unknown_registers(connection, [company.id])}
        if register.lower() not in {name.lower() for name in waiting}:
            before = find_company_acceptance(connection, found)
            if before is not None:
                return before.who, 0
            listed = f" These wait: {', '.join(sorted(waiting))}." if waiting else ""
            raise UsageError(f"No tickets of register {register} wait for {company.id}.{listed}")
        acceptance = add_company_acceptance(connection, found, why, workspace.now_utc_s, workspace.actor)
        many = accept_aside(connection, [company.id], register, acceptance)
    return workspace.actor.name, many
