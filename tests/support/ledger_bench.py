"""Each accounting system in turn with what stands behind it, and what a shop's vouchers came to in PowerOffice Go."""

from __future__ import annotations

import json
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from posexport.app.workspace import Workspace
from posexport.core.lines import LineKind, VoucherLine
from posexport.core.ports.ledger import (
    Drafted,
    DraftStatus,
    Ledger,
    Lookup,
    Page,
    Payload,
    SourceTrail,
)
from posexport.core.voucher import Voucher
from posexport.errors import (
    Exit,
)
from posexport.http.client import NEVER, Runtime
from posexport.ledgers.folder.report_files import ReportFolder
from posexport.ledgers.folder.voucher_files import VoucherFolder
from posexport.ledgers.poweroffice.direct_posting import LedgerPostings
from posexport.ledgers.poweroffice.import_queue import ImportQueue
from posexport.ledgers.poweroffice.journal import JournalDrafts
from posexport.ledgers.poweroffice.session import Keys, Session
from posexport.sandbox import Draft, Fault, default_world
from tests.fake_ledger.nordbok import NordbokLedger
from tests.fake_ledger.server import nordbok_of
from tests.support.harness import (
    FRIDAY,
    NOON,
    SECRETS,
    Clock,
    Line,
    NoThrottle,
    Shop,
    codes,
    of_voucher,
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


def operations(bench: Bench, remote_id: str, payload: Payload) -> dict[str, Callable[[], object]]:
    """Everything a destination can be asked for."""
    destination = bench.destination
    return {
        "read_chart": lambda: destination.read_chart([a_voucher()]),
        "send": lambda: destination.send(payload, bench.clock() + 120),
        "find": lambda: destination.find(payload, int(NOON)),
        "find_status": lambda: destination.find_status(remote_id, int(NOON)),
        "remove": lambda: destination.remove(remote_id),
        "attach": lambda: destination.attach(remote_id, PDF, NEVER),
        "has_page": lambda: destination.has_page(remote_id, PDF.name),
        "read_identity": destination.read_identity,
    }


def refusal(target: str) -> httpx.Response:
    """No, in PowerOffice's own words."""
    if target == "import":
        validation = {"errorLogReference": "abc123", "summary": "Perioden er avsluttet", "exception": "ApiValidation"}
        return httpx.Response(200, json={"success": False, "validation": validation})
    problem = {"Title": "Perioden er avsluttet", "Detail": "Åpne perioden abc123", "Status": 400}
    return httpx.Response(400, json=problem, headers={"Content-Type": "application/problem+json; charset=utf-8"})
