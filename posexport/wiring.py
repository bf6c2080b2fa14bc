"""Builds everything: the only place that opens concrete sources and ledgers, reads the clock and resolves secrets.
Heavy imports happen where they are first needed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO

from posexport.app.workspace import Workspace
from posexport.core.actor import PROGRAM, Actor
from posexport.core.company import Company, Venue
from posexport.core.document import VOUCHER
from posexport.core.orders.document import ORDER
from posexport.core.ports.ledger import Ledger, LedgerKind, Opening
from posexport.core.ports.mail import Mailer
from posexport.core.ports.sales import Reader
from posexport.core.sales import MasterData, SalesItem
from posexport.delivery.chart_cache import Charts
from posexport.delivery.contact_lists import ContactLists
from posexport.delivery.context import DeliveryContext
from posexport.delivery.customer_links import CustomerLinks
from posexport.delivery.customer_lists import CustomerLists
from posexport.delivery.orders import ORDERS
from posexport.delivery.product_catalogs import ProductCatalogs
from posexport.delivery.vouchers import VOUCHERS
from posexport.errors import ClientKeyShared, KeyTooShort, MissingSecret, UsageError
from posexport.ledgers.registry import find_ledger, list_targets
from posexport.render.pdf_process import PageMaker
from posexport.setup.secrets import KEY_LENGTH_MIN, NoSecret, Secrets, find_secret, is_of_another, resolve_secret
from posexport.sources.files.csv_file import read_csv
from posexport.sources.files.jsonl import read_jsonl
from posexport.sources.files.open import open_sales as open_sales
from posexport.store.database import Database, open_database
from posexport.views.addresses import read_base_url

if TYPE_CHECKING:
    import ssl

    import httpx

    from posexport.http.client import Runtime
    from posexport.http.throttle import Throttle

CLOCK: Callable[[], float] = time.time
"""The time (UTC s), for the whole program."""

TIMEOUT_S = 25.0
"""How long (s) an answer is waited for before it counts as lost."""


@contextmanager
def open_workspace(
    database_url: str,
    *,
    environ: Mapping[str, str] | None = None,
    clock: Callable[[], float] = CLOCK,
    sleep: Callable[[float], None] = time.sleep,
    transport: httpx.BaseTransport | None = None,
    stopping: Callable[[], bool] = lambda: False,
    actor: Actor = PROGRAM,
    reads_only: bool = False,
) -> Iterator[Workspace]:
    """A workspace on the database at this URL or path; closes everything it opened. With `reads_only`, no database is
    created.

    Raises UsageError where the database cannot be opened, or is not there to be read.
    """
    if sleep is time.sleep:
        sleep = partial(_rest, stopping)
    database = open_database(database_url, make=not reads_only)
    environ = os.environ if environ is None else environ
    connections = Connections(environ, clock, sleep, transport, shared=database, stopping=stopping)
    try:
        workspace = build_workspace(database, connections)
        yield replace(workspace, stopping=stopping, actor=actor, office=read_office_address(environ))
    finally:
        connections.close()
        database.close()


OFFICE_VARIABLE = "POSEXPORT_OFFICE_URL"
"""Names the variable with the address of the back office, for e-mails that lead there."""


def read_office_address(environ: Mapping[str, str]) -> str:
    """The address of the back office, as browsers write it; empty where none is set.

    Raises UsageError where it is no address.
    """
    return check_office_address(environ.get(OFFICE_VARIABLE, ""), OFFICE_VARIABLE)


def check_office_address(written: str, named: str) -> str:
    """The same, from what was written under this name."""
    address = read_base_url(written.strip()) if written.strip() else ""
    if address is None:
        raise UsageError(f"{named} must be the office's address, such as https://regnskap.example/pos.")
    return address


_NAP_S = 0.2


def _rest(stopping: Callable[[], bool], seconds: float) -> None:
    """Sleep, or less if the program is to stop."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and not stopping():
        time.sleep(min(_NAP_S, left))


def build_workspace(database: Database, connections: Connections) -> Workspace:
    """A workspace whose ledgers come from these connections."""

    def open_vault(name: str) -> str:
        from posexport.app.vault import make_opener

        return make_opener(database, connections.environ)(name)

    connections.secrets = Secrets(connections.environ, open_vault)
    return Workspace(
        database=database,
        clock=connections.clock,
        open_files=open_sales,
        readers=READERS,
        delivery=DeliveryContext(
            database,
            connections.clock,
            connections.sleep,
            connections.open_ledger,
            connections.make_page,
            Charts(database, connections.clock),
            ProductCatalogs(database, connections.clock),
            CustomerLinks(database, CustomerLists(database, connections.clock)),
            ContactLists(connections.clock),
            {VOUCHER.name: VOUCHERS, ORDER.name: ORDERS},
        ),
        open_mailer=connections.open_mailer,
        secrets=connections.secrets,
    )


@dataclass(slots=True)
class Connections:
    """Opens ledgers, once per venue, and mail servers. For tests, `transport` replaces the network, `mail_context` the
    system's certificates and `render_page` the making of PDFs. Throttles are shared with other processes through
    `shared`, where that is PostgreSQL."""

    environ: Mapping[str, str] = field(repr=False)
    clock: Callable[[], float] = CLOCK
    sleep: Callable[[float], None] = time.sleep
    transport: httpx.BaseTransport | None = None
    render_page: Callable[[Mapping[str, Any]], bytes] | None = None
    mail_context: ssl.SSLContext | None = None
    shared: Database | None = None
    stopping: Callable[[], bool] = lambda: False
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    _pages: PageMaker = field(default_factory=PageMaker)
    _runtime: Runtime | None = None
    _open: dict[tuple[object, ...], Ledger] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        if not self.secrets:
            self.secrets = self.environ

    def open_ledger(self, company: Company, venue: Venue) -> Ledger:
        """The ledger where a venue's vouchers are drafted by the present setup.

        Raises MissingSecret where a key is missing, KeyTooShort where it cannot be PowerOffice Go's, ClientKeyShared
        where another venue has the same, and UsageError where the setup names none.
        """
        key = _name_destination(company, venue)
        with self._lock:
            if key not in self._open:
                self._open[key] = self._build(company, venue)
            return self._open[key]

    def _build(self, company: Company, venue: Venue) -> Ledger:
        kind = find_ledger(company.target)
        opener = _find_opener(kind, company)
        if kind.is_service:
            self._check_own_key(company, venue)

        def find_key(name: str) -> str:
            return self._find_key(kind, company, venue, name)

        return opener(Opening(company, venue, self.clock, find_key, self._find_runtime))

    def _find_key(self, kind: LedgerKind, company: Company, venue: Venue, name: str) -> str:
        """The secret of a setup key, the venue's own before its company's. Raises UsageError and KeyTooShort."""
        reference = getattr(venue, name, None) or getattr(company, name, None)
        if reference is None:
            raise UsageError(f"Venue {venue.id} has no {name} in the setup. Add it and apply the setup again.")
        if is_of_another(reference, company.id):
            raise MissingSecret(reference, "is another company's")
        secret = resolve_secret(reference, self.secrets)
        is_real = company.environment == "production" and company.base_url is None
        if is_real and kind.has_long_keys and len(secret) < KEY_LENGTH_MIN:
            raise KeyTooShort(venue.id, reference)
        return secret

    def _check_own_key(self, company: Company, venue: Venue) -> None:
        """Raises ClientKeyShared where two venues have the same client key. Applying a setup checks this too, but keys
        may have changed since."""
        others = (other for other in company.venues if other.id != venue.id)
        own = self._digest(venue.client_key)
        for other in others:
            if own is not None and own == self._digest(other.client_key):
                raise ClientKeyShared(venue.id, other.id)

    def _digest(self, reference: str | None) -> bytes | None:
        try:
            return sha256(find_secret(reference, self.secrets).encode()).digest() if reference else None
        except NoSecret:
            return None

    def _find_runtime(self) -> Runtime:
        import httpx

        from posexport.http.client import Runtime
        from posexport.http.throttle import Departures
        from posexport.http.transport import Transport

        if self._runtime is None:
            limits = httpx.Limits(max_connections=32, max_keepalive_connections=32, keepalive_expiry=5)
            transport = self.transport or Transport(self.environ, limits)
            client = httpx.Client(transport=transport, timeout=TIMEOUT_S, trust_env=False)
            throttle = self._build_throttle()
            self._runtime = Runtime(client, throttle, self.clock, self.sleep, departures=Departures())
        return self._runtime

    def _build_throttle(self) -> Throttle:
        from posexport.http.throttle import LATE_S, SHARED_APART_S, PacedThrottle
        from posexport.store.throttle import SharedThrottle

        if self.shared is not None and self.shared.is_postgresql:
            return SharedThrottle(self.shared, SHARED_APART_S, LATE_S)
        return PacedThrottle()

    def make_page(self, document: Mapping[str, Any]) -> bytes:
        """A voucher's settlement report as PDF. Raises ReportNotMade."""
        return (self.render_page or self._pages.make)(document)

    def open_mailer(self, company: Company) -> Mailer:
        """A company's mail server; its password is resolved now, so that a changed one is used.

        Raises MissingSecret where it is missing, UsageError where the setup names no mail server.
        """
        from posexport.notify.smtp import SmtpMailer

        mail = company.mail
        if mail is None:
            raise UsageError(f"Company {company.id} has no mail server. Add [company.mail] to the setup and apply it.")
        password = resolve_secret(mail.password, self.secrets) if mail.password else None
        return SmtpMailer(mail, password, self.mail_context, environ=self.environ, stopping=self.stopping)

    def close(self) -> None:
        """Close every connection, and the process that makes PDFs."""
        self._pages.close()
        if self._runtime is not None:
            self._runtime.http.close()


def _find_opener(kind: LedgerKind, company: Company) -> Callable[[Opening], Ledger]:
    module, _, name = kind.opened_by.partition(":")
    if not module:
        raise UsageError(
            f"Company {company.id} has target {kind.name!r}, which there is none of. "
            f"Set target to one of {', '.join(list_targets())} and apply the setup again."
        )
    opener: Callable[[Opening], Ledger] = getattr(import_module(module), name)
    return opener


def _name_destination(company: Company, venue: Venue) -> tuple[object, ...]:
    """What identifies a destination; another one is opened when it changes, since a scheduler keeps running while the
    setup changes."""
    where = (company.target, company.environment, company.base_url, company.output, company.reports)
    who = (company.name, company.whom_to_write)
    keys = (venue.application_key or company.application_key, company.subscription_key, venue.client_key)
    return (venue.id, *where, *who, *keys)


class SaftReader:
    """Reads SAF-T Cash Register. lxml is imported when the first file is read."""

    def read(self, stream: BinaryIO, name: str, known: MasterData) -> Iterator[SalesItem]:
        """Every item of the file."""
        from posexport.sources.saft.reader import read_saft

        return read_saft(stream, name, known)

    def read_master(self, stream: BinaryIO, name: str) -> MasterData | None:
        """The master data, which precedes the first location."""
        from posexport.sources.saft.reader import read_saft_master

        return read_saft_master(stream, name)


class CsvReader:
    """Reads CSV, which has no master data."""

    def read(self, stream: BinaryIO, name: str, known: MasterData) -> Iterator[SalesItem]:  # noqa: ARG002
        """Every item of the file."""
        return read_csv(stream, name)

    def read_master(self, stream: BinaryIO, name: str) -> MasterData | None:  # noqa: ARG002
        """None: the format has no master data."""
        return None


class JsonlReader:
    """Reads JSON lines, which have no master data."""

    def read(self, stream: BinaryIO, name: str, known: MasterData) -> Iterator[SalesItem]:  # noqa: ARG002
        """Every item of the file."""
        return read_jsonl(stream, name)

    def read_master(self, stream: BinaryIO, name: str) -> MasterData | None:  # noqa: ARG002
        """None: the format has no master data."""
        return None


class ExcelReader:
    """Reads Excel sheets, which have no master data. openpyxl is imported when the first is read."""

    def read(self, stream: BinaryIO, name: str, known: MasterData) -> Iterator[SalesItem]:  # noqa: ARG002
        """Every item of the file."""
        from posexport.sources.files.excel import read_excel

        return read_excel(stream, name)

    def read_master(self, stream: BinaryIO, name: str) -> MasterData | None:  # noqa: ARG002
        """None: the format has no master data."""
        return None


READERS: Mapping[str, Reader] = {
    "saft": SaftReader(),
    "csv": CsvReader(),
    "jsonl": JsonlReader(),
    "xlsx": ExcelReader(),
}
"""The reader of each format."""
