"""What the tests of the store and of everything above it share: a frozen clock, a client of PowerOffice Go behind
a transport, a workspace on a database, and small sales files.

Business days in the tests are 2026-11-20 (a Friday) and 2026-11-21; it is noon UTC on the 22nd.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import httpx
from sqlalchemy import Engine

from posexport import __main__ as program
from posexport.app.export import Revision, export_period
from posexport.app.import_sales import Imported, import_sales
from posexport.app.preview import Exported, check_period, preview as preview_venues
from posexport.app.resolve import Resolved, resolve_voucher
from posexport.app.review_venues import review_venues
from posexport.app.setup import apply_setup
from posexport.app.status import status as tell_status
from posexport.app.workspace import Workspace, find_venues
from posexport.core.actor import Actor, KnownBy
from posexport.core.company import Venue
from posexport.core.day import Period
from posexport.core.report import DayReport, EmptyDay, Report, StatusRow, VoucherReport
from posexport.core.review import Review
from posexport.http.client import Runtime
from posexport.sandbox import ConnectionLost, Fault, PowerOfficeGo, default_world
from posexport.setup.file import read_setup
from posexport.store.database import Database, open_database
from posexport.store.day_list import VenueDays
from posexport.wiring import Connections, build_workspace
from tests.fake_ledger.server import Asked, nordbok_of

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC).timestamp()
KARI = Actor("kari", KnownBy.TERMINAL)
"""Whoever acts in the tests."""

FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)

SECRETS: Mapping[str, str] = {
    "PO_APP": "appkey-5ecret-A1",
    "PO_SUB": "subkey-5ecret-S1",
    "PO_CLIENT_TORGET": "clientkey-5ecret-T1",
    "PO_CLIENT_BRYGGA": "clientkey-5ecret-B2",
    **{f"PO_CLIENT_{n}": f"clientkey-5ecret-N{n}" for n in range(12)},
    **{f"PO_ADDON_{n}": f"addonkey-5ecret-N{n}" for n in range(1, 10)},
}
"""What the environment holds; every value is recognisable wherever it should not be."""


class Clock:
    """A clock that stands still until it is told, or slept on."""

    def __init__(self, now_s: float = NOON) -> None:
        self.now_s = now_s
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds


class NoThrottle:
    """Lets everything through: the sandbox's own throttle is what is tested where it is."""

    def wait(self, api: str, key_digest: str) -> None:
        """At once."""


class Line(httpx.BaseTransport):
    """The line to a sandbox world, without sockets. `before` sees each request on its way, and may raise."""

    def __init__(self, world: PowerOfficeGo) -> None:
        self.world = world
        self.before: Callable[[httpx.Request], httpx.Response | None] = lambda request: None
        self.posts: list[Any] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        leaving = request.extensions.get("trace")
        if leaving is not None:  # as a real connection tells when it sends
            leaving("http11.send_request_headers.started", {"request": SimpleNamespace(method=request.method.encode())})
        answered = self.before(request)
        if answered is not None:
            return answered
        if request.headers.get("content-type", "").startswith("application/json"):
            self.posts.append(json.loads(request.content))
        headers = dict(request.headers)
        query = request.url.query.decode()
        try:
            if request.url.path.startswith("/nordbok/"):
                asked = Asked(request.method, request.url.path, query, headers, request.content)
                told = nordbok_of(self.world).handle(asked)
                return httpx.Response(told.status, headers=dict(told.headers), content=told.body)
            answer = self.world.handle(request.method, request.url.path, query, headers, request.content)
        except ConnectionLost:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.") from None
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)


VENUES = """
  [[company.venue]]
  id = "torget"
  name = "Torget Kafé"
  department = "10"
  client_key = "env:PO_CLIENT_TORGET"
  registers = ["1", "2"]
  export_from = 2020-01-01
  {torget}
"""

BRYGGA = """
  [[company.venue]]
  id = "brygga"
  name = "Brygga Bar"
  department = "20"
  client_key = "env:PO_CLIENT_BRYGGA"
  addon = 1
  application_key = "env:PO_ADDON_1"
  registers = ["3"]
  export_from = 2020-01-01
"""

MAPPING = """
  [[company.vat_code]]
  code = "3"
  go = "3"
  [[company.vat_code]]
  code = "31"
  go = "31"
  [[company.product_type]]
  code = "100"
  name = "Mat"
  accounts = { "31" = "3030", "3" = "3020" }
  [[company.product_type]]
  code = "200"
  name = "Øl"
  accounts = { "3" = "3022" }
  [[company.payment_type]]
  code = "CASH"
  name = "Kontant"
  account = "1900"
  [[company.payment_type]]
  code = "CARD"
  name = "Bankkort"
  account = "1592"
  [[company.payment_type]]
  code = "CREDIT"
  name = "Kreditt"
  account = "1500"
  [company.accounts]
  rounding = "7740"
  tips = "2911"
  gift_cards = "2901"
"""


def setup_text(
    target: str = "import",
    *,
    torget: str = "",
    venues: str = VENUES,
    mapping: str = MAPPING,
    base_url: str = "https://go.test",
    output: str = "",
    reports: str = "",
    company: str = "",
    customers: str = "number",
) -> str:
    """A setup file of Fjordmat AS; `torget` are further lines of its first venue. `customers`: who links them, as in a
    table of orders, unless there is one; "" for a file that does not say."""
    if customers and "[company.orders]" not in f"{company}{mapping}":
        mapping = f'{mapping.rstrip()}\n  [company.orders]\n  customers = "{customers}"\n'
    folders = "\n".join(f'{key} = "{path}"' for key, path in (("output", output), ("reports", reports)) if path)
    return f"""
[[company]]
id = "fjordmat"
name = "Fjordmat AS"
organization_number = "999999999"
target = "{target}"
base_url = "{base_url}"
application_key = "env:PO_APP"
subscription_key = "env:PO_SUB"
{folders}
{company}
{venues.replace("{torget}", torget)}
{mapping}
"""


def sale(
    number: int | str,
    amount: str = "125.00",
    at: str = "2026-11-20T12:00:00",
    *,
    register: str = "1",
    product: str = "100",
    vat_code: str = "3",
    vat: str | None = None,
    paid: str = "CARD",
    **more: Any,
) -> dict[str, Any]:
    """One ticket of one line as JSON lines have it; `more` goes on the ticket. Its id is that of its register, number
    and time, so that the same with another content is a change; `id=None` for a register that gives none."""
    line = {"product_type": product, "vat_code": vat_code, "gross": amount}
    if vat is not None:
        line["vat"] = vat
    return {
        "register": register,
        "ticket": str(number),
        "completed_at": at,
        "lines": [line],
        "payments": [{"payment_type": paid, "amount": amount}],
        "id": f"{register}/{number}/{at}",
        **more,
    }


FULL_DAY = (
    sale(1, "200.00", paid="CASH"),
    sale(2, "115.00", vat_code="31", at="2026-11-20T12:05:00"),
    sale(
        3,
        at="2026-11-20T22:00:00",
        lines=[
            {"product_type": "200", "vat_code": "3", "gross": "99.50"},
            {"product_type": "100", "vat_code": "3", "gross": "300.25"},
        ],
        payments=[{"payment_type": "CASH", "amount": "400.00"}, {"payment_type": "CARD", "amount": "20.00"}],
        tip="20.00",
        rounding="0.25",
    ),
    sale(4, "-50.00", at="2026-11-21T01:30:00"),
    sale(5, "230.00", at="2026-11-20T18:00:00", vat_code="31", paid="CREDIT", customer="10001"),
    sale(
        6,
        at="2026-11-20T18:10:00",
        lines=[],
        gift_cards_sold="500.00",
        payments=[{"payment_type": "CARD", "amount": "500.00"}],
    ),
)
"""A day with everything on it: two VAT rates, a return after midnight, a tip, rounding, a customer, a gift card."""


LONG_AFTER = datetime(2035, 1, 1, tzinfo=UTC).timestamp()
"""When the tests' files were written, as far as they say: never on the day of their own tickets, whatever day it is."""


def write_jsonl(path: Path, tickets: Iterable[Mapping[str, Any]]) -> Path:
    """A file of JSON lines."""
    path.write_text("".join(json.dumps(ticket) + "\n" for ticket in tickets), encoding="utf-8")
    os.utime(path, (LONG_AFTER, LONG_AFTER))
    return path


@dataclass
class Shop:
    """A database, a world, a clock and a folder; each `open` is like a new run of the program."""

    url: str
    folder: Path
    clock: Clock = field(default_factory=Clock)
    environ: dict[str, str] = field(default_factory=lambda: dict(SECRETS))
    world: PowerOfficeGo = field(init=False)
    line: Line = field(init=False)
    monotonic: Callable[[], float] | None = None
    """A clock that never leaps, where the shop's own may."""
    files: int = 0
    _idle: list[Engine] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self.world = default_world(
            clock=self.clock, rng=random.Random(7), v1_requests_per_s=10_000, v2_requests_per_s=10_000
        )
        self.line = Line(self.world)

    @property
    def faults(self) -> deque[Fault]:
        """The queue of what is to go wrong, each fault on the first request it is for."""
        assert isinstance(self.world.faults, deque)
        return self.world.faults

    @contextmanager
    def open(self, transport: httpx.BaseTransport | None = None) -> Iterator[Workspace]:
        """A workspace, closed again."""
        database = self.open_database()
        connections = Connections(self.environ, self.clock, self.clock.sleep, render_page=self.render_page)
        with httpx.Client(transport=transport or self.line) as client:
            steady = self.monotonic or self.clock
            connections._runtime = Runtime(client, NoThrottle(), self.clock, self.clock.sleep, steady)
            try:
                yield replace(build_workspace(database, connections), actor=KARI)
            finally:
                self.close_database(database)

    def open_database(self) -> Database:
        """The database as a new run opens it. What SQLAlchemy has compiled is kept from run to run; connections and
        what is remembered are not."""
        try:
            return Database(self._idle.pop())
        except IndexError:
            return open_database(self.url)

    def close_database(self, database: Database) -> None:
        """Let go of every connection."""
        database.close()
        self._idle.append(database.engine)

    @staticmethod
    def render_page(document: Mapping[str, Any]) -> bytes:
        """A page that is quickly made; what a real one looks like is tested where it is made."""
        return b"%PDF-1.7 " + json.dumps(document).encode()

    def apply(self, text: str | None = None, **options: Any) -> None:
        """Apply a setup file; `options` are `setup_text`'s."""
        if text is None:
            if options.get("target") == "file":
                options.setdefault("output", str(self.folder / "vouchers"))
            options.setdefault("reports", str(self.folder / "reports"))
            text = setup_text(**options)
        path = self.folder / "setup.toml"
        path.write_text(text, encoding="utf-8")
        with self.open() as workspace:
            apply_setup(workspace, read_setup(path, workspace.load_setup(), self.environ))

    def write(self, *tickets: Mapping[str, Any], name: str | None = None) -> Path:
        """A sales file of these tickets, with a name of its own."""
        self.files += 1
        return write_jsonl(self.folder / (name or f"sales-{self.files}.jsonl"), tickets)

    def sell(self, *tickets: Mapping[str, Any], name: str | None = None) -> Imported:
        """Import these tickets as one file."""
        return self.load(self.write(*tickets, name=name))

    def load(self, *paths: Path, **options: Any) -> Imported:
        """Import files."""
        with self.open() as workspace:
            return import_sales(workspace, paths, **options)

    def preview(self, first: date | None = None, last: date | None = None, venues: Sequence[str] = ()) -> Report:
        """A preview in a run of its own."""
        with self.open() as workspace:
            return preview_venues(workspace, self.venues(workspace, venues), Period(first, last))

    def export(
        self,
        first: date | None = None,
        last: date | None = None,
        venues: Sequence[str] = (),
        transport: httpx.BaseTransport | None = None,
        revision: Revision | None = None,
    ) -> Exported:
        """An export in a run of its own."""
        with self.open(transport) as workspace:
            return export_period(workspace, self.venues(workspace, venues), Period(first, last), revision=revision)

    def revise(self, first: date | None = None, last: date | None = None, *, dated: date | None = None) -> Exported:
        """An export that mends, in a run of its own."""
        return self.export(first, last, revision=Revision(dated))

    def check(self, first: date | None = None, last: date | None = None) -> Exported:
        """A preview that asks PowerOffice, in a run of its own."""
        with self.open() as workspace:
            return check_period(workspace, self.venues(workspace), Period(first, last))

    def status(self) -> tuple[StatusRow, ...]:
        """A status in a run of its own; it is what comes of working it out anew, and so is the one after it."""
        with self.open() as workspace:
            venues = self.venues(workspace)
            told = tell_status(workspace, venues, Period())
            anew = status_anew(workspace, venues)
            assert told == anew
            assert tell_status(workspace, venues, Period()) == anew
            return told

    def resolve(self, drafted: str | None = None, reference: str | None = None, *, day: date = FRIDAY) -> Resolved:
        """A person's word on a voucher of the first venue, in a run of its own; None: it is not there."""
        with self.open() as workspace:
            return resolve_voucher(workspace, self.venues(workspace)[0], day, drafted, reference)

    def venues(self, workspace: Workspace, ids: Sequence[str] = ()) -> list[Venue]:
        """The venues of these ids, or all."""
        return find_venues(workspace.load_setup(), ids)

    def only(self, report: Report) -> DayReport:
        """What a report shows of its one day."""
        assert len(report.vouchers) == 1, report.vouchers
        return report.vouchers[0]

    def only_voucher(self, report: Report) -> VoucherReport:
        """What a report shows of its one day, which has a voucher."""
        return of_voucher(self.only(report))

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What stands in the store."""
        with self.open() as workspace, workspace.database.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    def change(self, statement: str) -> None:
        """Change the store behind posexport's back."""
        with self.open() as workspace, workspace.database.writing() as connection:
            connection.exec_driver_sql(statement)


def status_anew(workspace: Workspace, venues: Sequence[Venue], period: Period = Period()) -> tuple[StatusRow, ...]:
    """A status for which every day is worked out, and nothing is read of what is kept, or kept."""
    with (
        patch.object(VenueDays, "find_fresh", lambda *_: None),
        patch("posexport.app.day_list._keep", lambda *_: None),
    ):
        return tell_status(workspace, venues, period)


def codes(shown: DayReport | Report | StatusRow) -> list[str]:
    """The codes of the findings, in order."""
    return [finding.code for finding in shown.findings]


def of_voucher(shown: DayReport) -> VoucherReport:
    """A report that is of a voucher."""
    assert isinstance(shown, VoucherReport), shown
    return shown


def first_review(workspace: Workspace, venues: Sequence[Venue]) -> Review:
    """The first voucher that is not yet drafted, as it is reviewed."""
    review = next(review_venues(workspace, venues, Period()))
    assert isinstance(review, Review), review
    return review


def vouchers_of(report: Report) -> list[VoucherReport]:
    """A report that shows nothing but vouchers."""
    return [of_voucher(shown) for shown in report.vouchers]


def empty_day(report: Report) -> EmptyDay:
    """The one day of a report, which has no voucher."""
    (shown,) = report.vouchers
    assert isinstance(shown, EmptyDay), shown
    return shown


def states(report: Report) -> list[str]:
    """The state of each voucher, in order."""
    return [shown.state.value for shown in report.vouchers]


def run_program(monkeypatch: Any, *arguments: str) -> int:
    """Run the command line in this process, as `posexport ARGUMENTS`; its exit code."""
    monkeypatch.setattr(sys, "argv", ["posexport", *arguments])
    try:
        program.main()
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def together(*works: Callable[[], Any]) -> list[Any]:
    """Do several things at once; their results, or what they raised."""
    results: list[Any] = [None] * len(works)

    def do(place: int) -> None:
        try:
            results[place] = works[place]()
        except BaseException as error:  # noqa: BLE001
            results[place] = error

    threads = [threading.Thread(target=do, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
