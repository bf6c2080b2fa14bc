"""One sales file being imported: which company and venue its tickets belong to, and the spool they lie in meanwhile.

A file is read completely before any of it is written, so that the database is not locked while a long or slow file is
read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from types import TracebackType
from typing import IO

from posexport.core.company import Setup, Venue
from posexport.core.sales import (
    Coverage,
    FileCompany,
    ImportNote,
    MasterData,
    NamedRegister,
    SalesItem,
    Ticket,
    TicketStatus,
    ZReport,
)
from posexport.errors import ImportStopped, StoreUnusable, UnreadableSales, UsageError
from posexport.store.aside import name_organization
from posexport.store.sales_writer import OtherCompany, OtherVenue, SalesWriter

AT_ONCE = 500
"""How many items are written to the temporary file at a time."""

KEPT = 2_000
"""How many items stay in memory: enough for most files."""


class Spool:
    """What was read of a file, in order, until it is written: in memory at first, then in an unnamed temporary file
    that disappears with the process."""

    def __init__(self) -> None:
        self._kept: list[SalesItem] = []
        self._file: IO[bytes] | None = None
        self._chunks = 0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            with suppress(OSError):  # no room for the rest: it is not wanted any more
                self._file.close()

    def fill(self, items: Iterable[SalesItem]) -> None:
        """Store every item.

        Raises StoreUnusable where the disk is full, and whatever `items` raises.
        """
        import pickle
        import tempfile

        source = iter(items)
        self._kept = list(islice(source, KEPT))
        self._count = len(self._kept)
        while chunk := list(islice(source, AT_ONCE)):
            try:
                if self._file is None:
                    self._file = tempfile.TemporaryFile(prefix="posexport-")  # noqa: SIM115 - closed by __exit__
                pickle.dump(chunk, self._file, pickle.HIGHEST_PROTOCOL)
            except OSError as error:
                raise _no_room(error) from None
            self._chunks += 1
            self._count += len(chunk)

    def __iter__(self) -> Iterator[SalesItem]:
        yield from self._kept
        if self._file is None:
            return
        import pickle

        try:
            self._file.seek(0)  # and what is not written yet is
        except OSError as error:
            raise _no_room(error) from None
        for _ in range(self._chunks):
            yield from pickle.load(self._file)  # noqa: S301 - nobody else can have written it


def _no_room(error: OSError) -> StoreUnusable:
    import tempfile

    folder, why = tempfile.gettempdir(), error.strerror or type(error).__name__
    return StoreUnusable(
        f"The folder {folder} for temporary files cannot be written ({why}).",
        "Make room in it, or name another in the environment variable TMPDIR, and run it again.",
        why,
    )


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may add sales to: a company and venues of it (ids). `is_sure`: a venue that was chosen for a file
    is right, also where its registers are another venue's."""

    company: str
    venues: frozenset[str]
    is_sure: bool = False

    def narrow(self, setup: Setup) -> Setup:
        """The setup with that company alone. Raises UsageError where it is not set up."""
        own = tuple(company for company in setup.companies if company.id == self.company)
        if not own:
            raise UsageError(f"There is no company {self.company!r} in the setup (any more).")
        return Setup(own)


@dataclass(slots=True)
class FileReading:
    """The state of reading one file. `reach`: None where everything in the setup may be added to."""

    setup: Setup
    forced: Venue | None
    organization_number: str
    name: str
    other_company: bool = False
    notices: list[ImportNote] = field(default_factory=list)
    overruled: set[str] = field(default_factory=set)
    reach: Reach | None = None

    @property
    def why(self) -> str:
        """Why another company's sales were accepted; "" where none were."""
        numbers = ", ".join(sorted(self.overruled))
        return f"--other-company: the file is of organization {numbers}" if numbers else ""

    def renew(self, setup: Setup) -> None:
        """Take the setup as it is now; it may have changed while the file was read.

        Raises UnreadableSales where the file belongs to a venue that was removed.
        """
        self.setup = setup if self.reach is None else self.reach.narrow(setup)
        if self.forced is not None:
            venue = self.setup.venue(self.forced.id)
            if venue is None:
                raise UnreadableSales(
                    self.name,
                    "",
                    f"venue {self.forced.id} was taken out of the setup, or got another id, meanwhile.",
                    "a venue that is set up.",
                    "Say whose file it is with --venue ID.",
                )
            self.forced = venue

    def open_company(self, company: FileCompany) -> None:
        """The company of the tickets that follow in the file."""
        self.organization_number = company.organization_number
        if not company.organization_number:
            written = f"it has {company.written!r}" if company.written else "it has none"
            self._note(
                f"The file names no valid organization number ({written}), so it was not compared with that of the "
                "venue's company. Check that these are the right sales."
            )

    def are_apart(self, venue: Venue, register: str, other_id: str) -> bool:
        """Whether two venues each have a register with this id, at locations of their own."""
        return self.setup.are_apart(venue, register, other_id)

    def find_currency(self, venue: Venue) -> str:
        """The currency of a venue's ledger."""
        return self.setup.company_of(venue).currency

    def find_venue(self, location: str | None, register: str) -> Venue | OtherCompany | OtherVenue | None:
        """The venue that a register belongs to; None where no venue has it; OtherCompany where its sales are another
        company's, OtherVenue where they are out of reach. Raises UnreadableSales where several venues have it."""
        found = self._find_owner(location, register)
        if self.reach is None:
            return found
        if found is None:  # what is kept aside of another company would move in to it
            number = self.organization_number
            is_own = not number or self.setup.company_of_file(number) is not None
            return None if is_own else OtherCompany(number, self.setup.companies[0].organization_number)
        if isinstance(found, Venue) and found.id not in self.reach.venues:
            return OtherVenue(found.id)
        return found

    def _find_owner(self, location: str | None, register: str) -> Venue | OtherCompany | None:
        number = self.organization_number
        if self.forced is not None:
            self._refuse_others_register(self.forced, location, register)
            return self._hold_against_company(self.forced)
        venues = self.setup.find_venues(location, register, number)
        if not venues and number:
            others = self.setup.find_venues(location, register)
            if others and not self.other_company:
                return OtherCompany(number, self.setup.company_of(others[0]).organization_number)
            venues = others
        if len(venues) > 1:
            names = " and ".join(venue.id for venue in venues)
            raise UnreadableSales(
                self.name,
                f"register {register}",
                f"venues {names} both have this register.",
                "one venue per register.",
                "Say whose file it is with --venue ID.",
            )
        return self._hold_against_company(venues[0]) if venues else None

    def _refuse_others_register(self, chosen: Venue, location: str | None, register: str) -> None:
        """Raises UnreadableSales where another venue than the one that was chosen has a register, and nobody said that
        the choice is right."""
        if self.reach is None or self.reach.is_sure:
            return
        owners = self.setup.find_venues(location, register, self.organization_number)
        if owners and chosen.id not in {owner.id for owner in owners}:
            raise UnreadableSales(
                self.name,
                f"register {register}",
                f"the register belongs to {owners[0].name}, and {chosen.name} was chosen.",
                "sales of the venue that was chosen.",
                "Upload it again and let the register decide, or say that the venue is right.",
            )

    def find_company(self) -> str:
        """The company id under which tickets without a venue are kept aside (see `AsideWriter`)."""
        number = self.organization_number
        company = self.setup.company_of_file(number)
        if company is None and number and self.other_company and len(self.setup.companies) == 1:
            self.overruled.add(number)
            company = self.setup.companies[0]
        if company is not None:
            return company.id
        return name_organization(number) if number else ""

    def _hold_against_company(self, venue: Venue) -> Venue | OtherCompany:
        """The venue, unless the file's organization number is not its company's."""
        company, number = self.setup.company_of(venue), self.organization_number
        if not number or company.owns(number, venue):
            return venue
        if not self.other_company:
            return OtherCompany(number, company.organization_number)
        self.overruled.add(number)
        return venue

    def _note(self, text: str) -> None:
        notice = ImportNote("", text)
        if notice not in self.notices:
            self.notices.append(notice)


def watch(
    items: Iterable[SalesItem], name: str, stopping: Callable[[], bool], tell: Callable[[int], None]
) -> Iterator[SalesItem]:
    """Pass a file's items through, calling `tell` with the count every so often.

    Raises ImportStopped once the program is to stop.
    """
    for place, item in enumerate(items):
        if place % AT_ONCE == 0:
            if stopping():
                raise ImportStopped(name)
            tell(place)
        yield item


def write_items(items: Iterable[SalesItem], writer: SalesWriter, reading: FileReading) -> None:
    """Pass everything that was read of a file to the store's writer."""
    tickets = counted = 0
    for item in items:
        if isinstance(item, Ticket):
            writer.add_ticket(item)
            tickets += 1
            counted += item.status not in (TicketStatus.TRAINING, TicketStatus.VOID)
        elif isinstance(item, ZReport):
            writer.add_z_report(item)
        elif isinstance(item, MasterData):
            writer.add_master_data(item)
        elif isinstance(item, Coverage):
            writer.add_claim(item)
        elif isinstance(item, FileCompany):
            reading.open_company(item)
            writer.open_company(item)
        elif isinstance(item, NamedRegister):
            writer.add_register(item)
        elif isinstance(item, ImportNote):
            reading.notices.append(item)
    if tickets and not counted and not reading.notices:
        reading.notices.append(
            ImportNote("", "Every ticket in the file is void or training. That is not the same as no sales.")
        )
