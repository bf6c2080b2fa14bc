"""Adds tickets that were kept aside to a venue that has got their register: through the ordinary import, and held by
the file they came in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from posexport.core.actor import Actor
from posexport.core.company import Setup, Venue
from posexport.core.sales import FileCompany, Ticket
from posexport.store.acts import find_act
from posexport.store.aside import AsideRegister, learn_company, list_registers, names_a_company, take
from posexport.store.claims import parse_claim
from posexport.store.sales_writer import SalesWriter


@dataclass(frozen=True, slots=True)
class MovedIn:
    """What was added of one register of one file: new tickets, and tickets that were already there."""

    venue: str
    register: str
    location: str
    file: str
    new: int
    known: int
    changed: int
    days: int
    first_day: date | None
    last_day: date | None
    changed_after_draft: tuple[tuple[str, date], ...] = ()

    @property
    def tickets(self) -> int:
        """The number of both together."""
        return self.new + self.known + self.changed


def move_in(connection: Connection, setup: Setup, actor: Actor, now_utc_s: int) -> tuple[MovedIn, ...]:
    """Add what is kept aside of registers that now belong to exactly one venue, file by file in the order they were
    read. In the caller's transaction."""
    return tuple(_move(connection, setup, of, venue, actor, now_utc_s) for of, venue in _find_movers(connection, setup))


def _find_movers(connection: Connection, setup: Setup) -> Iterator[tuple[AsideRegister, Venue]]:
    for of in list_registers(connection):
        if not names_a_company(of.company_code):
            company = setup.company_of_file(of.organization_number)
            if company is None and of.organization_number:
                continue  # another company's, whoever has its register
            if company is not None:
                learn_company(connection, of, company.id)
                of = of._replace(company_code=company.id)
        own = [company for company in setup.companies if of.company_code in (company.id, "")]
        venues = Setup(tuple(own)).find_venues(of.location or None, of.register)
        if len(venues) == 1:
            yield of, venues[0]


def _move(
    connection: Connection, setup: Setup, of: AsideRegister, venue: Venue, actor: Actor, now_utc_s: int
) -> MovedIn:
    file = find_act(connection, of.file_id)
    assert file is not None
    writer = SalesWriter(
        connection,
        file.name,
        file.format,
        lambda _location, _register: venue,
        now_utc_s,
        actor=actor,
        organization_number=file.organization_number,
        find_currency=lambda venue: setup.company_of(venue).currency,
        moved_from=file,
    )
    writer.add_claim(parse_claim(file.claim))
    currency = ""
    for item, of_file in take(connection, of):
        if of_file != currency:
            currency = of_file
            writer.open_company(FileCompany(currency=currency))
        if isinstance(item, Ticket):
            writer.add_ticket(item)
        else:
            writer.add_z_report(item)
    result = writer.finish()
    return MovedIn(
        venue=venue.id,
        register=of.register,
        location=of.location,
        file=file.name,
        new=result.new,
        known=result.known,
        changed=result.changed,
        days=result.days,
        first_day=result.first_day,
        last_day=result.last_day,
        changed_after_draft=result.changed_after_draft,
    )
