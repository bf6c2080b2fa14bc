"""The people that messages go to: a shop, what waits there, and what each of its people is sent.

The mail server is in memory; `Office.look` is a look at everything, as the scheduler has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from posexport.app.workspace import Workspace
from posexport.core.company import Company
from posexport.core.ports.mail import Letter, MailConnection, Mailer
from posexport.errors import MailTrouble
from posexport.notify.notify import keep_people_posted
from posexport.notify.outbox import Sent
from tests.support.harness import BRYGGA, VENUES, Shop, sale, setup_text

KARI, OLA = "kari@example.com", "ola@example.com"
MAIL = """
  [company.mail]
  server = "127.0.0.1:{port}"
  sender = "posexport@example.com"
  security = "none"
  {more}
"""
HELD = sale(1, paid="VIPPS")
"""A ticket whose payment type has no account: its day is held."""


def told(person: str = KARI) -> str:
    """The line of a venue that names whom it tells."""
    return f'notify = ["{person}"]'


def with_brygga(torget: str, brygga: str) -> str:
    """Two venues, each with a further line."""
    return VENUES.replace("{torget}", torget) + BRYGGA + f"  {brygga}\n"


def mail(port: int = 2525, more: str = "") -> str:
    """The table of a company's mail server."""
    return MAIL.format(port=port, more=more)


@dataclass
class Outbox:
    """A mail server in memory. `trouble` is raised for a letter; `down` on connecting; `used`: whose mail it was opened
    for."""

    letters: list[Letter] = field(default_factory=list)
    trouble: Callable[[Letter], MailTrouble | None] = lambda letter: None
    down: MailTrouble | None = None
    connections: int = 0
    used: list[str] = field(default_factory=list)

    def __call__(self, company: Company) -> Mailer:
        self.used.append(company.id)
        return self

    @contextmanager
    def connect(self) -> Iterator[MailConnection]:
        self.connections += 1
        if self.down:
            raise self.down
        yield self

    def send(self, letter: Letter) -> None:
        trouble = self.trouble(letter)
        if trouble is not None:
            raise trouble
        self.letters.append(letter)

    def die(self) -> list[str]:
        """Let the process die at the next letter; the ids of letters it died at."""
        seen: list[str] = []

        def end(letter: Letter) -> MailTrouble | None:
            seen.append(letter.id)
            raise SystemExit

        self.trouble = end
        return seen

    def take(self) -> list[Letter]:
        taken, self.letters = self.letters, []
        return taken


@dataclass
class Office:
    """A shop and its people: each `look` is a look at everything, as the scheduler has it."""

    shop: Shop
    outbox: Outbox = field(default_factory=Outbox)

    def apply(self, torget: str = told(), *, venues: str | None = None, more: str = "", has_mail: bool = True) -> None:
        text = venues or VENUES.replace("{torget}", torget)
        self.shop.apply(venues=text + (mail(more=more) if has_mail else ""))

    @contextmanager
    def open(self) -> Iterator[Workspace]:
        with self.shop.open() as workspace:
            yield replace(workspace, open_mailer=self.outbox)

    def look(self) -> list[Letter]:
        """What people are sent."""
        self.send()
        return self.outbox.take()

    def send(self) -> Sent:
        with self.open() as workspace:
            return keep_people_posted(workspace, workspace.now_utc_s)

    def subjects(self) -> list[str]:
        return [letter.subject for letter in self.look()]

    def later(self, **time: int) -> None:
        self.shop.clock.now_s += timedelta(**time).total_seconds()


STRAND = """
[[company]]
id = "strand"
name = "Strand AS"
organization_number = "974760673"
target = "file"
output = "{output}"
{company}
  [[company.venue]]
  id = "stranden"
  name = "Strandkaféen"
  department = "1"
  registers = ["9"]
  export_from = 2020-01-01
  {people}
{mail}
"""
"""A second company, in which nothing has an account: its days are held."""


def apply_two(
    office: Office, *, strand: str, strand_mail: str = "", strand_is: str = "", torget: str = "", first_mail: str = ""
) -> None:
    """Set up Fjordmat, which tells Kari, and Strand beside it, whose venue has the line `strand`, its mail this table
    and the company this line; both send by the same mail account where nothing else is said (`first_mail` is
    Fjordmat's)."""
    first = setup_text(venues=VENUES.replace("{torget}", torget or told()) + (first_mail or mail()))
    output = office.shop.folder / "strand"
    second = STRAND.format(output=output, people=strand, mail=strand_mail or mail(), company=strand_is)
    office.shop.apply(first + second)


def sell_in_both(office: Office) -> None:
    """A day is held in each of the two companies: one in Fjordmat, two in Strand."""
    office.shop.sell(HELD, sale(2, at="2026-11-21T12:00:00"))
    office.shop.sell(sale(1, register="9"), sale(2, at="2026-11-21T12:00:00", register="9"))
