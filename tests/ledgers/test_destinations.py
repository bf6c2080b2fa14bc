"""One contract over all destinations, and what those over the wire make of every kind of answer.

The sandbox is PowerOffice Go; it shares no code with what is tested here. The first part speaks to destinations as
the port has them, the second to the program that uses them.
"""

from __future__ import annotations

import base64
import contextlib
import csv
import html
import json
import random
import time
import urllib.parse
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, strategies as st

from posexport.app.export import export_period
from posexport.app.workspace import Workspace
from posexport.core.company import Company
from posexport.core.day import Period
from posexport.core.lines import LineKind, VoucherLine
from posexport.core.ports.ledger import (
    Chart,
    Drafted,
    DraftedHow,
    DraftStatus,
    Identity,
    Ledger,
    Lookup,
    Page,
    Payload,
    SourceTrail,
)
from posexport.core.report import State
from posexport.core.voucher import Voucher
from posexport.errors import (
    AnswerLost,
    Exit,
    KeysRefused,
    NotSent,
    PosexportError,
    PowerOfficeRefused,
    PrivilegeMissing,
    Throttled,
    VoucherNotSeen,
    VoucherRefused,
)
from posexport.http.evidence import EVIDENCE_LENGTH_MAX
from posexport.http.redact import COVER, Redactor
from posexport.http.throttle import REQUESTS_PER_SECOND, Departures, PacedThrottle
from posexport.ledgers.folder.report_files import ReportFolder
from posexport.ledgers.folder.voucher_files import VoucherFolder
from posexport.ledgers.poweroffice import v2
from posexport.ledgers.poweroffice.direct_posting import LedgerPostings
from posexport.ledgers.poweroffice.import_queue import ImportQueue
from posexport.ledgers.poweroffice.journal import JournalDrafts
from posexport.ledgers.poweroffice.session import Keys, Runtime, Session, find_base_url, wire_amount
from posexport.sandbox import ALL_PRIVILEGES, Draft, Fault, default_world
from posexport.wiring import open_workspace
from tests.fake_ledger.nordbok import NordbokLedger
from tests.fake_ledger.server import nordbok_of
from tests.support import saft_builder as saft
from tests.support.harness import (
    FRIDAY,
    FULL_DAY,
    MAPPING,
    NOON,
    SATURDAY,
    SECRETS,
    VENUES,
    Clock,
    Line,
    NoThrottle,
    Shop,
    codes,
    of_voucher,
    sale,
    states,
)

TARGETS = ("import", "journal", "ledger", "file")
WIRE = ("import", "journal", "ledger")
DRAFT_PATH = {
    "import": "/Import/",
    "journal": "/JournalEntryVouchers/ManualJournals",
    "ledger": "/Vouchers/CashJournals",
}
LISTS = {"import": 0, "journal": 1, "ledger": 0}
"""How often a run asks what is there already, by client key."""
PAGE_REQUESTS = {"import": 0, "journal": 1, "ledger": 1}
KINDS = {"import": "import", "journal": "manual-journal", "ledger": "cash-voucher"}


def apply(shop: Shop, target: str, **options: Any) -> None:
    """A setup with this target; direct posting is allowed where it is asked for."""
    if target == "ledger":
        options.setdefault("company", "direct_posting = true")
    shop.apply(target=target, **options)


def received(shop: Shop) -> list[Draft]:
    """What stands in PowerOffice Go, drafted or posted."""
    return [*shop.world.drafts(), *shop.world.vouchers()]


def where(workspace: Workspace) -> Ledger:
    """The first venue's destination."""
    setup = workspace.load_setup()
    return workspace.delivery.open_ledger(setup.companies[0], setup.venues[0])


def friday_voucher(shop: Shop) -> Voucher:
    return shop.only_voucher(shop.preview(FRIDAY, FRIDAY)).voucher


def told_lines(voucher: Voucher) -> Counter[tuple[Any, ...]]:
    """What a ledger should see of each line."""
    return Counter(
        (line.account, line.vat_code, line.department, line.amount_ore, line.customer) for line in voucher.lines
    )


def received_lines(shop: Shop, target: str) -> Counter[tuple[Any, ...]]:
    """What the destination has, in the same form."""
    if target == "file":
        (path,) = (shop.folder / "vouchers").glob("*.json")
        return written_lines(json.loads(path.read_text()))
    (draft,) = received(shop)
    return ledger_lines(draft)


def written_lines(written: dict[str, Any]) -> Counter[tuple[Any, ...]]:
    """What a voucher's JSON file has."""

    def amount(line: dict[str, str]) -> int:
        return round(float(line["debit"]) * 100) - round(float(line["credit"]) * 100)

    return Counter(
        (line["account"], line["vat_code"], line["department"], amount(line), line["customer"])
        for line in written["lines"]
    )


def ledger_lines(draft: Draft) -> Counter[tuple[Any, ...]]:
    """What the sandbox has."""
    return Counter(
        (
            str(line.account_no),
            line.vat_code,
            line.department_code,
            line.amount_ore,
            str(line.customer) if line.customer else None,
        )
        for line in draft.lines
    )


def requests(shop: Shop) -> list[tuple[str, str, int]]:
    return [(request.method, request.path, request.status) for request in shop.world.requests]


def waits_for_it(shop: Shop) -> None:
    """An export that waits for a draft that may still come, until that is no longer believed."""
    exported = shop.export()
    assert (set(states(exported.report)), exported.exit_code) == ({"uncertain"}, Exit.WAIT)
    assert "looked for until" in of_voucher(exported.report.vouchers[0]).answer
    assert "looked-for" in codes(exported.report.vouchers[0])
    shop.clock.now_s += 300


def drafting_posts(shop: Shop) -> int:
    """How often a voucher was sent; its documentation goes by itself."""
    paths = {"/Import/", "/v2/JournalEntryVouchers/ManualJournals", "/v2/Vouchers/CashJournals"}
    return sum(1 for method, path, _ in requests(shop) if method == "POST" and path in paths)


# One contract over all destinations


REFERENCE = "torget-20261120-r1"
PDF = Page(f"{REFERENCE}.pdf", b"%PDF-1.7 settlement report")
KEYS = Keys(SECRETS["PO_APP"], SECRETS["PO_CLIENT_TORGET"], SECRETS["PO_SUB"])
KEY_TEXTS = (KEYS.application_key, KEYS.client_key, str(KEYS.subscription_key))


def a_voucher(reference: str = REFERENCE, amount_ore: int = 125_00) -> Voucher:
    """A cash sale and a customer's, paid in cash and on the customer's account."""
    rows: tuple[tuple[str, str, int, LineKind, str | None], ...] = (
        ("1900", "0", amount_ore, LineKind.PAYMENT, None),
        ("1500", "0", 23_05, LineKind.PAYMENT, "10001"),
        ("3020", "3", -amount_ore, LineKind.SALES, None),
        ("3030", "31", -23_05, LineKind.SALES, None),
    )
    lines = tuple(
        VoucherLine(account, vat_code, "10", amount, kind, "100", f"Linje {account}", customer)
        for account, vat_code, amount, kind, customer in rows
    )
    description = f"Dagsoppgjør Torget Kafé {FRIDAY.isoformat()}"
    return Voucher("torget", FRIDAY, 0, FRIDAY, reference, description, "10", "NOK", lines)


@dataclass
class Bench:
    """One destination, and PowerOffice Go or a folder behind it."""

    target: str
    folder: Path
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.world = default_world(
            clock=self.clock, rng=random.Random(7), v1_requests_per_s=10_000, v2_requests_per_s=10_000
        )
        self.line = Line(self.world)
        self.http = httpx.Client(transport=self.line)
        self.destination = self.open()

    @property
    def system(self) -> Any:
        """The accounting system, and what a bookkeeper can do in it."""
        return nordbok_of(self.world) if self.target == "nordbok" else self.world

    def open(self) -> Ledger:
        """The destination as a new run of the program has it, with no token yet."""
        if self.target == "file":
            return VoucherFolder(self.folder / "vouchers", "Fjordmat AS", self.clock)
        runtime = Runtime(self.http, NoThrottle(), self.clock, self.clock.sleep)
        if self.target == "nordbok":
            return NordbokLedger(runtime, "https://go.test", KEYS.client_key, "torget")
        api: Any = "v1" if self.target == "import" else "v2"
        session = Session(runtime, api, "https://go.test", KEYS, "torget")
        if self.target == "import":
            return ImportQueue(session, ReportFolder(self.folder / "reports"))
        return JournalDrafts(session) if self.target == "journal" else LedgerPostings(session)

    def payload(self, reference: str = REFERENCE, amount_ore: int = 125_00) -> Payload:
        voucher = a_voucher(reference, amount_ore)
        return self.destination.build_payload(voucher, self.destination.read_chart([voucher]), SourceTrail())

    def send(self, payload: Payload | None = None, wait_s: float = 120) -> Drafted:
        return self.destination.send(self.payload() if payload is None else payload, self.clock() + wait_s)

    def find(self, payload: Payload | None = None, ruled_out: frozenset[str] = frozenset()) -> Lookup:
        return self.destination.find(self.payload() if payload is None else payload, int(NOON), ruled_out)

    def standing(self, remote_id: str) -> DraftStatus:
        return self.destination.find_status(remote_id, int(NOON))

    def pass_s(self, seconds: float = 2) -> None:
        self.clock.now_s += seconds

    @property
    def faults(self) -> deque[Fault]:
        """The queue of what is to go wrong."""
        assert isinstance(self.world.faults, deque)
        return self.world.faults

    def replica_s(self, lag_s: float) -> None:
        """Let reads lag writes by so much."""
        self.world.replica_lag_s = lag_s

    def order(self, kind: str, status: int = 503, **more: Any) -> None:
        """Let the next drafting call go wrong this way."""
        fault = Fault(kind, status, method="POST", path=DRAFT_PATH[self.target], **more)  # type: ignore[arg-type]
        self.faults.append(fault)

    def answer(self, response: Callable[[httpx.Request], httpx.Response], method: str = "", path: str = "") -> None:
        """Let requests be answered this way, the token's excepted."""

        def before(request: httpx.Request) -> httpx.Response | None:
            is_meant = method in ("", request.method) and path in request.url.path
            return response(request) if is_meant and not request.url.path.endswith("/Token") else None

        self.line.before = before

    def received(self) -> list[Any]:
        if self.target == "nordbok":
            return nordbok_of(self.world).standing()
        return [*self.world.drafts(), *self.world.vouchers()]

    def count(self, reference: str = REFERENCE) -> int:
        """How many vouchers of this reference there are."""
        if self.target == "file":
            return len(list((self.folder / "vouchers").glob(f"{reference}.json")))
        return sum(f"[{reference}" in str(draft.description) for draft in self.received())

    def calls(self) -> list[tuple[str, str]]:
        """What went over the wire, but for tokens."""
        every = [(request.method, request.path) for request in self.world.requests]
        return [call for call in every if not call[1].endswith("/Token")]

    def posts(self) -> int:
        """How often a voucher was sent."""
        return sum(method == "POST" and path.endswith(DRAFT_PATH[self.target]) for method, path in self.calls())

    def post(self, remote_id: str) -> None:
        """A bookkeeper posts the draft, or takes the files away."""
        if self.target == "file":
            (self.folder / "vouchers" / remote_id).unlink()
        else:
            self.system.post(remote_id)

    def delete(self, remote_id: str) -> None:
        """A bookkeeper deletes the draft, or reverses the voucher."""
        if self.target == "ledger":
            self.system.reverse(remote_id)
        else:
            self.system.delete(remote_id)


def open_bench(target: str, folder: Path) -> Iterator[Bench]:
    bench = Bench(target, folder)
    with bench.http:
        yield bench


@pytest.fixture(params=(*TARGETS, "nordbok"))
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Each destination in turn."""
    yield from open_bench(request.param, tmp_path)


@pytest.fixture(params=WIRE)
def wired(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Each destination over the wire in turn."""
    yield from open_bench(request.param, tmp_path)


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Bench]:
    """The import queue."""
    yield from open_bench("import", tmp_path)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Bench]:
    """The journal-entry drafts."""
    yield from open_bench("journal", tmp_path)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Bench]:
    """The ledger."""
    yield from open_bench("ledger", tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Bench]:
    """The folder of voucher files."""
    yield from open_bench("file", tmp_path)


# Drafting and finding


def test_a_voucher_arrives_line_by_line(bench: Bench) -> None:
    drafted = bench.send()
    if bench.target == "file":
        written = json.loads((bench.folder / "vouchers" / drafted.remote_id).read_text())
        assert written_lines(written) == told_lines(a_voucher())
    else:
        (draft,) = bench.received()
        assert draft.id == drafted.remote_id
        assert ledger_lines(draft) == told_lines(a_voucher())


def test_a_draft_is_found_by_its_payload_and_only_once_it_is_there(bench: Bench) -> None:
    payload = bench.payload()
    assert bench.find(payload).drafted is None
    drafted = bench.send(payload)
    bench.pass_s()
    found = bench.find(payload).drafted
    assert found is not None
    assert found.remote_id == drafted.remote_id
    assert bench.find(bench.payload("torget-20261121-r1")).drafted is None
    assert bench.open().find(payload, int(NOON)).drafted == found


def test_a_draft_is_found_though_its_answer_was_lost(wired: Bench) -> None:
    payload = wired.payload()
    wired.order("lose_answer")
    with pytest.raises(AnswerLost):
        wired.send(payload)
    wired.pass_s()
    found = wired.find(payload).drafted
    assert found is not None
    assert found.remote_id == wired.received()[0].id
    assert wired.posts() == 1


@pytest.mark.parametrize("skew_s", [-26 * 3600, 26 * 3600])
def test_a_draft_is_found_though_the_clocks_are_a_day_apart(wired: Bench, skew_s: int) -> None:
    wired.world.clock = lambda: wired.clock() + skew_s
    wired.destination = wired.open()
    drafted = wired.send()
    wired.pass_s()
    found = wired.find().drafted
    assert found is not None
    assert found.remote_id == drafted.remote_id
    assert wired.standing(drafted.remote_id) is not DraftStatus.GONE


def test_a_draft_on_a_later_page_of_a_list_is_found(wired: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(v2, "PAGE_SIZE", 2)
    drafted = [wired.send(wired.payload(f"torget-20261120-r{n}")) for n in range(1, 6)]
    wired.pass_s()
    for n in range(1, 6):
        found = wired.find(wired.payload(f"torget-20261120-r{n}")).drafted
        assert found is not None
        assert found.remote_id == drafted[n - 1].remote_id
        assert wired.standing(found.remote_id) is not DraftStatus.GONE


def test_other_drafts_are_ruled_out_once_and_not_looked_at_again(journal: Bench) -> None:
    others = {journal.send(journal.payload(f"torget-2026111{n}-r1")).remote_id for n in range(3)}
    journal.pass_s()
    sighting = journal.find()
    assert sighting == Lookup(None, frozenset(others))
    journal.destination = journal.open()
    payload = journal.payload()
    journal.world.requests.clear()
    assert journal.find(payload, sighting.ruled_out) == Lookup()
    assert [path for _, path in journal.calls()] == ["/v2/JournalEntryVouchers"]
    drafted = journal.send(payload)
    journal.pass_s()
    journal.world.requests.clear()
    found = journal.find(payload, sighting.ruled_out)
    assert found.drafted is not None
    assert (found.drafted.remote_id, found.ruled_out) == (drafted.remote_id, frozenset())
    assert len(journal.calls()) == 2


def test_a_draft_that_is_deleted_while_it_is_looked_for_is_ruled_out(journal: Bench) -> None:
    other = journal.send(journal.payload("torget-20261119-r1")).remote_id
    journal.pass_s()
    payload = journal.payload()

    def delete(request: httpx.Request) -> None:
        if request.url.path.endswith(other):
            journal.world.delete(other)
            journal.pass_s()

    journal.line.before = delete
    assert journal.find(payload) == Lookup(None, frozenset({other}))


def test_a_draft_is_found_though_a_person_has_written_more_behind_our_reference(journal: Bench) -> None:
    drafted = journal.send()
    journal.pass_s()
    described = {"Description": f"Dagsoppgjør [{REFERENCE}] sjekket av Kari"}
    journal.answer(lambda request: httpx.Response(200, json=described), path="ManualJournals/")
    found = journal.find().drafted
    assert found is not None
    assert found.remote_id == drafted.remote_id


@pytest.mark.parametrize("body", [b"{}", b'{"Id": "x"}', b'["x"]', b'"x"', b"1", b'{"success":true,"data":{"id":"x"}}'])
def test_an_answer_that_is_no_list_is_not_taken_for_an_empty_one(wired: Bench, body: bytes) -> None:
    payload = wired.payload()
    drafted = wired.send(payload)
    wired.pass_s()
    headers = {"Content-Type": "application/json"}
    wired.answer(lambda request: httpx.Response(200, content=body, headers=headers), "GET")
    with pytest.raises(NotSent):
        wired.find(payload)
    if wired.target != "ledger" or not body.startswith(b"{"):
        with pytest.raises(NotSent):
            wired.standing(drafted.remote_id)


# Standing and taking back


def test_a_standing_follows_what_a_bookkeeper_does(bench: Bench) -> None:
    first, second = bench.send().remote_id, bench.send(bench.payload("torget-20261121-r1")).remote_id
    bench.pass_s()
    assert bench.standing(first) is (DraftStatus.POSTED if bench.target == "ledger" else DraftStatus.UNPOSTED)
    bench.post(first)
    bench.pass_s()
    assert bench.standing(first) is DraftStatus.POSTED
    if bench.target != "file":
        bench.delete(second)
        bench.pass_s()
        undone = DraftStatus.REVERSED if bench.target == "ledger" else DraftStatus.GONE
        assert bench.standing(second) is undone
        assert bench.find(bench.payload("torget-20261121-r1")).drafted is None


def test_a_draft_can_be_taken_back_and_that_twice(bench: Bench) -> None:
    drafted = bench.send()
    bench.pass_s()
    if bench.target == "ledger":
        assert bench.destination.remove(drafted.remote_id) is DraftStatus.POSTED
        assert bench.count() == 1
        return
    for _ in range(2):
        assert bench.destination.remove(drafted.remote_id) is DraftStatus.GONE
        bench.pass_s()
        assert bench.standing(drafted.remote_id) is DraftStatus.GONE
        assert bench.count() == 0
    assert bench.find().drafted is None
    again = bench.send()
    bench.pass_s()
    assert bench.count() == 1
    assert bench.standing(again.remote_id) is DraftStatus.UNPOSTED


def test_a_posted_draft_cannot_be_taken_back(bench: Bench) -> None:
    drafted = bench.send()
    bench.post(drafted.remote_id)
    bench.pass_s()
    assert bench.destination.remove(drafted.remote_id) is DraftStatus.POSTED
    assert bench.standing(drafted.remote_id) is DraftStatus.POSTED


def test_a_draft_in_an_approval_counts_as_posted(journal: Bench) -> None:
    drafted = journal.send()
    journal.world.submit_for_approval(drafted.remote_id)
    journal.pass_s()
    assert journal.standing(drafted.remote_id) is DraftStatus.POSTED
    assert journal.destination.remove(drafted.remote_id) is DraftStatus.POSTED
    with pytest.raises(VoucherRefused, match="approval"):
        journal.destination.attach(drafted.remote_id, PDF)


def test_an_import_that_is_being_posted_counts_as_posted(queue: Bench) -> None:
    drafted = queue.send()
    queue.pass_s()
    told = {"success": True, "data": {"id": drafted.remote_id, "isPosting": True, "isPosted": False}}
    queue.answer(lambda request: httpx.Response(200, json=told), path="/status")
    assert queue.standing(drafted.remote_id) is DraftStatus.POSTED


@pytest.mark.parametrize("target", ["import", "journal"])
@pytest.mark.parametrize("kind", ["lose_answer", "lose_request", "status_after", "status_before", "garbage"])
def test_a_removal_whose_answer_was_lost_is_made_again(tmp_path: Path, target: str, kind: str) -> None:
    for bench in open_bench(target, tmp_path):
        drafted = bench.send()
        bench.faults.append(Fault(kind, 503, method="DELETE"))  # type: ignore[arg-type]
        assert bench.destination.remove(drafted.remote_id) is DraftStatus.GONE
        assert bench.count() == 0


@pytest.mark.parametrize("target", ["import", "journal"])
def test_a_removal_that_is_refused_for_another_reason_is_told(tmp_path: Path, target: str) -> None:
    for bench in open_bench(target, tmp_path):
        drafted = bench.send()
        bench.pass_s()
        bench.answer(lambda request: refusal(target), "DELETE")
        with pytest.raises(VoucherRefused, match="Perioden er avsluttet"):
            bench.destination.remove(drafted.remote_id)
        assert bench.count() == 1


@pytest.mark.parametrize(
    ("told", "is_gone"),
    [
        ({"exception": "ApiNotFound"}, True),
        ({"summary": "Import 1234 was not found."}, True),
        ({"summary": "The client integration was not found."}, False),
        ({"summary": "Import 1234 is locked."}, False),
        ({}, False),
    ],
)
def test_only_an_import_that_is_said_not_to_be_found_is_gone(queue: Bench, told: dict[str, str], is_gone: bool) -> None:
    drafted = queue.send()
    queue.pass_s()
    queue.answer(lambda request: httpx.Response(200, json={"success": False, "validation": told}))
    asks: tuple[Callable[[str], DraftStatus], ...] = (queue.standing, queue.destination.remove)
    for ask in asks:
        if is_gone:
            assert ask(drafted.remote_id) is DraftStatus.GONE
        else:
            with pytest.raises(VoucherRefused):
                ask(drafted.remote_id)


def test_a_list_that_ignores_what_was_asked_for_finds_nothing_of_ours(queue: Bench) -> None:
    queue.send(queue.payload("torget-20261119-r1"))
    queue.pass_s()
    payload = queue.payload()
    rows = [{"id": "1", "externalImportReference": "torget-20261119-r1"}]
    queue.answer(lambda request: httpx.Response(200, json={"success": True, "data": rows}))
    assert queue.find(payload).drafted is None


def test_the_404_of_a_proxy_does_not_make_a_draft_gone(wired: Bench) -> None:
    drafted = wired.send()
    wired.pass_s()
    payload = wired.payload()
    wired.answer(lambda request: httpx.Response(404, html="<h1>Not found</h1>"))
    asks: list[Callable[[], object]] = [lambda: wired.standing(drafted.remote_id), lambda: wired.find(payload)]
    if wired.target != "ledger":
        asks.append(lambda: wired.destination.remove(drafted.remote_id))
    for ask in asks:
        with pytest.raises(VoucherRefused, match="HTTP 404"):
            ask()


def test_a_draft_the_list_does_not_show_is_asked_for_before_it_is_called_gone(journal: Bench) -> None:
    drafted = journal.send()
    journal.pass_s()
    journal.line.before = lambda request: (
        httpx.Response(204) if request.url.path.endswith("/JournalEntryVouchers") else None
    )
    assert journal.standing(drafted.remote_id) is DraftStatus.UNPOSTED


# Documentation


def test_a_page_is_there_once_it_is_attached(bench: Bench) -> None:
    drafted = bench.send()
    bench.pass_s()
    assert bench.destination.has_page(drafted.remote_id, PDF.name) is False
    bench.destination.attach(drafted.remote_id, PDF)
    bench.pass_s()
    assert bench.destination.has_page(drafted.remote_id, PDF.name) is True
    bench.destination.attach(drafted.remote_id, PDF)
    if bench.target in ("journal", "ledger", "nordbok"):
        pages = bench.received()[0].pages
        assert {(page.name, page.content_type, page.size) for page in pages} == {
            (PDF.name, "application/pdf", len(PDF.content))
        }
        assert len(pages) == (2 if bench.target == "journal" else 1), "a journal adds: whoever is unsure asks first"
    else:
        (path,) = bench.folder.rglob("*.pdf")
        assert (path.name, path.read_bytes()) == (PDF.name, PDF.content)
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("kind", ["lose_answer", "status_after", "garbage"])
def test_a_page_whose_answer_was_lost_is_added_once(journal: Bench, kind: str) -> None:
    drafted = journal.send()
    journal.answer(lambda request: httpx.Response(201, html="<h1>Upgrading</h1>")) if kind == "garbage" else None
    if kind != "garbage":
        journal.faults.append(Fault(kind, 502, path="VoucherPages"))  # type: ignore[arg-type]
    with pytest.raises(AnswerLost):
        journal.destination.attach(drafted.remote_id, PDF)
    journal.line.before = lambda request: None
    journal.pass_s()
    assert journal.destination.has_page(drafted.remote_id, PDF.name) is (kind != "garbage")
    assert sum("VoucherPages" in path for _, path in journal.calls()) == (kind != "garbage")


@pytest.mark.parametrize("kind", ["lose_answer", "lose_request", "status_after", "status_before"])
def test_documentation_of_a_posted_voucher_replaces_itself_and_may_be_sent_again(ledger: Bench, kind: str) -> None:
    drafted = ledger.send()
    ledger.faults.append(Fault(kind, 502, method="PUT"))  # type: ignore[arg-type]
    ledger.destination.attach(drafted.remote_id, PDF)
    assert len(ledger.received()[0].pages) == 1
    assert sum(method == "PUT" for method, _ in ledger.calls()) == 2


def test_a_page_for_a_draft_that_is_gone_is_refused_and_nothing_is_said_of_its_pages(journal: Bench) -> None:
    drafted = journal.send()
    journal.delete(drafted.remote_id)
    journal.pass_s()
    with pytest.raises(VoucherRefused):
        journal.destination.attach(drafted.remote_id, PDF)
    with pytest.raises(VoucherNotSeen):
        journal.destination.has_page(drafted.remote_id, PDF.name)


def test_without_a_folder_for_reports_an_import_has_no_page_and_names_none(queue: Bench) -> None:
    runtime = Runtime(queue.http, NoThrottle(), queue.clock, queue.clock.sleep)
    queue.destination = ImportQueue(Session(runtime, "v1", "https://go.test", KEYS, "torget"), None)
    drafted = queue.send()
    assert queue.received()[0].description == f"Dagsoppgjør Torget Kafé 2026-11-20 [{REFERENCE}]"
    queue.destination.attach(drafted.remote_id, PDF)
    assert queue.destination.has_page(drafted.remote_id, PDF.name) is False


@pytest.mark.parametrize("target", ["import", "file"])
def test_a_page_that_cannot_be_written_names_the_folder(tmp_path: Path, target: str) -> None:
    for bench in open_bench(target, tmp_path):
        place = tmp_path / ("reports" if target == "import" else "vouchers")
        place.write_text("a file where a folder should be")
        with pytest.raises(NotSent, match=str(place)):
            bench.destination.attach("any", PDF)
        assert bench.destination.has_page("any", PDF.name) is False


def test_a_page_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = ReportFolder(tmp_path)
    reports.write(Page("a.pdf", b"first"))

    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(NotSent, match="No space left"):
        reports.write(Page("a.pdf", b"second"))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.pdf", b"first")]


def test_a_page_stays_in_its_folder_whatever_it_is_called(tmp_path: Path) -> None:
    reports = ReportFolder(tmp_path / "reports")
    reports.write(Page("../../outside.pdf", b"x"))
    assert [path.name for path in tmp_path.rglob("*.pdf")] == ["outside.pdf"]
    assert reports.has("outside.pdf")


# Deadlines


def test_after_the_deadline_nothing_goes_on_the_wire(bench: Bench) -> None:
    payload = bench.payload()
    bench.destination = bench.open()
    bench.world.requests.clear()
    for wait_s in (0, -1):
        with pytest.raises(NotSent, match="the time to send it ran out"):
            bench.send(payload, wait_s)
    assert not bench.world.requests
    assert bench.count() == 0
    assert bench.clock.slept == []


def test_a_token_that_comes_after_the_deadline_is_the_last_request(wired: Bench) -> None:
    payload = wired.payload()
    wired.destination = wired.open()
    wired.world.requests.clear()

    def dawdle(request: httpx.Request) -> None:
        wired.pass_s(10)

    wired.line.before = dawdle
    with pytest.raises(NotSent, match="the time to send it ran out"):
        wired.send(payload, 10)
    assert [request.path for request in wired.world.requests] == ["/OAuth/Token"]


@pytest.mark.parametrize(("wait_s", "statuses"), [(5, [401]), (10, [401, 200])])
def test_the_token_and_the_repeat_after_a_401_have_the_same_deadline(
    wired: Bench, wait_s: int, statuses: list[int]
) -> None:
    is_unguarded = wired.target == "journal"
    payload = wired.payload()
    wired.world.reset()

    def dawdle(request: httpx.Request) -> None:
        wired.pass_s(6)

    wired.line.before = dawdle
    with pytest.raises(AnswerLost):
        wired.send(payload, wait_s)
    assert [request.status for request in wired.world.requests] == (statuses[:1] if is_unguarded else statuses)
    assert wired.count() == 0


@pytest.mark.parametrize("wait_s", [1, 3, 5])
def test_a_wait_that_would_pass_the_deadline_is_not_waited_for(wired: Bench, wait_s: int) -> None:
    payload = wired.payload()
    wired.order("status_before", 429, headers=(("Retry-After", "5"),))
    with pytest.raises(AnswerLost, match="429"):
        wired.send(payload, wait_s)
    assert wired.clock.slept == []
    assert wired.posts() == 1


def test_a_server_that_cannot_be_reached_is_tried_until_the_deadline_and_no_longer(wired: Bench) -> None:
    payload = wired.payload()
    began = wired.clock()
    tried: list[float] = []

    def refuse(request: httpx.Request) -> None:
        tried.append(wired.clock())
        raise httpx.ConnectError("Connection refused")

    wired.line.before = refuse
    with pytest.raises(NotSent, match="ConnectError"):
        wired.send(payload, 0.5)
    assert tried
    assert max(tried) < began + 0.5


def test_a_throttle_that_lets_it_through_too_late_sends_nothing(wired: Bench) -> None:
    payload = wired.payload()
    clock = wired.clock

    class Slow:
        waits = 0

        def wait(self, api: str, key_digest: str) -> None:
            self.waits += 1
            clock.now_s += 30

    slow = Slow()
    runtime = Runtime(wired.http, slow, clock, clock.sleep)
    session = Session(runtime, "v1" if wired.target == "import" else "v2", "https://go.test", KEYS, "torget")
    wired.world.requests.clear()
    for wait_s in (30, 0):
        with pytest.raises(NotSent, match="the time to send it ran out"):
            session.write(DRAFT_PATH[wired.target], payload, clock() + wait_s, is_guarded=True)
    assert not wired.world.requests
    assert slow.waits == 1


@pytest.mark.parametrize("target", ["import", "ledger"])
def test_a_duplicate_that_cannot_be_looked_at_in_time_is_uncertain(tmp_path: Path, target: str) -> None:
    for bench in open_bench(target, tmp_path):
        payload = bench.payload()
        bench.send(payload)
        bench.pass_s()

        def dawdle(request: httpx.Request, bench: Bench = bench) -> None:
            bench.pass_s(5)

        bench.line.before = dawdle
        bench.world.requests.clear()
        with pytest.raises(AnswerLost, match="the reference is taken"):
            bench.send(payload, 5)
        assert len(bench.calls()) == 1
        assert bench.count() == 1


# Answers of every kind


@dataclass(frozen=True)
class Spoil:
    """What goes wrong with the drafting call, how it ends, how often it is sent, and whether a voucher is there."""

    fault: Fault
    ends: type[PosexportError] | None
    is_there: bool
    sends: int = 1
    waits: int = 0


def _status(status: int, *, after: bool = False, **headers: str) -> Fault:
    told = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Fault("status_after" if after else "status_before", status, headers=told)


SPOILS = {
    "the request is lost": Spoil(Fault("lose_request"), AnswerLost, False),
    "the answer is lost": Spoil(Fault("lose_answer"), AnswerLost, True),
    "HTML": Spoil(Fault("garbage", garbage="html"), AnswerLost, True),
    "JSON cut off": Spoil(Fault("garbage", garbage="truncated"), AnswerLost, True),
    "another content type": Spoil(Fault("garbage", garbage="content-type"), AnswerLost, True),
    "a field nobody knows": Spoil(Fault("garbage", garbage="extra-field"), None, True),
    "500 before": Spoil(_status(500), AnswerLost, False),
    "500 after": Spoil(_status(500, after=True), AnswerLost, True),
    "502 after": Spoil(_status(502, after=True), AnswerLost, True),
    "503 before": Spoil(_status(503), AnswerLost, False),
    "504 after": Spoil(_status(504, after=True), AnswerLost, True),
    **{
        f"{status} of a proxy": Spoil(_status(status, after=after), AnswerLost, after)
        for status in (300, 301, 302, 303, 307, 308, 400, 403, 404, 405, 407, 408, 409, 413, 418, 422, 451)
        for after in (False, True)
    },
    "401 once": Spoil(_status(401), None, True, sends=2),
    "401 after": Spoil(_status(401, after=True), None, True, sends=2),
    "429 with a wait": Spoil(_status(429, Retry_After="7"), None, True, sends=2, waits=1),
    "429 without a wait": Spoil(_status(429), None, True, sends=2, waits=1),
    "429 after": Spoil(_status(429, after=True), None, True, sends=2, waits=1),
    "429 for a day": Spoil(_status(429, Retry_After="86400"), AnswerLost, False),
}
"""What becomes of a voucher whose server refuses a second one."""

UNGUARDED = {
    "401 once": Spoil(_status(401), AnswerLost, False),
    "401 after": Spoil(_status(401, after=True), AnswerLost, True),
    "429 with a wait": Spoil(_status(429, Retry_After="7"), AnswerLost, False),
    "429 without a wait": Spoil(_status(429), AnswerLost, False),
    "429 after": Spoil(_status(429, after=True), AnswerLost, True),
}
"""And of one whose server takes as many as it is sent: it is not sent again before somebody has looked."""


@pytest.mark.parametrize("name", SPOILS)
def test_every_spoiled_answer_to_a_draft_ends_as_it_should(wired: Bench, name: str) -> None:
    spoil = UNGUARDED.get(name, SPOILS[name]) if wired.target == "journal" else SPOILS[name]
    if wired.target == "ledger" and spoil.fault == _status(409, after=True):
        spoil = replace(spoil, ends=None)  # a conflict is looked into, and the voucher is there
    payload = wired.payload()
    wired.replica_s(0)
    wired.order(spoil.fault.kind, spoil.fault.status, garbage=spoil.fault.garbage, headers=spoil.fault.headers)
    if spoil.ends is None:
        assert wired.send(payload).remote_id == wired.received()[0].id
    else:
        with pytest.raises(spoil.ends) as caught:
            wired.send(payload)
        assert type(caught.value).__mro__.index(spoil.ends) <= 1
        assert bool(caught.value.evidence) is (not spoil.fault.kind.startswith("lose"))
    assert wired.posts() == spoil.sends
    assert wired.count() == int(spoil.is_there)
    assert len(wired.clock.slept) == spoil.waits
    if spoil.waits and name == "429 with a wait":
        assert wired.clock.slept == [7]


@pytest.mark.parametrize("then", ["lose_request", "refuse"])
@pytest.mark.parametrize("first", [401, 429])
def test_what_may_have_arrived_once_is_not_told_as_never_sent(wired: Bench, first: int, then: str) -> None:
    payload = wired.payload()
    wired.replica_s(0)
    wired.order("status_after", first)
    sent: list[str] = []

    def fail(request: httpx.Request) -> None:
        if request.method == "POST" and "Token" not in request.url.path:
            sent.append(request.url.path)
            if len(sent) > 1:
                raise httpx.ConnectError("Connection refused") if then == "refuse" else httpx.ReadError("reset")

    wired.line.before = fail
    with pytest.raises(AnswerLost):
        wired.send(payload)
    assert wired.count() == 1


OWN_PROBLEMS = {
    "a problem": (400, {"title": "Customer validation error(s)", "detail": "Perioden er avsluttet", "status": 400}),
    "by field": (
        400,
        {"title": "One or more validation errors occurred.", "status": 400, "errors": {"date": ["låst"]}},
    ),
    "no such thing": (404, {"title": "Object(s) not found", "detail": "Konto 9", "status": 404}),
    "other cases": (422, {"Title": "Unable to cast object(s)", "Detail": "Konto 9", "Status": 422}),
}


@pytest.mark.parametrize("name", OWN_PROBLEMS)
def test_poweroffices_own_problem_is_a_refusal_and_all_its_words_are_told(wired: Bench, name: str) -> None:
    payload = wired.payload()
    status, problem = OWN_PROBLEMS[name]
    wired.answer(lambda request: httpx.Response(status, json=problem), "POST")
    with pytest.raises(VoucherRefused) as caught:
        wired.send(payload)
    for words in (f"HTTP {status}", *(text for text in problem.values() if isinstance(text, str))):
        assert str(words) in str(caught.value)
    assert name != "by field" or "date: låst" in str(caught.value)


FOREIGN_PROBLEMS = {
    "a gateway": (403, {"statusCode": 403, "message": "Forbidden"}, "application/json"),
    "a gateway's 404": (404, {"statusCode": 404, "message": "Resource not found"}, "application/json"),
    "a title alone": (400, {"title": "Bad Request"}, "application/json"),
    "of another status": (400, {"title": "Bad Gateway", "detail": "x", "status": 502}, "application/json"),
    "a problem that is no JSON": (400, {"title": "No", "detail": "x", "status": 400}, "text/html"),
    "a conflict": (409, {"title": "Object conflict", "detail": "x", "status": 409}, "application/json"),
    "keys": (401, {"title": "Unauthorized", "detail": "x", "status": 401}, "application/json"),
    "time": (408, {"title": "Request timeout", "detail": "x", "status": 408}, "application/json"),
    "an empty object": (400, {}, "application/json"),
    "a list": (400, ["title", "detail"], "application/json"),
    "a server's own": (500, {"title": "Error", "detail": "x", "status": 500}, "application/json"),
}


@pytest.mark.parametrize("name", FOREIGN_PROBLEMS)
def test_what_is_not_poweroffices_own_problem_is_a_lost_answer(wired: Bench, name: str) -> None:
    payload = wired.payload()
    status, body, content_type = FOREIGN_PROBLEMS[name]
    headers = {"Content-Type": content_type}
    wired.answer(lambda request: httpx.Response(status, content=json.dumps(body), headers=headers), "POST")
    with pytest.raises(AnswerLost, match=f"HTTP {status}") as caught:
        wired.send(payload)
    assert caught.value.may_last is (status < 500)
    assert caught.value.evidence.startswith(f"HTTP {status} ")


def test_a_refusals_many_texts_are_told_up_to_eight(wired: Bench) -> None:
    payload = wired.payload()
    errors = {f"lines[{n}]": [f"wrong {n}"] for n in range(12)}
    problem = {"title": "One or more validation errors occurred.", "status": 400, "errors": errors}
    wired.answer(lambda request: httpx.Response(400, json=problem), "POST")
    with pytest.raises(VoucherRefused) as caught:
        wired.send(payload)
    told = str(caught.value)
    assert "lines[7]: wrong 7" in told
    assert "lines[8]" not in told
    assert "and 4 more" in told


@pytest.mark.parametrize("status", [400, 403])
def test_a_missing_privilege_is_one_by_its_title_as_by_its_status(wired: Bench, status: int) -> None:
    payload = wired.payload()
    problem = {"title": "Missing privilege", "detail": "JournalEntryVoucher_Full", "status": status}
    wired.answer(lambda request: httpx.Response(status, json=problem), "POST")
    with pytest.raises(PrivilegeMissing, match="JournalEntryVoucher_Full"):
        wired.send(payload)


@pytest.mark.parametrize(
    "data",
    [
        {"title": "One or more validation errors occurred.", "status": 400, "errors": {"date": ["Perioden er låst"]}},
        {"title": "Missing privilege", "detail": "Perioden er låst", "status": 403},
        {"Title": "No", "Status": 400, "Errors": ["Perioden er låst"]},
    ],
)
def test_a_success_around_a_problem_is_a_refusal(queue: Bench, data: dict[str, Any]) -> None:
    payload = queue.payload()
    queue.answer(lambda request: httpx.Response(200, json={"success": True, "data": data}), "POST", "/Import/")
    with pytest.raises(VoucherRefused, match="Perioden er låst"):
        queue.send(payload)


def test_a_success_around_a_problem_that_may_be_a_duplicate_is_looked_into(queue: Bench) -> None:
    payload = queue.payload()
    first = queue.send(payload)
    queue.pass_s()
    problem = {"title": "Object conflict", "status": 400, "errors": {"externalImportReference": ["er i bruk"]}}
    queue.answer(lambda request: httpx.Response(200, json={"success": True, "data": problem}), "POST", "/Import/")
    assert queue.send(payload).remote_id == first.remote_id
    other = queue.payload(amount_ore=7_00)
    with pytest.raises(VoucherRefused, match="with other lines"):
        queue.send(other)


NO_IDS: tuple[Any, ...] = (
    "",
    "7",
    7,
    "Not Found",
    "0" * 32,
    "00000000-0000-0000-0000-000000000000",
    True,
    None,
    [],
    {},
)


@pytest.mark.parametrize("no_id", NO_IDS, ids=repr)
def test_only_an_id_such_as_the_api_promises_is_a_success(wired: Bench, no_id: Any) -> None:
    payload = wired.payload()
    answer = {"success": True, "data": no_id} if wired.target == "import" else {"Id": no_id, "Description": "x"}
    wired.answer(lambda request: httpx.Response(201, json=answer), "POST")
    with pytest.raises(AnswerLost, match="gives no id"):
        wired.send(payload)


@pytest.mark.parametrize("success", ["true", 1, None, "ja"])
def test_a_success_that_is_neither_true_nor_false_is_a_lost_answer(queue: Bench, success: Any) -> None:
    payload = queue.payload()
    guid = "84cf3ba9-853e-4075-a1b2-f45655b46087"
    queue.answer(lambda request: httpx.Response(200, json={"success": success, "data": guid}), "POST", "/Import/")
    with pytest.raises(AnswerLost, match="does not say whether"):
        queue.send(payload)


def test_a_429_that_goes_on_is_given_up_and_nothing_is_there(wired: Bench) -> None:
    payload = wired.payload()
    wired.answer(lambda request: httpx.Response(429, text="slow down"), "POST")
    with pytest.raises(AnswerLost, match="429") as caught:
        wired.send(payload)
    assert not caught.value.may_last
    assert "slow down" in caught.value.evidence
    assert wired.count() == 0


def test_a_server_that_cannot_be_reached_is_tried_a_few_times(wired: Bench) -> None:
    payload = wired.payload()
    tried: list[str] = []

    def refuse(request: httpx.Request) -> None:
        tried.append(request.url.path)
        raise httpx.ConnectError("Connection refused")

    wired.line.before = refuse
    with pytest.raises(NotSent) as caught:
        wired.send(payload)
    assert len(tried) == 4
    assert caught.value.evidence == ""


def operations(bench: Bench, remote_id: str, payload: Payload) -> dict[str, Callable[[], object]]:
    """Everything a destination can be asked for."""
    destination = bench.destination
    return {
        "read_chart": lambda: destination.read_chart([a_voucher()]),
        "send": lambda: destination.send(payload, bench.clock() + 120),
        "find": lambda: destination.find(payload, int(NOON)),
        "find_status": lambda: destination.find_status(remote_id, int(NOON)),
        "remove": lambda: destination.remove(remote_id),
        "attach": lambda: destination.attach(remote_id, PDF),
        "has_page": lambda: destination.has_page(remote_id, PDF.name),
        "read_identity": destination.read_identity,
    }


OPERATIONS = ("read_chart", "send", "find", "find_status", "remove", "attach", "has_page", "read_identity")


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("status", [301, 400, 403, 404, 405, 409, 413, 415, 422])
def test_nothing_that_was_refused_is_ever_repeated(wired: Bench, name: str, status: int) -> None:
    payload = wired.payload()
    drafted = wired.send(payload)
    wired.pass_s()
    asked: Counter[tuple[str, str]] = Counter()

    def answer(request: httpx.Request) -> httpx.Response:
        asked[request.method, str(request.url)] += 1
        return httpx.Response(status, json={"Title": "No", "Detail": "Perioden er avsluttet", "Status": status})

    wired.answer(answer)
    with contextlib.suppress(PowerOfficeRefused, AnswerLost):
        operations(wired, drafted.remote_id, payload)[name]()
    if name == "attach" and status == 404:  # a voucher that has just been made may not be seen yet
        assert sum(wired.clock.slept) in (0, 10)
        return
    assert set(asked.values()) <= {1}
    assert wired.clock.slept == []


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("kind", ["502", "lost", "garbage"])
def test_only_what_may_be_made_twice_is_repeated_when_its_answer_was_lost(wired: Bench, name: str, kind: str) -> None:
    payload = wired.payload()
    drafted = wired.send(payload)
    wired.pass_s()
    asked: Counter[tuple[str, str]] = Counter()

    def answer(request: httpx.Request) -> httpx.Response:
        asked[request.method, request.url.path] += 1
        if kind == "lost":
            raise httpx.ReadTimeout("timed out")
        return httpx.Response(502 if kind == "502" else 200, html="<h1>Upgrading</h1>")

    wired.answer(answer)
    with contextlib.suppress(PosexportError):
        operations(wired, drafted.remote_id, payload)[name]()
    assert all(many == (1 if method == "POST" else 4) for (method, _), many in asked.items()), asked


# Evidence


def refusal(target: str) -> httpx.Response:
    """No, in PowerOffice's own words."""
    if target == "import":
        validation = {"errorLogReference": "abc123", "summary": "Perioden er avsluttet", "exception": "ApiValidation"}
        return httpx.Response(200, json={"success": False, "validation": validation})
    problem = {"Title": "Perioden er avsluttet", "Detail": "Åpne perioden abc123", "Status": 400}
    return httpx.Response(400, json=problem, headers={"Content-Type": "application/problem+json; charset=utf-8"})


def test_what_was_answered_to_a_draft_is_kept_word_for_word(wired: Bench) -> None:
    drafted = wired.send()
    head, _, body = drafted.evidence.partition("\n")
    assert head == ("HTTP 200 application/json" if wired.target == "import" else "HTTP 201 application/json")
    answer = json.loads(body)
    assert drafted.remote_id == (answer["data"] if wired.target == "import" else answer["Id"])


def test_a_refusal_is_kept_word_for_word_and_is_no_part_of_the_message(wired: Bench) -> None:
    payload = wired.payload()
    wired.answer(lambda request: refusal(wired.target), "POST")
    with pytest.raises(VoucherRefused, match="Perioden er avsluttet") as caught:
        wired.send(payload)
    head, _, body = caught.value.evidence.partition("\n")
    assert head == ("HTTP 200 application/json" if wired.target == "import" else "HTTP 400 application/problem+json")
    assert body == refusal(wired.target).text
    assert caught.value.evidence not in str(caught.value)
    assert "{" not in str(caught.value)


def test_evidence_is_cut_where_an_answer_is_long(wired: Bench) -> None:
    payload = wired.payload()
    wired.answer(lambda request: httpx.Response(502, html="x" * 1_000_000), "POST")
    with pytest.raises(AnswerLost) as caught:
        wired.send(payload)
    assert len(caught.value.evidence) == len("HTTP 502 text/html\n") + EVIDENCE_LENGTH_MAX


def echo(request: httpx.Request) -> str:
    """A page of a proxy that is too helpful: every header, as it is and as pages and addresses write it, and the
    keys in the middle of words."""
    told = [*(f"{name}: {value}" for name, value in request.headers.items()), *(f"x{key}y" for key in KEY_TEXTS)]
    told.append(base64.b64encode(f"{KEYS.application_key}:{KEYS.client_key}".encode()).decode())
    forms = [form for text in told for form in (text, html.escape(text), urllib.parse.quote(text), text.upper())]
    return "<pre>" + "\n".join([*forms, json.dumps(forms)]) + "</pre>"


@pytest.mark.parametrize("status", [200, 301, 400, 401, 403, 404, 409, 429, 500, 503])
@pytest.mark.parametrize("form", ["page", "problem"])
def test_evidence_and_messages_hold_no_secret_though_the_server_repeats_them(
    wired: Bench, status: int, form: str
) -> None:
    payload = wired.payload()
    drafted = wired.send(payload)
    wired.pass_s()
    tokens: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        tokens.append(request.headers["Authorization"].removeprefix("Bearer "))
        if form == "page":
            return httpx.Response(status, html=echo(request))
        problem = {"Title": "No", "Detail": echo(request), "success": False, "validation": {"summary": echo(request)}}
        return httpx.Response(status, json=problem)

    wired.answer(answer)
    told: list[str] = []
    for operation in operations(wired, drafted.remote_id, payload).values():
        try:
            operation()
        except PosexportError as error:
            told += [error.evidence, str(error), repr(error)]
    assert any(COVER in text for text in told)
    secrets = [*KEY_TEXTS, *tokens, base64.b64encode(f"{KEYS.application_key}:{KEYS.client_key}".encode()).decode()]
    for text in told:
        assert not [secret for secret in secrets if secret.lower() in text.lower()]


def test_a_token_that_was_renewed_is_covered_like_the_one_in_use(wired: Bench) -> None:
    if wired.target == "journal":
        pytest.skip("it is not sent again with another token before somebody has looked")
    payload = wired.payload()
    wired.world.reset()
    tokens: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/Token"):
            return None
        tokens.append(request.headers["Authorization"].removeprefix("Bearer "))
        return httpx.Response(401 if len(tokens) == 1 else 500, html=" ".join(tokens))

    wired.line.before = answer
    with pytest.raises(AnswerLost) as caught:
        wired.send(payload)
    assert len(set(tokens)) == 2
    assert caught.value.evidence == f"HTTP 500 text/html\n{COVER} {COVER}"


def test_the_answer_to_a_token_call_is_never_evidence(wired: Bench) -> None:
    payload = wired.payload()
    wired.destination = wired.open()
    bodies = (
        httpx.Response(400, json={"error": "invalid_client"}),
        httpx.Response(429, text="slow down"),
        httpx.Response(500, text="access_token=secret-token"),
        httpx.Response(200, html="access_token=secret-token"),
        httpx.Response(200, json={"token": "secret-token"}),
    )
    for body in bodies:
        wired.line.before = lambda request, body=body: body  # type: ignore[misc]
        wired.pass_s(60)
        with pytest.raises(PosexportError) as caught:
            wired.send(payload)
        assert caught.value.evidence == ""
        assert "secret-token" not in str(caught.value)


def test_a_veil_covers_the_longer_of_two_secrets_that_hold_each_other() -> None:
    assert Redactor(("abc", "abcdef", ""))("x abcdef ABC y") == f"x {COVER} {COVER} y"
    assert Redactor(())("nothing to hide") == "nothing to hide"
    assert Redactor(('a"b<ø',))('a"b<ø a\\"b<\\u00f8 a&quot;b&lt;ø a%22b%3C%C3%B8') == " ".join([COVER] * 4)


# Identity


@pytest.mark.parametrize("target", ["journal", "ledger"])
@pytest.mark.parametrize(("told", "number"), [("NO 999 999 999 MVA", "999999999"), ("", None), (None, None)])
def test_an_identity_has_the_organisation_number_in_digits(
    tmp_path: Path, target: str, told: str | None, number: str | None
) -> None:
    for bench in open_bench(target, tmp_path):
        bench.answer(lambda request: httpx.Response(200, json={"OrganizationNumber": told}), path="Organization")
        assert bench.destination.read_identity() == Identity("Fjordmat AS", number)


@pytest.mark.parametrize("status", [403, 404])
def test_an_identity_does_without_the_organisation_number_where_it_is_refused(ledger: Bench, status: int) -> None:
    ledger.answer(lambda request: httpx.Response(status, html="no"), path="Organization")
    assert ledger.destination.read_identity() == Identity("Fjordmat AS", None)


@pytest.mark.parametrize(
    ("target", "lacking"),
    [
        ("journal", ("JournalEntryVoucher_Full", "GeneralLedgerAccount", "Department", "CommonServices")),
        (
            "ledger",
            (
                "CashVoucher_Full",
                "AccountTransaction",
                "VoucherDocumentation_Full",
                "GeneralLedgerAccount",
                "Department",
                "CommonServices",
            ),
        ),
    ],
)
def test_an_identity_names_every_privilege_that_is_lacking(
    tmp_path: Path, target: str, lacking: tuple[str, ...]
) -> None:
    for bench in open_bench(target, tmp_path):
        assert bench.destination.read_identity().missing == ()
        bench.world.set_privileges(KEYS.application_key, KEYS.client_key, [])
        bench.destination = bench.open()
        assert bench.destination.read_identity() == Identity("Fjordmat AS", None, lacking)


# The ledger


def test_a_voucher_is_posted_with_its_reference_trail_and_departments(ledger: Bench) -> None:
    voucher = a_voucher()
    chart = ledger.destination.read_chart([voucher])
    payload = ledger.destination.build_payload(voucher, chart, SourceTrail("s" * 40, "b" * 40))
    ledger.send(payload)
    (posted,) = ledger.received()
    assert (posted.kind, posted.reference, posted.posted) == ("cash-voucher", REFERENCE, True)
    assert posted.description == f"Dagsoppgjør Torget Kafé 2026-11-20 [{REFERENCE}]"
    assert {(line.saft_source_id, line.saft_batch_id) for line in posted.lines} == {("s" * 35, "b" * 35)}
    assert {line.department_code for line in posted.lines} == {"10"}
    assert all("VatId" in line and line["PostingDate"] == "2026-11-20" for line in payload["VoucherLines"])


def test_the_same_voucher_posted_twice_is_found_by_its_reference(ledger: Bench) -> None:
    payload = ledger.payload()
    drafted = ledger.send(payload)
    ledger.pass_s()
    again = ledger.send({**payload, "VoucherLines": payload["VoucherLines"][::-1]})
    assert (again.remote_id, again.how) == (drafted.remote_id, DraftedHow.FOUND_BY_REFERENCE)
    assert ledger.count() == 1


def test_another_voucher_with_the_same_reference_is_refused_with_its_mend(ledger: Bench) -> None:
    ledger.send()
    ledger.pass_s()
    with pytest.raises(VoucherRefused, match=f"{REFERENCE} is there already, with other lines. Reverse it") as caught:
        ledger.send(ledger.payload(amount_ore=99_00))
    assert "already in use" in caught.value.evidence
    assert ledger.count() == 1


@pytest.mark.parametrize(("status", "ends"), [(400, VoucherRefused), (409, AnswerLost)])
def test_a_refusal_that_is_no_duplicate_stays_what_it_is(
    ledger: Bench, status: int, ends: type[PosexportError]
) -> None:
    payload = ledger.payload()
    problem = {"Title": "Perioden er avsluttet", "Status": status}
    ledger.answer(lambda request: httpx.Response(status, json=problem), "POST")
    with pytest.raises(ends, match="Perioden er avsluttet") as caught:
        ledger.send(payload)
    assert "Perioden er avsluttet" in caught.value.evidence
    assert sum("AccountTransactions" in path for _, path in ledger.calls()) == 1


@pytest.mark.parametrize("status", [403, 404, 413])
def test_only_a_refusal_that_may_be_a_duplicate_is_looked_into(ledger: Bench, status: int) -> None:
    payload = ledger.payload()
    ledger.answer(lambda request: httpx.Response(status, json={"Title": "No", "Detail": "x"}), "POST")
    with pytest.raises(PowerOfficeRefused):
        ledger.send(payload)
    assert not [path for _, path in ledger.calls() if "AccountTransactions" in path]


def test_a_duplicate_that_may_not_be_looked_up_stays_a_refusal(ledger: Bench) -> None:
    payload = ledger.payload()
    ledger.send(payload)
    ledger.pass_s()
    privileges = ALL_PRIVILEGES - {"AccountTransaction"}
    ledger.world.set_privileges(KEYS.application_key, KEYS.client_key, privileges)
    ledger.destination = ledger.open()
    with pytest.raises(VoucherRefused, match="already in use"):
        ledger.send(payload)
    with pytest.raises(PrivilegeMissing, match="AccountTransaction"):
        ledger.find(payload)


def test_a_reversed_voucher_is_told_as_that_and_its_reference_is_free(ledger: Bench) -> None:
    payload = ledger.payload()
    first = ledger.send(payload)
    ledger.delete(first.remote_id)
    ledger.pass_s()
    assert ledger.find(payload).drafted is None
    assert ledger.standing(first.remote_id) is DraftStatus.REVERSED
    second = ledger.send(payload)
    ledger.pass_s()
    found = ledger.find(payload).drafted
    assert found is not None
    assert found.remote_id == second.remote_id != first.remote_id


def test_a_voucher_that_is_there_but_was_made_another_way_is_told(ledger: Bench) -> None:
    payload = ledger.payload()
    ledger.send(payload)
    ledger.pass_s()
    missing = {"Title": "Object(s) not found", "Detail": "Voucher not found."}
    ledger.answer(lambda request: httpx.Response(404, json=missing), "GET", "CashJournals")
    with pytest.raises(VoucherRefused, match="made another way"):
        ledger.send(payload)


NO_VOUCHERS: tuple[Any, ...] = (
    {"Id": "11111111-2222-3333-4444-555555555555"},
    {"title": "x"},
    {"success": True},
    {"Id": None},
    {},
    [],
)


@pytest.mark.parametrize("told", NO_VOUCHERS)
def test_an_answer_that_is_not_the_voucher_asked_for_is_not_taken_for_it(ledger: Bench, told: Any) -> None:
    payload = ledger.payload()
    drafted = ledger.send(payload)
    ledger.pass_s()
    lines = {"VoucherLines": payload["VoucherLines"]} if isinstance(told, dict) and told.get("Id") else {}
    answer = {**told, **lines, "IsReversed": False} if isinstance(told, dict) else told
    ledger.answer(lambda request: httpx.Response(200, json=answer), "GET", "CashJournals")
    with pytest.raises(NotSent, match="not the voucher that was asked for"):
        ledger.standing(drafted.remote_id)
    with pytest.raises(AnswerLost, match="whether the reference is taken cannot be read"):
        ledger.send(payload)
    assert ledger.count() == 1


def test_a_voucher_of_which_no_lines_are_told_is_not_said_to_have_others(ledger: Bench) -> None:
    payload = ledger.payload()
    drafted = ledger.send(payload)
    ledger.pass_s()
    ledger.answer(lambda request: httpx.Response(200, json={"Id": drafted.remote_id}), "GET", "CashJournals")
    with pytest.raises(AnswerLost, match="whether the reference is taken cannot be read"):
        ledger.send(payload)


@pytest.mark.parametrize("spelled", ["id", "Id"])
def test_the_status_of_another_import_is_not_taken_for_ones_own(queue: Bench, spelled: str) -> None:
    drafted = queue.send(queue.payload())
    queue.pass_s()
    other = {spelled: "11111111-2222-3333-4444-555555555555", "isPosted": True}
    queue.answer(lambda request: httpx.Response(200, json={"success": True, "data": other}), "GET", "/status")
    for ask in (queue.standing, queue.destination.read_progress):  # type: ignore[attr-defined]
        with pytest.raises(NotSent, match="not about the import that was asked for"):
            ask(drafted.remote_id)


# The folder


def test_a_voucher_that_is_half_taken_back_is_not_found_and_is_taken_back_the_next_time(
    folder: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = folder.payload()
    drafted = folder.send(payload)
    folder.destination.attach(drafted.remote_id, PDF)
    unlink = Path.unlink

    def fail(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", fail)
    with pytest.raises(NotSent, match="Permission denied"):
        folder.destination.remove(drafted.remote_id)
    assert folder.find(payload).drafted is None
    assert folder.standing(drafted.remote_id) is DraftStatus.GONE
    monkeypatch.setattr(Path, "unlink", unlink)
    assert folder.destination.remove(drafted.remote_id) is DraftStatus.GONE
    assert [path.name for path in (folder.folder / "vouchers").iterdir()] == [f".{REFERENCE}.json.removed"]


def test_a_voucher_sent_again_after_it_was_taken_back_is_delivered_when_it_is_collected(folder: Bench) -> None:
    first = folder.send()
    folder.destination.remove(first.remote_id)
    again = folder.send()
    assert folder.standing(again.remote_id) is DraftStatus.UNPOSTED
    folder.post(again.remote_id)
    assert folder.standing(again.remote_id) is DraftStatus.POSTED
    assert folder.destination.remove(again.remote_id) is DraftStatus.POSTED


@pytest.mark.parametrize("content", ["", "{", "[]", '{"reference": "another"}', '"text"'])
def test_a_file_that_is_no_voucher_of_ours_means_that_ours_was_taken_away(folder: Bench, content: str) -> None:
    drafted = folder.send()
    path = folder.folder / "vouchers" / drafted.remote_id
    path.write_text(content)
    assert folder.standing(drafted.remote_id) is DraftStatus.POSTED
    assert folder.destination.remove(drafted.remote_id) is DraftStatus.POSTED
    assert path.read_text() == content


def test_a_folder_that_cannot_be_looked_into_tells_nothing_of_a_voucher(
    folder: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = folder.payload()
    drafted = folder.send(payload)

    def fail(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied")

    for name in ("read_bytes", "stat", "is_file"):
        monkeypatch.setattr(Path, name, fail)
    asks: list[Callable[[], object]] = [
        lambda: folder.find(payload),
        lambda: folder.send(payload),
        lambda: folder.standing(drafted.remote_id),
        lambda: folder.destination.remove(drafted.remote_id),
        lambda: folder.destination.has_page(drafted.remote_id, PDF.name),
    ]
    for ask in asks:
        with pytest.raises(NotSent, match="vouchers cannot be read: Permission denied"):
            ask()


def test_a_folder_without_a_clock_has_no_deadline(tmp_path: Path) -> None:
    destination = VoucherFolder(tmp_path, "Fjordmat AS")
    payload = destination.build_payload(a_voucher(), Chart(), SourceTrail())
    assert destination.send(payload, 0).how is DraftedHow.WRITTEN


# What the program makes of it


@pytest.mark.parametrize("target", TARGETS)
def test_a_draft_says_what_the_voucher_says_line_by_line(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(*FULL_DAY)
    voucher = friday_voucher(shop)
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE), shop.only_voucher(
        exported.report
    ).answer
    assert received_lines(shop, target) == told_lines(voucher)
    assert sum(line[3] * many for line, many in received_lines(shop, target).items()) == 0


@pytest.mark.parametrize("target", TARGETS)
def test_a_draft_carries_the_posting_date_and_our_reference(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    remote_id = shop.only_voucher(shop.export().report).remote_id
    assert remote_id
    if target == "file":
        written = json.loads((shop.folder / "vouchers" / remote_id).read_text())
        assert (written["reference"], written["date"]) == ("torget-20261120-r1", "2026-11-20")
        return
    (draft,) = received(shop)
    assert draft.id == remote_id
    assert draft.kind == KINDS[target]
    assert draft.voucher_date == FRIDAY
    assert {line.posting_date for line in draft.lines} == {FRIDAY}
    shown = "torget-20261120-r1.pdf" if target == "import" else "torget-20261120-r1"
    assert draft.description == f"Dagsoppgjør Torget Kafé 2026-11-20 [{shown}]"
    assert draft.reference == (None if target == "journal" else "torget-20261120-r1")
    assert draft.posted is (target == "ledger")


@pytest.mark.parametrize("target", TARGETS)
def test_the_same_voucher_is_the_same_payload_however_often_it_is_built(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(*FULL_DAY)
    built = []
    for _ in range(2):
        voucher = friday_voucher(shop)
        with shop.open() as workspace:
            destination = where(workspace)
            chart = destination.read_chart([voucher])
            built.append(destination.build_payload(voucher, chart, SourceTrail("kassen", "fil-1")))
    assert json.dumps(built[0]) == json.dumps(built[1])
    assert json.loads(json.dumps(built[0])) == built[0]


@pytest.mark.parametrize("target", TARGETS)
def test_a_second_export_drafts_nothing_and_asks_nothing(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    assert states(shop.export().report) == ["drafted", "drafted"]
    asked = len(shop.world.requests)
    files = sorted((shop.folder / "vouchers").glob("*")) if target == "file" else []
    for first, last in ((None, None), (FRIDAY, SATURDAY)):
        exported = shop.export(first, last)
        assert exported.exit_code is Exit.DONE
        assert set(states(exported.report)) <= {"drafted"}
    assert len(shop.world.requests) == asked
    assert len(received(shop)) == (0 if target == "file" else 2)
    if target == "file":
        assert sorted((shop.folder / "vouchers").glob("*")) == files
        assert len(files) == 6


@pytest.mark.parametrize("target", TARGETS)
def test_the_trail_back_to_the_registers_file_is_set(shop: Shop, target: str) -> None:
    apply(shop, target, venues=VENUES.replace('["1", "2"]', '["K1"]').replace("2020-01-01", "2019-01-01"))
    path = shop.folder / ("a-long-name-" * 5 + ".xml")
    path.write_bytes(saft.document(saft.sale("1")))
    shop.load(path)
    assert states(shop.export().report) == ["drafted"]
    ((source, batch),) = shop.rows("SELECT source, batch FROM sales_file")
    assert source
    assert batch
    if target == "import":
        for line in received(shop)[0].lines:
            assert (line.saft_source_id, line.saft_batch_id) == (source[:35], batch[:35])
    elif target == "ledger":
        (posted,) = shop.line.posts
        assert (posted["SaftSourceId"], posted["SaftBatchId"]) == (source[:35], batch[:35])
    elif target == "journal":
        assert shop.line.posts[0]["Comment"] == f"posexport torget-20200101-r1 · {source} {batch}"
    else:
        (written,) = (shop.folder / "vouchers").glob("*.json")
        assert json.loads(written.read_text())["saft_batch_id"] == batch[:35]


@pytest.mark.parametrize("target", TARGETS)
def test_an_identity_says_whose_the_keys_are(shop: Shop, target: str) -> None:
    apply(shop, target)
    with shop.open() as workspace:
        identity = where(workspace).read_identity()
    assert (identity.client_name, identity.missing) == ("Fjordmat AS", ())


@pytest.mark.parametrize("target", ["import", "ledger", "file"])
def test_a_voucher_that_is_there_with_other_lines_is_refused_by_name(shop: Shop, target: str) -> None:
    """As after a lost database: what was delivered is never taken for what is to be delivered now."""
    apply(shop, target)
    shop.sell(sale(1, "125.00"))
    assert states(shop.export().report) == ["drafted"]
    for table in ("delivery_event", "delivery"):
        shop.change(f"DELETE FROM {table}")
    shop.clock.now_s += 5
    shop.sell(sale(2, "75.00"))
    exported = shop.export()
    shown = shop.only_voucher(exported.report)
    assert (shown.state, exported.exit_code) == (State.REFUSED, Exit.INTEGRATOR)
    assert "is there already" in shown.answer
    assert "torget-20261120-r1" in shown.answer


@pytest.mark.parametrize("target", ["import", "ledger", "file"])
def test_a_voucher_that_is_there_with_the_same_lines_is_taken_as_drafted(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(*FULL_DAY)
    first = shop.only_voucher(shop.export().report)
    for table in ("delivery_event", "delivery"):
        shop.change(f"DELETE FROM {table}")
    shop.clock.now_s += 5
    again = shop.only_voucher(shop.export(FRIDAY, FRIDAY).report)
    assert (again.state, again.remote_id) == (State.DRAFTED, first.remote_id)
    assert len(received(shop)) == (0 if target == "file" else 1)


def test_an_import_that_is_there_but_cannot_be_read_yet_is_looked_for_later(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1))
    shop.export()
    for table in ("delivery_event", "delivery"):
        shop.change(f"DELETE FROM {table}")
    shop.world.replica_lag_s = 1000
    exported = shop.export(FRIDAY, FRIDAY)
    assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT)
    shop.world.replica_lag_s = 0.3
    shop.clock.now_s += 5
    assert states(shop.export(FRIDAY, FRIDAY).report) == ["drafted"]
    assert len(received(shop)) == 1


# Files


def test_voucher_files_may_be_read_by_their_owner_only_and_are_whole(shop: Shop) -> None:
    shop.apply(target="file")
    shop.sell(*FULL_DAY)
    shop.export()
    folder = shop.folder / "vouchers"
    assert {path.suffix for path in folder.iterdir()} == {".json", ".csv", ".pdf"}
    assert {path.stem for path in folder.iterdir()} == {"torget-20261120-r1"}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    rows = (folder / "torget-20261120-r1.csv").read_text().splitlines()
    assert rows[0].startswith("reference;date;account;vat_code;department;debit;credit;kind")
    assert len(rows) == 1 + len(json.loads((folder / "torget-20261120-r1.json").read_text())["lines"])


def test_no_cell_of_a_voucher_file_is_a_formula_and_no_number_is_changed(shop: Shop) -> None:
    names = ["=1+2", "+47 Mat", "-10 % uke", "@SUM(A1)", "Mat"]
    text = "".join(
        f'[[company.product_type]]\n  code = "{n}"\n  name = {json.dumps(name)}\n  accounts = {{ "3" = "302{n}" }}\n  '
        for n, name in enumerate(names, 1)
    )
    shop.apply(target="file", mapping=text + MAPPING)
    shop.sell(*(sale(n, f"{sign}{n}00.00", product=str(n)) for n, sign in enumerate(["", "-", "", "-", ""], 1)))
    shop.export()
    folder = shop.folder / "vouchers"
    with (folder / "torget-20261120-r1.csv").open(newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert {len(row) for row in rows} == {11}
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")]
    lines = json.loads((folder / "torget-20261120-r1.json").read_text())["lines"]
    assert [(row[5], row[6]) for row in rows[1:]] == [(line["debit"], line["credit"]) for line in lines]
    told = {row[-1] for row in rows} | {row[-1].removeprefix("'") for row in rows}
    assert {line["description"] for line in lines} <= told
    assert "=1+2" in {line["description"] for line in lines}


def test_a_folder_that_cannot_be_written_to_is_unreachable_and_nothing_is_lost(shop: Shop) -> None:
    blocked = shop.folder / "blocked"
    blocked.write_text("a file where a folder should be")
    shop.apply(target="file", output=str(blocked))
    shop.sell(sale(1))
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["unreachable"], Exit.WAIT)
    blocked.unlink()
    assert states(shop.export().report) == ["drafted"]


def test_a_file_left_half_written_is_written_again(shop: Shop) -> None:
    shop.apply(target="file")
    shop.sell(sale(1))
    folder = shop.folder / "vouchers"
    folder.mkdir()
    (folder / ".torget-20261120-r1.json.part").write_text('{"reference"')
    (folder / "torget-20261120-r1.csv").write_text("half")
    assert states(shop.export().report) == ["drafted"]
    assert json.loads((folder / "torget-20261120-r1.json").read_text())["reference"] == "torget-20261120-r1"
    assert (folder / "torget-20261120-r1.csv").read_text().startswith("reference;")


# Tokens


@pytest.mark.parametrize("target", WIRE)
def test_a_token_is_asked_for_once_and_renewed_ahead_of_time(shop: Shop, target: str) -> None:
    apply(shop, target)
    with shop.open() as workspace:
        destination = where(workspace)
        for step in (0, 600, 539):
            shop.clock.now_s += step
            destination.read_identity()
        tokens = [request for request in requests(shop) if request[1].endswith("/OAuth/Token")]
        assert len(tokens) == 1
        shop.clock.now_s += 2
        destination.read_identity()
    tokens = [request for request in requests(shop) if request[1].endswith("/OAuth/Token")]
    assert len(tokens) == 2
    assert {status for _, _, status in requests(shop)} == {200}


@pytest.mark.parametrize("target", WIRE)
def test_a_401_renews_the_token_once_and_repeats_the_call_once(shop: Shop, target: str) -> None:
    apply(shop, target)
    with shop.open() as workspace:
        destination = where(workspace)
        destination.read_identity()
        shop.world.reset()
        assert destination.read_identity().client_name == "Fjordmat AS"
    assert [status for _, _, status in requests(shop)] == [401, 200, 200, 200]


@pytest.mark.parametrize("target", WIRE)
def test_a_second_401_is_a_refusal_of_the_keys(shop: Shop, target: str) -> None:
    apply(shop, target)
    path = "/Client/" if target == "import" else "/ClientIntegrationInformation"
    shop.world.faults = lambda request: Fault("status_before", 401) if path in request.path else None
    with shop.open() as workspace, pytest.raises(KeysRefused, match="torget"):
        where(workspace).read_identity()
    assert len(shop.world.requests) == 4


@pytest.mark.parametrize("target", WIRE)
def test_a_401_on_the_drafting_call_drafts_once(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    shop.faults.append(Fault("status_before", 401, method="POST", path=DRAFT_PATH[target]))
    if target == "journal":
        waits_for_it(shop)
    assert states(shop.export().report) == ["drafted"]
    assert len(received(shop)) == 1


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("name", ["PO_CLIENT_TORGET", "PO_APP", "PO_SUB"])
def test_wrong_keys_are_the_integrators_and_are_not_tried_again(shop: Shop, target: str, name: str) -> None:
    if (target, name) == ("import", "PO_SUB"):
        pytest.skip("v1 has no subscription key")
    apply(shop, target)
    shop.sell(sale(1))
    shop.environ[name] = "wrong-key-value"
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["refused"], Exit.INTEGRATOR)
    assert "refused the keys of venue torget" in of_voucher(exported.report.vouchers[0]).answer
    assert "wrong-key-value" not in of_voucher(exported.report.vouchers[0]).answer
    assert len(shop.world.requests) <= 2
    assert shop.clock.slept == []
    shop.environ[name] = SECRETS[name]
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.parametrize("target", WIRE)
def test_wrong_keys_are_asked_about_once_however_many_days_wait(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(*(sale(day, at=f"2026-11-{day}T12:00:00") for day in range(10, 21)))
    shop.environ["PO_CLIENT_TORGET"] = "wrong-key-value"
    exported = shop.export()
    assert (set(states(exported.report)), exported.exit_code) == ({"refused"}, Exit.INTEGRATOR)
    assert len(shop.world.requests) == 1


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("name", ["PO_CLIENT_TORGET", "PO_APP", "PO_SUB"])
@pytest.mark.parametrize("value", ["nøkkel-med-ø", "two\nlines", "with:colon and space"])
def test_keys_that_are_no_keys_are_never_a_bug(shop: Shop, target: str, name: str, value: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    shop.environ[name] = value
    exported = shop.export()
    assert exported.exit_code in (Exit.DONE, Exit.OPERATOR, Exit.INTEGRATOR)
    assert value not in of_voucher(exported.report.vouchers[0]).answer


def test_a_token_that_is_none_is_no_token(shop: Shop) -> None:
    shop.apply()
    shop.line.before = lambda request: httpx.Response(200, json={"token_type": "bearer"})
    with shop.open() as workspace, pytest.raises(NotSent, match="without a token"):
        where(workspace).read_identity()


# Throttles


@pytest.mark.parametrize("target", WIRE)
def test_a_429_waits_as_long_as_it_is_asked_to(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    fault = Fault("status_before", 429, headers=(("Retry-After", "3"),), method="POST", path=DRAFT_PATH[target])
    shop.faults.append(fault)
    if target == "journal":
        waits_for_it(shop)
    assert states(shop.export().report) == ["drafted"]
    assert len(received(shop)) == 1
    assert target == "journal" or max(shop.clock.slept) == 3


@pytest.mark.parametrize("after", ["", "nonsense", "0", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_429_waits_a_second_at_least(shop: Shop, after: str) -> None:
    shop.apply()
    shop.sell(sale(1))
    headers = (("Retry-After", after),) if after else ()
    shop.faults.append(Fault("status_before", 429, headers=headers, path="/Import/"))
    assert states(shop.export().report) == ["drafted"]
    assert [slept for slept in shop.clock.slept if slept >= 1]


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("after", ["1", "86400"])
def test_a_429_that_goes_on_is_left_for_later(shop: Shop, target: str, after: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    fault = Fault("status_before", 429, headers=(("Retry-After", after),))
    shop.world.faults = lambda request: fault if request.method == "POST" and "Token" not in request.path else None
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT)
    assert sum(shop.clock.slept) < 60
    assert "429" in of_voucher(exported.report.vouchers[0]).answer
    for _ in range(2):
        shop.clock.now_s += 300
        exported = shop.export()
        assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT), "it only waits"
    shop.world.faults = None  # type: ignore[assignment]
    shop.clock.now_s += 300
    assert states(shop.export().report) == ["drafted"]
    assert len(received(shop)) == 1


@pytest.mark.parametrize(("target", "days"), [("import", 90), ("journal", 18)])
def test_the_real_limits_are_kept_rather_than_hit(shop: Shop, target: str, days: int) -> None:
    apply(shop, target)
    shop.sell(*(sale(n, at=f"2026-{8 + n // 30:02d}-{1 + n % 30:02d}T12:00:00") for n in range(days)))
    skew_s = NOON - time.time()

    def clock() -> float:
        return time.time() + skew_s

    world = default_world(clock=clock)
    with open_workspace(shop.url, environ=shop.environ, clock=clock, transport=Line(world)) as workspace:
        exported = export_period(workspace, shop.venues(workspace), Period())
    assert states(exported.report) == ["drafted"] * days
    assert len(world.drafts()) == days
    assert 429 not in {request.status for request in world.requests}


def test_two_windows_of_a_throttle_hold_no_more_than_the_limit() -> None:
    clock, times = Clock(), []
    throttle = PacedThrottle(clock, clock.sleep)
    for _ in range(25):
        throttle.wait("v2", "key")
        times.append(clock())
    for start in range(len(times) - 10):
        assert times[start + 10] - times[start] > 1.0
    before = clock()
    throttle.wait("v2", "another key")
    throttle.wait("v1", "key")
    assert clock() == before


@given(st.sampled_from(["v1", "v2"]), st.lists(st.floats(0, 0.4), min_size=60, max_size=90))
def test_requests_that_leave_late_have_nobody_behind_them_catch_up(api: Any, delays_s: list[float]) -> None:
    now = [0.0]
    left: list[float] = []
    throttle = PacedThrottle(lambda: now[0], lambda s: now.__setitem__(0, now[0] + s))
    departures = Departures(lambda: now[0], lambda s: left.__setitem__(-1, now[0] + s))
    ready = []
    for delay_s in delays_s:
        throttle.wait(api, "key")
        ready.append(now[0] + delay_s)
    for at in sorted(ready):
        now[0] = at
        left.append(at)
        departures.wait(api, "key")
        departures.wait(api, f"another {len(left)}")
    limit = REQUESTS_PER_SECOND[api]
    assert all(later - first > 1.02 for first, later in zip(left, left[limit:], strict=False))


def test_requests_that_leave_evenly_are_never_held_back() -> None:
    now = [0.0]
    slept: list[float] = []
    throttle = PacedThrottle(lambda: now[0], lambda s: now.__setitem__(0, now[0] + s))
    departures = Departures(lambda: now[0], slept.append)
    for _ in range(200):
        throttle.wait("v2", "key")
        departures.wait("v2", "key")
    assert slept == []


def test_who_was_held_up_costs_those_behind_no_place() -> None:
    clock = Clock()
    began, delays_s = clock(), iter([0.0, 0.2, *[0.0] * 20])
    throttle = PacedThrottle(clock, lambda seconds: clock.sleep(seconds + next(delays_s)))
    for _ in range(20):
        throttle.wait("v2", "key")
    assert clock() - began == pytest.approx(19 / 9.7, abs=0.01)


@pytest.mark.parametrize("target", WIRE)
def test_ten_venues_cost_at_most_three_requests_each_and_their_pages(shop: Shop, target: str) -> None:
    most = 30 + 10 * (PAGE_REQUESTS[target] + LISTS[target])
    venues = "".join(
        f"""
  [[company.venue]]
  id = "v{n}"
  name = "Venue {n}"
  client_key = "env:PO_CLIENT_{n}"
  {f"addon = {n}" if n else ""}
  {f'application_key = "env:PO_ADDON_{n}"' if n else ""}
  registers = ["{n}"]
  export_from = 2020-01-01
"""
        for n in range(10)
    )
    apply(shop, target, venues=venues)
    shop.sell(*(sale(1, register=str(n)) for n in range(10)))
    assert states(shop.export().report) == ["drafted"] * 10
    assert len(shop.world.requests) <= most, Counter(path for _, path, _ in requests(shop))
    shop.world.requests.clear()
    shop.clock.now_s += 86_400
    shop.sell(*(sale(2, register=str(n), at="2026-11-21T12:00:00") for n in range(10)))
    assert states(shop.export().report) == ["drafted"] * 10
    assert len(shop.world.requests) <= most
    shop.world.requests.clear()
    shop.export()
    assert len(shop.world.requests) == 0


@pytest.mark.parametrize("target", WIRE)
def test_many_days_of_one_venue_cost_one_request_each_and_one_for_its_page(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, 21)))
    assert states(shop.export().report) == ["drafted"] * 20
    assert len(shop.world.requests) <= 20 * (1 + PAGE_REQUESTS[target]) + 6


# Answers that were lost


def _lost(status: int = 0, kind: str = "lose_answer", garbage: str = "html") -> Callable[[str], Fault]:
    return lambda path: Fault(kind, status or 503, garbage, method="POST", path=path)  # type: ignore[arg-type]


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize(
    ("fault", "is_there"),
    [
        pytest.param(_lost(), True, id="the answer is lost"),
        pytest.param(_lost(kind="lose_request"), False, id="the request is lost"),
        pytest.param(_lost(500, "status_after"), True, id="500 after"),
        pytest.param(_lost(502, "status_after"), True, id="502 after"),
        pytest.param(_lost(503, "status_before"), False, id="503 before"),
        pytest.param(_lost(kind="garbage"), True, id="HTML instead of JSON"),
        pytest.param(_lost(kind="garbage", garbage="truncated"), True, id="JSON cut off"),
        pytest.param(_lost(kind="garbage", garbage="content-type"), True, id="another content type"),
    ],
)
def test_an_answer_that_was_lost_is_looked_for_and_drafted_once(
    shop: Shop, target: str, fault: Callable[[str], Fault], is_there: bool
) -> None:
    apply(shop, target)
    shop.sell(*FULL_DAY)
    shop.faults.append(fault(DRAFT_PATH[target]))
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT)
    assert len(received(shop)) == int(is_there)
    assert drafting_posts(shop) == 1, "it is not sent again without looking"
    if target == "journal" and not is_there:
        waits_for_it(shop)
        assert drafting_posts(shop) == 1
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE)
    (draft,) = received(shop)
    assert of_voucher(exported.report.vouchers[0]).remote_id == draft.id
    assert drafting_posts(shop) == (1 if is_there else 2)
    assert shop.preview().vouchers == ()


@pytest.mark.parametrize("target", WIRE)
def test_a_field_nobody_knows_does_no_harm(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    shop.world.faults = lambda request: Fault("garbage", garbage="extra-field")
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.parametrize("target", WIRE)
def test_an_answer_packed_wrongly_is_lost_rather_than_a_bug(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST" or "Token" in request.url.path:
            return None
        shop.world.handle("POST", request.url.path, "", dict(request.headers), request.content)
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"not gzip"))

    shop.line.before = answer
    assert states(shop.export().report) == ["uncertain"]
    shop.line.before = lambda request: None
    assert states(shop.export().report) == ["drafted"]
    assert len(received(shop)) == 1


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("kind", ["lose_request", "lose_answer", "status_after", "garbage"])
def test_a_read_that_was_lost_is_simply_made_again(shop: Shop, target: str, kind: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    for method, path in (("GET", "Account"), ("GET", "VatCode"), ("POST", "Token")):
        shop.faults.append(Fault(kind, method=method, path=path))  # type: ignore[arg-type]
    assert states(shop.export().report) == ["drafted"]
    assert len(shop.world.faults) == 0  # type: ignore[arg-type]
    assert len(shop.clock.slept) in (2, 3), "signing in beforehand is tried once, without a wait"


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("kind", ["lose_answer", "status_before", "garbage"])
def test_reads_that_go_on_being_lost_leave_the_voucher_for_later(shop: Shop, target: str, kind: str) -> None:
    apply(shop, target)
    shop.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, 16)))
    shop.world.faults = lambda request: Fault(kind) if request.method == "GET" else None  # type: ignore[arg-type]
    exported = shop.export()
    assert (set(states(exported.report)), exported.exit_code) == ({"unreachable"}, Exit.WAIT)
    assert len(shop.world.requests) <= 6, "one silence is waited for once, not once per voucher"
    assert drafting_posts(shop) == 0
    shop.world.faults = None  # type: ignore[assignment]
    assert set(states(shop.export().report)) == {"drafted"}


@pytest.mark.parametrize("target", WIRE)
def test_a_look_up_that_fails_leaves_the_voucher_uncertain(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    shop.faults.append(Fault("lose_answer", method="POST", path=DRAFT_PATH[target]))
    shop.export()
    shop.world.faults = lambda request: Fault("status_before", 503)
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT)
    shop.environ["PO_CLIENT_TORGET"] = "wrong"
    shop.world.faults = None  # type: ignore[assignment]
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.INTEGRATOR)
    shop.environ["PO_CLIENT_TORGET"] = SECRETS["PO_CLIENT_TORGET"]
    assert states(shop.export().report) == ["drafted"]
    assert len(received(shop)) == 1
    assert drafting_posts(shop) == 1


def test_after_an_outage_each_journal_draft_is_looked_at_once(shop: Shop) -> None:
    shop.apply(target="journal")
    days = 12
    shop.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, days + 1)))
    shop.world.faults = lambda request: (
        Fault("lose_answer") if request.method == "POST" and "ManualJournals" in request.path else None
    )
    assert set(states(shop.export().report)) == {"uncertain"}
    shop.world.faults = None  # type: ignore[assignment]
    shop.world.requests.clear()
    assert set(states(shop.export().report)) == {"drafted"}
    assert len(received(shop)) == days
    looked_at = Counter(path for method, path, _ in requests(shop) if method == "GET" and "ManualJournals/" in path)
    assert len(looked_at) == days
    assert max(looked_at.values()) <= 16, "threads that look at the same moment may look twice, not each for all"
    assert drafting_posts(shop) == 0


@pytest.mark.parametrize("target", WIRE)
def test_an_unreachable_server_loses_nothing(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))

    def refuse(request: httpx.Request) -> None:
        raise httpx.ConnectError("Connection refused")

    shop.line.before = refuse
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["unreachable"], Exit.WAIT)
    assert "could not be reached" in of_voucher(exported.report.vouchers[0]).answer
    shop.line.before = lambda request: None
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.parametrize("target", WIRE)
def test_a_draft_whose_request_never_left_is_sent_again_at_once(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    refused: list[str] = []

    def refuse(request: httpx.Request) -> None:
        if request.method == "POST" and "Token" not in request.url.path and len(refused) < 2:
            refused.append(request.url.path)
            raise httpx.ConnectError("Connection refused")

    shop.line.before = refuse
    assert states(shop.export().report) == ["drafted"]
    assert len(refused) == 2
    assert len(received(shop)) == 1


# Refusals


@pytest.mark.parametrize("target", WIRE)
def test_a_refusal_is_told_in_poweroffices_own_words_and_not_sent_again(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST" or "Token" in request.url.path:
            return None
        sent.append(request)
        return refusal(target)

    shop.line.before = answer
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["refused"], Exit.INTEGRATOR)
    assert "Perioden er avsluttet" in of_voucher(exported.report.vouchers[0]).answer
    assert "abc123" in of_voucher(exported.report.vouchers[0]).answer
    assert len(sent) == 1
    shop.line.before = lambda request: None
    assert states(shop.export().report) == ["drafted"], "a person has mended it and runs it again"


@pytest.mark.parametrize("body", [b'{"success": false}', b'{"success": false, "validation": null}'])
def test_a_refusal_without_a_reason_is_one_all_the_same(shop: Shop, body: bytes) -> None:
    shop.apply()
    shop.sell(sale(1))
    json_type = {"Content-Type": "application/json"}
    shop.line.before = lambda request: (
        httpx.Response(200, content=body, headers=json_type) if request.url.path == "/Import/" else None
    )
    assert states(shop.export().report) == ["refused"]


@pytest.mark.parametrize(
    "body",
    [b"{}", b"[]", b"null", b'"ok"', b'{"success": true}', b'{"success": true, "data": null}', b'{"Id": null}'],
)
@pytest.mark.parametrize("target", WIRE)
def test_a_success_that_names_no_draft_is_uncertain(shop: Shop, target: str, body: bytes) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    json_type = {"Content-Type": "application/json"}
    shop.line.before = lambda request: (
        httpx.Response(200, content=body, headers=json_type)
        if request.method == "POST" and "Token" not in request.url.path
        else None
    )
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT)


@pytest.mark.parametrize("target", WIRE)
def test_a_missing_privilege_is_named_and_is_the_integrators(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    with shop.open() as workspace:
        where(workspace).read_identity()
    shop.world.set_privileges(SECRETS["PO_APP"], SECRETS["PO_CLIENT_TORGET"], ["CommonServices"])
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["refused"], Exit.INTEGRATOR)
    assert "privilege" in of_voucher(exported.report.vouchers[0]).answer
    with shop.open() as workspace:
        missing = where(workspace).read_identity().missing
    if target == "journal":
        assert "JournalEntryVoucher_Full" in (missing or ())


def test_lists_that_may_not_be_read_leave_the_judging_to_the_import_queue(shop: Shop) -> None:
    shop.apply()
    shop.sell(*FULL_DAY)
    with shop.open() as workspace:
        where(workspace).read_identity()
    shop.world.set_privileges(SECRETS["PO_APP"], SECRETS["PO_CLIENT_TORGET"], ["Import_Full"])
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("status", [301, 400, 403, 404, 405, 407, 408, 409, 413])
def test_the_same_unusable_answer_twice_with_a_look_between_is_a_refusal(shop: Shop, target: str, status: int) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    shop.world.faults = lambda request: (
        Fault("status_before", status) if request.method == "POST" and "Token" not in request.path else None
    )
    if target == "journal":
        waits_for_it(shop)
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["refused"], Exit.INTEGRATOR)
    assert f"HTTP {status}" in of_voucher(exported.report.vouchers[0]).answer
    assert drafting_posts(shop) == 2
    calls = [(method, path) for method, path, _ in requests(shop) if "Token" not in path]
    sent = [place for place, (method, _) in enumerate(calls) if method == "POST"]
    assert [method for method, _ in calls[sent[0] + 1 : sent[1]]].count("GET") >= 1, "it was looked for in between"
    shop.world.faults = None  # type: ignore[assignment]
    if target == "journal":
        again = shop.export()
        assert (states(again.report), again.exit_code) == (["refused"], Exit.WAIT)
        assert codes(again.report.vouchers[0]) == ["looked-for"], "it may be there all the same"
        assert "looked for until" in shop.status()[0].answer
        shop.clock.now_s += 301
    assert states(shop.export().report) == ["drafted"], "a person has mended it and runs it again"
    assert len(received(shop)) == 1


@pytest.mark.parametrize("statuses", [(403, 404), (403, 502, 403), (403, 0, 403), (502, 502, 502), (429, 429, 429)])
def test_other_answers_each_time_and_busy_servers_only_wait(shop: Shop, statuses: tuple[int, ...]) -> None:
    shop.apply(target="journal")
    shop.sell(sale(1))
    path = DRAFT_PATH["journal"]
    for status in statuses:
        kind: Any = "status_before" if status else "lose_request"
        shop.faults.append(Fault(kind, status or 503, method="POST", path=path))
        waits_for_it(shop)
    assert states(shop.export().report) == ["drafted"]
    assert len(received(shop)) == 1


# Small things


def test_amounts_on_the_wire_have_two_decimals_at_most() -> None:
    for amount_ore in (1, -1, 10, 29, 102_80, 1_234_567_89, 99_999_999_999, -30, 70, 115):
        text = json.dumps(wire_amount(amount_ore))
        assert round(float(text) * 100) == amount_ore
        assert len(text.partition(".")[2]) <= 2


def test_addresses_are_those_of_the_api_and_the_environment() -> None:
    def base(api: str, environment: str, base_url: str | None = None) -> str:
        company = Company("c", "C", "999999999", environment=environment, base_url=base_url)  # type: ignore[arg-type]
        return find_base_url(company, api)  # type: ignore[arg-type]

    assert base("v1", "production") == "https://api.poweroffice.net"
    assert base("v1", "demo") == "https://api-demo.poweroffice.net"
    assert base("v2", "production") == "https://goapi.poweroffice.net"
    assert base("v2", "demo") == "https://goapi.poweroffice.net/Demo"
    assert base("v2", "production", "http://127.0.0.1:8899/") == "http://127.0.0.1:8899"


def test_keys_show_nothing_of_themselves() -> None:
    keys = Keys("app-secret", "client-secret", "sub-secret")
    assert "secret" not in repr(keys)
    assert "secret" not in str(keys)


def test_a_chart_of_a_folder_knows_nothing(tmp_path: Path) -> None:
    from posexport.ledgers.folder.voucher_files import VoucherFolder

    assert VoucherFolder(tmp_path, "x").read_chart([]) == Chart()


def test_errors_of_sending_say_who_must_act() -> None:
    assert AnswerLost("x").exit_code is Throttled().exit_code is NotSent("x").exit_code is Exit.WAIT
    assert VoucherRefused("x").exit_code is KeysRefused("v", "x").exit_code is Exit.INTEGRATOR
