"""What a command works with: store, clock, readers of sales files, ledgers and mail."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from posexport.core.actor import PROGRAM, Actor
from posexport.core.company import Company, Setup, Venue
from posexport.core.ports.mail import Mailer
from posexport.core.ports.sales import OpenFile, Reader
from posexport.delivery.context import DeliveryContext
from posexport.errors import UsageError
from posexport.store.database import Database
from posexport.store.setups import load_removed, load_setup


@dataclass(frozen=True, slots=True)
class Workspace:
    """The outside world as the use cases need it: store, clock, readers, delivery context, mailers.

    `open_mailer` opens a company's mail server; it raises MissingSecret where the password is missing. `secrets`:
    where references to keys lead (see `setup.secrets`). `actor` is recorded as the author of everything done with this
    workspace. `office`: the address at which people reach the back
    office, such as `https://regnskap.example/pos`; empty where there is none to tell of.
    """

    database: Database
    clock: Callable[[], float]
    open_files: Callable[[Path, str | None], Iterable[OpenFile]]
    readers: Mapping[str, Reader]
    delivery: DeliveryContext
    open_mailer: Callable[[Company], Mailer]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    actor: Actor = PROGRAM
    stopping: Callable[[], bool] = lambda: False
    office: str = ""

    @property
    def now_utc_s(self) -> int:
        """The time in whole UTC seconds."""
        return int(self.clock())

    def load_setup(self, companies: Collection[str] | None = None) -> Setup:
        """The setup; only these companies where they are given."""
        with self.database.reading() as connection:
            return load_setup(connection, companies)

    def load_setup_with(self, ids: Collection[str]) -> Setup:
        """The setup together with removed venues of these ids, whose days can still be looked at."""
        with self.database.reading() as connection:
            setup = load_setup(connection)
            gone = {id_ for id_ in ids if setup.venue(id_) is None}
            back = [venue for venue, _ in load_removed(connection) if venue.id in gone] if gone else []
        return Setup(
            tuple(
                replace(company, venues=(*company.venues, *(one for one in back if one.company_id == company.id)))
                for company in setup.companies
            )
        )

    def list_with_removed(self) -> list[Venue]:
        """Every venue of the setup, and after them those that were removed from it, whose orders still count."""
        with self.database.reading() as connection:
            return [*load_setup(connection).venues, *(venue for venue, _ in load_removed(connection))]

    def load_setup_of(self, venues: Iterable[Venue]) -> Setup:
        """The companies of these venues."""
        return self.load_setup({venue.company_id for venue in venues})


def find_venues(setup: Setup, ids: Sequence[str]) -> list[Venue]:
    """The venues with these ids; all of them where no id is given.

    Raises UsageError for an id that is not set up, and where nothing is set up.
    """
    if not setup.venues:
        raise UsageError("Nothing is set up yet. Run posexport setup apply FILE.toml first.")
    if not ids:
        return list(setup.venues)
    known = {venue.id: venue for venue in setup.venues}
    for id_ in ids:
        if id_ not in known:
            raise UsageError(f"There is no venue {id_!r}. The setup has: {', '.join(sorted(known))}.")
    return [known[id_] for id_ in dict.fromkeys(ids)]
