"""What stands where vouchers are drafted, whichever the target is, and what a bookkeeper does there; and a process
that can be stopped between any two steps.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from posexport.app.workspace import Workspace
from posexport.core.events import DeliveryEvent
from posexport.core.money import parse_ore
from posexport.http.client import Runtime
from posexport.ledgers.folder import report_files, voucher_files
from posexport.sandbox import PowerOfficeGo
from posexport.store.database import Database
from posexport.store.evidence import read_events
from posexport.wiring import Connections, build_workspace
from tests.fake_ledger.server import nordbok_of
from tests.support.harness import KARI, Line, NoThrottle, Shop

TARGETS = ("import", "journal", "ledger", "file", "nordbok")
DRAFT_PATH = {
    "import": "/Import/",
    "journal": "/JournalEntryVouchers/ManualJournals",
    "ledger": "/Vouchers/CashJournals",
    "nordbok": "/nordbok/vouchers",
}
"""Where a voucher is sent to."""

REPLICA_S = 5
"""What a test lets pass so that what was written is read."""

_REFERENCE = re.compile(r"\[(.*?)(?:\.pdf)?\]\Z")


@dataclass(frozen=True)
class Entry:
    """One voucher as it stands there."""

    remote_id: str
    reference: str
    description: str
    day: date
    amounts: dict[int, int]
    pages: tuple[str, ...] = ()


@dataclass
class Books:
    """A venue's vouchers at one target."""

    shop: Shop
    target: str
    reversed: set[str] = field(default_factory=set)

    def open(self, **options: Any) -> Books:
        """Set the shop up for this target."""
        self.shop.apply(target=self.target, company=company_of(self.target), **options)
        return self

    @property
    def folder(self) -> Path:
        """Where voucher files are written."""
        return self.shop.folder / "vouchers"

    @property
    def collected(self) -> Path:
        """Where a bookkeeper puts voucher files that are done with."""
        return self.shop.folder / "collected"

    def entries(self) -> list[Entry]:
        """Every voucher that stands there, by reference."""
        found = list(self._read_files()) if self.target == "file" else list(self._read_system())
        return sorted(found, key=lambda entry: entry.reference)

    def entry(self, reference: str) -> Entry:
        """The voucher with this reference."""
        (found,) = (entry for entry in self.entries() if entry.reference == reference)
        return found

    @property
    def references(self) -> list[str]:
        """The references of every voucher that stands there."""
        return [entry.reference for entry in self.entries()]

    def sums(self, day: date | None = None) -> dict[int, int]:
        """What all of it comes to by account; of one date, or of all."""
        sums: Counter[int] = Counter()
        for entry in self.entries():
            if day in (None, entry.day):
                sums.update(entry.amounts)
        return {account: ore for account, ore in sorted(sums.items()) if ore}

    def post(self, reference: str) -> None:
        """A bookkeeper posts a draft, or collects its file; what the ledger has is posted."""
        if self.target == "file":
            self.collected.mkdir(exist_ok=True)
            for path in self.folder.glob(f"{reference}.*"):
                path.rename(self.collected / path.name)
        elif self.target != "ledger":
            self._system.post(self.entry(reference).remote_id)
        self.wait()

    def delete(self, reference: str) -> None:
        """A bookkeeper deletes a draft, or reverses what the ledger has."""
        remote_id = self.entry(reference).remote_id
        if self.target == "ledger":
            self.shop.world.reverse(remote_id)
            self.reversed.add(remote_id)
        else:
            self._system.delete(remote_id)
        self.wait()

    def wait(self) -> None:
        """Until what was written is read."""
        self.shop.clock.now_s += REPLICA_S

    def wait_for_lost(self) -> None:
        """Until what was lost need not be looked for any longer."""
        self.shop.clock.now_s += 300

    @property
    def _system(self) -> Any:
        """The accounting system, and what a bookkeeper can do in it."""
        return nordbok_of(self.shop.world) if self.target == "nordbok" else self.shop.world

    def _read_system(self) -> Iterator[Entry]:
        world = self.shop.world
        go = (*world.drafts(), *world.vouchers())
        for draft in nordbok_of(world).standing() if self.target == "nordbok" else go:
            if draft.id in self.reversed:
                continue
            amounts: Counter[int] = Counter()
            for line in draft.lines:
                amounts[line.account_no] += line.amount_ore
            description, told = draft.description or "", _REFERENCE.search(draft.description or "")
            yield Entry(
                remote_id=draft.id,
                reference=told[1] if told else "",
                description=description,
                day=draft.voucher_date,
                amounts=dict(amounts),
                pages=tuple(page.name for page in draft.pages),
            )

    def _read_files(self) -> Iterator[Entry]:
        for path in (*self.folder.glob("*.json"), *self.collected.glob("*.json")):
            document = json.loads(path.read_text(encoding="utf-8"))
            amounts: Counter[int] = Counter()
            for line in document["lines"]:
                amounts[int(line["account"])] += parse_ore(line["debit"]) - parse_ore(line["credit"])
            page = path.with_suffix(".pdf")
            yield Entry(
                remote_id=path.name,
                reference=document["reference"],
                description=document["description"],
                day=date.fromisoformat(document["date"]),
                amounts=dict(amounts),
                pages=(page.name,) if page.exists() else (),
            )


def company_of(target: str) -> str:
    """What a company's setup needs besides its target."""
    return "direct_posting = true" if target == "ledger" else ""


def deliveries(shop: Shop) -> list[tuple[str, str, str]]:
    """Reference, state and kind of every delivery, by reference."""
    rows = shop.rows("SELECT reference, state, kind FROM delivery ORDER BY reference")
    return [(reference, state, kind) for reference, state, kind in rows]


def events_of(shop: Shop, reference: str) -> list[DeliveryEvent]:
    """Everything that happened to a delivery."""
    [(number,)] = shop.rows(f"SELECT id FROM delivery WHERE reference = '{reference}'")
    with shop.open() as workspace, workspace.database.reading() as connection:
        return [recorded.event for recorded in read_events(connection, number)]


def states_of(shop: Shop, reference: str) -> list[str]:
    """The states of everything that happened to a delivery."""
    return [event.state for event in events_of(shop, reference)]


def is_draft(request: httpx.Request) -> bool:
    """Whether a request brings a voucher, rather than asking something or bringing its documentation."""
    return request.method == "POST" and request.headers.get("content-type", "").startswith("application/json")


# Steps


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Steps:
    """Counts what a process does: every commit, every request, every answer, every file. It dies after the step
    `deadly`, where there is one; `act` is called with the name of each."""

    deadly: int | None = None
    act: Callable[[str], None] = lambda what: None
    taken: list[str] = field(default_factory=list)

    def __call__(self, what: str) -> None:
        self.taken.append(what)
        self.act(what)
        if len(self.taken) == self.deadly:
            raise Crash(what)


class _SteppingDatabase(Database):
    """A store that counts every commit as a step."""

    def stepping(self, step: Callable[[str], None]) -> _SteppingDatabase:
        object.__setattr__(self, "_step", step)
        return self

    @contextmanager
    def writing(self, *, durable: bool = True, at_once: bool = False) -> Iterator[Any]:
        with super().writing(durable=durable, at_once=at_once) as connection:
            yield connection
        self._step("commit")  # type: ignore[attr-defined]


class _SteppingLine(Line):
    """A line that counts every request and every answer as a step."""

    def __init__(self, world: PowerOfficeGo, step: Callable[[str], None]) -> None:
        super().__init__(world)
        self._step = step

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._step(f"{request.method} {request.url.path}")
        response = super().handle_request(request)
        self._step(f"answer to {request.method} {request.url.path}")
        return response


@contextmanager
def stepping(shop: Shop, step: Steps, monkeypatch: Any) -> Iterator[Workspace]:
    """A workspace whose every step is counted."""
    database = _SteppingDatabase(shop.open_database().engine).stepping(step)
    connections = Connections(shop.environ, shop.clock, shop.clock.sleep, render_page=shop.render_page)
    with monkeypatch.context() as patched, httpx.Client(transport=_SteppingLine(shop.world, step)) as client:
        connections._runtime = Runtime(client, NoThrottle(), shop.clock, shop.clock.sleep)
        _step_over_files(patched, step)
        try:
            yield replace(build_workspace(database, connections), actor=KARI)
        finally:
            shop.close_database(database)


def _step_over_files(patched: Any, step: Steps) -> None:
    """Count every file that is written or taken back as a step."""
    write_whole, take_back = report_files.write_whole, voucher_files.VoucherFolder.remove

    def write(path: Path, content: bytes) -> None:
        step(f"before {path.suffix}")
        write_whole(path, content)
        step(f"after {path.suffix}")

    def remove(self: Any, remote_id: str) -> Any:
        step("before taking back")
        standing = take_back(self, remote_id)
        step("after taking back")
        return standing

    patched.setattr(voucher_files, "write_whole", write)
    patched.setattr(report_files, "write_whole", write)
    patched.setattr(voucher_files.VoucherFolder, "remove", remove)
