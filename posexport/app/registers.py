"""Registers that no venue has: which there are, and how one is given to a venue, whose sales that were kept aside then
count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from posexport.app.setup import Saying
from posexport.app.setup_rows import set_rows
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.core.setup_revision import RowAddress
from posexport.errors import UsageError
from posexport.setup.rows import RowChange
from posexport.store.aside import UnknownRegister, read_unknown_registers
from posexport.store.moving_in import MovedIn


class StandsElsewhere(UsageError):
    """A register stands at another location than the venue it is to be given to."""

    def __init__(self, venue: Venue, location: str) -> None:
        self.location, self.venue_location = location, venue.location or ""
        super().__init__(
            f"The register stands at {location or 'no location'} in its files, and venue {venue.id} is at "
            f"{venue.location}. Nothing was saved."
        )


def list_unknown_registers(workspace: Workspace, company_id: str) -> list[UnknownRegister]:
    """The registers of a company's files that no venue has. Files that do not say whose they are count as the
    company's where it is the only one."""
    is_only = len(workspace.load_setup().companies) == 1
    with workspace.database.reading() as connection:
        found = read_unknown_registers(connection, [company_id])
    return [
        one
        for one in found
        if one.company_code == company_id or (is_only and not one.company_code and not one.organization_number)
    ]


def give_register(
    workspace: Workspace, venue: Venue, location: str, register: str, environ: Mapping[str, str], why: str = ""
) -> tuple[MovedIn, ...]:
    """Give a register to a venue, in the setup; what was kept aside of it is counted from now on. Returns what that is,
    file by file.

    Raises StandsElsewhere where the venue would not have it all the same, and as `set_rows` does.
    """
    if not replace(venue, registers=(*venue.registers, register)).claims(location or None, register):
        raise StandsElsewhere(venue, location)
    registers = [*venue.registers, *([] if register in venue.registers else [register])]
    change = RowChange(RowAddress("venue", venue.id), "set", {"registers": registers})
    return set_rows(workspace, venue.company_id, [change], environ, Saying(why)).applied.moved
